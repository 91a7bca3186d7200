// Random valid programs by compiled code: in one piece, in slices that end anywhere, and through
// saved states, they come to what the stepper comes to.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { runBatches } from '../fuzz/batches.ts'
import { type Failure, LIMIT_MS } from '../fuzz/job.ts'
import { checkCompiled } from './compiled-world.ts'

const BATCH = 40
const seconds = Number(process.env.VAC_DIFF_SECONDS ?? 20)
const seed = Number(process.env.VAC_DIFF_SEED ?? 1)
/** 0: as many as the time allows. */
const cases = Number(process.env.VAC_DIFF_CASES ?? 0)

interface Regression {
  readonly seed: number
  readonly was: string
}
const regressions: readonly Regression[] = JSON.parse(
  readFileSync(join(import.meta.dirname, 'regressions.json'), 'utf8'),
)

const explain = (failure: Failure): string =>
  `seed ${failure.seed}; repeat: VAC_DIFF_SEED=${failure.seed} VAC_DIFF_CASES=1 ` +
  `npx node --test test/diff/worlds.test.ts\n${failure.message}`

/** A seed that took long because the machine was busy shows no fault of the engine. */
const isFault = ({ message }: Failure): boolean => !message.startsWith('took ')

test('compiled code runs random valid programs as the stepper does', async (t) => {
  const { done, failures, coverage } = await runBatches('compiled', BATCH, { seconds, cases, seed })
  t.diagnostic(
    `${done} worlds from seed ${seed}, ${coverage.ticks} ticks, ${coverage.compiledTicks} of ` +
      `their repetitions by compiled code, ${coverage.reloads} saved and loaded`,
  )
  t.diagnostic(`ends: ${coverage.endings()}`)
  for (const slow of failures) if (!isFault(slow)) t.diagnostic(`over ${LIMIT_MS} ms: ${slow.seed}`)
  assert.equal(
    failures.filter(isFault).length,
    0,
    failures.filter(isFault).map(explain).join('\n\n'),
  )
  assert.ok(done > 0, 'worlds ran')
  assert.ok(coverage.compiledTicks > 0, 'compiled code ran')
})

for (const { seed: failed, was } of regressions) {
  test(`compiled code runs world ${failed}: ${was}`, () => {
    checkCompiled(failed)
  })
}
