// Any tick of a recorded run: the nearest snapshot before it is made a machine, which runs on to
// it. Snapshots stand on an even grid, which doubles when it gets full, and close before the tick
// that was last asked for, so that a step back is a short run.
import type { Machine } from '../machine/machine.ts'
import { Snapshot } from '../machine/state/snapshot.ts'
import type { Watch } from '../machine/watch.ts'
import type { Runner, Saved, Twin } from '../wall/retrace.ts'
import type { Lineage } from './lineage.ts'
import { Replay } from './replay.ts'

/** A machine with what runs it. */
export interface Stage extends Twin {
  readonly run: Runner
  /** What the runs of the machine watch for. */
  watch: Watch | null
}

interface Checkpoint {
  readonly tick: number
  readonly saved: Saved
  /** Inputs that the machine has been given. */
  readonly given: number
}

/** Most snapshots on the grid. */
const MOST_CHECKPOINTS = 128
const FIRST_SPACING = 2 ** 22
/** Distances before the wanted tick at which snapshots are kept too. */
const TAIL: readonly number[] = [2 ** 21, 2 ** 19, 2 ** 17, 2 ** 15]
/** Ticks between two moments at which whoever waits may look. */
const CHUNK_TICKS = 2 ** 26

export class Timeline<S extends Stage> {
  readonly lineage: Lineage
  private readonly make: (saved: Saved) => S
  /** Ascending; the first is the beginning. */
  private grid: Checkpoint[]
  private tail: Checkpoint[] = []
  private spacing = FIRST_SPACING
  private at: { readonly stage: S; readonly replay: Replay }

  constructor(lineage: Lineage, begin: Saved, make: (saved: Saved) => S) {
    this.lineage = lineage
    this.make = make
    const stage = make(begin)
    this.at = { stage, replay: new Replay(stage, lineage, stage.run) }
    this.grid = [{ tick: stage.machine.ticks, saved: begin, given: 0 }]
  }

  get stage(): S {
    return this.at.stage
  }
  get machine(): Machine {
    return this.at.stage.machine
  }
  get firstTick(): number {
    return this.grid[0].tick
  }
  get lastTick(): number {
    return this.at.replay.lastTick
  }
  /** Ticks at which there are snapshots. */
  get checkpoints(): readonly number[] {
    return [...this.grid, ...this.tail].map(({ tick }) => tick).sort((a, b) => a - b)
  }

  /**
   * Goes to a tick, with all inputs that came at it; before the first, or behind the last, to that
   * one. Yields now and then: the machine stands somewhere on the way, and who does not go on may
   * seek again. Errors: REPLAY_DIVERGED where the inputs do not fit.
   */
  *seek(wanted: number): Generator<void> {
    const tick = Math.min(Math.max(wanted, this.firstTick), this.lastTick)
    this.start(tick)
    for (let isOver = false; ; ) {
      const stop: number = isOver ? tick : this.stopTo(tick)
      while (!this.at.replay.advance(stop, CHUNK_TICKS)) yield
      if (stop === tick) return
      isOver = this.machine.ticks !== stop
      if (!isOver) this.keep(stop, tick)
    }
  }

  /**
   * Runs from a tick to another while something is watched for, or to where it stops the run.
   */
  *watch(from: number, to: number, watch: Watch): Generator<void> {
    yield* this.seek(from)
    const { stage, replay } = this.at
    stage.watch = watch
    try {
      while (!replay.advance(to, CHUNK_TICKS, watch)) yield
    } finally {
      stage.watch = null
    }
  }

  /** A snapshot of the machine at a tick, as `seek` leaves it. */
  *saved(wanted: number): Generator<void, Saved> {
    const tick = Math.min(Math.max(wanted, this.firstTick), this.lastTick)
    // The first snapshot was taken before the inputs at its tick.
    const known = [...this.grid, ...this.tail].find((one) => one.tick === tick && one.given > 0)
    if (known !== undefined) return known.saved
    yield* this.seek(tick)
    return new Snapshot(this.machine)
  }

  /** Stands at a machine that is not past the tick and not far before it. */
  private start(tick: number): void {
    const from = this.nearest(tick)
    const { ticks } = this.machine
    if (ticks <= tick && ticks >= from.tick) return
    const stage = this.make(from.saved)
    this.at = { stage, replay: new Replay(stage, this.lineage, stage.run, from.given) }
  }

  private nearest(tick: number): Checkpoint {
    let found = this.grid[0]
    for (const one of [...this.grid, ...this.tail]) {
      if (one.tick <= tick && one.tick >= found.tick) found = one
    }
    return found
  }

  /** The next tick on the way at which a snapshot is to stand; behind the last, the tick itself. */
  private stopTo(tick: number): number {
    const from = this.machine.ticks
    const grid = (Math.floor(from / this.spacing) + 1) * this.spacing
    const stops = [grid, ...TAIL.map((distance) => tick - distance)]
    return Math.min(tick, ...stops.filter((stop) => stop > from))
  }

  private keep(stop: number, wanted: number): void {
    if ([...this.grid, ...this.tail].some((known) => known.tick === stop)) return
    const { machine } = this.at.stage
    const checkpoint = {
      tick: stop,
      saved: new Snapshot(machine),
      given: this.at.replay.given,
    }
    if (stop % this.spacing === 0) this.addToGrid(checkpoint)
    else {
      const near = this.tail.filter(({ tick }) => Math.abs(tick - wanted) <= TAIL[0])
      this.tail = [...near, checkpoint].slice(-2 * TAIL.length)
    }
  }

  private addToGrid(checkpoint: Checkpoint): void {
    const { grid } = this
    const before = grid.findLastIndex(({ tick }) => tick < checkpoint.tick)
    grid.splice(before + 1, 0, checkpoint)
    while (this.grid.length > MOST_CHECKPOINTS) {
      this.spacing *= 2
      this.grid = this.grid.filter(({ tick }, n) => n === 0 || tick % this.spacing === 0)
    }
  }
}
