// Hits that count only where something is true of the machine behind them: the next one, the last.
import type { Machine, Place } from '../machine/machine.ts'
import { type Hit, type Range, Watchpoints } from '../machine/watch.ts'
import type { Stage, Timeline } from './timeline.ts'

export interface Sought {
  readonly places: readonly Place[]
  readonly ranges: readonly Range[]
  /** Asked of the machine as it stands behind a hit. */
  readonly holds: (m: Machine, hit: Hit) => boolean
}

/** Hits between two moments at which whoever waits may look. */
const HITS = 64

/** Stands behind each hit that counts, from where the machine stands to a tick; null: a moment. */
function* hits<S extends Stage>(
  timeline: Timeline<S>,
  from: number,
  to: number,
  { places, ranges, holds }: Sought,
): Generator<Hit | null, void> {
  const watch = new Watchpoints('stop', ranges, places)
  const last = Math.min(to, timeline.lastTick)
  for (let at = from, count = 1; at < last; count++) {
    for (const _ of timeline.watch(at, last, watch)) yield null
    const { hit } = watch
    if (hit === null) return
    at = timeline.machine.ticks
    if (holds(timeline.machine, hit)) yield hit
    if (count % HITS === 0) yield null
  }
}

/** On to the next hit that counts, behind where the machine stands; null: none came. */
export function* nextWhere<S extends Stage>(
  timeline: Timeline<S>,
  sought: Sought,
): Generator<void, Hit | null> {
  for (const hit of hits(timeline, timeline.machine.ticks, timeline.lastTick, sought)) {
    if (hit !== null) return hit
    yield
  }
  return null
}

/**
 * The tick of the last hit that counts before `tick`; null: there was none. Each interval between
 * two snapshots is run once, the latest first. The machine stands anywhere then.
 */
export function* lastWhere<S extends Stage>(
  timeline: Timeline<S>,
  sought: Sought,
  tick: number,
): Generator<void, number | null> {
  // Once there, snapshots stand along the way.
  let to = Math.min(tick, timeline.lastTick + 1) - 1
  yield* timeline.seek(to)
  for (const from of timeline.checkpoints.filter((start) => start < to).reverse()) {
    let last: number | null = null
    for (const hit of hits(timeline, from, to, sought)) {
      if (hit === null) yield
      else last = hit.tick
    }
    if (last !== null) return last
    yield
    to = from
  }
  return null
}
