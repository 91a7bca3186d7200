// What `vac debug` can be told: a table of commands over a timeline.
import { VacError } from '../base/errors.ts'
import type { EngineName } from '../host/compiler.ts'
import type { OpenedRecording } from '../host/recording-files.ts'
import type { FunctionFacts } from '../isa/facts.ts'
import type { Kind } from '../isa/types.ts'
import { Kinds, kindNames } from '../isa/types.ts'
import type { Naming } from '../isa/vasm/disassemble-code.ts'
import { instructionText } from '../isa/vasm/disassemble-code.ts'
import type { Machine, Place } from '../machine/machine.ts'
import { Watchpoints } from '../machine/watch.ts'
import { type Bytes, RecordedRun } from '../recorded-run.ts'
import type { Vac } from '../vac.ts'
import { nearest } from './nearest.ts'
import { functionName } from './program-names.ts'
import { grouped } from './progress.ts'
import { chainLines, writerLines } from './trap-report.ts'

/** Yields while it works; gives what is to be printed, or null where the session is over. */
type Work = Generator<void, string | null>

interface Command {
  readonly names: readonly string[]
  readonly arguments: string
  readonly says: string
  readonly run: (session: DebugSession, words: readonly string[]) => Work
}

const MOST_DUMP_BYTES = 4096

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

  /** Errors: USAGE. */
  perform(line: string): Work {
    const [name, ...words] = line.trim().split(/\s+/)
    const command = commands.find(({ names }) => names.includes(name))
    if (command === undefined) {
      const all = commands.flatMap(({ names }) => names)
      const meant = nearest(name, all)
      throw new VacError('USAGE', {
        found: name,
        expected: meant === null ? 'a command; help lists them' : `${meant}, perhaps`,
      })
    }
    return command.run(this, words)
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

  /** Locals and operands of the innermost frame. */
  values(): string {
    const { machine: m } = this.vac
    if (m.depth === 0) return `nothing runs: the machine is ${m.status}`
    const fn = m.frameFunction[m.depth - 1]
    const facts: FunctionFacts = m.factsOf(fn)
    const base = m.frameBase[m.depth - 1]
    const names = m.store.instances[fn.instance].program.names.locals.get(fn.index)
    const lines = Array.from(facts.localKinds, (kind, local) => {
      const name = names?.get(local)
      const title = name === undefined ? `local ${local}` : `local ${local} ${name}`
      return `  ${title}: ${this.value(kind as Kind, base + facts.localAt[local])}`
    })
    for (let word = base + facts.localWords; word < m.sp; word++) {
      lines.push(`  operand ${word - base - facts.localWords}: ${this.value(Kinds.i64, word)}`)
    }
    return lines.length === 0 ? '  no locals, no operands' : lines.join('\n')
  }

  private value(kind: Kind, word: number): string {
    const { words } = this.vac.machine
    const view = new DataView(words.I64.buffer, words.I64.byteOffset + 8 * word, 16)
    switch (kind) {
      case Kinds.i32:
        return `i32 ${view.getInt32(0, true)}`
      case Kinds.f32:
        return `f32 ${view.getFloat32(0, true)}`
      case Kinds.f64:
        return `f64 ${view.getFloat64(0, true)}`
      case Kinds.v128:
        return `v128 ${hexOf(view.getBigUint64(8, true))}${hexOf(view.getBigUint64(0, true))}`
      default:
        return `${kindNames[kind]} ${view.getBigInt64(0, true)}`
    }
  }

  /** Bytes of a memory as a dump. CALL_ARGUMENTS where they are not there. */
  dump({ memory, from, to }: Bytes): string {
    const bytes = this.vac.memory(memory).read(from, Math.min(to - from, MOST_DUMP_BYTES))
    const lines: string[] = []
    for (let at = 0; at < bytes.length; at += 16) {
      const row = bytes.subarray(at, at + 16)
      const digits = bytesText(row)
      const text = Array.from(row, (byte) =>
        byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.',
      ).join('')
      const place = (from + at).toString(16).padStart(8, '0')
      lines.push(`  ${place}  ${digits.padEnd(47)}  ${text}`)
    }
    return lines.join('\n')
  }

  checkpoints(): string {
    return this.recorded.timeline.checkpoints.map((tick) => `  ${grouped(tick)}`).join('\n')
  }
}

const bytesText = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')

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

const hexOf = (word: bigint): string => word.toString(16).padStart(16, '0')
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

