// The operand stack of the function being emitted. A value is named where it can be: a local of the
// host or a constant costs no code until it is used. The others lie on the host's own stack. What
// is named below something that lies there is read late, at the place where the code above it
// begins.
import { assert } from '../base/errors.ts'
import { type Kind, Kinds, wordsOf } from '../isa/types.ts'
import type { CodeWriter } from './code-writer.ts'
import { HostType, hostType } from './host-types.ts'
import { Float, isNaNBits } from './operations.ts'

/** Where a value is: on the host's stack, in a local of the host, or nowhere (a constant). */
const Mode = { real: 0, local: 1, constant: 2 } as const

export interface Value {
  readonly kind: Kind
  /** Word of the operand stack at which it begins. */
  readonly word: number
  mode: number
  /** The local; of a constant, where its words are. */
  local: number
  low: number
  high: number
  /** Of a v128 constant; null: all 0. */
  bits: Int32Array | null
  /** Where the code that leaves it on the host's stack begins. */
  start: number
  /** Float.exact, .raw or .raw64 (.never: no NaN, hence both). */
  raw: number
}

/** Locals of the host that a body has beside its parameters. */
export class HostLocals {
  readonly types: number[] = []
  private readonly first: number
  private readonly slots = new Map<number, number>()
  private readonly temporaries = new Map<number, number>()

  constructor(parameters: number) {
    this.first = parameters
  }

  add(type: number): number {
    return this.first + this.types.push(type) - 1
  }
  get count(): number {
    return this.first + this.types.length
  }
  /** Where an operand is kept at joins and around calls. */
  slot(word: number, type: number): number {
    const key = word * 8 + (HostType.i32 - type)
    let local = this.slots.get(key)
    if (local === undefined) this.slots.set(key, (local = this.add(type)))
    return local
  }
  /** For a few instructions, never across emitted operands. */
  temporary(type: number, number = 0): number {
    const key = number * 8 + (HostType.i32 - type)
    let local = this.temporaries.get(key)
    if (local === undefined) this.temporaries.set(key, (local = this.add(type)))
    return local
  }
}

export class Operands {
  readonly values: Value[] = []
  private readonly out: CodeWriter
  private readonly locals: HostLocals

  constructor(out: CodeWriter, locals: HostLocals) {
    this.out = out
    this.locals = locals
  }

  get words(): number {
    const top = this.values[this.values.length - 1]
    return top === undefined ? 0 : top.word + wordsOf(top.kind)
  }
  kinds(): Kind[] {
    return this.values.map(({ kind }) => kind)
  }
  /** The value `depth` below the top. */
  peek(depth = 0): Value {
    return this.values[this.values.length - 1 - depth]
  }

  /** A block begins: its operands stand in their slots. */
  begin(kinds: readonly Kind[]): void {
    this.values.length = 0
    for (const kind of kinds) this.pushLocal(kind, this.locals.slot(this.words, hostType(kind)))
  }

  private add(kind: Kind, mode: number, raw: number): Value {
    const word = this.words
    const value = { kind, word, mode, local: 0, low: 0, high: 0, bits: null, start: 0, raw }
    this.values.push(value)
    return value
  }
  /** A value that the code from `start` on left on the host's stack. */
  push(kind: Kind, start: number, raw: number = Float.exact): void {
    this.add(kind, Mode.real, raw).start = start
  }
  pushLocal(kind: Kind, local: number, raw: number = Float.exact): void {
    this.add(kind, Mode.local, raw).local = local
  }
  pushConstant(kind: Kind, low: number, high: number): void {
    const value = this.add(kind, Mode.constant, isNaNBits(kind, low, high) ? 0 : Float.never)
    value.low = low
    value.high = high
  }
  pushVector(bits: Int32Array): void {
    this.add(Kinds.v128, Mode.constant, Float.exact).bits = bits
  }
  pop(): Value {
    const value = this.values.pop()
    assert(value !== undefined, 'a verified function has the operands it pops')
    return value
  }
  /** A value that nobody uses. */
  drop(): void {
    if (this.pop().mode === Mode.real) this.out.u8(0x1a)
  }

  /** Reads a named value onto the host's stack. */
  read(value: Value): void {
    const { out } = this
    if (value.mode === Mode.local) return out.op1(0x20, value.local)
    assert(value.mode === Mode.constant, 'a value on the stack is not read twice')
    writeConstant(out, value)
  }

  /** Has the top `count` values on the host's stack, pops them; gives where their code begins. */
  take(count: number): number {
    const { values } = this
    const first = values.length - count
    for (let at = first; at < values.length; at++)
      if (values[at].mode !== Mode.real) this.settle(at)
    const start = count === 0 ? this.out.length : values[first].start
    values.length = first
    return start
  }

  /** Puts a named value where it belongs on the host's stack: below what lies there above it. */
  private settle(at: number): void {
    const { out, values } = this
    const value = values[at]
    const from = out.length
    this.read(value)
    value.mode = Mode.real
    value.start = from
    let above = at + 1
    while (above < values.length && values[above].mode !== Mode.real) above++
    if (above === values.length) return
    const to = values[above].start
    const moved = out.length - from
    out.moveTo(to, from)
    value.start = to
    for (; above < values.length; above++) values[above].start += moved
  }

