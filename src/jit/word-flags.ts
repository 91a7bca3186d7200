// Code that indexes writes: behind a store, the flags of the words that it wrote are set.
import { Kinds } from '../isa/types.ts'
import { WORD_BYTES } from '../memory/word-flags.ts'
import type { Body } from './body.ts'
import { HostType } from './host-types.ts'
import { memoryArgument, offsetOf } from './memory-code.ts'
import type { Value } from './operands.ts'

/** Memory number of the flags of a memory of the guest. */
const flagsOf = ({ draft }: Body, memory: number): number => draft.places.contextMemory + 1 + memory

/** The word of address + `more`, which is known to be in bounds, as an i32 on the host's stack. */
function wordOf(body: Body, address: Value, more: bigint): void {
  const { operands, out } = body
  const wide = address.kind === Kinds.i64
  operands.read(address)
  if (more !== 0n) {
    out.integer(wide, more)
    out.u8(wide ? 0x7c : 0x6a)
  }
  wordOfTop(body, wide)
}

/** The word of the address on the host's stack. */
function wordOfTop({ out }: Body, wide: boolean): void {
  out.integer(wide, BigInt(Math.log2(WORD_BYTES)))
  out.u8(wide ? 0x88 : 0x76)
  if (wide) out.u8(0xa7)
}

interface Flags {
  readonly flags: number
  readonly opcode: number
}

/** By the number of words that are written for sure: their flags, and what stores them at once. */
const stores: Readonly<Record<number, Flags>> = {
  1: { flags: 1, opcode: 0x3a },
  2: { flags: 0x0101, opcode: 0x3b },
  4: { flags: 0x01010101, opcode: 0x36 },
}

/** Behind a store: flags its words and, as it may be unaligned, its last byte's. */
export function flagStore(
  body: Body,
  address: Value,
  memory: number,
  offsetLow: number,
  offsetHigh: number,
  sizeBytes: number,
): void {
  const { out } = body
  const offset = offsetOf(offsetLow, offsetHigh)
  const flag = (byte: number, { flags, opcode }: Flags): void => {
    wordOf(body, address, offset + BigInt(byte))
    body.i32(flags)
    out.u8(opcode)
    memoryArgument(out, flagsOf(body, memory), 0, 0)
  }
  const words = Math.max(1, sizeBytes / WORD_BYTES)
  flag(0, stores[words])
  if (sizeBytes > 1) flag(sizeBytes - 1, stores[1])
}

/** The same behind memory.copy and memory.fill, of a size that is an operand. */
export function flagBulk(body: Body, address: Value, size: Value, memory: number): void {
  const { operands, out } = body
  const wide = address.kind === Kinds.i64
  const add = wide ? 0x7c : 0x6a
  operands.read(size)
  if (size.kind === Kinds.i64) out.u8(0xa7)
  body.if(() => {
    const first = body.locals.temporary(HostType.i32)
    wordOf(body, address, 0n)
    out.op1(0x22, first)
    body.i32(1)
    operands.read(address)
    operands.read(size)
    if (wide && size.kind === Kinds.i32) out.u8(0xad)
    out.u8(add)
    out.integer(wide, -1n)
    out.u8(add)
    wordOfTop(body, wide)
    out.op1(0x20, first)
    out.u8(0x6b)
    body.i32(1)
    out.u8(0x6a)
    out.u8(0xfc)
    out.uleb(0x0b)
    out.uleb(flagsOf(body, memory))
  })
}
