// Ways through a recorded run: on to the next point that is watched, back to the last one, over
// and out of calls, by instruction or by line. Each yields while it works, and may be dropped.
import type { Machine, Place } from '../../machine/machine.ts'
import type { FunctionInstance } from '../../machine/store.ts'
import { type Hit, placeKey, type Range, Watchpoints } from '../../machine/watch.ts'
import type { Bytes, RecordedRun } from '../../recorded-run.ts'
import type { LastHit } from '../../time/questions.ts'
import { isPlace, samePlace } from './code.ts'
import { bodyOf, callsInLine, lineKey, otherLines } from './lines.ts'

/** Where a motion is to end before its goal: breakpoints and watchpoints. */
export interface Points {
  readonly places: readonly Place[]
  readonly ranges: readonly Range[]
  /** Does a place count, as the machine stands there? Without it, all do. */
  readonly counts?: (place: Place, m: Machine) => boolean
}

/** Why a motion ended. Forwards a hit of bytes has happened, backwards it is about to. */
export type Arrival =
  | { readonly why: 'step' | 'begin' | 'end' }
  | { readonly why: 'place'; readonly place: Place }
  | { readonly why: 'bytes'; readonly touched: Bytes }

export type Motion = Generator<void, Arrival>

const STEP: Arrival = { why: 'step' }
const BEGIN: Arrival = { why: 'begin' }
const END: Arrival = { why: 'end' }
const NONE: Points = { places: [], ranges: [] }

export class Motions {
  /** Others may be given while a motion is under way: one that goes forwards heeds them. */
  points = NONE
  private readonly run: RecordedRun

  constructor(run: RecordedRun) {
    this.run = run
  }

  /** On to the next point. */
  *forward(): Motion {
    return yield* this.onward([], 0)
  }

  /** From the beginning on to the first point, which may be where it begins. */
  *fromBegin(): Motion {
    yield* this.toBegin()
    const here = this.here()
    if (here !== null && this.isPoint(here)) return { why: 'place', place: here }
    return yield* this.forward()
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
    return yield* this.onward(this.landings(depth), depth)
  }

  /** To another line of the function, or out of it; by instruction where no line is known. */
  *overLine(): Motion {
    const here = this.here()
    if (here === null || lineKey(this.machine, here) === null) return yield* this.over()
    const { depth } = this.machine
    const targets = [...otherLines(this.machine, here), ...this.landings(depth - 1)]
    return yield* this.onward(targets, depth)
  }

  /** To another line, also of a function that is called and has lines. */
  *intoLine(): Motion {
    const here = this.here()
    if (here === null || lineKey(this.machine, here) === null) return yield* this.step()
    const { depth } = this.machine
    const calls = callsInLine(this.machine, here)
    const targets = [...otherLines(this.machine, here), ...this.landings(depth - 1), ...calls]
    for (;;) {
      const at = this.here()
      if (at === null || !calls.some((call) => samePlace(call, at))) {
        const arrival = yield* this.onward(targets, depth)
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
        return yield* this.onward([body, ...this.landings(depth)], depth + 1)
      }
      const back = yield* this.onward(this.landings(depth), depth)
      if (back.why !== 'step' || this.machine.depth < depth) return back
      const behind = this.here()
      if (behind !== null && targets.some((one) => samePlace(one, behind))) {
        if (!calls.some((call) => samePlace(call, behind))) return STEP
      }
    }
  }

  /** Until the function has returned. */
  *out(): Motion {
    const { depth } = this.machine
    return yield* this.onward(this.landings(depth - 1), depth - 1)
  }

  /** Back to the last point. */
  *backward(): Motion {
    const { places, ranges } = this.points
    for (;;) {
      const found = yield* this.run.questions.lastHit(ranges, places, this.machine.ticks)
      if (found === null) return yield* this.toBegin()
      yield* this.run.timeline.seek(found.tick)
      const here = this.here()
      if (found.range !== null || (here !== null && this.isPoint(here))) {
        return this.pointHere(found)
      }
    }
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
    const fn = this.machine.frameFunction[depth - 1]
    const pc = this.machine.framePc[depth - 1] - 1
    const call = { instance: fn.instance, function: fn.index, pc }
    for (;;) {
      const { places, ranges } = this.points
      const { ticks } = this.machine
      const found = yield* this.run.questions.lastHit(ranges, [...places, call], ticks)
      if (found === null) return yield* this.toBegin()
      yield* this.run.timeline.seek(found.tick)
      const here = this.here()
      const isCallHere = here !== null && samePlace(here, call)
      if (found.range !== null || (here !== null && this.isPoint(here))) {
        return this.pointHere(found)
      }
      if (isCallHere && this.machine.depth <= depth) return STEP
    }
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
    if (start === null) return yield* this.toBegin()
    yield* this.run.timeline.seek(start.tick)
    return STEP
  }

