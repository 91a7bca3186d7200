import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { chanceOf } from '../../isa/tools/random-program.ts'
import { Watchpoints } from '../../machine/watch.ts'
import { RecordedRun } from '../../recorded-run.ts'
import { Expression } from '../expression/expression.ts'
import { MIXER, recordInto } from '../tools/recorded-folder.ts'
import { nextWhere } from './conditional.ts'
import { placesAt } from './places.ts'

const chance = chanceOf(20_261_201)
const below = (limit: number): number => Math.floor(chance() * limit)
const folder = mkdtempSync(join(tmpdir(), 'vac-conditional-'))
const path = join(folder, 'run')
before(async () => {
  await recordInto(path, MIXER, ['ab\n', 'c\n'])
})
after(() => rmSync(folder, { recursive: true }))

function answer<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return value
  }
}

/** All hits of a place and of some bytes by the stepper, and those of them that count. */
async function allHits(condition: Expression): Promise<{ all: number[]; counting: number[] }> {
  const run = await RecordedRun.open(path, 'interpreter')
  const { timeline, questions } = run
  const places = placesAt(run.vac.machine, 'mix:9')
  const [all, counting]: [number[], number[]] = [[], []]
  answer(timeline.seek(0))
  for (;;) {
    const hit = answer(questions.next(new Watchpoints('stop', [range], places)))
    if (hit === null || hit === all.at(-1)) return { all, counting }
    all.push(hit)
    if (condition.holds(timeline.machine)) counting.push(hit)
  }
}

const range = { memory: 0, from: 4096 + 0x100, to: 4096 + 0x8000, reads: false, writes: true }

test('the next and the last hit that counts are those of a run step by step', async () => {
  const condition = new Expression('local(x) & 3 == 1 && u8[32] != 10')
  const { all, counting } = await allHits(condition)
  assert.ok(counting.length > 20 && all.length > 3 * counting.length, `${counting.length} hits`)
  for (const engine of ['jit', 'interpreter'] as const) {
    const run = await RecordedRun.open(path, engine)
    const { timeline } = run
    const places = placesAt(run.vac.machine, 'mix:9')
    const sought = { places, ranges: [range], holds: condition.holds }
    const ticks = [0, run.lastTick, counting[9], ...Array.from({ length: 12 }, () => below(5000))]
    for (const tick of ticks) {
      answer(timeline.seek(tick))
      const next = answer(nextWhere(timeline, sought))
      assert.equal(next?.tick ?? null, counting.find((hit) => hit > tick) ?? null, `from ${tick}`)
      const last = answer(run.questions.lastWhere(sought, tick - 1))
      assert.equal(
        last?.tick ?? null,
        counting.findLast((hit) => hit < tick) ?? null,
        `before ${tick}`,
      )
    }
  }
})

test('each tick at which a text was printed is found, by each call', async () => {
  const run = await RecordedRun.open(path)
  const writes = (await run.log('fd_write', ['u8[32]'])).found
  const [a, b] = writes.map(({ tick }) => tick + 1)
  assert.deepEqual(answer(run.printedTicks('a')).slice(0, 1), [a])
  assert.ok(answer(run.printedTicks('\n')).includes(writes[2].tick + 1))
  assert.ok(b > a)
  const first = answer(run.printed('b'))
  assert.equal(first?.parts[0].tick, answer(run.printedTicks('b'))[0])
  assert.deepEqual(answer(run.printedTicks('never')), [])
  assert.deepEqual(answer(run.printedTicks('')), [])
})
