// The library's way into a recorded run: the computer as it was at any tick, and questions about
// what happened.
import { setImmediate } from 'node:timers/promises'
import { utf8 } from './base/bytes.ts'
import { VacError } from './base/errors.ts'
import { Dream, type DreamOptions } from './dream.ts'
import type { Branches } from './host/branch-files.ts'
import type { EngineName } from './host/compiler.ts'
import { nodeHasher } from './host/hasher.ts'
import { IndexFiles } from './host/index-files.ts'
import { IndexThreads } from './host/index-threads.ts'
import { type OpenedRecording, openRecording, recordingHost } from './host/recording-files.ts'
import { addressOf, type Place as StoredPlace } from './host/recording-place.ts'
import type { Place } from './machine/machine.ts'
import type { Watch } from './machine/watch.ts'
import type { StoredCheckpoints } from './time/checkpoints/stored-checkpoints.ts'
import type { DiffOptions } from './time/diff/diff.ts'
import { type RunDifference, runDifference } from './time/diff/run-difference.ts'
import { Expression } from './time/expression/expression.ts'
import type { Lineage } from './time/lineage/lineage.ts'
import { Bisection } from './time/questions/bisect.ts'
import { type Logged, logOf } from './time/questions/log.ts'
import { type OutputMatch, OutputSearch } from './time/questions/outputs.ts'
import { placesAt } from './time/questions/places.ts'
import { type Bytes, Questions, type Reading, type Write } from './time/questions/questions.ts'
import { type BeamFilter, type TracedBeam, tracedBeams } from './time/questions/traced-beams.ts'
import { type Reason, Why, type WhyOptions } from './time/questions/why.ts'
import { type Stage, Timeline } from './time/timeline.ts'
import { Vac } from './vac.ts'
import { type Capability, isCapability } from './wall/capabilities.ts'
import type { Sink } from './wall/devices/console.ts'
import type { Saved } from './wall/retrace.ts'

export { type Changes, Dream, type DreamOptions, type EffectsPolicy } from './dream.ts'
export type { DiffOptions } from './time/diff/diff.ts'
export type { RunDifference } from './time/diff/run-difference.ts'
export type { Logged } from './time/questions/log.ts'
export type { OutputMatch } from './time/questions/outputs.ts'
export type { Bytes, Reading, Write } from './time/questions/questions.ts'
export type { BeamFilter, TracedBeam } from './time/questions/traced-beams.ts'
export type { Reason, WhyOptions } from './time/questions/why.ts'

export interface ReadersOptions {
  /** Reads behind this tick count, up to `to`. */
  readonly from?: number
  readonly to?: number
  /** So many are told at most. */
  readonly most?: number
}

export interface LogOptions extends ReadersOptions {
  /** An expression: only where it is true. */
  readonly condition?: string
}

export interface PrintedReason {
  readonly match: OutputMatch
  /** One for each call that printed some of it. */
  readonly reasons: readonly Reason[]
}

/** A computer that a timeline runs. */
export class VacStage implements Stage {
  readonly vac: Vac
  watch: Watch | null = null

  constructor(vac: Vac) {
    this.vac = vac
  }
  get machine() {
    return this.vac.machine
  }
  get world() {
    return this.vac.world
  }
  readonly run = (_: unknown, budget: number): void => {
    this.vac.run(budget, null, this.watch)
    if (this.watch === null) this.vac.engine.improve()
  }
}

export class RecordedRun {
  /** For work that shows progress: what its generators yield at is a moment to look. */
  readonly timeline: Timeline<VacStage>
  readonly questions: Questions<VacStage>
  /** Those that the recording has. */
  readonly checkpoints: StoredCheckpoints
  /** Takes what the program prints wherever parts of the run are made again. */
  output: Sink | null = null

  /** Those that make the index of writes. */
  readonly threads: IndexThreads

  /** Is told in words of what is not as it should be, and does no harm. */
  notice: (text: string) => void = () => {}

  private readonly place: StoredPlace
  private readonly engine: EngineName

  /** Errors: RECORDING_DAMAGED. */
  constructor(recording: OpenedRecording, engine: EngineName = 'auto') {
    const { begin, lineage, place, sharedUntil } = recording
    this.place = place
    this.engine = engine
    const grants = new Set<Capability>(lineage.header.grants.filter(isCapability))
    const like = Vac.restore(begin, { engine, grants })
    const first = like.snapshot()
    const output: Sink = (stream, bytes) => this.output?.(stream, bytes)
    this.checkpoints = recording.checkpoints(first)
    const shared = this.checkpoints.descriptors.filter(({ tick }) => tick < sharedUntil)
    this.timeline = new Timeline(
      lineage,
      first,
      (saved, old) =>
        new VacStage(Vac.of(saved, { engine, grants, like, output, instead: old?.vac })),
      shared.map(({ tick, inputs }) => ({
        tick,
        given: inputs,
        read: () => this.checkpoints.snapshot(tick),
      })),
    )
    const store = new IndexFiles(place.path)
    store.notice = (text) => this.notice(text)
    this.threads = new IndexThreads(addressOf(place), engine)
    this.threads.notice = (text) => this.notice(text)
    const host = { ...recordingHost, store, workers: this.threads }
    this.questions = new Questions(this.timeline, host)
  }