  /**
   * Where the machine came to the line in which it stands at `here`: from the instruction of tick
   * `before`, of another line or of the caller. null: it was there from the beginning.
   */
  private *lineStart(here: Place): Generator<void, { tick: number; before: number } | null> {
    const { depth } = this.machine
    const places = otherLines(this.machine, here)
    const [caller] = this.landings(depth - 1)
    if (caller !== undefined) places.push({ ...caller, pc: caller.pc - 1 })
    for (;;) {
      const before = yield* this.run.questions.lastVisit(places, this.machine.ticks)
      if (before === null) return null
      yield* this.run.timeline.seek(before)
      if (this.machine.depth > depth) continue
      const isCaller = this.machine.depth < depth
      yield* this.run.timeline.seek(before + 1)
      if (!isCaller && this.machine.depth > depth) {
        yield* this.onward(this.landings(depth), depth, NONE)
      }
      return { tick: this.machine.ticks, before }
    }
  }

  private *toBegin(): Motion {
    yield* this.run.timeline.seek(this.run.firstTick)
    return BEGIN
  }

  private get machine(): Machine {
    return this.run.vac.machine
  }

  /** The instruction that comes next; null: the program does not run. */
  private here(): Place | null {
    const m = this.machine
    return m.depth === 0 ? null : m.chain(m.framePc[m.depth - 1])[0]
  }

  private isPoint(place: Place): boolean {
    const key = placeKey(place)
    const { places, counts } = this.points
    if (!places.some((one) => placeKey(one) === key)) return false
    return counts === undefined || counts(place, this.machine)
  }

  private pointHere({ range }: LastHit): Arrival {
    if (range !== null) return { why: 'bytes', touched: range }
    const place = this.here()
    return place === null ? STEP : { why: 'place', place }
  }

  /**
   * On to a point, or to one of the targets once at most so many frames stand. `quiet`: other
   * points than those that were given.
   */
  private *onward(targets: readonly Place[], depth: number, quiet: Points | null = null): Motion {
    for (;;) {
      const hit = yield* this.nextHit(targets, quiet)
      if (hit === null) return END
      if (hit.does !== 'enter' || hit.place === null) {
        const { memory, address, sizeBytes } = hit
        return { why: 'bytes', touched: { memory, from: address, to: address + sizeBytes } }
      }
      if (quiet === null && this.isPoint(hit.place)) return { why: 'place', place: hit.place }
      if (this.machine.depth <= depth) return STEP
    }
  }

  private *nextHit(targets: readonly Place[], quiet: Points | null): Generator<void, Hit | null> {
    for (;;) {
      const { points } = this
      const { places, ranges } = quiet ?? points
      const watch = new Watchpoints('stop', ranges, [...places, ...targets])
      const work = this.run.questions.next(watch)
      while (this.points === points) {
        if (work.next().done === true) return watch.hit
        yield
      }
      work.return(null)
    }
  }

  /**
   * Where the machine may come to stand when at most so many frames are left: where the innermost
   * of them goes on, first, and where exceptions are caught.
   */
  private landings(depth: number): Place[] {
    const m = this.machine
    const places: Place[] = []
    const seen = new Set<FunctionInstance>()
    for (let at = depth - 1; at >= 0; at--) {
      const fn = m.frameFunction[at]
      const { instance, index, def } = fn
      if (at === depth - 1) places.push({ instance, function: index, pc: m.framePc[at] })
      if (def === null || seen.has(fn)) continue
      seen.add(fn)
      for (const { label } of def.handlers) {
        places.push({ instance, function: index, pc: def.labels[label].pc })
      }
    }
    return places.filter((place) => isPlace(m, place))
  }
}
