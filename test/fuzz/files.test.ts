// The file system against its model. VAC_FUZZ_SECONDS bounds the time, VAC_FUZZ_CASES the
// sequences; VAC_FUZZ_CASES=100000 is the full check.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { settings } from './batches.ts'
import { runFileTrial } from './file-operations.ts'

const STEPS = 60
/** Of the time of all fuzzing. */
const SHARE = 0.15

describe('the file system', () => {
  it('answers as its model does, saved and forked at any point', (t) => {
    const { seconds, cases, seed } = settings(SHARE)
    const most = cases > 0 ? cases : Number.POSITIVE_INFINITY
    const deadline = Date.now() + seconds * 1000
    const seen = new Map<string, number>()
    let done = 0
    for (; done < most && Date.now() < deadline; done++) {
      try {
        for (const [answer, count] of runFileTrial(seed + done, STEPS)) {
          seen.set(answer, (seen.get(answer) ?? 0) + count)
        }
      } catch (error) {
        const again = `VAC_FUZZ_SEED=${seed + done} VAC_FUZZ_CASES=1`
        t.diagnostic(`${again} npx node --test test/fuzz/files.test.ts`)
        throw error
      }
    }
    t.diagnostic(`${done} sequences, ${seen.size} kinds of answers`)
    if (process.env['VAC_FUZZ_VERBOSE']) t.diagnostic([...seen].join('; '))
    if (done > 500) assert.ok(seen.size > 80, `${[...seen.keys()].sort().join(', ')}`)
  })
})
