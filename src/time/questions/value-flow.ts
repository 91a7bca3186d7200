// Where a value on the stack came from: from an instruction back through those that were executed
// before it, over calls and returns, to the loads, constants and calls of the wall that fed it. A
// value is followed as slots: words of a frame, its locals first, then its operands, whose heights
// the verifier knows at every pc. Only data are followed: not what decided where control went.
import type { Row } from '../../isa/row.ts'
import { parseSignature, rowByCode } from '../../isa/table.ts'
import { type Kind, Kinds, wordsOf } from '../../isa/types.ts'
import type { Place } from '../../machine/machine.ts'
import type { FunctionInstance } from '../../machine/store.ts'
import { told } from '../../machine/told.ts'
import type { VirtualBeam } from '../../machine/trace.ts'
import type { Stage, Timeline } from '../timeline.ts'
import { Frame, type FrameFunction, type Movement, movement } from './frame-walk.ts'
import type { TracedPast } from './traced-past.ts'

/** What fed a value; `name`: of the instruction or of the function of the wall. */
export interface Source {
  /**
   * load: from memory. constant: in the program. result: of something that is not followed. zero: a
   * local that was not set. argument: of a call from outside. lost: `name` says why.
   */
  readonly kind: 'load' | 'constant' | 'result' | 'zero' | 'argument' | 'lost'
  readonly tick: number
  readonly place: Place | null
  readonly name: string
  readonly value: bigint | null
  /** Of a load. */
  readonly memory: number
  readonly address: number
  readonly sizeBytes: number
}

export interface Flow {
  readonly sources: readonly Source[]
  /** Names of the instructions that computed the value of the sources, each once. */
  readonly computedBy: readonly string[]
}

/** Instructions that compute one value, and what fed it, at most. */
const MOST_COMPUTING = 64
const MOST_SOURCES = 32

export interface FlowOptions {
  /** What addresses were computed from counts too. */
  readonly addresses: boolean
}

/** Words of a function's frame: `from` up to `to`. */
export type Slots = readonly [from: number, to: number]

export class ValueFlow<S extends Stage> {
  private readonly timeline: Timeline<S>
  private readonly past: TracedPast<S>
  private readonly options: FlowOptions
  private readonly found: Source[] = []
  private readonly names = new Set<string>()
  private readonly globals = new Set<number>()
  private readonly open = { count: 0 }
  private computing = 0

  constructor(timeline: Timeline<S>, past: TracedPast<S>, options: FlowOptions) {
    this.timeline = timeline
    this.past = past
    this.options = options
  }

  /** Of slots of the frame in which the instruction of a tick, at `place`, was executed. */
  *of(tick: number, place: Place, slots: Slots): Generator<void, Flow> {
    let frame = this.frame(this.functionAt(place))
    for (let slot = slots[0]; slot < slots[1]; slot++) frame.want(slot)
    let next = place
    for (let at = tick - 1; this.isOpen(); at--) {
      if (this.computing > MOST_COMPUTING || this.found.length > MOST_SOURCES) {
        this.lose(at, null, `more than ${MOST_COMPUTING} instructions computed it`)
        break
      }
      if (at <= this.timeline.firstTick) {
        if (next.pc === 0) this.begun(frame, at, next)
        this.lose(at, null, 'it was in the machine when the recording began')
        break
      }
      const beam = yield* this.past.at(at)
      if (beam === null) {
        this.lose(at, null, 'the budget of traced instructions is spent')
        break
      }
      const moved = movement(this.functionAt(beam.place), beam.place, next)
      if (moved === 'same') yield* this.defined(frame, beam, next)
      else {
        const before = this.back(frame, beam, next, moved)
        if (before === null) break
        frame = before
      }
      next = beam.place
    }
    return { sources: this.found, computedBy: [...this.names] }
  }

  private frame(fn: FrameFunction | null, caller: Frame | null = null): Frame {
    return new Frame(this.open, fn, caller)
  }

  private isOpen(): boolean {
    return this.globals.size + this.open.count > 0
  }

  private functionAt({ instance, function: index }: Place): FrameFunction {
    const m = this.timeline.machine
    const fn = m.store.instances[instance].functions[index]
    return { fn, facts: m.factsOf(fn), program: m.store.instances[instance].program }
  }

