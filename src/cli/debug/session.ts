// A look around in a recorded run: where it stands, what it is told to do. commands.ts has the
// words.
import { VacError } from '../../base/errors.ts'
import type { EngineName } from '../../host/compiler.ts'
import type { OpenedRecording } from '../../host/recording-files.ts'
import { functionName } from '../../isa/function-name.ts'
import { instructionText, numbers } from '../../isa/vasm/disassemble-code.ts'
import type { Range } from '../../machine/watch.ts'
import { type Bytes, RecordedRun } from '../../recorded-run.ts'
import { type Motion, Motions } from '../../server/debug/motions.ts'
import { Expression } from '../../time/expression/expression.ts'
import { nextWhere } from '../../time/questions/conditional.ts'
import { placesAt, placesNamed, wallCalls } from '../../time/questions/places.ts'
import { Why } from '../../time/questions/why.ts'
import type { Vac } from '../../vac.ts'
import { valueText } from '../expression-text.ts'
import { grouped } from '../progress.ts'
import { readersText } from '../readers.ts'
import { chainLines, placeLine, writerLines } from '../trap-report.ts'
import { reasonsText } from '../why-text.ts'
import { bytesText } from './machine-text.ts'
import { hereText } from './source-text.ts'

const MOST_READERS = 20

export type Way = 'on' | 'back'

/** Yields while it works; gives what is to be printed, or null where the session is over. */
export type Work = Generator<void, string | null>

export class DebugSession {
  private readonly recorded: RecordedRun
  private readonly motions: Motions
  /** When texts were printed, by text. */
  private readonly printed = new Map<string, readonly number[]>()

  /** `notice`: is told of what is not as it should be, and does no harm. */
  constructor(recording: OpenedRecording, engine: EngineName, notice: (text: string) => void) {
    this.recorded = new RecordedRun(recording, engine)
    this.recorded.notice = notice
    this.motions = new Motions(this.recorded)
  }

  /** The last write of some bytes, at the machine's tick or before. */
  *who(bytes: Bytes): Work {
    const found = yield* this.recorded.questions.lastWrite(bytes, this.vac.ticks)
    if (found === null) return 'nothing wrote there'
    const { tick, chain, before, after } = found
    return [
      `written at tick ${grouped(tick)}`,
      `  before: ${bytesText(before)}`,
      `  after:  ${bytesText(after)}`,
      ...writerLines(this.vac.machine, chain),
    ].join('\n')
  }

  /** Where some bytes came from that are there now. */
  *why(bytes: Bytes): Work {
    const { questions, timeline } = this.recorded
    const { ticks } = this.vac
    const reasons = yield* new Why(timeline, questions).bytes(bytes, ticks)
    yield* timeline.seek(ticks)
    return reasonsText(this.vac.machine, reasons)
  }

  *readers(bytes: Bytes, from: number, to: number): Work {
    const { found, more } = yield* this.recorded.questions.readers(bytes, from, to, MOST_READERS)
    return readersText(this.vac.machine, found, more)
  }

  /** On to the next access of some bytes, or behind the last one before. */
  *watch(range: Range, way: Way, condition: string | null): Work {
    const { timeline, questions } = this.recorded
    const { ticks, machine } = this.vac
    const asked = condition === null ? null : Expression.for(machine, condition)
    const sought = { places: [], ranges: [range], holds: asked?.holds ?? (() => true) }
    if (way === 'on') {
      const found = yield* nextWhere(timeline, sought)
      return found === null ? `no more such accesses\n${this.summary()}` : this.summary()
    }
    // Without a condition nothing must be looked at on the way.
    const noted = asked === null ? yield* questions.lastTouch(range, ticks - 1) : null
    const last = asked === null ? noted : (yield* questions.lastWhere(sought, ticks - 1))?.tick
    return yield* this.arrive(last ?? null, ticks, 'there was no such access before')
  }

  /** Adds breakpoints: FILE:LINE, a function by number or name, an instruction of one. */
  breakAt(name: string, pc: number | null, condition: string | null): string {
    const { machine } = this.vac
    const asked = condition === null ? null : Expression.for(machine, condition)
    const places = pc === null ? placesAt(machine, name) : placesNamed(machine, name, pc)
    const { motions } = this
    const lines = places.map((place) => {
      motions.stops = [...motions.stops, { places: [place], range: null, condition: asked }]
      const only = asked === null ? '' : `, if ${asked.text}`
      return `breakpoint ${motions.stops.length} in ${placeLine(machine, place)}${only}`
    })
    return lines.join('\n')
  }

