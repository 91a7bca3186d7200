// One body of a function while it is emitted: its locals and operands, the fuel, the exits.
import { type FunctionFacts, frameWords } from '../isa/facts.ts'
import type { FunctionDef } from '../isa/program.ts'
import { type Kind, Kinds } from '../isa/types.ts'
import type { Liveness } from '../isa/verify/liveness.ts'
import { Flow, flowByCode } from '../isa/verify/verify-flow.ts'
import { CodeWriter } from './code-writer.ts'
import { ARGUMENTS_AT, FRAME_AT } from './context.ts'
import type { Draft } from './draft.ts'
import { emitExit, type Kept } from './exits.ts'
import type { Graph } from './graph.ts'
import { HostType, hostLimits, hostType } from './host-types.ts'
import type { Reserve } from './leaves.ts'
import { load, sizeOf, store } from './memory-code.ts'
import { HostLocals, Operands } from './operands.ts'
import { Float } from './operations.ts'
import { SiteKind, SlotForm } from './sites.ts'
import type { Structure } from './structure.ts'
import { Tail } from './tails.ts'
import { toOtherBody } from './watched-places.ts'
import { WatchedRanges } from './watching.ts'

/** Of a scope that no branch leads to. */
export const NO_NODE = -1

/** What a body is made of. */
export interface BodySource {
  readonly def: FunctionDef
  /** In the program's function index space. */
  readonly fn: number
  readonly facts: FunctionFacts
  readonly liveness: Liveness
  /** null: it calls no leaf. */
  readonly reserve: Reserve | null
  /** 1 for each local that only ever holds raw floats (raw-locals.ts). */
  readonly rawLocals: Uint8Array
  readonly graph: Graph
  readonly structure: Structure
  /** Of a resumable body: what is entered by number; null: the plain body. */
  readonly entries: readonly number[] | null
  /** The node that stands for an unstructured graph's dispatcher, or -1. */
  readonly dispatcher: number
  /** Pcs of places that are watched. */
  readonly places: ReadonlySet<number>
}

export class Body {
  readonly draft: Draft
  readonly source: BodySource
  readonly out: CodeWriter
  readonly locals: HostLocals
  readonly operands: Operands
  /** Host local of each guest local. */
  readonly localOf: Int32Array
  readonly fuel: number
  readonly room: number
  /** Of a resumable body: the entry that is being gone to; 0 behind it. */
  readonly target: number
  /** Ticks of instructions that are done but not yet taken off the fuel. */
  pending = 0
  /** Where an exception from the instruction being emitted goes first; null: up. */
  onThrow: (() => void) | null = null
  readonly watched = new WatchedRanges()
  readonly resultTypes: readonly number[]
  /** Open blocks, loops and ifs, outermost first: the node that a branch leads to, or NO_NODE. */
  readonly scopes: number[] = []

  /** The shared way out of a large body. */
  private readonly tail: Tail | null
  /** Is it called without fuel and room? */
  private readonly isLeaf: boolean

  constructor(draft: Draft, source: BodySource, sharesTail: boolean, isLeaf = false) {
    this.draft = draft
    this.source = source
    this.isLeaf = isLeaf
    this.out = isLeaf ? new CodeWriter(256) : draft.scratch
    this.out.length = 0
    this.out.unlikely = []
    const { facts, def, entries } = source
    const { shape } = draft
    const params = shape.paramKinds[def.type]
    const own = entries === null ? params.length : 1
    this.locals = new HostLocals(isLeaf ? own : own + 2)
    this.fuel = own
    this.room = own + 1
    this.target = 0
    this.localOf = new Int32Array(facts.localKinds.length)
    for (let local = 0; local < facts.localKinds.length; local++) {
      const given = entries === null && local < params.length
      const type = hostType(facts.localKinds[local] as Kind)
      this.localOf[local] = given ? local : this.locals.add(type)
    }
    this.operands = new Operands(this.out, this.locals)
    this.resultTypes =
      entries === null ? [...shape.results[def.type], HostType.i32] : [HostType.i32]
    this.tail = sharesTail ? new Tail(this) : null
  }

  /** Of all locals of the host, its parameters first. */
  get localTypes(): number[] {
    const { source, draft } = this
    const own = source.entries === null ? draft.shape.params[source.def.type] : [HostType.i32]
    return [...own, HostType.i32, HostType.i32, ...this.locals.types]
  }

  get frameCost(): number {
    return frameWords(this.source.facts)
  }

  begin(): void {
    this.tail?.open()
    if (this.source.entries === null) this.enter()
    else this.enterResumable()
  }

