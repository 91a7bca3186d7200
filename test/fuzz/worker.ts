// A batch of cases in a process of its own: argv[2] is the job as JSON, the report goes to the
// parent.
import { openSync, writeSync } from 'node:fs'
import { checkCompiled } from '../diff/compiled-world.ts'
import { checkWatched } from '../diff/watched-world.ts'
import { loadCorpus } from './corpus.ts'
import { Coverage } from './coverage.ts'
import { checkWorld } from './differential.ts'
import { type Failure, type Job, LIMIT_GROWTH_BYTES, LIMIT_MS, type Report } from './job.ts'
import { mutant, tryMutant } from './mutation.ts'

const MOST_FAILURES = 5

const job: Job = JSON.parse(process.argv[2])
// Rows are counted in the stepper, which compiled code leaves alone.
const coverage = new Coverage(job.mode !== 'compiled' && job.mode !== 'watched')
const file = openSync(job.seedFile, 'r+')
const failures: Failure[] = []
let slowestMs = 0

async function cases(): Promise<(seed: number) => void> {
  if (job.mode === 'worlds') return (seed) => coverage.add(checkWorld(seed))
  if (job.mode === 'compiled') return (seed) => coverage.add(checkCompiled(seed))
  if (job.mode === 'watched') return (seed) => coverage.add(checkWatched(seed))
  if (job.mode === 'faults') return fault
  const corpus = await loadCorpus()
  return (seed) => {
    const { door, outcome, ticks } = tryMutant(mutant(corpus, seed))
    coverage.ended(`${door} ${outcome}`, ticks)
  }
}

/** For the test of the batches themselves: what may befall one. */
function fault(seed: number): void {
  if (seed === 2) throw new Error('a failed check')
  if (seed === 4) process.abort()
  while (seed === 6);
}

function one(seed: number, check: (seed: number) => void): void {
  writeSync(file, new Uint8Array(Float64Array.of(seed).buffer), 0, 8, 0)
  const before = process.memoryUsage.rss()
  const start = performance.now()
  try {
    check(seed)
  } catch (error) {
    failures.push({ seed, message: String((error as Error).stack ?? error).slice(0, 3_000) })
  }
  const took = performance.now() - start
  slowestMs = Math.max(slowestMs, took)
  if (took > LIMIT_MS) failures.push({ seed, message: `took ${Math.round(took)} ms` })
  const grown = process.memoryUsage.rss() - before
  if (grown > LIMIT_GROWTH_BYTES) {
    failures.push({ seed, message: `the process grew by ${grown >> 20} MiB` })
  }
}

const check = await cases()
let done = 0
while (done < job.count && Date.now() < job.deadline && failures.length < MOST_FAILURES) {
  one(job.from + done, check)
  done++
}
const report: Report = { done, failures, summary: { ...coverage.summary(), slowestMs } }
process.send?.(report, () => process.disconnect?.())