  /** By its path, or a branch as PATH@NAME. Errors: FILE_MISSING, RECORDING_DAMAGED. */
  static async open(path: string, engine: EngineName = 'auto'): Promise<RecordedRun> {
    return new RecordedRun(await openRecording(path), engine)
  }

  /** The computer as it stands where the run was looked at last; to be read, not changed. */
  get vac(): Vac {
    return this.timeline.stage.vac
  }
  get firstTick(): number {
    return this.timeline.firstTick
  }
  get lastTick(): number {
    return this.timeline.lastTick
  }

  /** The computer as it was at a tick. It is this run's own: the next question moves it on. */
  async at(tick: number, signal?: AbortSignal): Promise<Vac> {
    await inTurns(this.timeline.visit(tick), () => signal?.throwIfAborted())
    return this.vac
  }

  /**
   * Forks the run at a tick, with something changed; the run itself stays what it was. The dream
   * has not begun. Errors: BRANCH_REFUSED where there is no such tick, CALL_ARGUMENTS.
   */
  fork(tick: number, options: DreamOptions = {}, signal?: AbortSignal): Promise<Dream> {
    return inTurns(this.forking(tick, options), () => signal?.throwIfAborted())
  }

  /** The same, for work that shows progress. */
  *forking(tick: number, options: DreamOptions = {}): Generator<void, Dream> {
    const { timeline, place, engine, firstTick, lastTick } = this
    if (!Number.isSafeInteger(tick) || tick < firstTick || tick > lastTick) {
      throw new VacError('BRANCH_REFUSED', {
        found: `tick ${tick}`,
        expected: `a tick from ${firstTick} to ${lastTick}`,
      })
    }
    const saved = yield* timeline.saved(tick)
    const { lineage } = timeline
    return new Dream({ saved, tick, lineage, place, engine, like: this.vac }, options)
  }

  /**
   * The first tick at which this run and another differ, with what differs there; null: they are
   * equal as far as both go. Both stand at that tick then.
   */
  diff(
    other: RecordedRun,
    options: DiffOptions = {},
    signal?: AbortSignal,
  ): Promise<RunDifference | null> {
    return inTurns(differenceOf(this, other, options), () => signal?.throwIfAborted())
  }

  /**
   * The first tick at which something is true of the computer, which is taken to stay true; null:
   * it is not at the last one. `asked`: a function, or an expression. Errors: EXPRESSION.
   */
  async bisect(
    asked: string | ((vac: Vac) => boolean | Promise<boolean>),
    { from = this.firstTick, to = this.lastTick }: { from?: number; to?: number } = {},
    signal?: AbortSignal,
  ): Promise<number | null> {
    const holds = typeof asked === 'string' ? this.predicate(asked) : asked
    const search = new Bisection(from, to, this.timeline.checkpoints)
    for (let tick = search.next; tick !== null; tick = search.next) {
      search.tell(await holds(await this.at(tick, signal)))
    }
    return search.found
  }

  /**
   * What an expression says of the computer (time/expression/expression.ts). Errors: EXPRESSION.
   */
  predicate(text: string): (vac: Vac) => boolean {
    const { holds } = Expression.for(this.vac.machine, text)
    return ({ machine }) => holds(machine)
  }

  /**
   * The call chain with the instruction that led to a tick, at which the run stands then. Empty:
   * none did.
   */
  *chainBefore(tick: number): Generator<void, Place[]> {
    const { timeline } = this
    yield* timeline.seek(tick - 1)
    const { machine: m } = timeline
    const chain = m.depth === 0 || m.ticks === tick ? [] : m.chain(m.framePc[m.depth - 1])
    yield* timeline.seek(tick)
    return chain
  }

  /** A timeline of a part of the run, by the interpreter: it begins at once. */
  readonly part = (lineage: Lineage, begin: Saved): Timeline<VacStage> => {
    const grants = new Set<Capability>(lineage.header.grants.filter(isCapability))
    const make = (saved: Saved): VacStage =>
      new VacStage(Vac.of(saved, { engine: 'interpreter', grants }))
    return new Timeline(lineage, begin, make)
  }

  /** The branches of the recording. Errors: RECORDING_DAMAGED. */
  async branches(): Promise<Branches> {
    const { openBranches } = await import('./host/branch-files.ts')
    return openBranches(this.place.path, recordingHost)
  }

  /** The last write of some of the bytes at a tick or before; null: there was none. */
  lastWrite(
    bytes: Bytes,
    tick: number = this.lastTick,
    signal?: AbortSignal,
  ): Promise<Write | null> {
    return inTurns(this.questions.lastWrite(bytes, tick), () => signal?.throwIfAborted())
  }