  /** The code with its locals, as the code section has it; null: over a limit of the host. */
  finish(): CodeWriter | null {
    this.out.u8(0x00)
    this.tail?.close()
    this.out.u8(0x0b)
    this.watched.finish(this)
    const { types } = this.locals
    if (this.locals.count > hostLimits.locals || this.out.length > hostLimits.bodyBytes) return null
    const body = new CodeWriter(this.out.length + 64)
    const runs: [number, number][] = []
    for (const type of types) {
      const last = runs[runs.length - 1]
      if (last !== undefined && last[1] === type) last[0]++
      else runs.push([1, type])
    }
    body.uleb(runs.length)
    for (const [count, type] of runs) {
      body.uleb(count)
      body.u8(type)
    }
    body.unlikely = this.out.unlikely.map((at) => at + body.length)
    body.raw(this.out.bytes.subarray(0, this.out.length))
    return body
  }

  /** Room for the frame, and fuel: one test. */
  private enter(): void {
    const { out, source } = this
    toOtherBody(this)
    out.op1(0x20, this.room)
    this.i32(this.frameCost)
    out.u8(0x6b)
    out.op1(0x22, this.room)
    const { reserve } = source
    if (reserve !== null) {
      this.i32(reserve.roomWords)
      out.u8(0x6b)
    }
    out.op1(0x20, this.fuel)
    const ticks = this.reserveBefore(0)
    if (ticks > 0) {
      this.i32(ticks)
      out.u8(0x6b)
    }
    out.u8(0x72)
    this.i32(0)
    out.u8(0x48)
    this.unlikely(() => {
      const params = this.draft.shape.paramKinds[source.def.type]
      const values = params.map((kind, local) => this.localValue(kind, local, Float.exact))
      this.exit(SiteKind.entry, 0, values, 0)
    })
    if (source.dispatcher >= 0) this.choose(source.graph.at[0])
  }

  /** All locals come from the context; the pads load the operands. */
  private enterResumable(): void {
    const { facts } = this.source
    for (let local = 0; local < facts.localKinds.length; local++) {
      this.i32(0)
      const kind = facts.localKinds[local] as Kind
      load(this.out, hostType(kind), this.context, FRAME_AT + facts.localAt[local] * 8)
      this.out.op1(0x21, this.localOf[local])
    }
    const { entries, graph, dispatcher } = this.source
    if (dispatcher < 0) return
    // Pads come behind the blocks, in the order of the entries.
    this.out.op1(0x20, this.target)
    this.i32(graph.nodes.length - (entries as readonly number[]).length - 1)
    this.out.u8(0x6a)
    this.out.op1(0x21, this.chosen)
  }

  /** Of an unstructured graph: the node that the dispatcher goes to. */
  choose(node: number): void {
    this.i32(node)
    this.out.op1(0x21, this.chosen)
  }
  get chosen(): number {
    return this.locals.temporary(HostType.i32, 7)
  }

  get context(): number {
    return this.draft.places.contextMemory
  }

  i32(value: number): void {
    this.out.u8(0x41)
    this.out.sleb(value)
  }

  /** Code that runs where the number on the host's stack is not 0. */
  if(then: () => void): void {
    this.out.u8(0x04)
    this.out.u8(0x40)
    this.scopes.push(NO_NODE)
    then()
    this.scopes.pop()
    this.out.u8(0x0b)
  }

  /** The same where it hardly ever is. */
  unlikely(then: () => void): void {
    this.out.unlikelyIf()
    this.scopes.push(NO_NODE)
    then()
    this.scopes.pop()
    this.out.u8(0x0b)
  }

  /** Is the fuel tested before this instruction? A call's own test is behind it. */
  tests(pc: number, blockStart: number): boolean {
    const { facts, def, reserve } = this.source
    if (reserve?.cut[pc] === 1) return true
    if (facts.resume[pc] === 0) return false
    // The function's entry tests for itself; a label at 0 is the target of a jump back.
    if (pc === 0) return def.labels.some((label) => label.pc === 0)
    return pc === blockStart || flowByCode[def.code.op[pc - 1]] !== Flow.call
  }

