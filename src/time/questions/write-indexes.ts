// The index of writes of a whole run: for each interval between two checkpoints the words that were
// written in it. It is made when the first question needs it, kept compressed, and stored where
// there is a place for it (spec/write-index.md). What is stored is believed only if its hash is
// right.
import { ByteReader, ByteWriter, hex, sameBytes } from '../../base/bytes.ts'
import type { Codec } from '../../base/codec.ts'
import { VacError } from '../../base/errors.ts'
import { HASH_BYTES, type Hasher } from '../../base/hasher.ts'
import { memoryPages } from '../../machine/store.ts'
import { WriteIndex } from '../../machine/write-index.ts'
import { PAGE_BYTES } from '../../memory/page.ts'
import { WORD_BYTES } from '../../memory/word-flags.ts'
import type { Stage, Timeline } from '../timeline.ts'
import {
  type IndexWork,
  type IndexWorkers,
  type Interval,
  stretchesOf,
  writesIn,
} from './index-work.ts'

/** Where an index is stored, by a name of hex digits. */
export interface IndexStore {
  /** null: there is none. */
  readonly read: (name: string) => Uint8Array | null
  /** May do nothing, where nothing can be written. */
  readonly write: (name: string, bytes: Uint8Array) => void
  /** Told why a stored index is not believed; it is made again. */
  readonly damaged: (error: VacError) => void
}

export interface IndexHost {
  readonly hasher: Hasher
  readonly codec: Codec
  readonly store: IndexStore
  /** Without them the index is made by one thread. */
  readonly workers?: IndexWorkers
}

const MAGIC = 0x49575600 // NUL VWI
const VERSION = 1
const NAME_BYTES = 8
/** Bits of 2^40 bytes of memory. */
const LIMIT_PART_BYTES = 2 ** 34
/** Bytes that are narrower than a word are looked for in vain in so many intervals, then anew. */
const MOST_MISSES = 2 ** 16
/** Parts that stay decompressed. */
const MOST_OPEN = 4

export class WriteIndexes<S extends Stage> {
  readonly intervals: readonly Interval[]
  private readonly timeline: Timeline<S>
  /** null: nothing is compressed or stored. */
  private readonly host: IndexHost | null
  /** One for each interval; null: not made yet. */
  private parts: readonly (Uint8Array | WriteIndex)[] | null = null
  private readonly open = new Map<number, WriteIndex>()
  private readonly misses = new Set<string>()

  constructor(timeline: Timeline<S>, host: IndexHost | null) {
    this.timeline = timeline
    this.host = host
    const ticks = [timeline.firstTick, ...timeline.boundaries, timeline.lastTick]
    this.intervals = ticks.slice(1).map((to, at) => ({ from: ticks[at], to }))
  }

  /** Is the index here, without any work? */
  get isMade(): boolean {
    return this.parts !== null
  }

  /** Number of the interval in which an instruction of this tick is. */
  at(tick: number): number {
    return this.intervals.findLastIndex(({ from }) => from < tick)
  }

  /** Reads the index, or makes it: by a run of everything, once, in parts where that is sooner. */
  *make(): Generator<void> {
    if (this.parts !== null) return
    this.parts = this.stored()
    if (this.parts !== null) return
    const parts = new Map<number, Uint8Array | WriteIndex>()
    yield* this.makeWithOthers(parts)
    // All of it where there are no others, and what they failed to make.
    for (const number of this.intervals.keys()) {
      if (!parts.has(number)) parts.set(number, yield* this.made(number))
    }
    this.parts = this.intervals.map((_, number) => parts.get(number) as Uint8Array | WriteIndex)
    const { head, host } = this
    if (host !== null && head !== null) host.store.write(nameOf(head), this.file(host, head))
  }

  private *made(number: number): Generator<void, Uint8Array | WriteIndex> {
    const index = yield* writesIn(this.timeline, this.intervals[number])
    yield
    return this.host === null ? index : this.host.codec.compress(index.encode())
  }

  /** This thread makes parts too, then waits for those of the others. */
  private *makeWithOthers(parts: Map<number, Uint8Array | WriteIndex>): Generator<void> {
    const work = this.workOfOthers()
    if (work === null) return
    const receive = (): void => {
      for (const { interval, part } of work.received()) parts.set(interval, part)
    }
    try {
      for (let stretch = work.take(); stretch !== null; stretch = work.take()) {
        for (let number = stretch.from; number < stretch.to; number++) {
          parts.set(number, yield* this.made(number))
          receive()
        }
      }
      for (let isOver = false; parts.size < this.intervals.length && !isOver; receive()) {
        isOver = work.wait()
        yield
      }
    } finally {
      work.end()
    }
  }