  /** No value but the top is on the host's stack any more, nor the top. */
  flush(): void {
    const { out, values, locals } = this
    for (let at = values.length - 1; at >= 0; at--) {
      const value = values[at]
      if (value.mode !== Mode.real) continue
      if (value.kind === Kinds.v128 && value.raw !== Float.never) this.exactOnStack(value)
      const slot = locals.slot(value.word, hostType(value.kind))
      out.op1(0x21, slot)
      value.mode = Mode.local
      value.local = slot
    }
  }
  /** The local of the host in which a value is, or -1. */
  localOf(value: Value): number {
    return value.mode === Mode.local ? value.local : -1
  }
  isNamed(value: Value): boolean {
    return value.mode !== Mode.real
  }
  /** Is every value exact and in its slot? */
  isSettled(): boolean {
    return this.values.every(
      ({ mode, local, word, kind, raw }) =>
        mode === Mode.local &&
        local === this.locals.slot(word, hostType(kind)) &&
        raw !== Float.raw &&
        raw !== Float.raw64,
    )
  }
  copy(): Value[] {
    return this.values.map((value) => ({ ...value }))
  }
  restore(values: readonly Value[]): void {
    this.values.length = 0
    for (const value of values) this.values.push({ ...value })
  }

  /** Every value exact and in its slot: how blocks begin. */
  settleAll(): void {
    this.flush()
    for (const value of this.values) this.toSlot(value, value.word)
  }

  /** Copies a named value into the slot of a word, exact. */
  toSlot(value: Value, word: number): void {
    const slot = this.locals.slot(word, hostType(value.kind))
    const raw = value.raw === Float.raw || value.raw === Float.raw64
    if (value.mode === Mode.local && value.local === slot && !raw) return
    this.read(value)
    if (raw) this.canonical(value.kind, value.raw)
    this.out.op1(0x21, slot)
    if (word !== value.word) return
    value.mode = Mode.local
    value.local = slot
    value.raw = Float.exact
  }

  /** Before a local of the host is set: values that name it are read now. */
  guard(local: number): void {
    const { values } = this
    for (let at = 0; at < values.length; at++) {
      if (values[at].mode === Mode.local && values[at].local === local) this.settle(at)
    }
  }

  /** Makes the top `count` values exact. */
  exactTop(count: number): void {
    for (let depth = count - 1; depth >= 0; depth--) this.exact(depth)
  }

  /** Makes the value `depth` below the top exact. */
  exact(depth: number): void {
    const value = this.peek(depth)
    if (value.raw !== Float.raw && value.raw !== Float.raw64) return
    if (depth === 0) {
      if (value.mode !== Mode.real) this.settle(this.values.length - 1)
      this.exactOnStack(value)
      return
    }
    this.flush()
    if (value.raw !== Float.raw && value.raw !== Float.raw64) return
    this.read(value)
    this.canonical(value.kind, value.raw)
    const slot = this.locals.slot(value.word, hostType(value.kind))
    this.out.op1(0x21, slot)
    value.mode = Mode.local
    value.local = slot
    value.raw = Float.exact
  }
  private exactOnStack(value: Value): void {
    if (value.raw === Float.raw || value.raw === Float.raw64) {
      this.canonical(value.kind, value.raw)
      value.raw = Float.exact
    }
  }

  /** Replaces the float on the host's stack, where it is a NaN, by the canonical one. */
  private canonical(kind: Kind, raw: number): void {
    const { out, locals } = this
    const type = hostType(kind)
    const t = locals.temporary(type)
    out.op1(0x22, t)
    if (kind === Kinds.v128) {
      out.u8(0xfd)
      out.uleb(0x0c)
      for (let lane = 0; lane < 2; lane++) {
        out.u32(raw === Float.raw64 ? 0 : 0x7fc00000)
        out.u32(raw === Float.raw64 ? 0x7ff80000 : 0x7fc00000)
      }
      out.op1(0x20, t)
      out.op1(0x20, t)
      out.u8(0xfd)
      out.uleb(raw === Float.raw64 ? 0x47 : 0x41)
      out.u8(0xfd)
      out.uleb(0x52)
      return
    }
    out.op1(0x20, t)
    out.u8(kind === Kinds.f32 ? 0x5c : 0x62)
    out.unlikelyIf()
    writeNaN(out, kind)
    out.op1(0x21, t)
    out.u8(0x0b)
    out.op1(0x20, t)
  }
}

function writeNaN(out: CodeWriter, kind: Kind): void {
  out.u8(kind === Kinds.f32 ? 0x43 : 0x44)
  if (kind === Kinds.f64) out.u32(0)
  out.u32(kind === Kinds.f32 ? 0x7fc00000 : 0x7ff80000)
}

function writeConstant(out: CodeWriter, { kind, low, high, bits }: Value): void {
  switch (kind) {
    case Kinds.i32:
      out.u8(0x41)
      return out.sleb(low)
    case Kinds.f32:
      out.u8(0x43)
      return out.u32(low)
    case Kinds.f64:
      out.u8(0x44)
      out.u32(low)
      return out.u32(high)
    case Kinds.v128:
      out.u8(0xfd)
      out.uleb(0x0c)
      for (let at = 0; at < 4; at++) out.u32(bits === null ? 0 : bits[at])
      return
    default:
      out.u8(0x42)
      return out.sleb64(low, high)
  }
}
