// Any tick of a recorded run: the nearest snapshot before it is made a machine, which runs on to
// it. Snapshots stand on an even grid, which doubles when it gets full, and close before the tick
// that was last asked for, so that a step back is a short run; where someone visits a tick, they
// stand close for a while before it.
import type { Machine } from '../machine/machine.ts'
import { Snapshot } from '../machine/state/snapshot.ts'
import { memoryPages } from '../machine/store.ts'
import type { Watch } from '../machine/watch.ts'
import type { Runner, Saved, Twin } from '../wall/retrace.ts'
import { EvenGrid, MOST_CHECKPOINTS } from './checkpoints/even-grid.ts'
import type { Lineage } from './lineage/lineage.ts'
import { Replay } from './lineage/replay.ts'

/** A machine with what runs it. */
export interface Stage extends Twin {
  readonly run: Runner
  /** What the runs of the machine watch for. */
  watch: Watch | null
}

/** `old`: the machine that is given up for it. */
type MakeStage<S> = (saved: Saved, old: S | null) => S

export interface Checkpoint {
  readonly tick: number
  /** Inputs that the machine has been given. */
  readonly given: number
  /** Makes the machine, or reads what it is made of. */
  readonly saved: () => Saved
  /** Of the snapshot, those that the one before it does not share. */
  readonly pages?: number
}

/** A checkpoint that the recording has. */
export interface StoredCheckpoint {
  readonly tick: number
  readonly given: number
  readonly read: () => Saved
}

const FIRST_SPACING = 2 ** 22
/**
 * Snapshots are kept close before the wanted tick too: at a quarter of the spacing, and at an
 * eighth of each distance again, down to so many ticks.
 */
const LEAST_TAIL = 2 ** 17
const TAIL_STEP = 8
/**
 * Before a visited tick the spacing is an eighth of the grid's. A snapshot compares all bytes of
 * flat memories: for each page of them the spacing is at least so many ticks.
 */
const DENSER = 8
const PAGE_TICKS = 2 ** 16
/** It is dense for so many spacings at least, and for so many at most. */
const LEAST_DENSE = 3
const MOST_DENSE = 12
/** Snapshots near the wanted tick, and those read from the disk, that stay in memory. */
const MOST_TAIL = 64
const MOST_READ = 8
/** Beyond so many pages, 1 GiB, the grid gets coarser; beyond half of it the tail shorter. */
const MOST_GRID_PAGES = 2 ** 14
const MOST_TAIL_PAGES = 2 ** 13
/** Ticks between two moments at which whoever waits may look. */
const CHUNK_TICKS = 2 ** 26

export class Timeline<S extends Stage> {
  readonly lineage: Lineage
  /** Leaves no snapshots behind: whoever comes by here does not come back. */
  isPassing = false
  private readonly make: MakeStage<S>
  private readonly first: Checkpoint
  private readonly stored: readonly Checkpoint[]
  /** What was read of them, the latest last. */
  private readonly read = new Map<number, Saved>()
  private readonly grid: EvenGrid<Checkpoint>
  private tail: Checkpoint[] = []
  /** The snapshot that was taken last. */
  private latest: Snapshot | null = null
  private at: { readonly stage: S; readonly replay: Replay }

  /** `stored`: of the same run, ascending. */
  constructor(
    lineage: Lineage,
    begin: Saved,
    make: MakeStage<S>,
    stored: readonly StoredCheckpoint[] = [],
  ) {
    this.lineage = lineage
    this.make = make
    const stage = make(begin, null)
    this.at = { stage, replay: new Replay(stage, lineage, stage.run) }
    this.first = { tick: stage.machine.ticks, given: 0, saved: () => begin }
    this.stored = stored.map(({ tick, given, read }) => ({
      tick,
      given,
      saved: () => this.savedOf(tick, read),
    }))
    this.grid = new EvenGrid(spacingFor(this.lastTick - this.firstTick))
  }

