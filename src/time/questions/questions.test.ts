import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chanceOf } from '../../isa/tools/random-program.ts'
import { Watchpoints } from '../../machine/watch.ts'
import { VacStage } from '../../recorded-run.ts'
import { Vac } from '../../vac.ts'
import { Timeline } from '../timeline.ts'
import { recordedSample } from '../tools/recorded-sample.ts'
import { Questions } from './questions.ts'

const chance = chanceOf(20_261_127)
const below = (limit: number): number => Math.floor(chance() * limit)

async function asked(engine: 'auto' | 'jit' | 'interpreter') {
  const same = chanceOf(20_261_126)
  const sample = await recordedSample((limit) => Math.floor(same() * limit))
  const timeline = new Timeline(
    sample.lineage,
    sample.begin,
    (saved) => new VacStage(Vac.of(saved, { engine })),
  )
  return { ...sample, timeline, questions: new Questions(timeline) }
}

function answer<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return value
  }
}

/** Ticks of all writes of a range, one after the other by the stepper. */
async function allWrites(from: number, to: number): Promise<number[]> {
  const { questions, timeline } = await asked('interpreter')
  const range = { memory: 0, from, to, reads: false, writes: true }
  const ticks: number[] = []
  for (const _ of timeline.seek(0));
  for (;;) {
    const tick = answer(questions.next(new Watchpoints('stop', [range])))
    if (tick === null) return ticks
    ticks.push(tick)
  }
}

test('the last write is that of a run step by step, whatever it wrote and whoever', async () => {
  // Bytes that calls of the wall write, words hit by chance.
  let some = 0
  for (const [from, to] of [
    [8, 9],
    [256, 258],
    [0x2f004, 0x2f005],
  ]) {
    const writes = await allWrites(from, to)
    some += writes.length
    const first = writes[0] ?? 2
    for (const engine of ['jit'] as const) {
      const { questions, ticks, timeline } = await asked(engine)
      const wanted = Array.from({ length: 5 }, () => below(ticks))
      for (const tick of [...wanted, first, first - 1, ticks]) {
        const found = answer(questions.lastWrite({ memory: 0, from, to }, tick))
        const expected = writes.findLast((write) => write <= tick) ?? null
        assert.equal(found?.tick ?? null, expected, `${from} to ${to} at ${tick}, ${engine}`)
        if (found === null) continue
        assert.equal(timeline.machine.ticks, expected)
        assert.ok(found.chain !== null && found.chain.length > 0)
        assert.equal(found.after.length, to - from)
      }
    }
  }
  assert.ok(some > 10, `${some} writes`)
})
