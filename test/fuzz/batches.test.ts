// The batches themselves: a check that fails, a process that dies and one that hangs are each
// charged to their seed.
import assert from 'node:assert/strict'
import test from 'node:test'
import { explain, runBatches } from './batches.ts'

test('a failure, a crash and a hang are reported with their seeds; the rest runs on', async () => {
  const settings = { seconds: 60, cases: 7, seed: 1 }
  const { failures } = await runBatches('faults', 1, settings, 3_000)
  const bySeed = [...failures].sort((a, b) => a.seed - b.seed)
  assert.deepEqual(
    bySeed.map(({ seed }) => seed),
    [2, 4, 6],
  )
  assert.match(bySeed[0].message, /a failed check/)
  assert.match(bySeed[1].message, /SIGABRT/)
  assert.match(bySeed[2].message, /hung for 3000 ms/)
  assert.match(explain(failures, 'a'), /VAC_FUZZ_SEED=4 VAC_FUZZ_CASES=1 npx node --test test/)
})
