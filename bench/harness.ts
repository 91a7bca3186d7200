// Measures contests: the same work on our side and on a peer's, in one process, in interleaved
// repeats whose order a seed shuffles. What is compared is CPU time of this process; where the
// work is whole processes, the clock on the wall.
import { setImmediate } from 'node:timers/promises'
import { randomFrom, type Spread, shuffled, spreadOf } from './statistics.ts'

/** What one run gave: all sides of a contest must agree on `check`. */
export interface Result {
  readonly check: string
  /** Executed instructions of ours; 0 on a peer's side. */
  readonly ticks: number
}

export interface Side {
  readonly name: string
  /** Makes a run ready; what it gives back runs and is timed. */
  readonly prepare: () => () => Result
}

export interface Contest {
  readonly name: string
  readonly says: string
  /** The peer first; each other side's ratio is its time over the peer's. */
  readonly peer: Side
  readonly sides: readonly Side[]
  /** Instead of those of the options: what else the host does then weighs less. */
  readonly leastSeconds?: number
}

export type Clock = 'cpu' | 'wall'

export interface Options {
  readonly clock: Clock
  readonly repeats: number
  readonly seed: number
  /** Least seconds of one measurement; a side repeats its run to reach them. */
  readonly leastSeconds: number
  /** Says what is going on, on a terminal. */
  readonly progress: (text: string) => void
}

export interface SideRow {
  readonly side: string
  /** Its time over the peer's, of the measurements of one repeat. */
  readonly ratio: Spread
  readonly millisecondsPerRun: number
  readonly peerMillisecondsPerRun: number
  readonly runs: number
  readonly peerRuns: number
  readonly ticks: number
  /** Millions of instructions a second; 0 where the side counts none. */
  readonly mticksPerSecond: number
}

export interface ContestRow {
  readonly contest: string
  readonly rows: readonly SideRow[]
}

interface Entry {
  readonly contest: Contest
  readonly side: Side
  runs: number
  ticks: number
  /** Seconds of one run, by repeat. */
  readonly seconds: number[]
}

/** Shortest warm-up, in seconds and in runs; then a side is at its best tier. */
const WARM_SECONDS = 1.5
const WARM_RUNS = 3
const MOST_RUNS = 100_000

export async function measure(
  contests: readonly Contest[],
  options: Options,
): Promise<ContestRow[]> {
  const entries = contests.flatMap((contest) =>
    [contest.peer, ...contest.sides].map(
      (side): Entry => ({ contest, side, runs: 1, ticks: 0, seconds: [] }),
    ),
  )
  const checks = new Map<Contest, string>()
  for (const entry of entries) {
    options.progress(`warming up ${entry.contest.name}, ${entry.side.name}`)
    await warmUp(entry, options, checks)
  }
  const random = randomFrom(options.seed)
  for (let repeat = 1; repeat <= options.repeats; repeat++) {
    for (const entry of shuffled(entries, random)) {
      const { contest, side } = entry
      options.progress(`repeat ${repeat} of ${options.repeats}: ${contest.name}, ${side.name}`)
      entry.seconds.push(timed(entry, entry.runs, options, checks) / entry.runs)
      await setImmediate()
    }
  }
  options.progress('')
  return contests.map((contest) => rowOf(contest, entries))
}

/** Runs a side until it is at its best tier, and finds how many runs make one measurement. */
async function warmUp(entry: Entry, options: Options, checks: Map<Contest, string>): Promise<void> {
  let perRun = 0
  let runs = 1
  for (let total = 0, count = 0; total < WARM_SECONDS || count < WARM_RUNS; count += runs) {
    runs = Math.max(1, Math.min(2 * count, Math.ceil(0.1 / Math.max(perRun, 1e-6)), MOST_RUNS))
    const seconds = timed(entry, runs, options, checks)
    total += seconds
    perRun = seconds / runs
    // Compilers that work beside us hand their code over between turns.
    await setImmediate()
  }
  const { leastSeconds = options.leastSeconds } = entry.contest
  entry.runs = Math.max(1, Math.min(Math.ceil(leastSeconds / Math.max(perRun, 1e-6)), MOST_RUNS))
}

const clocks: Readonly<Record<Clock, () => number>> = {
  cpu: () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  },
  wall: () => performance.now() / 1e3,
}

/**
 * Seconds of some runs. Throws where a run gives another result than the contest's first one.
 */
function timed(entry: Entry, runs: number, options: Options, checks: Map<Contest, string>): number {
  const now = clocks[options.clock]
  const { contest, side } = entry
  const ready = Array.from({ length: runs }, () => side.prepare())
  const results: Result[] = []
  const before = now()
  for (const go of ready) results.push(go())
  const seconds = now() - before
  for (const { check, ticks } of results) {
    entry.ticks = ticks
    const known = checks.get(contest)
    if (known === undefined) checks.set(contest, check)
    else if (known !== check) {
      throw new Error(`${contest.name}: ${side.name} gives ${check}, the sides before it ${known}`)
    }
  }
  return seconds
}

function rowOf(contest: Contest, entries: readonly Entry[]): ContestRow {
  const own = entries.filter((entry) => entry.contest === contest)
  const peer = own[0]
  const rows = own.slice(1).map(({ side, seconds, runs, ticks }): SideRow => {
    const perRun = spreadOf(seconds).median
    return {
      side: side.name,
      ratio: spreadOf(seconds.map((value, at) => value / peer.seconds[at])),
      millisecondsPerRun: perRun * 1e3,
      peerMillisecondsPerRun: spreadOf(peer.seconds).median * 1e3,
      runs,
      peerRuns: peer.runs,
      ticks,
      mticksPerSecond: ticks / perRun / 1e6,
    }
  })
  return { contest: contest.name, rows }
}