  /** The frame in which the beam's instruction was executed; null: it is not known. */
  private back(frame: Frame, beam: VirtualBeam, next: Place, moved: Movement): Frame | null {
    const here = this.functionAt(beam.place)
    const { pc } = beam.place
    switch (moved) {
      case 'enter': {
        frame.caller ??= this.frame(null)
        const { caller } = frame
        caller.fn ??= here
        this.entered(frame, caller, beam)
        return caller
      }
      case 'tail': {
        frame.caller ??= this.frame(null)
        const before = this.frame(here, frame.caller)
        this.entered(frame, before, beam)
        return before
      }
      case 'leave': {
        const callee = this.frame(here, frame)
        const { resultWords } = here.fn
        const top = frame.height(next.pc)
        const row = rowOf(here.fn, pc)
        const from = callee.height(pc) - poppedBy(row.name)
        for (const slot of frame.take(top - resultWords, top)) {
          if (row.name.startsWith('return_call')) this.result(beam, row.name)
          else callee.want(slot - top + from)
        }
        return callee
      }
      case 'outside':
        this.begun(frame, beam.tick, next)
        return this.frame(here)
      default:
        this.lose(beam.tick, beam.place, 'it went through an exception or a trap')
        return null
    }
  }

  /** Parameters are operands of the call; other locals begin as 0. */
  private entered(callee: Frame, caller: Frame, { place, tick }: VirtualBeam): void {
    const { paramWords } = (callee.fn as FrameFunction).facts
    const row = rowOf((caller.fn as FrameFunction).fn, place.pc)
    const extra = /indirect|_ref$/.test(row.name) ? 1 : 0
    const base = caller.height(place.pc) - extra - paramWords
    for (const slot of callee.take(0, Number.POSITIVE_INFINITY)) {
      if (slot < paramWords) caller.want(base + slot)
      else this.add('zero', tick, place, 'a local that was not set', 0n)
    }
  }

  /** The frame was opened by a call from outside. */
  private begun(frame: Frame, tick: number, next: Place): void {
    const { paramWords } = this.functionAt(next).facts
    for (const slot of frame.take(0, Number.POSITIVE_INFINITY)) {
      if (slot < paramWords) this.add('argument', tick, next, `argument word ${slot}`, null)
      else this.add('zero', tick, next, 'a local that was not set', 0n)
    }
  }

  /** Takes the wanted slots that the instruction set, and wants what it set them from. */
  private *defined(frame: Frame, beam: VirtualBeam, next: Place): Generator<void> {
    const { fn, facts } = frame.fn as FrameFunction
    const { pc } = beam.place
    const { code } = fn.def as NonNullable<FunctionInstance['def']>
    const row = rowOf(fn, pc)
    const top = frame.height(pc)
    const operand = code.imm[code.at[pc]]
    const [what, does] = row.name.split('.')
    if (what === 'local') {
      const slot = facts.localAt[operand]
      const words = wordsOf(facts.localKinds[operand] as Kind)
      if (does === 'get') frame.move(top, slot, words)
      else frame.move(slot, top - words, words)
    } else if (what === 'global') this.global(frame, beam, does === 'get', operand, top)
    else if (row.name.startsWith('select')) yield* this.select(frame, beam, row, top)
    else if (row.flow === 'jump' || row.flow === 'branch') {
      const keep = code.imm[code.at[pc] + (row.name === 'jump_table' ? 0 : 1)]
      const popped = poppedBy(row.name)
      frame.move(frame.height(next.pc) - keep, top - popped - keep, keep)
    } else if (row.flow === 'call') this.called(frame, beam, row)
    else if (row.sig === null) {
      const after = frame.height(pc + 1)
      if (told(row.code).value === 'result' && frame.take(after - 1, after).length > 0) {
        this.add('result', beam.tick, beam.place, row.name, beam.value)
      }
    } else this.computed(frame, beam, row, top)
  }

  private computed(frame: Frame, beam: VirtualBeam, row: Row, top: number): void {
    const { pops, pushes } = parseSignature(row.sig as string)
    const size = (kinds: typeof pops): number =>
      kinds.reduce((sum: number, kind) => sum + (kind === 'addr' ? 1 : wordsOf(kind)), 0)
    const taken = size(pops)
    const slots = frame.take(top - taken, top - taken + size(pushes))
    if (slots.length === 0) return
    const { tick, place, value } = beam
    if (row.access !== undefined) {
      this.loaded(beam, row)
      if (this.options.addresses) frame.want(top - taken)
      // A load into one lane leaves the others.
      for (let slot = top - taken + 1; slot < top; slot++) frame.want(slot)
      return
    }
    if (taken === 0) return this.add('constant', tick, place, row.name, value)
    this.computing++
    this.names.add(row.name)
    for (let slot = top - taken; slot < top; slot++) frame.want(slot)
  }

