// A log of a recorded run that nobody wrote: values of expressions wherever the run came to some
// places.
import type { Place } from '../../machine/machine.ts'
import { placeKey, Watchpoints } from '../../machine/watch.ts'
import type { Expression, Value } from '../expression/expression.ts'
import type { Stage, Timeline } from '../timeline.ts'

/** The machine stood before the instruction at `place`. */
export interface Logged {
  readonly tick: number
  readonly place: Place
  /** Of the expressions, in their order; null: it could not be had there. */
  readonly values: readonly (Value | null)[]
}

export interface LogWindow {
  readonly from: number
  readonly to: number
  /** Only where it is true. */
  readonly condition: Expression | null
  readonly most: number
}

/** Visits between two moments at which whoever waits may look. */
const VISITS = 64

/** In order, `most` of them, and whether there are more. */
export function* logOf<S extends Stage>(
  timeline: Timeline<S>,
  places: readonly Place[],
  expressions: readonly Expression[],
  { from, to, condition, most }: LogWindow,
): Generator<void, { readonly found: readonly Logged[]; readonly more: boolean }> {
  const found: Logged[] = []
  for (const place of visits(timeline, places, from, to)) {
    if (place === null) {
      yield
      continue
    }
    const { machine } = timeline
    if (condition?.holds(machine) === false) continue
    if (found.length === most) return { found, more: true }
    const values = expressions.map(({ value }) => value(machine))
    found.push({ tick: machine.ticks, place, values })
  }
  return { found, more: false }
}

/**
 * Stops wherever the machine stands before one of the places, from a tick to another; null: it is a
 * moment to look.
 */
export function* visits<S extends Stage>(
  timeline: Timeline<S>,
  places: readonly Place[],
  from: number,
  to: number,
): Generator<Place | null, void> {
  const keys = new Set(places.map(placeKey))
  for (const _ of timeline.seek(from)) yield null
  const here = placeOf(timeline)
  if (here !== null && keys.has(placeKey(here))) yield here
  const watch = new Watchpoints('stop', [], places)
  const last = Math.min(to, timeline.lastTick)
  for (let count = 1; timeline.machine.ticks < last; count++) {
    for (const _ of timeline.watch(timeline.machine.ticks, last, watch)) yield null
    if (watch.hit === null) return
    yield watch.hit.place as Place
    if (count % VISITS === 0) yield null
  }
}

/** The instruction that comes next; null: none does. */
function placeOf<S extends Stage>({ machine: m }: Timeline<S>): Place | null {
  if (m.depth === 0 || m.status !== 'running') return null
  const { instance, index } = m.frameFunction[m.depth - 1]
  return { instance, function: index, pc: m.framePc[m.depth - 1] }
}
