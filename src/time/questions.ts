// Questions about a recorded run that are answered by running parts of it again: who wrote these
// bytes last, when was a place reached. No trace is kept. The latest interval between two
// snapshots that can hold the answer is found by the words that it wrote, then run once more while
// the latest hit is noted.
import type { Machine, Place } from '../machine/machine.ts'
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
    const found = yield* this.lastWriteTick(bytes, tick)
    if (found === null) return null
    if (found.given !== null) return yield* this.givenAt(bytes, found.tick)
    return yield* this.writtenAt(bytes, found.tick)
  }

  /** Its tick alone; the machine stands anywhere then. */
  *lastWriteTick(bytes: Bytes, tick: number): Answer<WriteTick> {
    const range: Range = { ...bytes, reads: false, writes: true }
    const given = this.lastGiven(bytes, tick)
    const found = yield* this.latest(tick, [range], [], this.mayWriteIn(bytes))
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
