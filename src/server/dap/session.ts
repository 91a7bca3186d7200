// A recorded run as the debuggee of one client of the Debug Adapter Protocol
// (microsoft.github.io/debug-adapter-protocol). The client's buttons move along the recording, in
// both directions; requests that look are answered where the machine stands.
import { resolve } from 'node:path'
import type { DebugProtocol } from '@vscode/debugprotocol'
import { VacError } from '../../base/errors.ts'
import { traps } from '../../isa/traps.ts'
import type { Machine } from '../../machine/machine.ts'
import { type Bytes, RecordedRun } from '../../recorded-run.ts'
import { framesOf, functionTitle } from '../debug/frames.ts'
import { type Arrival, type Motion, Motions } from '../debug/motions.ts'
import { Breakpoints } from './breakpoints.ts'
import { type Answers, type Connection, failureOf } from './connection.ts'
import { disassemble, readMemory } from './memory.ts'
import { PrintedText } from './printed-text.ts'
import { type Recorded, recordProgram, type StartVac } from './program-launch.ts'
import { bytesOfText } from './references.ts'
import type { Arguments } from './requests.ts'
import { Sources } from './sources.ts'
import { Views } from './views.ts'
import { Stopped, Work } from './work.ts'

const CAPABILITIES: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsFunctionBreakpoints: true,
  supportsInstructionBreakpoints: true,
  supportsConditionalBreakpoints: true,
  supportsDataBreakpoints: true,
  supportsDataBreakpointBytes: true,
  supportsStepBack: true,
  supportsSteppingGranularity: true,
  supportsDisassembleRequest: true,
  supportsReadMemoryRequest: true,
  supportsExceptionInfoRequest: true,
  supportsDelayedStackTraceLoading: true,
  supportsEvaluateForHovers: true,
  supportsRestartRequest: true,
  supportsTerminateRequest: true,
  supportsCancelRequest: true,
}
/** The machine is the one thread. */
const THREAD = 1
const MOST_TRACE_LINES = 50

/** A run that is looked at. */
interface Open {
  readonly run: RecordedRun
  readonly motions: Motions
  readonly breakpoints: Breakpoints
  readonly views: Views
  readonly sources: Sources
}

/** A motion as a request asks for it. */
interface Move {
  readonly title: string
  readonly begin: (motions: Motions) => Motion
  /** Backwards: who stops it is brought back to where it began. */
  readonly back?: true
}

export class Session {
  private readonly connection: Connection
  private readonly startVac: StartVac
  private firstLine = 1
  private reports = false
  private open: Open | null = null
  private recorded: Recorded | null = null
  private work: Work | null = null
  private works = 0
  private begin: Arguments<'launch'> = {}

  constructor(connection: Connection, startVac: StartVac) {
    this.connection = connection
    this.startVac = startVac
  }

  /** The client is gone. */
  end(): void {
    this.work?.stop()
    this.recorded?.remove()
    this.recorded = null
    this.open = null
  }

  readonly answers: Answers = {
    initialize: (asked) => {
      this.firstLine = asked.linesStartAt1 === false ? 0 : 1
      this.reports = asked.supportsProgressReporting === true
      return CAPABILITIES
    },
    launch: (asked) => this.launch(asked),
    attach: (asked) => this.launch(asked),
    configurationDone: () => {
      this.still()
      const { stopOnEntry, tick } = this.begin
      if (stopOnEntry === true || tick !== undefined) this.moveTo(tick ?? 'begin', 'entry')
      else this.move(FIRST)
    },
    disconnect: () => this.close(),
    terminate: () => {
      this.work?.stop()
      this.connection.event('terminated')
    },
    restart: () => {
      this.still()
      this.moveTo('begin', 'entry')
    },
    cancel: ({ progressId }) => {
      if (progressId === undefined || progressId === this.work?.id) this.work?.stop()
    },
    threads: () => ({ threads: [{ id: THREAD, name: 'machine' }] }),
    pause: () => {
      this.work?.stop()
    },
    continue: () => this.move(FORWARD, { allThreadsContinued: true }),
    reverseContinue: () => this.move(BACKWARD),
    next: (asked) => this.move(granular(asked, 'Step over', 'over', 'overLine')),
    stepIn: (asked) => this.move(granular(asked, 'Step into', 'step', 'intoLine')),
    stepOut: (asked) => this.move(granular(asked, 'Step out', 'out', 'out')),
    stepBack: (asked) =>
      this.move({ ...granular(asked, 'Step back', 'backOver', 'backLine'), back: true }),
    seek: ({ tick }) => {
      this.still()
      this.moveTo(tick, 'goto')
    },
    setBreakpoints: (asked) => this.set((points) => points.setLines(asked, this.firstLine)),
    setFunctionBreakpoints: (asked) => this.set((points) => points.setFunctions(asked)),
    setInstructionBreakpoints: (asked) => this.set((points) => points.setInstructions(asked)),
    setDataBreakpoints: (asked) => this.set((points) => points.setData(asked)),
    setExceptionBreakpoints: () => ({ breakpoints: [] }),
    dataBreakpointInfo: (asked) => this.still().views.dataInfo(asked),
    exceptionInfo: () => exceptionInfo(this.still().run.vac.machine),
    stackTrace: (asked) => this.still().views.stackTrace(asked),
    scopes: ({ frameId }) => ({ scopes: this.still().views.scopes(frameId) }),
    variables: (asked) => ({ variables: this.still().views.variables(asked) }),
    source: ({ sourceReference, source }) => {
      const { run, sources } = this.opened()
      const reference = source?.sourceReference ?? sourceReference ?? 0
      return { content: sources.text(run.vac.machine, reference), mimeType: 'text/plain' }
    },
    evaluate: (asked) => this.evaluate(asked),
    disassemble: (asked) => ({
      instructions: disassemble(this.opened().run.vac.machine, asked),
    }),
    readMemory: (asked) => readMemory(this.still().run.vac.machine, asked),
  }

