// How the index of writes is made in parts: stretches of intervals that begin where the recording
// has a checkpoint, each made by whoever is free.
import { WriteIndex } from '../../machine/write-index.ts'
import type { Stage, Timeline } from '../timeline.ts'

/** From behind a tick up to another. */
export interface Interval {
  readonly from: number
  readonly to: number
}

/** Intervals by their numbers, from one up to, but not with, another. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

export interface IndexPlan {
  /** The last link of the run's chain, in hex. */
  readonly head: string
  readonly intervals: readonly Interval[]
  readonly stretches: readonly Stretch[]
}

export interface MadePart {
  readonly interval: number
  /** Compressed. */
  readonly part: Uint8Array
}

/** Others who can make parts of a run's index. */
export interface IndexWorkers {
  /** How many should work on a run of so many ticks with so much memory, this thread included. */
  readonly worthwhile: (ticks: number, guestBytes: number) => number
  /** So many others begin. */
  readonly start: (plan: IndexPlan, others: number) => IndexWork | null
}

export interface IndexWork {
  /** A stretch that nobody has taken; null: there is none left. */
  readonly take: () => Stretch | null
  /** What the others made since. */
  readonly received: () => readonly MadePart[]
  /** Waits a moment for more; true: none of the others is at work any more. */
  readonly wait: () => boolean
  readonly end: () => void
}

/** So many for each thread: they are not equally fast, and some stretches take longer. */
const STRETCHES = 2

/** The words that the run writes in an interval. */
export function* writesIn<S extends Stage>(
  timeline: Timeline<S>,
  { from, to }: Interval,
): Generator<void, WriteIndex> {
  const index = new WriteIndex()
  yield* timeline.watch(from, to, index)
  return index
}

/** Some for each thread, the longest first; each begins at a stored checkpoint but one. */
export function stretchesOf(
  intervals: readonly Interval[],
  stored: readonly number[],
  threads: number,
): Stretch[] {
  const ticksOf = ({ from, to }: Stretch): number => intervals[to - 1].to - intervals[from].from
  const all = { from: 0, to: intervals.length }
  const least = ticksOf(all) / (STRETCHES * threads)
  const begins = new Set(stored)
  const stretches: Stretch[] = []
  let from = 0
  intervals.forEach((interval, number) => {
    if (!begins.has(interval.from) || interval.from - intervals[from].from < least) return
    stretches.push({ from, to: number })
    from = number
  })
  stretches.push({ from, to: all.to })
  return stretches.sort((a, b) => ticksOf(b) - ticksOf(a))
}
