// The first tick at which two recorded runs differ. Machines that begin in one state differ first
// where their inputs do. Of others those parts are left out that differ when they begin, for a good
// reason (another program, seed, arguments), and the first difference in the rest is looked for:
// between two checkpoints of both, where an instruction that was changed comes first, or else by
// halving.
import { sameBytes } from '../../base/bytes.ts'
import type { Hasher } from '../../base/hasher.ts'
import type { Machine, Place } from '../../machine/machine.ts'
import { StateComparison } from '../../machine/state/compare.ts'
import { ImageComparison } from '../../machine/state/image-compare.ts'
import { Snapshot } from '../../machine/state/snapshot.ts'
import { encodeManifest } from '../../machine/state/state-meta.ts'
import { placeKey, Watchpoints } from '../../machine/watch.ts'
import { Merkle } from '../../memory/merkle.ts'
import type { Saved } from '../../wall/retrace.ts'
import type { StoredCheckpoints } from '../checkpoints/stored-checkpoints.ts'
import { beamKindName, isInput } from '../lineage/beam.ts'
import type { Lineage, StoredBeam } from '../lineage/lineage.ts'
import type { Stage, Timeline } from '../timeline.ts'
import { callsOfWall, differingPlaces } from './program-diff.ts'

/** One of the two runs. */
export interface Side<S extends Stage> {
  readonly timeline: Timeline<S>
  readonly checkpoints: StoredCheckpoints
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
/** In the names of calls of the wall: those that give the arguments, or what the seed decides. */
const startWords = /args|environ/
const seedWords = /random|entropy/

/** Below so many ticks a timeline of its own is halved. */
const FINE_TICKS = 2 ** 20
const FIRST_STRIDE_TICKS = 2 ** 16
/** So many ticks from the first on are watched for instructions that were changed. */
const WATCHED_TICKS = 2 ** 26
/** Visits of changed instructions that part nothing, before they are looked for no more. */
const MOST_VISITS = 200
/** Of these so many at which the second run begins again where the first stands. */
const MOST_HANDED = 16

export interface DiffOptions {
  /**
   * What came and went before two checkpoints that are equal is looked for too, where it can be: it
   * takes as long as the run up to there.
   */
  readonly exact?: boolean
}

type Search<T> = Generator<void, T>

interface Causes {
  /** null: none was found. */
  readonly tick: number | null
  /** They are equal up to it. */
  readonly until: number
}

export class Diff<S extends Stage> {
  private readonly a: Side<S>
  private readonly b: Side<S>
  private readonly hasher: Hasher
  private readonly watchedTicks: number
  private comparison: StateComparison
  private leftOut: readonly string[] = []

  constructor(a: Side<S>, b: Side<S>, hasher: Hasher, { exact = false }: DiffOptions = {}) {
    this.a = a
    this.b = b
    this.hasher = hasher
    this.watchedTicks = exact ? Number.POSITIVE_INFINITY : WATCHED_TICKS
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
    const leftOut = begin.filter((part) => mayDiffer.includes(part))
    this.leftOut = leftOut
    this.comparison = new StateComparison(this.hasher, new Set(leftOut))
    if (yield* this.differ(first)) return this.found(first, true)
    const places = placesThatPart(left, right, leftOut)
    const [low, high] =
      places?.length === 0 ? [first, Number.POSITIVE_INFINITY] : yield* this.byImages(first)
    let equal = low
    if (places !== null) {
      const stop = Math.min(high, end)
      for (const [from, to] of watchedParts(first, first + this.watchedTicks, low, stop)) {
        const { tick, until } = yield* this.byCauses(places, from, to)
        if (tick !== null) return this.found(tick, from === first)
        if (to === stop) equal = until
        if (from === first && until === end) {
          return (yield* this.differ(end)) ? this.found(end, true) : null
        }
      }
    }
    const isBound = high <= end && (yield* this.differ(high))
    const bounds = isBound ? ([equal, high] as const) : yield* this.bound(equal)
    if (bounds === null) return null
    const tick = yield* this.halve(...bounds)
    yield* this.differ(tick)
    return this.found(tick, false)
  }

  /**
   * Two ticks: the last checkpoint of both before the first at which they differ, and that one;
   * Infinity: they differ at none, as far as their inputs are the same. Nothing is run for it.
   */
  private *byImages(first: number): Search<[number, number]> {
    const until = Math.min(this.inputTicks.find((tick) => tick > first) ?? this.end, this.end)
    const images = new ImageComparison(new Merkle(this.hasher), new Set(this.leftOut))
    const [left, right] = [this.a, this.b].map((side) => ({
      kept: side.checkpoints,
      known: wholeCheckpoints(side),
    }))
    let low = first
    for (const [tick, root] of left.known) {
      const other = right.known.get(tick)
      if (tick <= first || tick >= until || other === undefined) continue
      const same = root === other || images.same(left.kept.kept(tick), right.kept.kept(tick))
      if (!same) return [low, tick]
      low = tick
      yield
    }
    return [low, Number.POSITIVE_INFINITY]
  }

