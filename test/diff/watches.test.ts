// Watched runs: the stepper and compiled code stop for the same accesses, at the same ticks and
// roots, and note the same ticks: in random programs and in real ones.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { runBatches } from '../fuzz/batches.ts'
import { type Failure, LIMIT_MS } from '../fuzz/job.ts'
import { inProcess } from '../programs/process.ts'
import { whyMissing } from './program-cases.ts'
import type { WatchedRun } from './run-watched.ts'

const BATCH = 20
const seconds = Number(process.env.VAC_DIFF_SECONDS ?? 20)
const seed = Number(process.env.VAC_DIFF_SEED ?? 1)
/** 0: as many as the time allows. */
const cases = Number(process.env.VAC_DIFF_CASES ?? 0)
const LEAST_COMPILED = 0.9

const explain = (failure: Failure): string =>
  `seed ${failure.seed}; repeat: VAC_DIFF_SEED=${failure.seed} VAC_DIFF_CASES=1 ` +
  `npx node --test test/diff/watches.test.ts\n${failure.message}`

/** A seed that took long because the machine was busy shows no fault of the engine. */
const isFault = ({ message }: Failure): boolean => !message.startsWith('took ')

test('watched random programs stop alike in both engines', async (t) => {
  const { done, failures, coverage } = await runBatches('watched', BATCH, { seconds, cases, seed })
  const compiled = coverage.compiledTicks
  t.diagnostic(`${done} worlds from seed ${seed}, ${compiled} watched ticks by compiled code`)
  for (const slow of failures) if (!isFault(slow)) t.diagnostic(`over ${LIMIT_MS} ms: ${slow.seed}`)
  const faults = failures.filter(isFault)
  assert.equal(faults.length, 0, faults.map(explain).join('\n\n'))
  assert.ok(done > 0, 'worlds ran')
  assert.ok(coverage.compiledTicks > 0, 'compiled code ran')
})

/** How many windows of a run, and the tick before which they begin. */
const windows = [
  { name: 'CPython', count: 1, below: 150_000_000 },
  { name: 'QuickJS', count: 2, below: 50_000_000 },
  { name: 'SQLite', count: 2, below: 50_000_000 },
  { name: 'Lua', count: 2, below: 20_000_000 },
] as const

for (const { name, count, below } of windows) {
  const skip = (await whyMissing(name)) ?? false
  test(`${name} is watched alike in both engines`, { skip }, async (t) => {
    const parameters = [name, seed, count, below].map(String)
    const found = await inProcess<WatchedRun>(join('..', 'diff', 'run-watched.ts'), parameters)
    const share = (100 * found.compiledShare).toFixed(2)
    const { stops, notes, words, beams } = found
    t.diagnostic(
      `${stops} stops, ${notes} notes, ${words} words, ${beams} beams, ` +
        `${share} % by compiled code`,
    )
    assert.ok(stops > 0 && notes > 0 && words > 0 && beams > 0, 'something was watched')
    assert.ok(found.compiledShare >= LEAST_COMPILED, `compiled code ran ${share} %`)
  })
}
