// Takes checkpoints of a machine while it is recorded. Which ones is a decision of the host: an
// even grid whose spacing follows what a checkpoint costs, so that all of them together take a
// small part of the run. They are snapshots first, which share pages; hashed, compressed and
// written is what is likely to stay.

import { hex } from '../../base/bytes.ts'
import type { Hasher } from '../../base/hasher.ts'
import type { Machine } from '../../machine/machine.ts'
import { type Image, Imager, keysOf } from '../../machine/state/image.ts'
import { Snapshot } from '../../machine/state/snapshot.ts'
import { type FunctionInstance, memoryPages } from '../../machine/store.ts'
import { Merkle } from '../../memory/merkle.ts'
import { PAGE_BYTES } from '../../memory/page.ts'
import type { PageKey } from '../../memory/vault.ts'
import { EvenGrid } from './even-grid.ts'
import type { StoredCheckpoints } from './stored-checkpoints.ts'

export interface KeeperOptions {
  readonly hasher: Hasher
  /** Milliseconds of work of this thread; may move in steps of some. */
  readonly now: () => number
  /** Milliseconds of a clock that tells short times. */
  readonly clock: () => number
  /** Most bytes of pages to keep: beyond, the grid gets coarser. */
  readonly keepBytes: number
  /** The part of the run that checkpoints may take. */
  readonly share?: number
}

interface Kept {
  readonly tick: number
  readonly vtime: bigint
  readonly inputs: number
  /** null: it is written. */
  snapshot: Snapshot | null
  /** Bytes of the pages that the checkpoint before it does not have. */
  readonly changedBytes: number
}

const SHARE = 0.03
/** A run of less work keeps none: it is made again as fast. */
const SHORT_MS = 400
/** Work before the first checkpoint of a small machine; of a large one `SHORT_MS`. */
const FIRST_MS = 200
/** Least work between two: behind each, what the machine writes is copied first. */
const LEAST_MS = 200
/**
 * What an open call costs at the first checkpoint that finds one of its function: it is entered in
 * the middle, by code that is yet to be made. No clock here sees it.
 */
const CALL_MS = 0.5
/** What the first snapshot takes for each byte of memory. */
const COPY_BYTE_MS = 3e-7
/** Of what was measured so many count. */
const LAST_COSTS = 4
const LAST_GAPS = 3
const LEAST_SPACING = 2 ** 20
const LEAST_TURN = 2 ** 16
/** Snapshots that wait to be written hold at most so much. */
const MOST_WAITING_BYTES = 2 ** 28
/** Of the grid every so manieth is written while the program runs. */
const WRITE_EACH = 4
/** Garbage in the vault that is not worth compacting. */
const LEAST_GARBAGE_BYTES = 2 ** 26

export class CheckpointKeeper {
  private readonly m: Machine
  private readonly stored: StoredCheckpoints
  private readonly options: KeeperOptions
  private readonly imager: Imager
  private readonly merkle: Merkle
  private readonly grid = new EvenGrid<Kept>(LEAST_SPACING)
  private readonly beginTick: number
  private readonly beganAt: number
  /** The end of the last checkpoint, in work. */
  private lastAt: number
  private last: Snapshot
  /** What a snapshot takes. The first copies all that the machine has, and is not counted. */
  private readonly snapshotCost = new Cost(1)
  /** What writing takes, by bytes of changed pages. */
  private readonly writeCost = new Cost(5e-6)
  /** Functions that were entered in the middle. */
  private readonly entered = new Set<FunctionInstance>()
  /** Work between the last checkpoints, the latest first. */
  private gapsMs: readonly number[] = []
  private isCoarser = false
  /** All is written that will be. */
  private ended = false
  private askAt = 0

  /** `begin`: the machine's first state, as it stands now. */
  constructor(m: Machine, begin: Snapshot, stored: StoredCheckpoints, options: KeeperOptions) {
    this.m = m
    this.stored = stored
    this.options = options
    this.merkle = new Merkle(options.hasher)
    this.imager = new Imager(begin, this.merkle)
    this.last = begin
    this.beginTick = begin.tick
    this.beganAt = options.now()
    this.lastAt = this.beganAt
  }

  get facts() {
    return {
      checkpoints: this.grid.all.filter(({ snapshot }) => snapshot === null).length,
      pageBytes: this.stored.vault.sizeBytes,
      spacing: this.grid.spacing,
      coarsened: this.isCoarser,
    }
  }

  /** The tick at which `take` is to be called next; Infinity: not soon, ask again later. */
  next(): number {
    const { ticks } = this.m
    if (this.grid.all.length === 0 && this.grid.spacing === LEAST_SPACING) {
      // A run in short turns is not asked at each for what it has worked.
      if (ticks < this.askAt) return Number.POSITIVE_INFINITY
      this.askAt = ticks + LEAST_TURN
      const worked = this.options.now() - this.beganAt
      if (worked < this.firstMs) return Number.POSITIVE_INFINITY
      // So many ticks take as long as checkpoints should be apart.
      const wanted = ((ticks - this.beginTick) * this.leastMs(0)) / worked
      while (this.grid.spacing < wanted) this.grid.double()
    }
    return this.grid.after(ticks)
  }

