// memory.copy and memory.fill: each 64 KiB is one tick and one operation of the host. memory.grow:
// the machine decides, behind a call.
import { opcode } from '../isa/table.ts'
import { Kinds } from '../isa/types.ts'
import { memoryBytes } from './accesses.ts'
import { type Body, NO_NODE } from './body.ts'
import { REFUSED } from './context.ts'
import { HostType, hostType } from './host-types.ts'
import type { Value } from './operands.ts'
import { watchBulk } from './watched-bulk.ts'

const CHUNK_BYTES = 65_536
const COPY = opcode('memory.copy')

export function emitBulk(body: Body, pc: number, at: number): void {
  const { operands, source, draft } = body
  const { checked, watching = null } = draft.variant
  const { imm, op } = source.def.code
  const copies = op[pc] === COPY
  const memories = copies ? [imm[at], imm[at + 1]] : [imm[at]]
  operands.flush()
  const size = operands.peek(0)
  const small = size.mode === 2 && (size.high | 0) === 0 && size.low >>> 0 <= CHUNK_BYTES
  if (checked) testRanges(body, pc, memories)
  if (!small) {
    for (const value of operands.values.slice(-3)) operands.toSlot(value, value.word)
    isLong(body, size)
    body.unlikely(() => {
      // The interpreter tells what each chunk touches.
      if (watching !== null) return body.exitAt(pc, 1)
      if (!checked) testRanges(body, pc, memories)
      chunks(body, pc, memories)
    })
  }
  const behind = watchBulk(body, pc, memories)
  operands.take(3)
  bulk(body, memories)
  behind?.()
}

/** The operation on what lies on the host's stack. */
function bulk({ out }: Body, memories: readonly number[]): void {
  out.u8(0xfc)
  out.uleb(memories.length === 2 ? 0x0a : 0x0b)
  for (const memory of memories) out.uleb(memory)
}

function isLong(body: Body, size: Value): void {
  const { operands, out } = body
  operands.read(size)
  constant(body, size, CHUNK_BYTES)
  out.u8(size.kind === Kinds.i64 ? 0x56 : 0x4b)
}

/**
 * All chunks but the last, each a tick. The operands, in their slots, are those of the rest. A copy
 * upwards within a memory begins at its end.
 */
function chunks(body: Body, pc: number, memories: readonly number[]): void {
  const { operands, out } = body
  const [to, from, size] = operands.values.slice(-3)
  const copies = memories.length === 2
  const step = (value: Value, by: number): void => {
    operands.read(value)
    constant(body, value, by)
    out.u8(value.kind === Kinds.i64 ? 0x7c : 0x6a)
  }
  const advance = (value: Value, by: number): void => {
    step(value, by)
    out.op1(0x21, value.local)
  }
  const forwards = (): void => {
    operands.read(to)
    operands.read(from)
    constant(body, size, CHUNK_BYTES)
    bulk(body, memories)
    advance(to, CHUNK_BYTES)
    if (copies) advance(from, CHUNK_BYTES)
  }
  const last = (value: Value): void => {
    step(value, -CHUNK_BYTES)
    operands.read(size)
    out.u8(value.kind === Kinds.i64 ? 0x7c : 0x6a)
  }
  out.u8(0x03)
  out.u8(0x40)
  body.scopes.push(NO_NODE)
  if (copies && memories[0] === memories[1]) {
    operands.read(to)
    operands.read(from)
    out.u8(to.kind === Kinds.i64 ? 0x58 : 0x4d)
    out.u8(0x04)
    out.u8(0x40)
    forwards()
    out.u8(0x05)
    last(to)
    last(from)
    constant(body, size, CHUNK_BYTES)
    bulk(body, memories)
    out.u8(0x0b)
  } else forwards()
  advance(size, -CHUNK_BYTES)
  out.op1(0x20, body.fuel)
  body.i32(1)
  out.u8(0x6b)
  out.op1(0x22, body.fuel)
  body.i32(0)
  out.u8(0x48)
  body.unlikely(() => body.exitAt(pc, 1))
  isLong(body, size)
  out.op1(0x0d, 0)
  body.scopes.pop()
  out.u8(0x0b)
}

/** A constant of a value's own kind. */
function constant({ out }: Body, { kind }: Value, value: number): void {
  out.integer(kind === Kinds.i64, BigInt(value))
}

/** Leaves before the instruction where it would trap. */
function testRanges(body: Body, pc: number, memories: readonly number[]): void {
  const { operands } = body
  memories.forEach((memory, which) => {
    testEnd(body, operands.peek(2 - which), operands.peek(0), memory)
    body.unlikely(() => body.exitAt(pc, 1))
  })
}

/** What the host cannot give at this time is asked for again by the interpreter. */
export function emitGrow(body: Body, pc: number, at: number): void {
  const { operands, out, source, draft, locals } = body
  const memory = source.def.code.imm[at]
  operands.flush()
  const { kind, word } = operands.peek()
  const wide = kind === Kinds.i64
  body.i32(memory)
  operands.read(operands.peek())
  out.u8(wide ? 0xba : 0xb8)
  out.op1(0x10, draft.places.grow)
  const old = locals.temporary(HostType.i32)
  out.op1(0x22, old)
  body.i32(REFUSED)
  out.u8(0x46)
  body.unlikely(() => body.exitAt(pc, 1))
  operands.pop()
  const slot = locals.slot(word, hostType(kind))
  out.op1(0x20, old)
  if (wide) out.u8(0xac)
  out.op1(0x21, slot)
  operands.pushLocal(kind, slot)
}

/** Leaves on the host's stack whether address + size is out of bounds. */
function testEnd(body: Body, address: Value, size: Value, memory: number): void {
  const { operands, out } = body
  const read = (value: Value): void => {
    operands.read(value)
    if (value.kind === Kinds.i32) out.u8(0xad)
  }
  // Neither is more than the limit, then, so the sum is no more than 64 bits.
  for (const value of [address, size]) {
    read(value)
    memoryBytes(body, memory)
    out.u8(0x56)
  }
  out.u8(0x72)
  read(address)
  read(size)
  out.u8(0x7c)
  memoryBytes(body, memory)
  out.u8(0x56)
  out.u8(0x72)
}
