// Ways through a recorded run: on to the next stop, back to the last one, over and out of calls, by
// instruction or by line. A call is left, or was made, where the depth says so, and that can be at
// a few places only: the run watches these. Each yields while it works, and may be dropped.
import type { Machine, Place } from '../../machine/machine.ts'
import { type Hit, placeKey } from '../../machine/watch.ts'
import type { RecordedRun } from '../../recorded-run.ts'
import { BeamKind } from '../../time/lineage/beam.ts'
import type { StoredBeam } from '../../time/lineage/lineage.ts'
import { nextWhere, type Sought, type Stop, stopsAt } from '../../time/questions/conditional.ts'
import { isPlace, samePlace } from './code.ts'
import { bodyOf, callsInLine, lineKey, otherLines } from './lines.ts'

/**
 * Why a motion ended. `call`: the call from outside is over. Of a stop at bytes, forwards the
 * access has happened, backwards it is about to.
 */
export type Arrival =
  | { readonly why: 'step' | 'call' | 'begin' | 'end' }
  | { readonly why: 'stop'; readonly stops: readonly Stop[] }

export type Motion = Generator<void, Arrival>

/** Places that are gone to, while so many frames stand at most. */
interface Goal {
  readonly places: readonly Place[]
  readonly depth: number
}

const STEP: Arrival = { why: 'step' }
const CALL: Arrival = { why: 'call' }
const BEGIN: Arrival = { why: 'begin' }
const END: Arrival = { why: 'end' }

export class Motions {
  /**
   * Where a motion ends before its goal. Others may be given while one is under way: if it goes
   * forwards, it heeds them.
   */
  stops: readonly Stop[] = []
  private readonly run: RecordedRun

  constructor(run: RecordedRun) {
    this.run = run
  }

  /** On to the next stop. */
  *forward(): Motion {
    return yield* this.onward([])
  }

  /** From the beginning on to the first stop, which may be where it begins. */
  *fromBegin(): Motion {
    yield* this.toBegin()
    const stops = this.stopsHere()
    return stops.length > 0 ? { why: 'stop', stops } : yield* this.forward()
  }

  /** One instruction. */
  *step(): Motion {
    const { timeline, lastTick } = this.run
    const { ticks } = this.machine
    if (ticks >= lastTick) return END
    yield* timeline.seek(ticks + 1)
    return this.machine.ticks >= lastTick || this.machine.depth === 0 ? END : STEP
  }

  /** One instruction, with all that it calls. */
  *over(): Motion {
    const { depth } = this.machine
    const arrival = yield* this.step()
    if (arrival !== STEP || this.machine.depth <= depth) return arrival
    return yield* this.onward([this.landings(depth)])
  }

  /** To another line of the function, or out of it; by instruction where no line is known. */
  *overLine(): Motion {
    const here = this.here()
    if (here === null || lineKey(this.machine, here) === null) return yield* this.over()
    const { depth } = this.machine
    const lines = { places: otherLines(this.machine, here), depth }
    return yield* this.onward([lines, this.landings(depth - 1)])
  }

  /** To another line, also of a function that is called and has lines. */
  *intoLine(): Motion {
    const here = this.here()
    if (here === null || lineKey(this.machine, here) === null) return yield* this.step()
    const { depth } = this.machine
    const calls = callsInLine(this.machine, here)
    const others = otherLines(this.machine, here)
    const goals = [{ places: [...others, ...calls], depth }, this.landings(depth - 1)]
    for (;;) {
      const at = this.here()
      if (at === null || !calls.some((call) => samePlace(call, at))) {
        const arrival = yield* this.onward(goals)
        const came = this.here()
        const goesOn = came !== null && calls.some((call) => samePlace(call, came))
        if (arrival.why !== 'step' || this.machine.depth < depth || !goesOn) return arrival
      }
      const arrival = yield* this.step()
      if (arrival.why !== 'step') return arrival
      if (this.machine.depth <= depth) continue
      const entered = this.here()
      const body = entered === null ? null : bodyOf(this.machine, entered)
      if (entered !== null && body !== null) {
        if (samePlace(body, entered)) return STEP
        return yield* this.onward([{ places: [body], depth: depth + 1 }, this.landings(depth)])
      }
      const back = yield* this.onward([this.landings(depth)])
      if (back.why !== 'step' || this.machine.depth < depth) return back
      const behind = this.here()
      if (behind !== null && others.some((one) => samePlace(one, behind))) return STEP
    }
  }

