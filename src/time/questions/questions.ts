// Questions about a recorded run that are answered by running parts of it again: who wrote these
// bytes last, when was a place reached. No trace is kept. The latest interval between two
// snapshots that can hold the answer is found by the words that it wrote, then run once more while
// the latest hit is noted.
import type { Machine, Place } from '../../machine/machine.ts'
import { type Hit, type Range, Watchpoints } from '../../machine/watch.ts'
import { BeamKind, inputOfBeam } from '../lineage/beam.ts'
import type { Stage, Timeline } from '../timeline.ts'
import { hitsWhere, type Sought } from './conditional.ts'
import { type IndexHost, WriteIndexes } from './write-indexes.ts'

/** Bytes of a memory. */
export interface Bytes {
  readonly memory: number
  readonly from: number
  readonly to: number
}

export interface Write {
  /** Executed instructions behind the write: its own included. */
  readonly tick: number
  /** What wrote: the call chain with the instruction first; null: the world, from outside. */
  readonly chain: readonly Place[] | null
  /** The bytes asked for, before and after. */
  readonly before: Uint8Array
  readonly after: Uint8Array
}

/** `range`: what the instruction at this tick touches; null: a place that was come to. */
export interface LastHit {
  readonly tick: number
  readonly range: Range | null
}

/** The latest write of some bytes; `given`: by the world, from outside, and which bytes. */
export interface WriteTick {
  readonly tick: number
  readonly given: Bytes | null
}

/** An instruction that read some of the bytes asked for. */
export interface Reading {
  readonly tick: number
  /** The access, whole. */
  readonly bytes: Bytes
  /** The call chain with the instruction first. */
  readonly chain: readonly Place[]
}

type Answer<T> = Generator<void, T | null>

/** Finds the latest in (from, to]. */
type Within<T> = (from: number, to: number) => Answer<T>

export class Questions<S extends Stage> {
  private readonly timeline: Timeline<S>
  private readonly indexes: WriteIndexes<S>

  /** `host`: what stores the index of writes; null: it is made again in each process. */
  constructor(timeline: Timeline<S>, host: IndexHost | null = null) {
    this.timeline = timeline
    this.indexes = new WriteIndexes(timeline, host)
  }

  /**
   * The last write of some of the bytes at a tick or before, also one that changed nothing; null:
   * there was none. Stands behind it then.
   */
  *lastWrite(bytes: Bytes, tick: number): Answer<Write> {
    const found = yield* this.lastWriteTick(bytes, tick)
    if (found === null) return null
    if (found.given !== null) return yield* this.givenAt(bytes, found.tick)
    return yield* this.writtenAt(bytes, found.tick)
  }

  /** Its tick alone; the machine stands anywhere then. */
  *lastWriteTick(bytes: Bytes, tick: number): Answer<WriteTick> {
    const range: Range = { ...bytes, reads: false, writes: true }
    const given = this.lastGiven(bytes, tick)
    const found = yield* this.lastTouch(range, tick)
    if (given !== null && (found === null || given.tick >= found)) return given
    return found === null ? null : { tick: found, given: null }
  }

  /**
   * Instructions behind `from`, up to `to`, that read some of the bytes, in order; `most` at most,
   * and whether there are more. Stands behind the last one.
   */
  *readers(
    bytes: Bytes,
    from: number,
    to: number,
    most: number,
  ): Generator<void, { readonly found: readonly Reading[]; readonly more: boolean }> {
    const { timeline } = this
    const range: Range = { ...bytes, reads: true, writes: false }
    const found: Reading[] = []
    for (let at = Math.max(from, timeline.firstTick); ; ) {
      const watch = new Watchpoints('stop', [range])
      yield* timeline.watch(at, to, watch)
      const { hit } = watch
      if (hit === null) return { found, more: false }
      if (found.length === most) return { found, more: true }
      const { tick, memory, address, sizeBytes } = hit
      const accessed = { memory, from: address, to: address + sizeBytes }
      found.push({ tick, bytes: accessed, chain: chainBehind(timeline.machine, hit.place) })
      at = tick
    }
  }

  /** The last tick before `tick` at which the machine came to one of the places; or null. */
  *lastVisit(places: readonly Place[], tick: number): Answer<number> {
    return yield* this.latest(tick - 1, null, this.noted([], places))
  }

  /** The tick of the latest access of a range at `tick` or before; or null. */
  *lastTouch(range: Range, tick: number): Answer<number> {
    return yield* this.latest(tick, range, this.noted([range], []))
  }

  /** The latest hit that counts behind `after`, at `tick` or before; or null. */
  *lastWhere(sought: Sought, tick: number, after = -1): Answer<Hit> {
    const { places, ranges } = sought
    const { timeline } = this
    const last = function* (from: number, to: number): Answer<Hit> {
      let found: Hit | null = null
      for (const hit of hitsWhere(timeline, Math.max(from, after), to, sought)) {
        if (hit === null) yield
        else found = hit
      }
      return found
    }
    const only = places.length === 0 && ranges.length === 1 ? ranges[0] : null
    return yield* this.latest(tick, only, last, after)
  }

