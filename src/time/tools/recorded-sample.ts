// A small recorded run for tests: it computes, reads and writes, and gets inputs at whim.
import { nodeHasher } from '../../host/hasher.ts'
import { parseWat } from '../../host/wat.ts'
import { zstd } from '../../host/zstd.ts'
import type { Snapshot } from '../../machine/state/snapshot.ts'
import { loadProgram, Vac } from '../../vac.ts'
import { CheckpointKeeper } from '../checkpoints/checkpoint-keeper.ts'
import type { StoredCheckpoints } from '../checkpoints/stored-checkpoints.ts'
import { LineageWriter, readLineage } from '../lineage/lineage.ts'
import { BeamSource } from '../lineage/recorder.ts'

/** For each byte of standard input 20,000 rounds that write; then it writes what it got. */
const PROGRAM = `(module
  (import "wasi_snapshot_preview1" "fd_read" (func $r (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $w (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 4)
  (data (i32.const 0) "\\00\\01\\00\\00\\01\\00\\00\\00")
  (func $work (param $x i32) (local $n i32)
    (loop $next
      (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1664525)) (i32.const 1013904223)))
      (i32.store (i32.and (local.get $x) (i32.const 0x3fffc)) (local.get $n))
      (i32.store (i32.const 0) (i32.const 256))
      (i32.store (i32.const 4) (i32.const 1))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $n) (i32.const 20000)))))
  (func (export "_start")
    (loop $next
      (i32.store (i32.const 0) (i32.const 256))
      (i32.store (i32.const 4) (i32.const 1))
      (drop (call $r (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
      (if (i32.load (i32.const 8)) (then
        (call $work (i32.load8_u (i32.const 256)))
        (drop (call $w (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))
        (br $next)))))`.concat(')')

const host = { hasher: nodeHasher, codec: zstd }

/** Where checkpoints of the sample go, and how often they are taken. */
export interface SampleCheckpoints {
  readonly stored: (begin: Snapshot) => StoredCheckpoints
  readonly keepBytes: number
  /** What the clock goes on for a turn; 1000 ms where it is not given. */
  readonly turnMs?: number
}

/** A run with inputs at whim, its recording, and the root of each of `ticks` as it was seen. */
export async function recordedSample(
  below: (limit: number) => number,
  checkpoints: SampleCheckpoints | null = null,
) {
  const parts: Uint8Array[] = []
  let lineage: LineageWriter | null = null
  const source = new BeamSource((beam) => lineage?.add(beam))
  const { effects } = source
  const vac = new Vac({ output: effects.output, beams: effects.beams, denied: effects.denied })
  const instance = vac.instantiate(await loadProgram(await parseWat(PROGRAM, 'timeline')))
  const begin = vac.snapshot()
  const header = { begin: new Uint8Array(32), grants: [], key: new Uint8Array(32) }
  lineage = new LineageWriter(host, header, (bytes) => parts.push(bytes.slice()), false)
  source.attach(vac.machine)
  // A clock by which checkpoints are due soon, and cost nothing.
  let clock = 0
  const keeper =
    checkpoints === null
      ? null
      : new CheckpointKeeper(vac.machine, begin, checkpoints.stored(begin), {
          hasher: nodeHasher,
          now: () => clock,
          clock: () => clock,
          keepBytes: checkpoints.keepBytes,
        })
  const go = (budget: number): void => {
    clock += checkpoints?.turnMs ?? 1000
    const due = keeper?.next() ?? Number.POSITIVE_INFINITY
    vac.run(Math.min(budget, due - vac.ticks))
    if (vac.ticks === due && vac.status === 'running') {
      source.takeInputs()
      keeper?.take(source.given)
    }
  }
  const roots = new Map<number, string>()
  const note = (): void => {
    if (vac.status === 'running') roots.set(vac.ticks, vac.root())
  }
  vac.start(['timeline'])
  instance.begin('_start')
  for (let round = 0; round < 12; round++) {
    while (vac.status === 'running') {
      go(1 + below(200_000))
      note()
    }
    vac.input(round < 11 ? 'ab'.slice(below(2)) : null)
  }
  while (vac.status === 'running') go(2 ** 30)
  roots.set(vac.ticks, vac.root())
  source.end(Buffer.from(vac.root(), 'hex'))
  lineage.flush()
  keeper?.finish()
  return { begin, lineage: readLineage(Buffer.concat(parts), host), roots, ticks: vac.ticks }
}