  private async launch(asked: Arguments<'launch'>): Promise<undefined> {
    if (this.open !== null || this.work !== null) throw refused('a second launch', 'one a session')
    const { recording, program, cwd = process.cwd(), engine } = asked
    if ((recording === undefined) === (program === undefined)) {
      throw refused('launch', 'a recording, or a program to be recorded first')
    }
    const path = recording === undefined ? await this.record(asked) : resolve(cwd, recording)
    const run = await RecordedRun.open(path, engine)
    run.notice = (text) => this.tell(text)
    const sources = new Sources(cwd)
    const machine = (): Machine => run.vac.machine
    const breakpoints = new Breakpoints(machine, sources)
    const views = new Views(run, sources, (line) => line - 1 + this.firstLine)
    this.open = { run, motions: new Motions(run), breakpoints, views, sources }
    this.begin = asked
    this.connection.event('initialized')
  }

  private async record(asked: Arguments<'launch'>): Promise<string> {
    const work = this.newWork(`Record ${asked.program}`, () => 'the program runs')
    this.work = work
    try {
      this.recorded = await recordProgram(this.startVac, asked, work)
      return this.recorded.path
    } finally {
      work.end()
      this.work = null
    }
  }

  private close(): undefined {
    this.work?.stop()
    // Once the response is out.
    setImmediate(() => this.connection.close())
  }

  /** Errors: REQUEST_INVALID where there is no run. */
  private opened(): Open {
    if (this.open === null) throw refused('no run', 'launch or attach before')
    return this.open
  }

  /** The same, and nothing moves it. */
  private still(): Open {
    if (this.work !== null) throw refused('a machine that runs', 'a pause before')
    return this.opened()
  }

  private set<T>(change: (points: Breakpoints) => T): { breakpoints: T } {
    const { breakpoints, motions } = this.opened()
    const told = change(breakpoints)
    motions.stops = breakpoints.stops
    return { breakpoints: told }
  }

  private newWork(title: string, message: () => string): Work {
    const listener = {
      event: (name: string, body: object) => this.connection.event(name, body),
      reports: this.reports,
      now: () => performance.now(),
    }
    return new Work(listener, `work ${++this.works}`, title, message)
  }

  /** Begins a motion; the response, which is given back, goes out before it ends. */
  private move<T extends object>({ title, begin, back }: Move, body?: T): T | undefined {
    const { motions } = this.still()
    this.perform(title, () => begin(motions), { back: back === true, reason: 'step' })
    return body
  }

  private moveTo(tick: number | 'begin' | 'end', reason: string): void {
    const { run } = this.opened()
    const to = tick === 'begin' ? run.firstTick : tick === 'end' ? run.lastTick : tick
    const seek = function* (): Motion {
      yield* run.timeline.visit(to)
      return { why: 'step' }
    }
    this.perform(`Go to tick ${to}`, seek, { back: true, reason })
  }

  private perform(
    title: string,
    begin: () => Motion,
    how: { back: boolean; reason: string },
  ): void {
    const { run, views } = this.opened()
    const from = run.vac.ticks
    const printed = how.back ? null : new PrintedText(this.connection)
    const work = this.newWork(title, () => `tick ${run.vac.ticks} of ${run.lastTick}`)
    this.work = work
    const moved = async (): Promise<void> => {
      run.output = printed?.take ?? null
      try {
        const arrival = await work.inTurns(begin())
        return this.over(work, () => this.arrived(arrival, how.reason))
      } catch (error) {
        if (!(error instanceof Stopped)) this.tell(failureOf(error).message)
        run.output = null
        if (how.back && this.open !== null) for (const _ of run.timeline.seek(from));
        this.over(work, () => this.stopped('pause'))
      } finally {
        run.output = null
        printed?.end()
      }
    }
    setImmediate(() => {
      views.moved()
      moved().catch((error) => this.over(work, () => this.tell(failureOf(error).message)))
    })
  }