  get stage(): S {
    return this.at.stage
  }
  get machine(): Machine {
    return this.at.stage.machine
  }
  get firstTick(): number {
    return this.first.tick
  }
  get lastTick(): number {
    return this.at.replay.lastTick
  }
  /** Ticks at which there are snapshots. */
  get checkpoints(): readonly number[] {
    const ticks = new Set(this.all.map(({ tick }) => tick))
    return [...ticks].sort((a, b) => a - b)
  }

  /** Of those that the recording has. */
  get storedTicks(): readonly number[] {
    return this.stored.map(({ tick }) => tick)
  }

  /**
   * Ticks within the run at which snapshots can be had for good: stored ones, and a grid where
   * these are far apart.
   */
  get boundaries(): readonly number[] {
    const { firstTick, lastTick } = this
    const spacing = spacingFor(lastTick - firstTick)
    const far = (2 * (lastTick - firstTick)) / MOST_CHECKPOINTS
    const stored = this.storedTicks.filter((tick) => tick > firstTick && tick < lastTick)
    const ticks: number[] = []
    let from = firstTick
    for (const to of [...stored, lastTick]) {
      const onGrid = Math.floor(from / spacing + 1) * spacing
      for (let tick = onGrid; to - from > far && tick < to; tick += spacing) ticks.push(tick)
      ticks.push(to)
      from = to
    }
    return ticks.slice(0, -1)
  }

  /**
   * Goes to a tick, with all inputs that came at it; before the first, or behind the last, to that
   * one. Yields now and then: the machine stands somewhere on the way, and who does not go on may
   * seek again. Errors: REPLAY_DIVERGED where the inputs do not fit.
   */
  *seek(wanted: number): Generator<void> {
    const tick = this.within(wanted)
    this.start(tick, tick)
    yield* this.go(tick, null)
  }

  /**
   * The same, for who is likely to look around there: it may take the run from farther back, and
   * leaves snapshots, so that ticks not far before this one are a short run away.
   */
  *visit(wanted: number): Generator<void> {
    const tick = this.within(wanted)
    const spacing = this.denseSpacing
    const reach = LEAST_DENSE * spacing
    const isNear = Math.abs(tick - this.machine.ticks) <= reach
    const isDense = this.isDense(tick, spacing, isNear ? 1 : reach)
    this.start(tick, isDense ? tick : tick - reach)
    yield* this.go(tick, spacing)
  }

  /** `spacing`: of the snapshots before the tick, where these are to be dense. */
  private *go(tick: number, spacing: number | null): Generator<void> {
    for (let isOver = false; ; ) {
      const stop: number = isOver ? tick : this.stopTo(tick, spacing)
      while (!this.at.replay.advance(stop, CHUNK_TICKS)) yield
      if (stop === tick) return
      isOver = this.machine.ticks !== stop
      if (!isOver) this.keep(stop, tick)
    }
  }

  /**
   * Runs from a tick to another while something is watched for, or to where it stops the run; null:
   * all the way, whatever snapshots there are.
   */
  *watch(from: number, to: number, watch: Watch | null): Generator<void> {
    yield* this.seek(from)
    const { stage, replay } = this.at
    const onGrid = from % this.grid.spacing === 0 && stage.machine.ticks === from
    if (watch !== null && onGrid) this.keep(from, from)
    stage.watch = watch
    try {
      while (!replay.advance(to, CHUNK_TICKS, watch)) yield
    } finally {
      stage.watch = null
    }
  }

  /** Takes over a snapshot of a run that is this one up to its tick. */
  plant(checkpoint: Checkpoint): void {
    this.addToTail(checkpoint, checkpoint.tick)
  }

  /** A snapshot of the machine at a tick, as `seek` leaves it. */
  *saved(wanted: number): Generator<void, Saved> {
    const tick = this.within(wanted)
    // The first snapshot was taken before the inputs at its tick.
    const known = this.all.find((one) => one.tick === tick && one.given > 0)
    if (known !== undefined) return known.saved()
    yield* this.seek(tick)
    return Snapshot.of(this.machine)
  }

  private within(wanted: number): number {
    return Math.min(Math.max(wanted, this.firstTick), this.lastTick)
  }

