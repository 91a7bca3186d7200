// A look around in a recorded run: where it stands, what it is told to do. commands.ts has the
// words.
import { VacError } from '../../base/errors.ts'
import type { EngineName } from '../../host/compiler.ts'
import type { OpenedRecording } from '../../host/recording-files.ts'
import type { Naming } from '../../isa/vasm/disassemble-code.ts'
import { instructionText } from '../../isa/vasm/disassemble-code.ts'
import type { Machine, Place } from '../../machine/machine.ts'
import { Watchpoints } from '../../machine/watch.ts'
import { type Bytes, RecordedRun } from '../../recorded-run.ts'
import type { Vac } from '../../vac.ts'
import { functionName } from '../program-names.ts'
import { grouped } from '../progress.ts'
import { chainLines, writerLines } from '../trap-report.ts'
import { bytesText } from './machine-text.ts'

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

  /** On to the next write of some bytes. */
  *watch(bytes: Bytes): Work {
    const range = { ...bytes, reads: false, writes: true }
    const found = yield* this.recorded.questions.next(new Watchpoints('stop', [range]))
    return found === null ? `no more writes\n${this.summary()}` : this.summary()
  }

  /** Adds a breakpoint at a function, by number or name. */
  breakAt(name: string | undefined, pc: number): string {
    const place = placeOf(this.vac.machine, name, pc)
    this.breakpoints.push(place)
    const [line] = chainLines(this.vac.machine, [place])
    return `breakpoint ${this.breakpoints.length}${line.slice(1)}`
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
    return here === null ? head : `${head}\n${here}`
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

/** A place by a function's name or number, of the program's last instance. */
function placeOf(m: Machine, name: string | undefined, pc: number): Place {
  const instance = m.store.instances.length - 1
  const { program, functions } = m.store.instances[instance]
  const index = /^\d+$/.test(name ?? '')
    ? Number(name)
    : functions.findIndex(({ index: at }) => functionName(program, at) === name)
  const def = functions[index]?.def ?? null
  if (def !== null && pc < def.code.op.length) return { instance, function: index, pc }
  throw new VacError('USAGE', {
    found: `${name ?? 'nothing'} ${pc}`,
    expected: 'a function and pc',
  })
}

const number = (index: number): string => `${index}`
const numbers: Naming = {
  func: number,
  table: number,
  memory: number,
  global: number,
  tag: number,
  local: number,
  label: (index) => `L${index}`,
  type: number,
}
