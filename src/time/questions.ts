// Questions about a recorded run that are answered by running parts of it again: who wrote these
// bytes last, when was a place reached. No trace is kept. The latest interval between two
// snapshots that can hold the answer is found by the words that it wrote, then run once more while
// the latest hit is noted.
import type { Place } from '../machine/machine.ts'
import { type Range, Watchpoints } from '../machine/watch.ts'
import { WriteIndex } from '../machine/write-index.ts'
import { BeamKind, inputOfBeam } from './beam.ts'
import type { Stage, Timeline } from './timeline.ts'

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

type Answer<T> = Generator<void, T | null>

export class Questions<S extends Stage> {
  private readonly timeline: Timeline<S>
  /** What intervals wrote, by their first and last tick. */
  private readonly indexes = new Map<string, WriteIndex>()

  constructor(timeline: Timeline<S>) {
    this.timeline = timeline
  }

  /**
   * The last write of some of the bytes at a tick or before, also one that changed nothing; null:
   * there was none. Stands behind it then.
   */
  *lastWrite(bytes: Bytes, tick: number): Answer<Write> {
    const range: Range = { ...bytes, reads: false, writes: true }
    const given = this.lastGiven(bytes, tick)
    const found = yield* this.latest(tick, [range], [], this.mayWriteIn(bytes))
    if (found === null && given === null) return null
    if (found === null || (given !== null && given >= found)) {
      return yield* this.givenAt(bytes, given as number)
    }
    return yield* this.writtenAt(bytes, found)
  }

  /** The last tick before `tick` at which the machine came to one of the places; or null. */
  *lastVisit(places: readonly Place[], tick: number): Answer<number> {
    return yield* this.latest(tick - 1, [], places, null)
  }

  /**
   * The last tick before `tick` at which the machine came to one of the places, or stood before an
   * instruction that touched one of the ranges; or null.
   */
  *lastHit(ranges: readonly Range[], places: readonly Place[], tick: number): Answer<LastHit> {
    const visit = places.length === 0 ? null : yield* this.lastVisit(places, tick)
    let last: LastHit | null = visit === null ? null : { tick: visit, range: null }
    for (const range of ranges) {
      const mayHit = range.reads ? null : this.mayWriteIn(range)
      const found = yield* this.latest(tick, [range], [], mayHit)
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

  /** The tick of the latest hit at `tick` or before; null: there was none. */
  private *latest(
    tick: number,
    ranges: readonly Range[],
    places: readonly Place[],
    mayHit: ((from: number, to: number) => Generator<void, boolean>) | null,
  ): Answer<number> {
    const { timeline } = this
    // Once there, snapshots stand along the way.
    yield* timeline.seek(tick)
    const starts = timeline.checkpoints.filter((start) => start < tick).reverse()
    let to = Math.min(tick, timeline.lastTick)
    for (const from of starts) {
      if (mayHit === null || (yield* mayHit(from, to))) {
        const watch = new Watchpoints('note', ranges, places)
        yield* timeline.watch(from, to, watch)
        if (watch.latest >= 0) return watch.latest
      }
      // Intervals may be too short to yield themselves.
      yield
      to = from
    }
    return null
  }

  private mayWriteIn(bytes: Bytes): (first: number, last: number) => Generator<void, boolean> {
    return (first, last) => this.mayWrite(bytes, first, last)
  }

  private *mayWrite(
    { memory, from, to }: Bytes,
    first: number,
    last: number,
  ): Generator<void, boolean> {
    const key = `${first}-${last}`
    let index = this.indexes.get(key)
    if (index === undefined) {
      index = new WriteIndex()
      yield* this.timeline.watch(first, last, index)
      this.indexes.set(key, index)
    }
    for (let at = from - (from % 8); at < to; at += 8) if (index.wrote(memory, at)) return true
    return false
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

  /** The bytes written from outside at a tick or before, at the latest. */
  private lastGiven({ memory, from, to }: Bytes, tick: number): number | null {
    const { beams } = this.timeline.lineage
    for (let at = beams.length - 1; at >= 0; at--) {
      const { kind, payload } = beams[at]
      if (kind !== BeamKind.write || payload === null || beams[at].tick > tick) continue
      const input = inputOfBeam({ tick: beams[at].tick, kind, payload })
      if (input.kind !== 'write' || input.shard !== memory) continue
      if (input.offset < to && input.offset + input.bytes.length > from) return input.tick
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