  /** Until the function has returned. */
  *out(): Motion {
    return yield* this.onward([this.landings(this.machine.depth - 1)])
  }

  /** Back to the last stop. */
  *backward(): Motion {
    const { questions, timeline } = this.run
    const { ticks } = this.machine
    const plain = this.stops.filter(({ condition }) => condition === null)
    const ranges = plain.flatMap(({ range }) => range ?? [])
    // Without conditions nothing must be looked at on the way.
    const noted = yield* questions.lastHit(ranges, placesOf(plain), ticks)
    const others = this.stops.filter(({ condition }) => condition !== null)
    const arrival = others.length === 0 ? null : yield* this.last([], others, noted?.tick)
    if (arrival !== null) return arrival
    if (noted === null) return yield* this.toBegin()
    yield* timeline.seek(noted.tick)
    if (noted.range === null) return { why: 'stop', stops: this.stopsHere() }
    return { why: 'stop', stops: plain.filter(({ range }) => range === noted.range) }
  }

  /** One instruction back. */
  *back(): Motion {
    const { ticks } = this.machine
    if (ticks <= this.run.firstTick) return BEGIN
    yield* this.run.timeline.seek(ticks - 1)
    return STEP
  }

  /** One instruction back; where that was the last of a call, to before the call. */
  *backOver(): Motion {
    const { depth } = this.machine
    const arrival = yield* this.back()
    if (arrival !== STEP || depth === 0 || this.machine.depth <= depth) return arrival
    return yield* this.backTo(depth)
  }

  /** To the call of this function; of the outermost to where it began. */
  *backOut(): Motion {
    const { depth, ticks } = this.machine
    return ticks <= this.invocation ? yield* this.back() : yield* this.backTo(depth - 1)
  }

  /** Back to the call for which so many frames waited. */
  private *backTo(depth: number): Motion {
    const goals = depth < 1 ? [] : [this.callOf(depth)]
    const begin = this.invocation
    return (yield* this.last(goals, this.stops, begin)) ?? (yield* this.toBegin(begin))
  }

  /** To where the line began, or, from there, to where the line before began. */
  *backLine(): Motion {
    const from = this.machine.ticks
    const here = this.here()
    if (here === null || lineKey(this.machine, here) === null) return yield* this.backOver()
    const { depth } = this.machine
    let start = yield* this.lineStart(here)
    if (start !== null && start.tick === from) {
      yield* this.run.timeline.seek(start.before)
      const last = this.here()
      if (last === null || this.machine.depth < depth) return STEP
      start = yield* this.lineStart(last)
    }
    if (start === null) return yield* this.toBegin(this.invocation)
    yield* this.run.timeline.seek(start.tick)
    return STEP
  }

  /**
   * Where the machine came to the line in which it stands at `here`: from the instruction of tick
   * `before`, of another line or of the caller. null: it was there from the beginning.
   */
  private *lineStart(here: Place): Generator<void, { tick: number; before: number } | null> {
    const { depth } = this.machine
    const lines = { places: otherLines(this.machine, here), depth }
    const goals = depth < 2 ? [lines] : [lines, this.callOf(depth - 1)]
    const begin = this.invocation
    if ((yield* this.last(goals, [], begin)) === null) {
      yield* this.toBegin(begin)
      return null
    }
    const before = this.machine.ticks
    const isCaller = this.machine.depth < depth
    yield* this.run.timeline.seek(before + 1)
    if (!isCaller && this.machine.depth > depth) {
      yield* this.onward([this.landings(depth)], true)
    }
    return { tick: this.machine.ticks, before }
  }

  private *toBegin(tick = this.run.firstTick): Motion {
    yield* this.run.timeline.seek(tick)
    return tick === this.run.firstTick ? BEGIN : STEP
  }

  private get machine(): Machine {
    return this.run.vac.machine
  }

  /** The instruction that comes next; null: the program does not run. */
  private here(): Place | null {
    const m = this.machine
    return m.depth === 0 ? null : m.chain(m.framePc[m.depth - 1])[0]
  }

  /** Those that the machine came to where it stands. */
  private stopsHere(): Stop[] {
    const place = this.here()
    const nowhere = { memory: 0, address: 0, sizeBytes: 0 }
    const { ticks: tick } = this.machine
    return stopsAt(this.stops, this.machine, { does: 'enter', tick, ...nowhere, place })
  }