  /** The machine stands at the tick of `next`, runs, and had so many inputs. */
  take(inputs: number): void {
    const { now, clock } = this.options
    const begin = now()
    if (this.isTooDense(begin - this.lastAt)) {
      this.gapsMs = []
      this.drop(this.grid.double())
      if (this.m.ticks % this.grid.spacing !== 0) return
    }
    const isFirst = this.last.tick === this.beginTick
    const from = clock()
    const snapshot = Snapshot.of(this.m)
    if (!isFirst) this.snapshotCost.add(clock() - from, 1)
    for (const fn of this.openFunctions()) this.entered.add(fn)
    const changedBytes = snapshot.differentPages(this.last) * PAGE_BYTES
    this.last = snapshot
    const { ticks: tick, vtime } = this.m
    this.drop(this.grid.add({ tick, vtime, inputs, snapshot, changedBytes }))
    if (!this.isShort) this.writeSome()
    this.lastAt = now()
  }

  /** Writes all that wait, unless the run is over too soon. */
  finish(): void {
    if (this.isShort) return
    for (const one of this.grid.all) this.write(one)
    this.ended = true
    this.limit()
    this.compact()
  }

  /** No grid gets finer again, so one short interval proves nothing, unless it is far too short. */
  private isTooDense(gapMs: number): boolean {
    const leastMs = this.leastMs(this.usualBytes())
    this.gapsMs = [gapMs, ...this.gapsMs].slice(0, LAST_GAPS)
    const sumMs = this.gapsMs.reduce((sum, ms) => sum + ms, 0)
    return gapMs < leastMs / 2 || sumMs < leastMs * this.gapsMs.length
  }

  private get isShort(): boolean {
    return this.options.now() - this.beganAt < SHORT_MS
  }

  private get firstMs(): number {
    const copyMs = memoryPages(this.m.store) * PAGE_BYTES * COPY_BYTE_MS
    return Math.min(SHORT_MS, Math.max(FIRST_MS, copyMs / (this.options.share ?? SHARE)))
  }

  /** What changes between two checkpoints: one that changed much may be the only one. */
  private usualBytes(): number {
    const [last, before] = this.grid.all.slice(-2).reverse()
    return before === undefined ? 0 : Math.min(last.changedBytes, before.changedBytes)
  }

  private leastMs(changedBytes: number): number {
    let newCalls = 0
    for (const fn of this.openFunctions()) if (!this.entered.has(fn)) newCalls++
    const { snapshotCost, writeCost } = this
    const ms = snapshotCost.of(1) + writeCost.of(changedBytes) + CALL_MS * newCalls
    return Math.max(LEAST_MS, ms / (this.options.share ?? SHARE))
  }

  private openFunctions(): ReadonlySet<FunctionInstance> {
    return new Set(this.m.frameFunction.slice(0, this.m.depth))
  }

  /** Not the last one: whether the grid stays as fine is seen at the next. */
  private writeSome(): void {
    for (const one of this.grid.all.slice(0, -1)) {
      if (one.tick % (WRITE_EACH * this.grid.spacing) === 0) this.write(one)
    }
    const waiting = this.grid.all.filter(({ snapshot }) => snapshot !== null)
    let bytes = waiting.reduce((sum, one) => sum + one.changedBytes, 0)
    for (const one of waiting) {
      if (bytes <= MOST_WAITING_BYTES) break
      this.write(one)
      bytes -= one.changedBytes
    }
    this.limit()
  }

  private write(one: Kept): void {
    const { snapshot, tick, inputs } = one
    if (snapshot === null) return
    const from = this.options.clock()
    const { vault } = this.stored
    let writtenBytes = 0
    const image = this.imager.image(snapshot, (page) => {
      if (vault.put(page)) writtenBytes += PAGE_BYTES
    })
    vault.sync()
    const root = hex(snapshot.root(this.merkle))
    const base = this.stored.descriptors.findLast((other) => other.tick < tick)?.tick ?? null
    this.stored.add(image, { vtime: `${one.vtime}`, root, inputs }, base)
    one.snapshot = null
    this.writeCost.add(this.options.clock() - from, Math.max(writtenBytes, PAGE_BYTES))
  }

  private drop(gone: readonly Kept[]): void {
    if (this.remove(gone)) this.compact()
  }

  /** True: some of them were written. */
  private remove(gone: readonly Kept[]): boolean {
    const written = gone.filter(({ snapshot }) => snapshot === null)
    for (const { tick } of written) this.stored.remove(tick)
    return written.length > 0
  }

  /** Fewer checkpoints, until their pages are within the limit. */
  private limit(): void {
    const { vault } = this.stored
    while (vault.sizeBytes > this.options.keepBytes && this.grid.all.length > 0) {
      this.isCoarser = true
      this.remove(this.grid.double())
      vault.compact(this.live())
    }
  }

  /** Where less than half of the vault is needed, the rest is left behind. */
  private compact(): void {
    const { vault } = this.stored
    if (vault.sizeBytes < LEAST_GARBAGE_BYTES) return
    const live = this.live()
    let bytes = 0
    for (const key of live) bytes += vault.recordBytes(key)
    const garbage = vault.sizeBytes - bytes
    if (garbage > bytes && garbage > LEAST_GARBAGE_BYTES) vault.compact(live)
  }

  /** What is written, and what those that wait or are yet to come share with it. */
  private live(): ReadonlySet<PageKey> {
    const live = new Set<PageKey>()
    const add = (image: Image): void => {
      for (const key of keysOf(image)) live.add(key)
    }
    for (const { tick } of this.stored.descriptors) add(this.stored.image(tick))
    if (!this.ended) add(this.imager.image(this.last, () => {}))
    return live
  }
}

/** What a unit of something takes: the least of the last times, as all that disturbs adds to it. */
class Cost {
  private lastMs: readonly number[]

  constructor(unitMs: number) {
    this.lastMs = [unitMs]
  }

  add(ms: number, units: number): void {
    this.lastMs = [ms / units, ...this.lastMs].slice(0, LAST_COSTS)
  }

  of(units: number): number {
    return units * Math.min(...this.lastMs)
  }
}