  *continue(): Work {
    const { why } = yield* this.motions.forward()
    return why === 'stop' ? this.summary() : `no breakpoint was reached\n${this.summary()}`
  }

  *reverse(): Work {
    const { ticks } = this.vac
    const { why } = yield* this.motions.backward()
    const found = why === 'stop' ? this.vac.ticks : null
    return yield* this.arrive(found, ticks, 'no breakpoint was reached before')
  }

  /** To the next or the last call of a function of the wall. */
  *syscall(name: string, way: Way): Work {
    const { questions, timeline } = this.recorded
    const { ticks, machine } = this.vac
    const places = wallCalls(machine, name)
    if (places === null) {
      const expected = 'a function of the wall that instructions call, such as fd_write'
      throw new VacError('USAGE', { found: name === '' ? 'nothing' : name, expected })
    }
    if (way === 'back') {
      const found = yield* questions.lastVisit(places, ticks)
      return yield* this.arrive(found, ticks, 'it was not called before')
    }
    const found = yield* nextWhere(timeline, { places, ranges: [], holds: () => true })
    return found === null ? `it is called no more\n${this.summary()}` : this.summary()
  }

  /** Behind the call with which a text had been printed, once more or the time before. */
  *output(text: string, way: Way): Work {
    if (text === '') throw new VacError('USAGE', { found: 'nothing', expected: 'a text' })
    const { ticks } = this.vac
    const known = this.printed.get(text) ?? (yield* this.recorded.printedTicks(text))
    this.printed.set(text, known)
    const found =
      way === 'on' ? known.find((tick) => tick > ticks) : known.findLast((tick) => tick < ticks)
    const when = way === 'on' ? 'behind this tick' : 'before this tick'
    return yield* this.arrive(found ?? null, ticks, `it is not printed ${when}`)
  }

  /** Over a call, out of a function: they end at breakpoints too. */
  *move(begin: (motions: Motions) => Motion): Work {
    const { why } = yield* begin(this.motions)
    return why === 'stop' ? `a breakpoint\n${this.summary()}` : this.summary()
  }

  value(text: string): string {
    const { machine } = this.vac
    return valueText(Expression.for(machine, text).value(machine))
  }

  /** Where something was found, or back where the machine stood. */
  private *arrive(found: number | null, from: number, otherwise: string): Work {
    yield* this.recorded.timeline.seek(found ?? from)
    return found === null ? `${otherwise}\n${this.summary()}` : this.summary()
  }

  get vac(): Vac {
    return this.recorded.vac
  }
  get prompt(): string {
    return grouped(this.vac.ticks)
  }

  summary(): string {
    const { recorded, vac } = this
    const { machine } = vac
    const head = `tick ${grouped(vac.ticks)} of ${grouped(recorded.lastTick)}, ${vac.status}`
    const here = this.instruction()
    if (machine.trap !== null) return [head, ...chainLines(machine, machine.trap.chain)].join('\n')
    return [head, here, hereText(machine)].filter((line) => line !== null).join('\n')
  }

  *go(tick: number): Work {
    yield* this.recorded.timeline.visit(tick)
    return this.summary()
  }

  get first(): number {
    return this.recorded.timeline.firstTick
  }
  get last(): number {
    return this.recorded.timeline.lastTick
  }

  /** The instruction that comes next; null: the program does not run. */
  private instruction(): string | null {
    const { machine: m } = this.vac
    if (m.depth === 0) return null
    const fn = m.frameFunction[m.depth - 1]
    const pc = m.framePc[m.depth - 1]
    const { program } = m.store.instances[fn.instance]
    if (fn.def === null) return null
    const name = functionName(program, fn.index) ?? `function ${fn.index}`
    return `  ${name}, pc ${pc}: ${instructionText(fn.def.code, pc, numbers)}`
  }

  where(): string {
    const { machine: m } = this.vac
    if (m.trap !== null) return chainLines(m, m.trap.chain).join('\n')
    if (m.depth === 0) return `nothing runs: the machine is ${m.status}`
    return chainLines(m, m.chain(m.framePc[m.depth - 1])).join('\n')
  }

  checkpoints(): string {
    return this.recorded.timeline.checkpoints.map((tick) => `  ${grouped(tick)}`).join('\n')
  }
}