  /** Instructions in a window that read some of the bytes; see `Questions.readers`. */
  readers(
    bytes: Bytes,
    { from = this.firstTick, to = this.lastTick, most = 1000 }: ReadersOptions = {},
    signal?: AbortSignal,
  ): Promise<{ readonly found: readonly Reading[]; readonly more: boolean }> {
    const work = this.questions.readers(bytes, from, to, most)
    return inTurns(work, () => signal?.throwIfAborted())
  }

  /**
   * Values of expressions wherever the machine stood before some place, from a tick to another; a
   * place as in `vac log`, or several. Errors: USAGE, EXPRESSION.
   */
  log(
    at: string | readonly Place[],
    texts: readonly string[],
    { from = this.firstTick, to = this.lastTick, most = 1000, condition }: LogOptions = {},
    signal?: AbortSignal,
  ): Promise<{ readonly found: readonly Logged[]; readonly more: boolean }> {
    const { timeline } = this
    const { machine } = timeline
    const places = typeof at === 'string' ? placesAt(machine, at) : at
    const expressions = texts.map((text) => Expression.for(machine, text))
    const only = condition === undefined ? null : Expression.for(machine, condition)
    const work = logOf(timeline, places, expressions, { from, to, most, condition: only })
    return inTurns(work, () => signal?.throwIfAborted())
  }

  /**
   * Calls a hook for each instruction behind a tick, up to another, that the filter lets through,
   * until it gives false. The computer is not at that tick then: it stands further on.
   */
  trace(
    from: number,
    to: number,
    hook: (beam: TracedBeam) => unknown,
    filter: BeamFilter = {},
    signal?: AbortSignal,
  ): Promise<void> {
    const { timeline } = this
    const work = function* (): Generator<void> {
      for (const beam of tracedBeams(timeline, from, to, filter)) {
        if (beam === null) yield
        else if (hook(beam) === false) return
      }
    }
    return inTurns(work(), () => signal?.throwIfAborted())
  }

  /** Where bytes of a memory came from that are there at a tick. */
  why(
    bytes: Bytes,
    tick: number = this.lastTick,
    options: Partial<WhyOptions> = {},
    signal?: AbortSignal,
  ): Promise<readonly Reason[]> {
    const why = new Why(this.timeline, this.questions, options)
    return inTurns(why.bytes(bytes, tick), () => signal?.throwIfAborted())
  }

  /** Where a text that was printed came from; null: it was not printed so often. */
  whyOutput(
    text: string | Uint8Array,
    { nth = 1, ...options }: Partial<WhyOptions> & { readonly nth?: number } = {},
    signal?: AbortSignal,
  ): Promise<PrintedReason | null> {
    return inTurns(this.whyPrinted(text, nth, options), () => signal?.throwIfAborted())
  }

  /** The same, for work that shows progress. */
  *whyPrinted(
    text: string | Uint8Array,
    nth: number,
    options: Partial<WhyOptions>,
  ): Generator<void, PrintedReason | null> {
    const match = yield* this.printed(text, nth)
    if (match === null) return null
    const why = new Why(this.timeline, this.questions, options)
    return { match, reasons: yield* why.output(match.parts) }
  }

  /** Where the run printed a text, by making it again from the beginning. */
  *printed(text: string | Uint8Array, nth = 1): Generator<void, OutputMatch | null> {
    return (yield* this.searched(text, nth)).found
  }

  /** The ticks at which a text had been printed, once more each. */
  *printedTicks(text: string | Uint8Array): Generator<void, readonly number[]> {
    return (yield* this.searched(text, Number.POSITIVE_INFINITY)).ticks
  }

  private *searched(text: string | Uint8Array, nth: number): Generator<void, OutputSearch> {
    const bytes = typeof text === 'string' ? utf8(text) : text
    const search = new OutputSearch(bytes, nth)
    if (bytes.length === 0) return search
    const { output } = this
    this.output = (stream, printed) => search.hear(stream, printed, this.vac.ticks)
    try {
      for (const _ of this.timeline.watch(this.firstTick, this.lastTick, null)) {
        if (search.found !== null) break
        yield
      }
      return search
    } finally {
      this.output = output
    }
  }
}

export { RecordedRun as Run }

/** The work of `diff`, for work that shows progress. */
export const differenceOf = (a: RecordedRun, b: RecordedRun, options: DiffOptions = {}) =>
  runDifference(a, b, nodeHasher, options)

/**
 * Does work with turns of the host's event loop between; what `turn` throws ends it where it is.
 */
export async function inTurns<T>(work: Generator<void, T>, turn: () => void): Promise<T> {
  try {
    for (;;) {
      const { done, value } = work.next()
      if (done === true) return value
      await setImmediate()
      turn()
    }
  } finally {
    work.return(undefined as T)
  }
}