  /** Stands at a machine that is not past the tick; the nearest one to `wanted`, or behind it. */
  private start(tick: number, wanted: number): void {
    const from = this.nearest(wanted)
    const { ticks } = this.machine
    if (ticks <= tick && ticks >= from.tick) return
    const stage = this.make(from.saved(), this.at.stage)
    this.at = { stage, replay: new Replay(stage, this.lineage, stage.run, from.given) }
  }

  private get all(): readonly Checkpoint[] {
    return [this.first, ...this.stored, ...this.grid.all, ...this.tail]
  }

  /** What is in memory comes before what must be read. */
  private nearest(tick: number): Checkpoint {
    let found = this.first
    for (const one of this.all) if (one.tick <= tick && one.tick >= found.tick) found = one
    return found
  }

  /** Are there snapshots before a tick, as far back as `reach`, that close to each other? */
  private isDense(tick: number, spacing: number, reach: number): boolean {
    for (let at = tick; tick - at < reach; ) {
      const { tick: before } = this.nearest(at === tick ? tick : at - 1)
      if (before === tick || before === this.firstTick) return true
      if (at - before > spacing) return false
      at = before
    }
    return true
  }

  private get denseSpacing(): number {
    const pages = memoryPages(this.machine.store)
    let spacing = this.grid.spacing / DENSER
    while (spacing < pages * PAGE_TICKS) spacing *= 2
    return spacing
  }

  private savedOf(tick: number, read: () => Saved): Saved {
    const saved = this.read.get(tick) ?? read()
    this.read.delete(tick)
    this.read.set(tick, saved)
    if (this.read.size > (this.isPassing ? 1 : MOST_READ))
      this.read.delete(this.read.keys().next().value as number)
    return saved
  }

  private get gridPages(): number {
    return sumOfPages(this.grid.all)
  }

  /** The next tick on the way at which a snapshot is to stand; behind the last, the tick itself. */
  private stopTo(tick: number, spacing: number | null): number {
    const from = this.machine.ticks
    let stop = Math.min(tick, this.grid.after(from))
    if (spacing !== null) {
      const least = Math.max(from + 1, tick - MOST_DENSE * spacing)
      stop = Math.min(stop, Math.ceil(least / spacing) * spacing)
    }
    let distance = (spacing ?? this.grid.spacing) / 4
    for (; distance >= LEAST_TAIL; distance /= TAIL_STEP) {
      const isThere = (one: Checkpoint): boolean =>
        one.tick >= tick - 4 * distance && one.tick <= tick - distance / 2
      const wanted = tick - distance > from && !this.all.some(isThere)
      if (wanted) stop = Math.min(stop, tick - distance)
    }
    return stop
  }

  private keep(stop: number, wanted: number): void {
    if (this.isPassing || this.all.some((known) => known.tick === stop)) return
    const snapshot = Snapshot.of(this.at.stage.machine)
    const pages = this.latest === null ? 0 : snapshot.differentPages(this.latest)
    this.latest = snapshot
    const checkpoint = { tick: stop, given: this.at.replay.given, saved: () => snapshot, pages }
    if (stop % this.grid.spacing === 0) {
      this.grid.add(checkpoint)
      while (this.gridPages > MOST_GRID_PAGES && this.grid.all.length > 1) this.grid.double()
    } else this.addToTail(checkpoint, wanted)
  }

  /** Those that are farthest from the wanted tick have to go. */
  private addToTail(checkpoint: Checkpoint, wanted: number): void {
    const away = ({ tick }: Checkpoint): number => Math.abs(tick - wanted)
    this.tail = [...this.tail, checkpoint].sort((a, b) => away(a) - away(b)).slice(0, MOST_TAIL)
    const pages = (): number => sumOfPages(this.tail)
    while (pages() > MOST_TAIL_PAGES && this.tail.length > 1) this.tail.pop()
  }
}

const sumOfPages = (all: readonly Checkpoint[]): number =>
  all.reduce((sum, { pages = 0 }) => sum + pages, 0)

/** Of a grid that the whole run fits on. */
function spacingFor(ticks: number): number {
  let spacing = FIRST_SPACING
  while (spacing * MOST_CHECKPOINTS < ticks) spacing *= 2
  return spacing
}
