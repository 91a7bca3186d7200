// Loads and stores of the guest's memories.
import type { Access, Row } from '../isa/row.ts'
import { parseSignature } from '../isa/table.ts'
import { type Kind, Kinds } from '../isa/types.ts'
import type { Body } from './body.ts'
import { memoryArgument, offsetOf } from './memory-code.ts'
import type { Value } from './operands.ts'
import { vectorBytes } from './operations.ts'
import { watchOf } from './variant.ts'
import { noteFuel, testTouch } from './watching.ts'
import { flagStore } from './word-flags.ts'

type Emit = (body: Body, pc: number, at: number) => void

export function emitAccess(row: Row): Emit {
  const access = row.access as Access
  const { pops, pushes } = parseSignature(row.sig as string)
  const bytes = row.code < 0x100 ? [row.code] : vectorBytes(row.code - 0x200)
  const count = pops.length
  return (body, pc, at) => {
    const { operands, out, source, draft } = body
    const { imm } = source.def.code
    const memory = imm[at]
    const wide = draft.shape.wideMemories[memory]
    for (let depth = 0; depth < count - 1; depth++) operands.exact(depth)
    const beyond = !wide && imm[at + 2] !== 0
    const place = [memory, imm[at + 1], imm[at + 2], access.sizeBytes] as const
    let address: Value | null = null
    const watch = beyond ? null : watchOf(draft.variant, access.does)
    if (beyond || watch !== null || draft.variant.checked) {
      operands.flush()
      address = { ...operands.peek(count - 1) }
    }
    if (beyond || draft.variant.checked) {
      if (beyond) body.i32(1)
      else testBounds(body, address as Value, ...place)
      body.unlikely(() => body.exitAt(pc, 1))
    }
    if (watch === 'stop') {
      testTouch(body, address as Value, ...place)
      body.unlikely(() => body.exitAt(pc, 1))
    }
    const start = operands.take(count)
    for (const byte of bytes) out.u8(byte)
    memoryArgument(out, memory, imm[at + 1], beyond ? 0 : imm[at + 2])
    if (access.shape === 'lane') out.u8(imm[at + 3])
    if (watch === 'index') flagStore(body, address as Value, ...place)
    if (watch === 'note') {
      testTouch(body, address as Value, ...place)
      body.unlikely(() => noteFuel(body))
    }
    for (const kind of pushes) operands.push(kind as Kind, start)
  }
}

/** Leaves on the host's stack the size of a memory in bytes, an i64. */
export function memoryBytes({ out, draft }: Body, memory: number): void {
  out.op1(0x3f, memory)
  if (!draft.shape.wideMemories[memory]) out.u8(0xad)
  out.integer(true, 16n)
  out.u8(0x86)
}

/** Leaves on the host's stack whether an access is out of bounds. */
export function testBounds(
  body: Body,
  address: Value,
  memory: number,
  offsetLow: number,
  offsetHigh: number,
  sizeBytes: number,
): void {
  const { operands, out } = body
  const wide = address.kind === Kinds.i64
  const end = offsetOf(offsetLow, offsetHigh) + BigInt(sizeBytes)
  if (!wide) {
    operands.read(address)
    out.u8(0xad)
    out.integer(true, end)
    out.u8(0x7c)
    memoryBytes(body, memory)
    out.u8(0x56)
    return
  }
  if (end >= 1n << 63n) return body.i32(1)
  // Sizes are far below 2^63, so a difference below 0 is a negative number.
  memoryBytes(body, memory)
  out.integer(true, end)
  out.u8(0x7d)
  const room = body.locals.temporary(0x7e)
  out.op1(0x22, room)
  out.u8(0x42)
  out.sleb(0)
  out.u8(0x53)
  operands.read(address)
  out.op1(0x20, room)
  out.u8(0x56)
  out.u8(0x72)
}