  /**
   * The last tick before `tick` at which the machine came to one of the places, or stood before an
   * instruction that touched one of the ranges; or null.
   */
  *lastHit(ranges: readonly Range[], places: readonly Place[], tick: number): Answer<LastHit> {
    const visit = places.length === 0 ? null : yield* this.lastVisit(places, tick)
    let last: LastHit | null = visit === null ? null : { tick: visit, range: null }
    for (const range of ranges) {
      const found = yield* this.lastTouch(range, tick)
      if (found !== null && found - 1 > (last?.tick ?? -1)) last = { tick: found - 1, range }
    }
    return last
  }

  /** Runs on to the first hit behind the tick at which the machine stands; null: none came. */
  *next(watch: Watchpoints): Answer<number> {
    const { timeline } = this
    yield* timeline.watch(timeline.machine.ticks, timeline.lastTick, watch)
    return watch.hit === null ? null : watch.hit.tick
  }

  /** The tick of the latest hit in a window; null: there was none. */
  private noted(ranges: readonly Range[], places: readonly Place[]): Within<number> {
    const { timeline } = this
    return function* (from, to) {
      const watch = new Watchpoints('note', ranges, places)
      yield* timeline.watch(from, to, watch)
      return watch.latest >= 0 ? watch.latest : null
    }
  }

  /**
   * The latest hit behind `after`, at `tick` or before; null: there was none. `only`: all hits are
   * accesses of this range.
   */
  private *latest<T>(
    tick: number,
    only: Range | null,
    hit: Within<T>,
    after = this.timeline.firstTick,
  ): Answer<T> {
    const { indexes, timeline } = this
    const last = Math.min(tick, timeline.lastTick)
    const written = only === null || only.reads ? null : only
    const wrote = (interval: number): boolean =>
      written === null || indexes.wrote(interval, written.memory, written.from, written.to)
    for (let interval = indexes.at(last); interval >= 0; interval--) {
      const { from, to } = indexes.intervals[interval]
      if (to <= after) break
      const isLast = to >= last
      // The last interval is near, and looked at without an index; it is mostly the one.
      if (!isLast && written !== null) yield* indexes.make()
      if ((isLast && !indexes.isMade) || wrote(interval)) {
        if (isLast) yield* timeline.seek(last)
        const found = yield* this.latestWithin(from, Math.min(to, last), hit)
        if (found !== null) return found
        if (written !== null && to <= last) {
          indexes.miss(interval, written.memory, written.from, written.to)
        }
      }
      // Intervals may be too short to yield themselves.
      yield
    }
    return null
  }

  /** From snapshot to snapshot, the latest first. */
  private *latestWithin<T>(from: number, to: number, hit: Within<T>): Answer<T> {
    const within = this.timeline.checkpoints.filter((tick) => tick > from && tick < to)
    for (let end = to; end > from; ) {
      const begin = within.pop() ?? from
      const found = yield* hit(begin, end)
      if (found !== null) return found
      end = begin
    }
    return null
  }

  private *writtenAt(bytes: Bytes, tick: number): Generator<void, Write> {
    const { timeline } = this
    yield* timeline.seek(tick - 1)
    const { machine } = timeline
    const chain = machine.depth === 0 ? [] : machine.chain(machine.framePc[machine.depth - 1])
    const before = this.read(bytes)
    yield* timeline.seek(tick)
    return { tick, chain, before, after: this.read(bytes) }
  }

  /** The latest write from outside of some of the bytes, at a tick or before. */
  private lastGiven({ memory, from, to }: Bytes, tick: number): WriteTick | null {
    const { beams } = this.timeline.lineage
    for (let at = beams.length - 1; at >= 0; at--) {
      const { kind, payload } = beams[at]
      if (kind !== BeamKind.write || payload === null || beams[at].tick > tick) continue
      const input = inputOfBeam({ tick: beams[at].tick, kind, payload })
      if (input.kind !== 'write' || input.shard !== memory) continue
      const end = input.offset + input.bytes.length
      if (input.offset >= to || end <= from) continue
      return { tick: input.tick, given: { memory, from: input.offset, to: end } }
    }
    return null
  }

  /** Of a write from outside the bytes before it are those of the tick before its own. */
  private *givenAt(bytes: Bytes, tick: number): Generator<void, Write> {
    yield* this.timeline.seek(tick - 1)
    const before = this.read(bytes)
    yield* this.timeline.seek(tick)
    return { tick, chain: null, before, after: this.read(bytes) }
  }

  private read({ memory, from, to }: Bytes): Uint8Array {
    const { memories } = this.timeline.machine.store
    return memories[memory].readBytes(from, to - from)
  }
}

/** The call chain of an instruction that stands at `place`, from the machine behind it. */
function chainBehind(m: Machine, place: Place | null): Place[] {
  const after = m.depth === 0 ? [] : m.chain(m.framePc[m.depth - 1])
  if (place === null) return after
  // A call in place of the frame has left it.
  const [top, ...callers] = after
  const stays = top?.instance === place.instance && top.function === place.function
  return stays ? [place, ...callers] : [place, ...after]
}