  /**
   * Ticks that must be left before pc for the leaves that are called from there on. At pc 0 the
   * entry asks, unless there is a test of its own.
   */
  private reserveBefore(pc: number): number {
    const { reserve } = this.source
    if (reserve === null || (pc === 0 && this.tests(0, 0))) return 0
    return reserve.ticks[pc]
  }
  /** The same behind a call. */
  reserveBehind(pc: number): number {
    const { reserve, graph } = this.source
    if (reserve === null || this.tests(pc + 1, graph.at[pc + 1] >= 0 ? pc + 1 : -1)) return 0
    return reserve.ticks[pc + 1]
  }
  /** Ticks of the leaf that the instruction calls, or 0. */
  leafTicks(pc: number): number {
    return this.source.reserve?.leaf[pc] ?? 0
  }

  /** Takes what differs from the ticks that a node expects off the fuel. */
  settlePending(expected: number): void {
    const ticks = this.pending - expected
    this.pending = expected
    if (ticks === 0) return
    this.out.op1(0x20, this.fuel)
    this.i32(ticks)
    this.out.u8(0x6b)
    this.out.op1(0x21, this.fuel)
  }

  /** Returns with the values on top. */
  leave(): void {
    const { operands, out, source } = this
    const kinds = this.draft.shape.resultKinds[source.def.type]
    operands.exactTop(kinds.length)
    if (source.entries === null) operands.take(kinds.length)
    else this.toContext(kinds.length)
    if (!this.isLeaf) this.fuelNow()
    out.u8(0x0f)
  }

  /** The fuel with all ticks taken off. */
  fuelNow(): void {
    this.out.op1(0x20, this.fuel)
    if (this.pending === 0) return
    this.i32(this.pending)
    this.out.u8(0x6b)
  }

  /** The fuel is tested at a resume point. */
  test(pc: number): void {
    this.operands.flush()
    this.settlePending(0)
    this.ifSpent(this.source.reserve?.ticks[pc] ?? 0, () => this.exitAt(pc))
  }

  /** Code that runs where the fuel is below what is held back. */
  ifSpent(reserve: number, then: () => void): void {
    this.out.op1(0x20, this.fuel)
    this.i32(reserve)
    this.out.u8(0x48)
    this.unlikely(then)
  }

  /** Stores the top `count` values where arguments and results are handed over. */
  toContext(count: number): void {
    const { operands, out } = this
    operands.flush()
    let offset = ARGUMENTS_AT
    for (const value of operands.values.slice(operands.values.length - count)) {
      const type = hostType(value.kind)
      this.i32(0)
      operands.read(value)
      store(out, type, this.context, offset)
      offset += sizeOf(type)
    }
  }

  /** Leaves before the instruction at pc; its ticks, where counted already, are given back. */
  exitAt(pc: number, counted = 0): void {
    this.pending -= counted
    this.exit(SiteKind.top, pc, [...this.liveValues(pc), ...this.operandValues()], 0)
    this.pending += counted
  }

  /** An instruction that the interpreter executes: control leaves before it. */
  leaveTo(pc: number): void {
    this.operands.flush()
    this.exitAt(pc, 1)
  }

  localValue(kind: Kind, local: number, raw: number): Kept {
    const type = hostType(kind)
    return {
      type,
      slot: this.source.facts.localAt[local] * 8 + formOf(kind, raw),
      read: () => this.out.op1(0x20, this.localOf[local]),
      local: this.localOf[local],
    }
  }

  /** The locals that are live before pc. */
  liveValues(pc: number): Kept[] {
    const { facts, liveness, rawLocals } = this.source
    const live = liveness.liveLocals(pc)
    const values: Kept[] = []
    for (let local = 0; local < live.length; local++) {
      if (live[local] === 0) continue
      const kind = facts.localKinds[local] as Kind
      values.push(this.localValue(kind, local, rawLocals[local]))
    }
    return values
  }

  /** The operands, which are all named. */
  operandValues(): Kept[] {
    const { localWords } = this.source.facts
    return this.operands.values.map((value) => ({
      type: hostType(value.kind),
      slot: (localWords + value.word) * 8 + formOf(value.kind, value.raw),
      read: () => this.operands.read(value),
      local: this.operands.localOf(value),
    }))
  }

  /** A tail call to the exit that records these values. */
  exit(kind: number, pc: number, values: readonly Kept[], resultWords: number): void {
    const { draft, out, source } = this
    const leaving = { kind, fn: source.fn, pc, resultWords }
    if (this.tail !== null) return this.tail.leave(leaving, values)
    emitExit(draft, out, leaving, values, () => this.fuelNow(), this.resultTypes)
  }
}

function formOf(kind: Kind, raw: number): number {
  if (kind === Kinds.v128) return SlotForm.vector
  if (raw !== Float.raw) return SlotForm.word
  return kind === Kinds.f32 ? SlotForm.rawF32 : SlotForm.rawF64
}