  private over(work: Work, tell: () => void): void {
    work.end()
    this.work = null
    if (this.open === null) return
    this.open.views.moved()
    tell()
  }

  private tell(text: string): void {
    this.connection.event('output', { category: 'important', output: `vac: ${text}\n` })
  }

  private arrived(arrival: Arrival, reason: string): void {
    const { breakpoints, run } = this.opened()
    const { trap } = run.vac.machine
    if (trap !== null) {
      return this.stopped('exception', { description: traps[trap.code].says, text: trap.code })
    }
    const reached = breakpoints.reached(arrival)
    if (reached !== null) {
      return this.stopped(reached.reason, { hitBreakpointIds: [...reached.ids] })
    }
    if (arrival.why === 'end') return this.stopped('end', { description: endText(run) })
    if (arrival.why === 'begin') {
      return this.stopped('entry', { description: 'Beginning of the recording' })
    }
    this.stopped(reason)
  }

  private stopped(reason: string, more: Partial<DebugProtocol.StoppedEvent['body']> = {}): void {
    this.connection.event('stopped', {
      reason,
      threadId: THREAD,
      allThreadsStopped: true,
      ...more,
    })
  }

  /** In the console of the client also `seek TICK`, as not every client can send it, and `who`. */
  private evaluate(asked: Arguments<'evaluate'>): DebugProtocol.EvaluateResponse['body'] {
    const { views } = this.still()
    const [, verb, what] = /^(seek|who)\s+(\S+)$/.exec(asked.expression.trim()) ?? []
    const nothing = { result: '', variablesReference: 0 }
    if (asked.context !== 'repl' || verb === undefined) return views.evaluate(asked)
    if (verb === 'seek' && /^(begin|end|\d{1,16})$/.test(what)) {
      this.moveTo(what === 'begin' || what === 'end' ? what : Number(what), 'goto')
      return nothing
    }
    const bytes = verb === 'who' ? bytesOfText(what, 1) : null
    if (bytes === null) return views.evaluate(asked)
    this.perform(`Who wrote ${what}`, () => this.who(bytes), { back: true, reason: 'goto' })
    return nothing
  }

  /** To before the last write of some bytes, so that what wrote them is shown. */
  private *who(bytes: Bytes): Motion {
    const { timeline, questions, vac } = this.opened().run
    const { ticks } = vac
    const found = yield* questions.lastWriteTick(bytes, ticks)
    yield* timeline.seek(found === null ? ticks : found.tick - 1)
    const from = found?.given === null ? '' : ' from outside'
    this.tell(found === null ? 'nothing wrote there' : `written${from} at tick ${found.tick}`)
    return { why: 'step' }
  }
}

const FIRST: Move = { title: 'Continue', begin: (motions) => motions.fromBegin() }
const FORWARD: Move = { title: 'Continue', begin: (motions) => motions.forward() }
const BACKWARD: Move = {
  title: 'Continue backwards',
  begin: (motions) => motions.backward(),
  back: true,
}

type MotionName = 'over' | 'overLine' | 'step' | 'intoLine' | 'out' | 'backOver' | 'backLine'

const granular = (
  { granularity }: Arguments<'next'>,
  title: string,
  instruction: MotionName,
  line: MotionName,
): Move => ({
  title,
  begin: (motions) => motions[granularity === 'instruction' ? instruction : line](),
})

const refused = (found: string, expected: string): VacError =>
  new VacError('REQUEST_INVALID', { found, expected })

function endText({ vac }: RecordedRun): string {
  const { status, exitCode } = vac
  return `End of the recording: ${status === 'exited' ? `exited with ${exitCode}` : status}`
}

function exceptionInfo(m: Machine): DebugProtocol.ExceptionInfoResponse['body'] {
  const { trap } = m
  if (trap === null) throw refused(`a machine that is ${m.status}`, 'one that trapped')
  const { code, says } = traps[trap.code]
  const lines = framesOf(m)
    .slice(0, MOST_TRACE_LINES)
    .map(({ place }) => `  at ${functionTitle(m, place)}, pc ${place.pc}`)
  return {
    exceptionId: `trap ${code}`,
    description: says,
    breakMode: 'unhandled',
    details: { message: says, typeName: trap.code, stackTrace: lines.join('\n') },
  }
}