  private loaded(beam: VirtualBeam, row: Row): void {
    const { tick, place, address, value } = beam
    if (row.name.startsWith('far.')) return this.add('result', tick, place, row.name, value)
    const { fn } = this.functionAt(place)
    const { code } = fn.def as NonNullable<FunctionInstance['def']>
    const { store } = this.timeline.machine
    const memory = store.instances[place.instance].memories[code.imm[code.at[place.pc]]]
    // A beam has 32 bits of an address.
    if (store.memories[memory].sizePages > 2 ** 16) {
      return this.add('lost', tick, place, 'it was loaded from a memory above 4 GiB', value)
    }
    const { sizeBytes } = row.access as NonNullable<Row['access']>
    this.found.push({
      ...{ kind: 'load', tick, place, name: row.name, value },
      ...{ memory, address, sizeBytes },
    })
  }

  private global(
    frame: Frame,
    { place }: VirtualBeam,
    isGet: boolean,
    index: number,
    top: number,
  ): void {
    const { store } = this.timeline.machine
    const number = store.instances[place.instance].globals[index]
    const words = store.globals[number].kind === Kinds.v128 ? 2 : 1
    for (let word = 0; word < words; word++) {
      const global = 2 * number + word
      if (isGet) {
        if (frame.take(top + word, top + word + 1).length > 0) this.globals.add(global)
      } else if (this.globals.delete(global)) frame.want(top - words + word)
    }
  }

  /** The one that was chosen, where the condition was pushed by the instruction before. */
  private *select(frame: Frame, beam: VirtualBeam, row: Row, top: number): Generator<void> {
    const words = row.name === 'select_v128' ? 2 : 1
    const base = top - 2 * words - 1
    const slots = frame.take(base, base + words)
    if (slots.length === 0) return
    const { place, tick } = beam
    const before = tick - 1 > this.timeline.firstTick ? yield* this.past.at(tick - 1) : null
    const pushed =
      before !== null &&
      before.place.function === place.function &&
      before.place.pc === place.pc - 1 &&
      told(rowOf((frame.fn as FrameFunction).fn, place.pc - 1).code).value === 'result'
    const isFirst = pushed ? BigInt.asUintN(32, before.value) !== 0n : null
    for (const slot of slots) {
      if (isFirst !== false) frame.want(slot)
      if (isFirst !== true) frame.want(slot + words)
    }
  }

  /** A call of the wall: its results are on top. */
  private called(frame: Frame, beam: VirtualBeam, row: Row): void {
    const { fn, program } = frame.fn as FrameFunction
    const { code } = fn.def as NonNullable<FunctionInstance['def']>
    const { pc, instance } = beam.place
    const operand = code.imm[code.at[pc]]
    const { functions } = this.timeline.machine.store.instances[instance]
    const target = row.name === 'call' ? functions[operand] : null
    const isTyped = row.name === 'call_indirect' || row.name === 'call_ref'
    const words = isTyped ? program.types[operand].results.length : (target?.resultWords ?? 1)
    const top = frame.height(pc + 1)
    if (frame.take(top - words, top).length === 0) return
    this.result(beam, target?.host?.name ?? row.name)
  }

  private result({ tick, place }: VirtualBeam, name: string): void {
    this.add('result', tick, place, name, null)
  }

  private add(
    kind: Source['kind'],
    tick: number,
    place: Place | null,
    name: string,
    value: bigint | null,
  ): void {
    this.found.push({ kind, tick, place, name, value, memory: 0, address: 0, sizeBytes: 0 })
  }

  private lose(tick: number, place: Place | null, why: string): void {
    if (this.isOpen()) this.add('lost', tick, place, why, null)
  }
}

const rowOf = (fn: FunctionInstance, pc: number): Row => rowByCode[fn.def?.code.op[pc] ?? 0] as Row

/** Operands that a branch takes when it jumps. */
function poppedBy(name: string): number {
  return /^jump_(if|unless|table|on_null)$/.test(name) ? 1 : 0
}