/** A number in decimal or, with 0x, in hexadecimal. `usual`: where the word is left out. */
function numberOf(word: string | undefined, what: string, usual: number | null = null): number {
  if (word === undefined && usual !== null) return usual
  const text = (word ?? '').replaceAll('_', '')
  const value = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(value)) return value
  throw new VacError('USAGE', { found: word ?? 'nothing', expected: what })
}

/** ADDRESS [BYTES] [MEMORY]. */
function bytesOf([address, size, number]: readonly string[], usualBytes: number): Bytes {
  const memory = numberOf(number, 'the number of a memory', 0)
  const from = numberOf(address, 'an address')
  return { memory, from, to: from + numberOf(size, 'a number of bytes', usualBytes) }
}

/** A command that is done at once. */
const now = (tell: (session: DebugSession, words: readonly string[]) => string): Command['run'] =>
  // biome-ignore lint/correctness/useYield: it has nothing to wait for
  function* (session, words) {
    return tell(session, words)
  }

const commands: readonly Command[] = [
  {
    names: ['seek', 'go'],
    arguments: 'TICK',
    says: 'go to a tick, from anywhere',
    run: (session, [tick]) => session.go(numberOf(tick, 'a tick')),
  },
  {
    names: ['step', 's'],
    arguments: '[N]',
    says: 'N instructions on (1)',
    run: (session, [n]) => session.go(session.vac.ticks + numberOf(n, 'a number', 1)),
  },
  {
    names: ['back', 'b'],
    arguments: '[N]',
    says: 'N instructions back (1)',
    run: (session, [n]) => session.go(session.vac.ticks - numberOf(n, 'a number', 1)),
  },
  { names: ['start'], arguments: '', says: 'to the beginning', run: (s) => s.go(s.first) },
  { names: ['end'], arguments: '', says: 'to the end', run: (s) => s.go(s.last) },
  {
    names: ['at', 'info'],
    arguments: '',
    says: 'where the machine stands, and the instruction that comes next',
    run: now((session) => session.summary()),
  },
  {
    names: ['who'],
    arguments: 'ADDRESS [BYTES] [MEMORY]',
    says: 'the last write of these bytes (1): its tick, call chain, old and new bytes; goes there',
    run: (session, words) => session.who(bytesOf(words, 1)),
  },
  {
    names: ['watch'],
    arguments: 'ADDRESS [BYTES] [MEMORY]',
    says: 'on to the next write of these bytes (1)',
    run: (session, words) => session.watch(bytesOf(words, 1)),
  },
  {
    names: ['break'],
    arguments: 'FUNCTION [PC]',
    says: 'a breakpoint at a function, by name or number',
    run: now((session, [name, pc]) => session.breakAt(name, numberOf(pc, 'a pc', 0))),
  },
  {
    names: ['continue', 'c'],
    arguments: '',
    says: 'on to the next breakpoint',
    run: (session) => session.continue(),
  },
  {
    names: ['reverse', 'rc'],
    arguments: '',
    says: 'back to the last breakpoint before',
    run: (session) => session.reverse(),
  },
  {
    names: ['where', 'w', 'bt'],
    arguments: '',
    says: 'the call chain, innermost first',
    run: now((session) => session.where()),
  },
  {
    names: ['values', 'v'],
    arguments: '',
    says: 'locals and operands of the innermost frame',
    run: now((session) => session.values()),
  },
  {
    names: ['memory', 'm', 'x'],
    arguments: 'ADDRESS [BYTES] [MEMORY]',
    says: 'bytes of a memory (64; memory 0)',
    run: now((session, words) => session.dump(bytesOf(words, 64))),
  },
  {
    names: ['root'],
    arguments: '',
    says: 'the root of the state',
    run: now((session) => session.vac.root()),
  },
  {
    names: ['checkpoints'],
    arguments: '',
    says: 'ticks from which a seek may start',
    run: now((session) => session.checkpoints()),
  },
  {
    names: ['help', 'h', '?'],
    arguments: '',
    says: 'this list',
    run: now(() => helpText()),
  },
  {
    names: ['quit', 'q', 'exit'],
    arguments: '',
    says: 'end',
    // biome-ignore lint/correctness/useYield: it has nothing to wait for
    run: function* () {
      return null
    },
  },
]

function helpText(): string {
  const rows = commands.map(({ names, arguments: words, says }) => ({
    left: `${names.join(', ')} ${words}`.trim(),
    says,
  }))
  const width = Math.max(...rows.map(({ left }) => left.length))
  return rows.map(({ left, says }) => `  ${left.padEnd(width)}  ${says}`).join('\n')
}
