// Random valid programs: every row of the table, by both engines, in one piece and in slices,
// through saved states.
import assert from 'node:assert/strict'
import test from 'node:test'
import { explain, runBatches, settings } from './batches.ts'

const BATCH = 60
/** The full run demands the whole bar; a short one what its length allows. */
const FULL_WORLDS = 5_000
const MUTANTS = 200
const FULL_LEAST = 1_000
const FEW_WORLDS = 50

test('worlds: the engines agree on random valid programs', async (t) => {
  const { done, failures, coverage } = await runBatches('worlds', BATCH, worldSettings())
  console.log(`\n${coverage.report()}\n`)
  assert.equal(failures.length, 0, explain(failures, 'worlds'))
  if (done < FEW_WORLDS) return t.diagnostic(`only ${done} worlds: coverage is not judged`)
  assert.ok(coverage.long >= 0.8 * done, `${coverage.long} of ${done} retire 1000 ticks`)
  assert.ok(coverage.reloads > done, `${coverage.reloads} states saved and loaded`)
  for (const end of ['unreachable', 'uncaught exception', 'call stack exhausted', 'exited']) {
    assert.ok(coverage.endsBy(end) > 0, `some run ends by ${end}`)
  }
  const least = done >= FULL_WORLDS ? FULL_LEAST : Math.floor(done / FEW_WORLDS)
  assert.deepEqual(coverage.below(least), [], `rows executed fewer than ${least} times`)
})

/** A world is as much work as many mutants. */
function worldSettings(): ReturnType<typeof settings> {
  const given = settings(0.5)
  const { cases } = given
  return { ...given, cases: cases > MUTANTS ? Math.max(cases / MUTANTS, FULL_WORLDS) : cases }
}
