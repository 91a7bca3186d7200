// The instructions before a tick, the latest first: virtual beams of one stretch of the run after
// the other, each longer than the one behind it.
import { Trace, type VirtualBeam } from '../../machine/trace.ts'
import type { Stage, Timeline } from '../timeline.ts'

const FIRST_STRETCH = 2 ** 12
const LONGEST_STRETCH = 2 ** 19

/** Instructions that may be traced still; all who share it spend it. */
export interface Budget {
  left: number
}

export class TracedPast<S extends Stage> {
  private readonly timeline: Timeline<S>
  private readonly budget: Budget
  private trace: Trace | null = null
  private stretch = FIRST_STRETCH

  constructor(timeline: Timeline<S>, budget: Budget) {
    this.timeline = timeline
    this.budget = budget
  }

  /** The beam of a tick; null: the budget is spent. Who asks goes back in time. */
  *at(tick: number): Generator<void, VirtualBeam | null> {
    const known = this.trace?.at(tick) ?? null
    if (known !== null) return known
    const { budget, timeline } = this
    const from = Math.max(timeline.firstTick, tick - Math.min(this.stretch, budget.left))
    if (from >= tick) return null
    budget.left -= tick - from
    this.stretch = Math.min(2 * this.stretch, LONGEST_STRETCH)
    const trace = new Trace(tick - from)
    yield* timeline.watch(from, tick, trace)
    this.trace = trace
    return trace.at(tick)
  }
}
