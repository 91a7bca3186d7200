// The breakpoints of a session, some with a condition, and the ways between them.
import type { Machine, Place } from '../../machine/machine.ts'
import { placeKey } from '../../machine/watch.ts'
import type { RecordedRun } from '../../recorded-run.ts'
import { lastWhere, nextWhere } from '../../time/conditional.ts'
import type { Expression } from '../../time/expression.ts'

interface Breakpoint {
  readonly place: Place
  /** null: it always counts. */
  readonly condition: Expression | null
}

export class Breakpoints {
  private readonly all: Breakpoint[] = []

  /** Its number. */
  add(place: Place, condition: Expression | null): number {
    return this.all.push({ place, condition })
  }

  /** Those that always count. */
  get plain(): readonly Place[] {
    return this.all.filter(({ condition }) => condition === null).map(({ place }) => place)
  }

  /** On to the next one; false: none came. */
  *next({ timeline }: RecordedRun): Generator<void, boolean> {
    const places = this.all.map(({ place }) => place)
    const holds = (m: Machine, { place }: { place: Place | null }) => this.counts(m, place)
    return (yield* nextWhere(timeline, { places, ranges: [], holds })) !== null
  }

  /** The tick of the last one before a tick; null: there is none. */
  *last({ timeline, questions }: RecordedRun, tick: number): Generator<void, number | null> {
    const { plain } = this
    const visit = plain.length === 0 ? null : yield* questions.lastVisit(plain, tick)
    const places = this.all.flatMap(({ place, condition }) => (condition === null ? [] : [place]))
    if (places.length === 0) return visit
    const holds = (m: Machine, { place }: { place: Place | null }) => this.counts(m, place)
    const found = yield* lastWhere(timeline, { places, ranges: [], holds }, tick)
    return found === null ? visit : Math.max(found, visit ?? found)
  }

  private counts(m: Machine, place: Place | null): boolean {
    const key = place === null ? null : placeKey(place)
    return this.all.some(
      ({ place: own, condition }) => placeKey(own) === key && condition?.holds(m) !== false,
    )
  }
}
