// The recorded sample of the tests as a recording on disk, so that branches can be kept in it.
import { randomBytes } from 'node:crypto'
import { RecordingFiles, recordingHost } from '../../host/recording-files.ts'
import { parseWat } from '../../host/wat.ts'
import { defaultManifest, loadProgram, type Manifest, Vac } from '../../vac.ts'
import { LineageWriter } from '../lineage/lineage.ts'
import { BeamSource } from '../lineage/recorder.ts'

/**
 * Records a program, called by `_start` with lines of input, and so often again, into a folder;
 * gives its last tick.
 */
export async function recordInto(
  folder: string,
  text: string,
  lines: readonly string[],
  choice: Partial<Manifest> = {},
  again = 0,
): Promise<number> {
  let lineage: LineageWriter | null = null
  const source = new BeamSource((beam) => lineage?.add(beam))
  const { output, beams, denied } = source.effects
  const manifest = { ...defaultManifest, ...choice }
  const vac = new Vac({ manifest, output, beams, denied, engine: 'interpreter' })
  const instance = vac.instantiate(await loadProgram(await parseWat(text, 'recorded')))
  const files = RecordingFiles.create(folder)
  const grants = [...vac.world.grants].sort()
  const header = { begin: files.begin(vac.saveParts()), grants, key: randomBytes(32) }
  lineage = new LineageWriter(recordingHost, header, files.append, false)
  source.attach(vac.machine)
  vac.start(['recorded'])
  instance.begin('_start')
  for (const line of [...lines, null]) {
    vac.run()
    vac.input(line)
  }
  vac.run()
  for (let call = 0; call < again; call++) {
    instance.begin('_start')
    vac.run()
  }
  source.end(Buffer.from(vac.root(), 'hex'))
  lineage.flush()
  await files.close()
  return vac.ticks
}

/**
 * For each byte of standard input it mixes memory for some rounds and writes the byte and a sum of
 * what it mixed.
 */
export const MIXER = `(module
  (import "wasi_snapshot_preview1" "fd_read" (func $r (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $w (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $g (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $c (param i32 i64 i32) (result i32)))
  (memory (export "memory") 2)
  (global $sum (mut i32) (i32.const 0))
  (func $mix (param $x i32) (local $n i32)
    (loop $next
      (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1664525)) (i32.const 1013904223)))
      (i32.store (i32.add (i32.const 4096) (i32.and (local.get $x) (i32.const 0xfffc)))
        (local.get $x))
      (global.set $sum (i32.xor (global.get $sum)
        (i32.load (i32.add (i32.const 4096)
          (i32.and (i32.shr_u (local.get $x) (i32.const 7)) (i32.const 0xfffc))))))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $n) (i32.const 50)))))
  (func (export "_start")
    (i32.store (i32.const 16) (i32.const 32)) (i32.store (i32.const 20) (i32.const 24))
    (loop $next
      (i32.store (i32.const 0) (i32.const 32)) (i32.store (i32.const 4) (i32.const 1))
      (drop (call $r (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
      (if (i32.load (i32.const 8)) (then
        (call $mix (i32.load8_u (i32.const 32)))
        (i32.store (i32.const 36) (global.get $sum))
        (drop (call $g (i32.const 40) (i32.const 8)))
        (drop (call $c (i32.const 0) (i64.const 1) (i32.const 48)))
        (drop (call $w (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 8)))
        (br $next)))))`.concat(')')
