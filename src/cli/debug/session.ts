// A look around in a recorded run: where it stands, what it is told to do. commands.ts has the
// words.
import type { EngineName } from '../../host/compiler.ts'
import type { OpenedRecording } from '../../host/recording-files.ts'
import { functionName } from '../../isa/function-name.ts'
import { instructionText, numbers } from '../../isa/vasm/disassemble-code.ts'
import type { Place } from '../../machine/machine.ts'
import { Watchpoints } from '../../machine/watch.ts'
import { type Bytes, RecordedRun } from '../../recorded-run.ts'
import { placesNamed } from '../../time/places.ts'
import { Why } from '../../time/why.ts'
import type { Vac } from '../../vac.ts'
import { grouped } from '../progress.ts'
import { readersText } from '../readers.ts'
import { chainLines, placeLine, writerLines } from '../trap-report.ts'
import { reasonsText } from '../why-text.ts'
import { bytesText } from './machine-text.ts'
import { hereText } from './source-text.ts'

const MOST_READERS = 20

/** Yields while it works; gives what is to be printed, or null where the session is over. */
export type Work = Generator<void, string | null>

export class DebugSession {
  private readonly recorded: RecordedRun
  private readonly breakpoints: Place[] = []

  constructor(recording: OpenedRecording, engine: EngineName) {
    this.recorded = new RecordedRun(recording, engine)
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

  /** On to the next write of some bytes. */
  *watch(bytes: Bytes): Work {
    const range = { ...bytes, reads: false, writes: true }
    const found = yield* this.recorded.questions.next(new Watchpoints('stop', [range]))
    return found === null ? `no more writes\n${this.summary()}` : this.summary()
  }

  /** Adds breakpoints at FILE:LINE, or at a function, by number or name. */
  breakAt(name: string | undefined, pc: number | null): string {
    const { machine } = this.vac
    const lines = placesNamed(machine, name, pc).map((place) => {
      this.breakpoints.push(place)
      return `breakpoint ${this.breakpoints.length} in ${placeLine(machine, place)}`
    })
    return lines.join('\n')
  }

  *continue(): Work {
    const found = yield* this.recorded.questions.next(new Watchpoints('stop', [], this.breakpoints))
    return found === null ? `no breakpoint was reached\n${this.summary()}` : this.summary()
  }

  *reverse(): Work {
    const from = this.vac.ticks
    const found = yield* this.recorded.questions.lastVisit(this.breakpoints, from)
    yield* this.recorded.timeline.seek(found ?? from)
    return found === null ? `no breakpoint was reached before\n${this.summary()}` : this.summary()
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
    yield* this.recorded.timeline.seek(tick)
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
