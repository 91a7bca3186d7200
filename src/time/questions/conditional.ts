// Hits that count only where something is true of the machine behind them. It is asked within the
// run, which goes on at once where a hit does not count.
import type { Machine, Place } from '../../machine/machine.ts'
import { type Accepts, type Hit, type Range, Watchpoints } from '../../machine/watch.ts'
import type { Expression } from '../expression/expression.ts'
import type { Stage, Timeline } from '../timeline.ts'

export interface Sought {
  readonly places: readonly Place[]
  readonly ranges: readonly Range[]
  /** Asked of the machine as it stands behind a hit. */
  readonly holds: Accepts
}

/** A breakpoint, or a watchpoint, that counts where its condition is true; null: always. */
export interface Stop {
  readonly places: readonly Place[]
  readonly range: Range | null
  readonly condition: Expression | null
}

/** Those of the stops that a hit is one of, as the machine stands behind it. */
export const stopsAt = (stops: readonly Stop[], m: Machine, hit: Hit): Stop[] =>
  stops.filter((stop) => isOf(stop, hit) && stop.condition?.holds(m) !== false)

function isOf({ places, range }: Stop, hit: Hit): boolean {
  const { does, place, memory, address, sizeBytes } = hit
  if (does === 'enter') {
    const { instance, function: fn, pc } = place ?? { instance: -1, function: -1, pc: -1 }
    return places.some((one) => one.pc === pc && one.function === fn && one.instance === instance)
  }
  if (range === null || range.memory !== memory) return false
  const counts = does === 'read' ? range.reads : range.writes
  return counts && address < range.to && address + sizeBytes > range.from
}

/** Hits between two moments at which whoever waits may look. */
const HITS = 4096

/** Stands behind each hit that counts, from a tick on up to another; null: it is a moment. */
export function* hitsWhere<S extends Stage>(
  timeline: Timeline<S>,
  from: number,
  to: number,
  { places, ranges, holds }: Sought,
): Generator<Hit | null, void> {
  let asked = 0
  let counts = false
  const accepts: Accepts = (m, hit) => {
    counts = holds(m, hit)
    return counts || ++asked % HITS === 0
  }
  const last = Math.min(to, timeline.lastTick)
  for (let at = from; at < last; at = timeline.machine.ticks) {
    const watch = new Watchpoints('stop', ranges, places, accepts)
    for (const _ of timeline.watch(at, last, watch)) yield null
    if (watch.hit === null) return
    yield counts ? watch.hit : null
  }
}

/** On to the next hit that counts, behind where the machine stands; null: none came. */
export function* nextWhere<S extends Stage>(
  timeline: Timeline<S>,
  sought: Sought,
  to: number = timeline.lastTick,
): Generator<void, Hit | null> {
  for (const hit of hitsWhere(timeline, timeline.machine.ticks, to, sought)) {
    if (hit !== null) return hit
    yield
  }
  return null
}
