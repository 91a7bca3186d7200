import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeHasher } from '../host/hasher.ts'
import { zstd } from '../host/recording-files.ts'
import { parseWat } from '../host/wat.ts'
import { chanceOf } from '../isa/tools/random-program.ts'
import { loadProgram, Vac } from '../vac.ts'
import { LineageWriter, readLineage } from './lineage.ts'
import { BeamSource } from './recorder.ts'
import { Timeline } from './timeline.ts'

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

const chance = chanceOf(20_261_126)
const below = (limit: number): number => Math.floor(chance() * limit)

const host = { hasher: nodeHasher, codec: zstd }

/** A run with inputs at whim, its recording, and the root of each of `ticks` as it was seen. */
async function recorded() {
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
  const roots = new Map<number, string>()
  const note = (): void => {
    if (vac.status === 'running') roots.set(vac.ticks, vac.root())
  }
  vac.start(['timeline'])
  instance.begin('_start')
  for (let round = 0; round < 12; round++) {
    while (vac.status === 'running') {
      vac.run(1 + below(200_000))
      note()
    }
    vac.input(round < 11 ? 'ab'.slice(below(2)) : null)
  }
  vac.run()
  roots.set(vac.ticks, vac.root())
  source.end(Buffer.from(vac.root(), 'hex'))
  lineage.flush()
  return { begin, lineage: readLineage(Buffer.concat(parts), host), roots, ticks: vac.ticks }
}

test('any tick of a recorded run is what it was, in any order, by all engines', async () => {
  const { begin, lineage, roots, ticks } = await recorded()
  assert.ok(roots.size > 20 && ticks > 2_000_000, `${roots.size} roots of ${ticks} ticks`)
  const wanted = [...roots.keys()]
  for (const engine of ['auto', 'jit', 'interpreter'] as const) {
    const timeline = new Timeline(lineage, begin, (saved) => {
      const vac = Vac.of(saved, { engine })
      const { machine, world } = vac
      return { machine, world, run: (_: unknown, budget: number) => void vac.run(budget), vac }
    })
    for (let round = 0; round < 60; round++) {
      const tick = wanted[below(wanted.length)]
      for (const _ of timeline.seek(tick));
      assert.equal(timeline.machine.ticks, tick)
      assert.equal(timeline.stage.vac.root(), roots.get(tick), `tick ${tick}, ${engine}`)
    }
    // Back step by step, over the moment at which an input came.
    let last = timeline.machine.ticks
    for (let step = 0; step < 30; step++) {
      for (const _ of timeline.seek(last - 1));
      assert.equal(timeline.machine.ticks, last - 1)
      last--
    }
    assert.ok(timeline.checkpoints.length > 2)
  }
})

test('a seek that is given up half-way leaves a timeline that goes on', async () => {
  const { begin, lineage, roots, ticks } = await recorded()
  const timeline = new Timeline(lineage, begin, (saved) => {
    const vac = Vac.of(saved, { engine: 'interpreter' })
    const { machine, world } = vac
    return { machine, world, run: (_: unknown, n: number) => void vac.run(Math.min(n, 9999)), vac }
  })
  let steps = 0
  for (const _ of timeline.seek(ticks)) if (++steps === 3) break
  const tick = [...roots.keys()][5]
  for (const _ of timeline.seek(tick));
  assert.equal(timeline.stage.vac.root(), roots.get(tick))
  for (const _ of timeline.seek(ticks + 100));
  assert.equal(timeline.machine.ticks, ticks)
})
