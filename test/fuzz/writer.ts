// Writes one function and keeps its operand stack by kinds, as the verifier will: what it emits is
// valid.
import { CodeBuilder } from '../../src/isa/code-builder.ts'
import type { FunctionDef, Handler, Label } from '../../src/isa/program.ts'
import { opcode } from '../../src/isa/table.ts'
import {
  ANYREF,
  EXNREF,
  EXTERNREF,
  FUNCREF,
  type Kind,
  Kinds,
  type ValType,
  wordsOfAll,
} from '../../src/isa/types.ts'
import type { Random } from './random.ts'
import { paramsOf, resultsOf, type Shape, sameKinds } from './shape.ts'

/** A place that a jump may go to: a label and the kinds on its stack above `base` values. */
export interface Target {
  readonly label: number
  readonly base: number
  readonly extra: readonly Kind[]
}

const nullable: readonly ValType[] = [FUNCREF, EXTERNREF, EXNREF, ANYREF]
const typeOf = (kind: Kind): ValType => (kind <= 5 ? kind : nullable[kind - 6])

export const allKinds: readonly Kind[] = [1, 2, 3, 4, 5, 6, 7, 8, 9]

/** What may go wrong on purpose, counted down; shared by the functions of a world. */
export interface Hazards {
  left: number
}

export class Writer {
  readonly r: Random
  readonly shape: Shape
  readonly type: number
  readonly params: readonly Kind[]
  readonly results: readonly Kind[]
  readonly focus: readonly number[]
  readonly hazards: Hazards
  readonly code = new CodeBuilder()
  /** Kinds of all locals; those that loops count with are not in `settable`. */
  readonly locals: Kind[]
  readonly settable: number[]
  readonly counters: number[] = []
  stack: Kind[] = []
  /** Values that belong to an enclosing construct: not to be popped. */
  floor = 0
  /** Jump targets in scope, innermost last. */
  readonly targets: Target[] = []
  /** How deep constructs, and expressions, are nested. */
  nesting = 0
  depth = 0
  /** Inside what is meant to fail: nothing is guarded. */
  reckless = false
  private readonly labels: { pc: number; stack: readonly Kind[] }[] = []
  readonly handlers: Handler[] = []

  constructor(r: Random, shape: Shape, type: number, focus: readonly number[], hazards: Hazards) {
    this.r = r
    this.shape = shape
    this.type = type
    this.focus = focus
    this.hazards = hazards
    this.params = paramsOf(shape, type)
    this.results = resultsOf(shape, type)
    this.locals = [...this.params]
    for (const kind of allKinds) {
      for (let n = r.range(kind <= 5 ? 1 : 0, 2); n > 0; n--) this.locals.push(kind)
    }
    this.settable = this.locals.map((_, index) => index)
  }

  /**
   * Emits an instruction by name; its effect on the stack is the caller's to note, or given here.
   */
  op(name: string, imm: readonly number[] = [], pops = 0, pushes: readonly Kind[] = []): void {
    this.code.emit(opcode(name), ...imm)
    this.popped(pops)
    this.stack.push(...pushes)
  }
  popped(count: number): void {
    this.stack.length -= count
  }

  /** Values above the floor. */
  get free(): number {
    return this.stack.length - this.floor
  }
  top(back = 0): Kind {
    return this.stack[this.stack.length - 1 - back]
  }

  newLocal(kind: Kind, counter = false): number {
    const index = this.locals.push(kind) - 1
    if (counter) this.counters.push(index)
    else this.settable.push(index)
    return index
  }
  /** A local of the kind that may be set. */
  temporary(kind: Kind): number {
    const known = this.settable.filter((index) => this.locals[index] === kind)
    return known.length > 0 && this.r.chance(0.9) ? this.r.pick(known) : this.newLocal(kind)
  }

  /** A label with the lowest `base` values of the present stack and more on top; not placed yet. */
  label(base: number, extra: readonly Kind[]): Target {
    const stack = [...this.stack.slice(0, base), ...extra]
    return { label: this.labels.push({ pc: -1, stack }) - 1, base, extra }
  }
  /** Puts a label here; the stack becomes its own. */
  place(target: Target): void {
    const label = this.labels[target.label]
    label.pc = this.code.length
    this.stack = [...label.stack]
  }
  keep({ extra }: Target): number {
    return wordsOfAll(extra)
  }
  /** Falls or jumps to a label that is placed next. The topmost values are its extra ones. */
  settle(target: Target): void {
    const wanted = this.labels[target.label].stack
    if (!sameKinds(this.stack, wanted)) this.op('jump', [target.label, this.keep(target)])
    this.place(target)
  }

  dropTop(): void {
    this.op(this.top() === Kinds.v128 ? 'drop_v128' : 'drop', [], 1)
  }

  i32(value: number): void {
    this.op('i32.const', [value], 0, [Kinds.i32])
  }
  i64(value: bigint): void {
    this.const64('i64.const', value)
    this.stack.push(Kinds.i64)
  }
  const64(name: string, value: bigint): void {
    this.code.start(opcode(name))
    this.code.push64(value)
  }
  get(local: number): void {
    this.op('local.get', [local], 0, [this.locals[local]])
  }
  set(local: number): void {
    this.op('local.set', [local], 1)
  }

  take(): FunctionDef {
    const labels: Label[] = this.labels.map(({ pc, stack }) => ({ pc, stack }))
    return {
      type: this.type,
      locals: this.locals.slice(this.params.length).map(typeOf),
      code: this.code.take(),
      labels,
      handlers: this.handlers,
      source: null,
    }
  }
}
