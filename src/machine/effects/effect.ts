// An effect: what an instruction does to the machine. The operands are on the stack, the pc already
// points to the next instruction; an effect moves both as it must. Pure rows need none: their
// meaning stands in the table.
import { opcode } from '../../isa/table.ts'
import type { Machine } from '../machine.ts'
import type { FunctionInstance } from '../store.ts'

export interface Here {
  readonly fn: FunctionInstance
  /** The instruction's pc, and where its immediates start. */
  readonly pc: number
  readonly imm: Int32Array
  readonly at: number
}

export type Effect = (m: Machine, here: Here) => void
export type Effects = readonly (readonly [name: string, effect: Effect])[]

/** Effects by opcode. */
export function byOpcode(effects: Effects): (Effect | undefined)[] {
  const list: (Effect | undefined)[] = new Array(0x800).fill(undefined)
  for (const [name, effect] of effects) list[opcode(name)] = effect
  return list
}

/**
 * The instruction stays: it is executed again at the next tick, with its operands as they are now.
 */
export function again(m: Machine): void {
  m.framePc[m.depth - 1]--
}

/** The instruction is blocked until input comes, then executed: the tick does not count. */
export function awaitInput(m: Machine): void {
  again(m)
  m.ticks--
  m.status = 'waiting'
}

export function pushI32(m: Machine, value: number): void {
  const word = m.sp++
  m.words.I32[2 * word] = value
  m.words.I32[2 * word + 1] = 0
}

/** Copies `count` words of the stack. */
export function copyWords(m: Machine, to: number, from: number, count: number): void {
  m.words.I32.copyWithin(to * 2, from * 2, (from + count) * 2)
}

/**
 * An address, a size or an index, unsigned: of an i32 or an i64 (`wide`) word. Above 2^53 it is
 * only large.
 */
export function unsigned(m: Machine, word: number, wide: boolean): number {
  const low = m.words.U32[2 * word]
  return wide ? m.words.U32[2 * word + 1] * 0x1_0000_0000 + low : low
}

export function setUnsigned(m: Machine, word: number, value: number, wide: boolean): void {
  if (wide) m.words.I64[word] = BigInt(value)
  else m.words.I32[2 * word] = value
}

export function pushSize(m: Machine, value: number, wide: boolean): void {
  if (wide) m.words.I64[m.sp++] = BigInt(value)
  else pushI32(m, value | 0)
}
