import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chanceOf } from '../isa/tools/random-program.ts'
import { VacStage } from '../recorded-run.ts'
import { Vac } from '../vac.ts'
import { Timeline } from './timeline.ts'
import { recordedSample } from './tools/recorded-sample.ts'

const chance = chanceOf(20_261_126)
const below = (limit: number): number => Math.floor(chance() * limit)

test('any tick of a recorded run is what it was, in any order, by all engines', async () => {
  const { begin, lineage, roots, ticks } = await recordedSample(below)
  assert.ok(roots.size > 20 && ticks > 2_000_000, `${roots.size} roots of ${ticks} ticks`)
  const wanted = [...roots.keys()]
  for (const engine of ['auto', 'jit', 'interpreter'] as const) {
    const timeline = new Timeline<VacStage>(lineage, begin, (saved, old) => {
      return new VacStage(Vac.of(saved, { engine, instead: old?.vac }))
    })
    for (let round = 0; round < 60; round++) {
      const tick = wanted[below(wanted.length)]
      for (const _ of round % 2 === 0 ? timeline.seek(tick) : timeline.visit(tick));
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

test('around a visited tick every other one is a short run away', async () => {
  const { begin, lineage, roots, ticks } = await recordedSample(below)
  const timeline = new Timeline<VacStage>(lineage, begin, (saved, old) => {
    return new VacStage(Vac.of(saved, { engine: 'interpreter', instead: old?.vac }))
  })
  const spacing = 2 ** 19
  const [first] = timeline.machine.store.memories
  assert.ok(first === undefined || first.sizePages <= 8, 'the least spacing of a small machine')
  const tick = [...roots.keys()].findLast((known) => known < ticks) as number
  for (const _ of timeline.visit(tick));
  assert.equal(timeline.stage.vac.root(), roots.get(tick))
  const kept = timeline.checkpoints
  for (let at = Math.max(tick - 3 * spacing, timeline.firstTick); at < tick; at += 4999) {
    assert.ok(
      kept.some((one) => one <= at && one > at - spacing - 4999),
      `tick ${at} of ${kept}`,
    )
  }
  for (const near of [tick - 1, tick - 2 ** 17, tick + 17]) {
    for (const _ of timeline.visit(near));
    assert.equal(timeline.machine.ticks, near)
  }
})

test('a seek that is given up half-way leaves a timeline that goes on', async () => {
  const { begin, lineage, roots, ticks } = await recordedSample(below)
  const timeline = new Timeline(lineage, begin, (saved) => {
    const vac = Vac.of(saved, { engine: 'interpreter' })
    const { machine, world } = vac
    const run = (_: unknown, n: number): void => void vac.run(Math.min(n, 9999))
    return { machine, world, run, vac, watch: null }
  })
  let steps = 0
  for (const _ of timeline.seek(ticks)) if (++steps === 3) break
  const tick = [...roots.keys()][5]
  for (const _ of timeline.seek(tick));
  assert.equal(timeline.stage.vac.root(), roots.get(tick))
  for (const _ of timeline.seek(ticks + 100));
  assert.equal(timeline.machine.ticks, ticks)
})

test('boundaries are stored checkpoints, and a grid where these are far apart', async () => {
  const { begin, lineage } = await recordedSample(below)
  const end = lineage.beams[lineage.beams.length - 1]
  const long = { ...lineage, beams: [...lineage.beams.slice(0, -1), { ...end, tick: 2 ** 30 }] }
  const boundaries = (ticks: readonly number[]): readonly number[] => {
    const stored = ticks.map((tick) => ({ tick, given: 0, read: () => begin }))
    return new Timeline(long, begin, (saved) => new VacStage(Vac.of(saved)), stored).boundaries
  }
  const every = (spacing: number, from: number, to: number): number[] =>
    Array.from({ length: (to - from) / spacing }, (_, at) => from + at * spacing)
  const grid = every(2 ** 23, 2 ** 23, 2 ** 30)
  assert.deepEqual(boundaries([]), grid)
  const half = every(2 ** 23, 2 ** 22, 2 ** 29)
  const far = grid.filter((tick) => tick > half[half.length - 1] + 2 ** 22)
  assert.deepEqual(boundaries(half), [...half, half[half.length - 1] + 2 ** 22, ...far])
})