  private workOfOthers(): IndexWork | null {
    const { head, host, intervals, timeline } = this
    if (head === null || host?.workers === undefined) return null
    const guestBytes = memoryPages(timeline.machine.store) * PAGE_BYTES
    const threads = host.workers.worthwhile(timeline.lastTick - timeline.firstTick, guestBytes)
    const stretches = stretchesOf(intervals, timeline.storedTicks, threads)
    const others = Math.min(threads, stretches.length) - 1
    return others < 1 ? null : host.workers.start({ head: hex(head), intervals, stretches }, others)
  }

  /** Did an interval write some of the words of these bytes? The index is made. */
  wrote(interval: number, memory: number, from: number, to: number): boolean {
    if (this.misses.has(missOf(interval, memory, from, to))) return false
    const index = this.part(interval)
    for (let at = from - (from % WORD_BYTES); at < to; at += WORD_BYTES)
      if (index.wrote(memory, at)) return true
    return false
  }

  /** These bytes were looked for in an interval, and not written: others of their words were. */
  miss(interval: number, memory: number, from: number, to: number): void {
    if (this.misses.size === MOST_MISSES) this.misses.clear()
    this.misses.add(missOf(interval, memory, from, to))
  }

  private part(interval: number): WriteIndex {
    const part = (this.parts as NonNullable<typeof this.parts>)[interval]
    if (part instanceof WriteIndex) return part
    const { codec } = this.host as IndexHost
    const index =
      this.open.get(interval) ?? WriteIndex.decode(codec.decompress(part, LIMIT_PART_BYTES))
    this.open.delete(interval)
    this.open.set(interval, index)
    if (this.open.size > MOST_OPEN) this.open.delete(this.open.keys().next().value as number)
    return index
  }

  /** The link behind the last beam: it stands for the whole run. */
  private get head(): Uint8Array | null {
    return this.timeline.lineage.marks.at(-1)?.link ?? null
  }

  private file({ hasher }: IndexHost, head: Uint8Array): Uint8Array {
    const out = new ByteWriter()
    out.u32(MAGIC)
    out.u32(VERSION)
    out.raw(head)
    out.uleb(this.intervals.length)
    this.intervals.forEach(({ from, to }, at) => {
      out.uleb(from)
      out.uleb(to)
      out.blob((this.parts as readonly Uint8Array[])[at])
    })
    const bytes = out.take()
    const file = new Uint8Array(bytes.length + HASH_BYTES)
    file.set(bytes)
    file.set(hasher.hash(bytes), bytes.length)
    return file
  }

  /** null: there is none that fits. */
  private stored(): Uint8Array[] | null {
    const { head, host } = this
    if (head === null || host === null) return null
    const file = host.store.read(nameOf(head))
    if (file === null) return null
    try {
      return this.parsed(file, host, head)
    } catch (error) {
      if (!(error instanceof VacError) || error.code !== 'RECORDING_DAMAGED') throw error
      host.store.damaged(error)
      return null
    }
  }

  private parsed(file: Uint8Array, { hasher }: IndexHost, head: Uint8Array): Uint8Array[] | null {
    const bytes = file.subarray(0, Math.max(0, file.length - HASH_BYTES))
    const from = new ByteReader(bytes, 'RECORDING_DAMAGED')
    if (!sameBytes(hasher.hash(bytes), file.subarray(bytes.length))) {
      from.fail('other bytes', 'the index of writes that was stored')
    }
    if (from.u32() !== MAGIC) from.fail('another file', 'an index of writes')
    const version = from.u32()
    if (version !== VERSION) from.fail(`version ${version}`, `version ${VERSION}`)
    // One of another run, or of other checkpoints: it does not fit.
    if (!sameBytes(from.raw(HASH_BYTES), head)) return null
    if (from.uleb() !== this.intervals.length) return null
    const parts: Uint8Array[] = []
    for (const interval of this.intervals) {
      if (from.uleb() !== interval.from || from.uleb() !== interval.to) return null
      parts.push(from.blob().slice())
    }
    return parts
  }
}

const nameOf = (head: Uint8Array): string => hex(head.subarray(0, NAME_BYTES))

const missOf = (...numbers: readonly number[]): string => numbers.join()