  private found(tick: number, exact: boolean): Difference {
    const { leftOut } = this
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

  /** The first difference from one tick to another, by inputs and by instructions that differ. */
  private *byCauses(places: readonly Place[], from: number, to: number): Search<Causes> {
    let at = from
    for (const tick of this.inputTicks) {
      if (tick <= from || tick > to) continue
      const visits = yield* this.byPlaces(places, at, tick - 1)
      if (visits.tick !== null || visits.until < tick - 1) return visits
      yield* this.a.timeline.seek(tick - 1)
      this.handOver()
      if (yield* this.differ(tick)) return { tick, until: tick - 1 }
      at = tick
    }
    return yield* this.byPlaces(places, at, to)
  }

  /** Ticks at which they are given other inputs. */
  private get inputTicks(): number[] {
    const left = inputsByTick(this.a.timeline.lineage)
    const right = inputsByTick(this.b.timeline.lineage)
    return [...new Set([...left.keys(), ...right.keys()])]
      .filter((tick) => !sameBeams(left.get(tick) ?? [], right.get(tick) ?? []))
      .sort((a, b) => a - b)
  }

  /**
   * Up to where the first stands they are equal: the second can begin there too, in the same state
   * with its own program and manifest.
   */
  private handOver(): void {
    const { a, b } = this
    const { tick, parts } = Snapshot.of(a.timeline.machine)
    const given = (lineage: Lineage): number =>
      lineage.beams.filter((beam) => isInput(beam.kind) && beam.tick <= tick).length
    const plant = ({ timeline }: Side<S>, saved: Saved): void =>
      timeline.plant({ tick, given: given(timeline.lineage), saved: () => saved })
    plant(a, new Snapshot(parts))
    if (this.leftOut.includes('device start')) return
    const { store, manifest } = b.timeline.machine
    const small = new Map(parts.small).set('manifest', encodeManifest(manifest))
    plant(b, new Snapshot({ ...parts, small, programs: store.programs.slice() }))
  }

  /** The tick behind the first visit of a place, from one tick to another, that parts them. */
  private *byPlaces(places: readonly Place[], from: number, to: number): Search<Causes> {
    const keys = new Set(places.map(placeKey))
    const { timeline } = this.a
    let at = from
    for (let visits = 0; visits < MOST_VISITS; visits++) {
      if (places.length === 0 || at >= to) return { tick: null, until: to }
      yield* timeline.seek(at)
      if (!keys.has(placeKey(hereOf(timeline)))) {
        const watch = new Watchpoints('stop', [], places)
        yield* timeline.watch(at, to, watch)
        if (watch.hit === null) return { tick: null, until: to }
        at = watch.hit.tick
      }
      if (at + 1 > to) return { tick: null, until: to }
      if (visits < MOST_HANDED) this.handOver()
      at++
      if (yield* this.differ(at)) return { tick: at, until: at - 1 }
    }
    return { tick: null, until: at }
  }

  /**
   * Two ticks: at the first they are equal, at the second they are not. They are looked for further
   * and further on; null: they are equal to the end.
   */
  private *bound(from: number): Search<[number, number] | null> {
    let low = from
    for (let stride = FIRST_STRIDE_TICKS; low < this.end; stride *= 2) {
      const next = Math.min(low + stride, this.end)
      if (yield* this.differ(next)) return [low, next]
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

/**
 * What to watch for the first difference, which comes before `stop`: what is before `early`, and
 * what is behind `low`, at which the runs are equal. Where the two meet that is all.
 */
const watchedParts = (
  first: number,
  early: number,
  low: number,
  stop: number,
): (readonly [from: number, to: number])[] =>
  low <= early
    ? [[first, stop]]
    : [
        [first, early],
        [low, stop],
      ]

/** Roots of the checkpoints that were taken behind all inputs at their ticks. */
function wholeCheckpoints<S extends Stage>({ timeline, checkpoints }: Side<S>) {
  const ticks = new Set(timeline.storedTicks)
  const inputs = timeline.lineage.beams.filter(({ kind }) => isInput(kind))
  const given = (tick: number): number => inputs.filter((input) => input.tick <= tick).length
  const whole = checkpoints.descriptors.filter((one) => {
    return ticks.has(one.tick) && one.inputs === given(one.tick)
  })
  return new Map(whole.map(({ tick, root }) => [tick, root]))
}

/** Instructions that can part the machines first, by what differs; null: they are not known. */
function placesThatPart(a: Machine, b: Machine, leftOut: readonly string[]): Place[] | null {
  const seed = { seed: '' }
  const facts = ({ manifest }: Machine): string =>
    JSON.stringify({ ...manifest, ...seed }, (_, value) =>
      typeof value === 'bigint' ? `${value}` : value,
    )
  if (leftOut.includes('manifest') && facts(a) !== facts(b)) return null
  const lists = [
    leftOut.includes('programs') ? differingPlaces(a, b) : [],
    leftOut.includes('device start') ? callsOfWall(a, startWords) : [],
    leftOut.includes('manifest') ? callsOfWall(a, seedWords) : [],
  ]
  return lists.some((list) => list === null) ? null : lists.flatMap((list) => list ?? [])
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
