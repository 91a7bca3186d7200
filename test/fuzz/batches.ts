// Hands out batches to child processes and gathers what they found. A child that dies or hangs is
// one failure, of the seed it was at.
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Coverage } from './coverage.ts'
import { type Failure, type Job, LIMIT_MS, type Report } from './job.ts'

/** A case may take this long before its process is ended: the machine may be busy. */
const HANG_MS = 6 * LIMIT_MS
const HEAP_MIB = 2_000
const MOST_FAILURES = 10

export interface Settings {
  readonly seconds: number
  /** 0: as many as the time allows. */
  readonly cases: number
  readonly seed: number
}

export function settings(share: number): Settings {
  const number = (name: string, other: number): number => Number(process.env[name] ?? other)
  const cases = number('VAC_FUZZ_CASES', 0)
  const given = process.env['VAC_FUZZ_SECONDS']
  const seconds = given === undefined && cases > 0 ? 1e6 : Number(given ?? 60) * share
  return { seconds, cases, seed: number('VAC_FUZZ_SEED', 1) }
}

export interface Total {
  readonly done: number
  readonly failures: readonly Failure[]
  readonly coverage: Coverage
}

export async function runBatches(
  mode: Job['mode'],
  batch: number,
  { seconds, cases, seed }: Settings,
  hangMs = HANG_MS,
): Promise<Total> {
  const folder = mkdtempSync(join(tmpdir(), 'vac-fuzz-'))
  const deadline = Date.now() + seconds * 1_000
  const most = cases > 0 ? cases : Number.POSITIVE_INFINITY
  const coverage = new Coverage(false)
  const failures: Failure[] = []
  let given = 0
  let done = 0
  const lane = async (number: number): Promise<void> => {
    while (given < most && Date.now() < deadline && failures.length < MOST_FAILURES) {
      const count = Math.min(batch, most - given)
      const job = { mode, from: seed + given, count, deadline, seedFile: join(folder, `${number}`) }
      given += count
      const report = await runBatch(job, hangMs)
      done += report.done
      failures.push(...report.failures)
      coverage.merge(report.summary, report.done)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, (_, number) => lane(number)))
  rmSync(folder, { recursive: true })
  return { done, failures, coverage }
}

const nothing = {
  rows: {},
  ends: {},
  ticks: 0,
  compiledTicks: 0,
  reloads: 0,
  long: 0,
  slowestMs: 0,
}

function runBatch(job: Job, hangMs: number): Promise<Report> {
  writeFileSync(job.seedFile, new Uint8Array(8))
  const child = fork(join(import.meta.dirname, 'worker.ts'), [JSON.stringify(job)], {
    execArgv: [`--max-old-space-size=${HEAP_MIB}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const errors: string[] = []
  child.stderr?.on('data', (data) => errors.push(String(data)))
  const watch = watchFor(child, job.seedFile, hangMs)
  return new Promise((resolve) => {
    let report: Report | null = null
    child.on('message', (message) => {
      report = message as Report
    })
    child.on('exit', (code, signal) => {
      clearInterval(watch.timer)
      if (report !== null && code === 0) return resolve(report)
      const seed = seedIn(job.seedFile)
      const how = watch.hung ? `hung for ${hangMs} ms` : `ended with ${signal ?? code}`
      const message = `the process ${how}\n${errors.join('').slice(-2_000)}`
      const done = Math.max(0, seed - job.from)
      resolve({ done, failures: [{ seed, message }], summary: nothing })
    })
  })
}

const seedIn = (file: string): number => readFileSync(file).readDoubleLE(0)

/** Ends a child that stays at one seed for too long. */
function watchFor(
  child: ChildProcess,
  file: string,
  hangMs: number,
): { readonly timer: NodeJS.Timeout; readonly hung: boolean } {
  let last = 0
  let since = Date.now()
  const watch = {
    hung: false,
    timer: setInterval(() => {
      const seed = seedIn(file)
      if (seed !== last || seed === 0) {
        last = seed
        since = Date.now()
      } else if (Date.now() - since > hangMs) {
        watch.hung = true
        child.kill('SIGKILL')
      }
    }, 500),
  }
  return watch
}

/** What to print of failures: the seed and the command that repeats each. */
export function explain(failures: readonly Failure[], name: string): string {
  return failures
    .map(
      ({ seed, message }) =>
        `seed ${seed}; repeat: VAC_FUZZ_SEED=${seed} VAC_FUZZ_CASES=1 ` +
        `npx node --test test/fuzz/${name}.test.ts\n${message}`,
    )
    .join('\n\n')
}