  /** On to a stop or a goal, within the call from outside. `quiet`: no stops. */
  private *onward(goals: readonly Goal[], quiet = false): Motion {
    const { timeline, lastTick } = this.run
    const until = goals.length === 0 ? lastTick : this.nextInvocation(this.machine.ticks)
    for (;;) {
      const { stops } = this
      const work = nextWhere(timeline, soughtOf(goals, quiet ? [] : stops), until)
      for (let turn = work.next(); ; turn = work.next()) {
        if (turn.done === true) return this.came(turn.value, quiet ? [] : stops)
        yield
        if (this.stops !== stops) break
      }
      work.return(null)
    }
  }

  private came(hit: Hit | null, stops: readonly Stop[]): Arrival {
    if (hit === null) return this.machine.ticks < this.run.lastTick ? CALL : END
    const met = stopsAt(stops, this.machine, hit)
    return met.length > 0 ? { why: 'stop', stops: met } : STEP
  }

  /**
   * Back to the last goal, or stop, behind a tick; null: there was none, and the machine stands
   * anywhere.
   */
  private *last(
    goals: readonly Goal[],
    stops: readonly Stop[],
    after?: number,
  ): Generator<void, Arrival | null> {
    const { questions, timeline } = this.run
    const { ticks } = this.machine
    const { holds, ...sought } = soughtOf(goals, stops)
    let met: Stop[] = []
    const found = yield* questions.lastWhere(
      {
        ...sought,
        holds: (m, hit) => {
          if (standing(hit) >= ticks || !holds(m, hit)) return false
          met = stopsAt(stops, m, hit)
          return true
        },
      },
      ticks,
      after,
    )
    if (found === null) return null
    yield* timeline.seek(standing(found))
    return met.length > 0 ? { why: 'stop', stops: met } : STEP
  }

  /**
   * Where the machine may come to stand once so many frames are left at most: where these go on,
   * and where they catch exceptions.
   */
  private landings(depth: number): Goal {
    const m = this.machine
    const places = new Map<string, Place>()
    for (let at = depth - 1; at >= 0; at--) {
      const { instance, index, def } = m.frameFunction[at]
      const pcs = [
        m.framePc[at],
        ...(def?.handlers ?? []).map(({ label }) => def?.labels[label].pc),
      ]
      for (const pc of pcs) {
        const place = { instance, function: index, pc: pc ?? 0 }
        if (isPlace(m, place)) places.set(placeKey(place), place)
      }
    }
    return { places: [...places.values()], depth }
  }

  /** The call that the innermost of so many frames waits for. */
  private callOf(depth: number): Goal {
    const { instance, index } = this.machine.frameFunction[depth - 1]
    const pc = this.machine.framePc[depth - 1] - 1
    return { places: [{ instance, function: index, pc }], depth }
  }

  /** The tick of the next call from outside; of the end where none comes. */
  private nextInvocation(tick: number): number {
    const { timeline, lastTick } = this.run
    return (
      timeline.lineage.beams.find((beam) => isInvoke(beam) && beam.tick > tick)?.tick ?? lastTick
    )
  }

  /** The tick of the call from outside that the machine is in. */
  private get invocation(): number {
    const { timeline, firstTick } = this.run
    const { ticks } = this.machine
    const last = timeline.lineage.beams.findLast((beam) => isInvoke(beam) && beam.tick <= ticks)
    return Math.max(firstTick, last?.tick ?? firstTick)
  }
}

const isInvoke = ({ kind }: StoredBeam): boolean => kind === BeamKind.invoke

/** Where the machine stands that comes backwards to a hit. */
const standing = ({ does, tick }: Hit): number => (does === 'enter' ? tick : tick - 1)

const placesOf = (all: readonly { readonly places: readonly Place[] }[]): Place[] =>
  all.flatMap(({ places }) => places)

function soughtOf(goals: readonly Goal[], stops: readonly Stop[]): Sought {
  const keyed = goals.map(({ places, depth }) => ({ depth, keys: new Set(places.map(placeKey)) }))
  const reached = (m: Machine, { does, place }: Hit): boolean =>
    does === 'enter' &&
    place !== null &&
    keyed.some(({ depth, keys }) => m.depth <= depth && keys.has(placeKey(place)))
  return {
    places: placesOf([...goals, ...stops]),
    ranges: stops.flatMap(({ range }) => range ?? []),
    holds: (m, hit) => reached(m, hit) || stopsAt(stops, m, hit).length > 0,
  }
}
