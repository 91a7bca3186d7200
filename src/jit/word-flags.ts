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

/** Behind a store: flags its words; as it may be unaligned, the last of them for itself. */
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
  const bytes = [sizeBytes - 1]
  for (let byte = 0; byte < sizeBytes - 1; byte += WORD_BYTES) bytes.push(byte)
  for (const byte of bytes) {
    wordOf(body, address, offset + BigInt(byte))
    body.i32(1)
    out.u8(0x3a)
    memoryArgument(out, flagsOf(body, memory), 0, 0)
  }
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
