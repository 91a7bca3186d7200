// The first tick at which two recorded runs differ. Machines that begin in one state differ first
// where their inputs do. Of others those parts are left out that differ when they begin, for a good
// reason (another program, seed, arguments), and the first difference in the rest is looked for:
// where an instruction that was changed comes first, or else by halving.
import { sameBytes } from '../base/bytes.ts'
import type { Hasher } from '../base/hasher.ts'
import type { Place } from '../machine/machine.ts'
import { StateComparison } from '../machine/state/compare.ts'
import { placeKey, Watchpoints } from '../machine/watch.ts'
import type { Saved } from '../wall/retrace.ts'
import { beamKindName, isInput } from './beam.ts'
import type { Lineage, StoredBeam } from './lineage.ts'
import { differingPlaces } from './program-diff.ts'
import type { Stage, Timeline } from './timeline.ts'

/** One of the two runs. */
export interface Side<S extends Stage> {
  readonly timeline: Timeline<S>
  /** A timeline of a part of it, by an engine that begins at once. */
  readonly part: (lineage: Lineage, begin: Saved) => Timeline<S>
}

export interface Difference {
  /** The states differ at it, and not at the one before. */
  readonly tick: number
  /** Parts of the states that differ there. */
  readonly parts: readonly string[]
  /** Parts that differ from the beginning and are not compared. */
  readonly leftOut: readonly string[]
  /** false: a difference that came and went before, between two ticks compared, was not seen. */
  readonly exact: boolean
}

/** Parts that may differ from the beginning: what two runs are compared for. */
const mayDiffer = ['programs', 'manifest', 'device start']

/** Below so many ticks a timeline of its own is halved. */
const FINE_TICKS = 2 ** 20
const FIRST_WINDOW_TICKS = 2 ** 16
/** So many ticks at least are watched for instructions that were changed. */
const LEAST_WATCHED_TICKS = 2 ** 26
/** Visits of changed instructions that part nothing, before they are looked for no more. */
const MOST_VISITS = 1000

type Search<T> = Generator<void, T>

export class Diff<S extends Stage> {
  private readonly a: Side<S>
  private readonly b: Side<S>
  private readonly hasher: Hasher
  private comparison: StateComparison

  constructor(a: Side<S>, b: Side<S>, hasher: Hasher) {
    this.a = a
    this.b = b
    this.hasher = hasher
    this.comparison = new StateComparison(hasher)
  }

  /** The last tick that both runs have. */
  get end(): number {
    return Math.min(this.a.timeline.lastTick, this.b.timeline.lastTick)
  }

  /** null: they are equal up to `end`. Both stand at the tick then. */
  *find(): Search<Difference | null> {
    const { a, b, end } = this
    const first = Math.max(a.timeline.firstTick, b.timeline.firstTick)
    yield* this.differ(first)
    const [left, right] = [a.timeline.machine, b.timeline.machine]
    const begin = this.comparison.parts(left, right)
    if (begin.length === 0) return yield* this.byInputs(first)
    const leftOut = begin.filter((part) => mayDiffer.includes(part))
    this.comparison = new StateComparison(this.hasher, new Set(leftOut))
    if (yield* this.differ(first)) return this.found(first, leftOut, true)
    const places = leftOut.join() === 'programs' ? differingPlaces(left, right) : null
    let from = first
    if (places !== null) {
      const watched = Math.min(end, first + Math.max(LEAST_WATCHED_TICKS, (end - first) / 10))
      const tick = yield* this.byPlaces(places, from, Math.floor(watched))
      if (tick !== null) return this.found(tick, leftOut, true)
      if (watched === end) return null
      from = Math.floor(watched)
    }
    const bounds = yield* this.bound(from)
    if (bounds === null) return null
    const [low, high] = bounds
    const visit = places === null ? null : yield* this.byPlaces(places, low, high)
    const tick = visit ?? (yield* this.halve(low, high))
    yield* this.differ(tick)
    return this.found(tick, leftOut, false)
  }

  private found(tick: number, leftOut: readonly string[], exact: boolean): Difference {
    const parts = this.comparison.parts(this.a.timeline.machine, this.b.timeline.machine)
    return { tick, parts, leftOut, exact }
  }

  /** Leads both to a tick: do they differ there? */
  private *differ(tick: number): Search<boolean> {
    const { timeline: left } = this.a
    const { timeline: right } = this.b
    yield* left.seek(tick)
    yield* right.seek(tick)
    return !this.comparison.same(left.machine, right.machine)
  }

  /** The first inputs that differ and leave other states. */
  private *byInputs(first: number): Search<Difference | null> {
    const left = inputsByTick(this.a.timeline.lineage)
    const right = inputsByTick(this.b.timeline.lineage)
    const ticks = [...new Set([...left.keys(), ...right.keys()])].sort((a, b) => a - b)
    for (const tick of ticks) {
      if (tick <= first || tick > this.end) continue
      if (sameBeams(left.get(tick) ?? [], right.get(tick) ?? [])) continue
      if (yield* this.differ(tick)) return this.found(tick, [], true)
    }
    return (yield* this.differ(this.end)) ? this.found(this.end, [], true) : null
  }

  /** The tick behind the first visit of a place, from one tick to another, that parts them. */
  private *byPlaces(places: readonly Place[], from: number, to: number): Search<number | null> {
    const keys = new Set(places.map(placeKey))
    const { timeline } = this.a
    let at = from
    for (let visits = 0; visits < MOST_VISITS; visits++) {
      if (places.length === 0 || at >= to) return null
      yield* timeline.seek(at)
      if (!keys.has(placeKey(hereOf(timeline)))) {
        const watch = new Watchpoints('stop', [], places)
        yield* timeline.watch(at, to, watch)
        if (watch.hit === null) return null
        at = watch.hit.tick
      }
      if (at + 1 > to) return null
      at++
      if (yield* this.differ(at)) return at
    }
    return null
  }

  /** Two ticks: at the first they are equal, at the second they are not. */
  private *bound(from: number): Search<[number, number] | null> {
    const known = new Set(this.b.timeline.checkpoints)
    const kept = this.a.timeline.checkpoints.filter((tick) => tick > from && known.has(tick))
    let low = from
    let high = Number.POSITIVE_INFINITY
    for (let [start, stop] = [0, kept.length]; start < stop; ) {
      const middle = (start + stop) >>> 1
      const differs: boolean = yield* this.differ(kept[middle])
      if (differs) [high, stop] = [kept[middle], middle]
      else [low, start] = [kept[middle], middle + 1]
    }
    for (let stride = FIRST_WINDOW_TICKS; low < this.end; stride *= 2) {
      const next = Math.min(low + stride, this.end, high)
      if (next === high || (yield* this.differ(next))) return [low, next]
      low = next
    }
    return null
  }

  /**
   * The states are equal at `low` and differ at `high`; so they do at one tick for the first time.
   */
  private *halve(low: number, high: number): Search<number> {
    let [from, to] = [low, high]
    while (to - from > FINE_TICKS) {
      const middle = Math.floor((from + to) / 2)
      if (yield* this.differ(middle)) to = middle
      else from = middle
    }
    let [left, right] = [yield* this.partOf(this.a, from), yield* this.partOf(this.b, from)]
    while (to - from > 1) {
      const middle = Math.floor((from + to) / 2)
      yield* left.seek(middle)
      yield* right.seek(middle)
      if (this.comparison.same(left.machine, right.machine)) {
        from = middle
        left = yield* this.partOf({ ...this.a, timeline: left }, from)
        right = yield* this.partOf({ ...this.b, timeline: right }, from)
      } else to = middle
    }
    return to
  }

  /** A timeline that begins at a tick, with what comes behind it. */
  private *partOf(side: Side<S>, tick: number): Search<Timeline<S>> {
    const saved = yield* side.timeline.saved(tick)
    const { lineage } = side.timeline
    const beams = lineage.beams.filter((beam) => beam.tick > tick)
    return side.part({ ...lineage, beams }, saved)
  }
}

function hereOf<S extends Stage>({ machine: m }: Timeline<S>): Place {
  if (m.depth === 0) return { instance: 0, function: 0, pc: 0 }
  const { instance, index } = m.frameFunction[m.depth - 1]
  return { instance, function: index, pc: m.framePc[m.depth - 1] }
}

function inputsByTick({ beams }: Lineage): Map<number, StoredBeam[]> {
  const found = new Map<number, StoredBeam[]>()
  for (const beam of beams) {
    if (!isInput(beam.kind)) continue
    const list = found.get(beam.tick)
    if (list === undefined) found.set(beam.tick, [beam])
    else list.push(beam)
  }
  return found
}

function sameBeams(a: readonly StoredBeam[], b: readonly StoredBeam[]): boolean {
  return a.length === b.length && a.every((beam, at) => sameBeam(beam, b[at]))
}

/** As far as both are stored. */
function sameBeam(a: StoredBeam, b: StoredBeam): boolean {
  if (a.tick !== b.tick || a.kind !== b.kind) return false
  return a.payload === null || b.payload === null || sameBytes(a.payload, b.payload)
}

/**
 * The first beam that differs, as far as beams are stored; its number and what it is on each side.
 */
export interface BeamDifference {
  readonly number: number
  readonly a: string
  readonly b: string
}

export function firstBeam(a: Lineage, b: Lineage): BeamDifference | null {
  const most = Math.max(a.beams.length, b.beams.length)
  for (let number = 0; number < most; number++) {
    const [left, right] = [a.beams[number], b.beams[number]]
    if (left !== undefined && right !== undefined && sameBeam(left, right)) continue
    return { number, a: beamText(left), b: beamText(right) }
  }
  return null
}

const beamText = (beam: StoredBeam | undefined): string =>
  beam === undefined ? 'none' : `${beamKindName(beam.kind)} at tick ${beam.tick}`
