// memory.copy and memory.fill: up to 64 KiB is one tick and one operation of the host; more is left
// to the interpreter, which moves a chunk a tick. memory.grow: the machine decides, behind a call.
import { opcode } from '../isa/table.ts'
import { Kinds } from '../isa/types.ts'
import { testBounds } from './accesses.ts'
import type { Body } from './body.ts'
import { REFUSED } from './context.ts'
import { HostType, hostType } from './host-types.ts'
import type { Value } from './operands.ts'

const CHUNK_BYTES = 65_536
const COPY = opcode('memory.copy')

export function emitBulk(body: Body, pc: number, at: number): void {
  const { operands, out, source, draft } = body
  const { imm, op } = source.def.code
  const copies = op[pc] === COPY
  operands.flush()
  const size = operands.peek(0)
  const wide = size.kind === Kinds.i64
  const small = size.mode === 2 && (size.high | 0) === 0 && size.low >>> 0 <= CHUNK_BYTES
  if (!small) {
    operands.read(size)
    out.u8(wide ? 0x42 : 0x41)
    out.sleb(CHUNK_BYTES)
    out.u8(wide ? 0x56 : 0x4b)
    body.if(() => body.exitAt(pc, 1))
  }
  if (draft.variant.checked) {
    testEnd(body, operands.peek(2), size, imm[at])
    body.if(() => body.exitAt(pc, 1))
    if (copies) {
      testEnd(body, operands.peek(1), size, imm[at + 1])
      body.if(() => body.exitAt(pc, 1))
    }
  }
  operands.take(3)
  out.u8(0xfc)
  out.uleb(copies ? 0x0a : 0x0b)
  out.uleb(imm[at])
  if (copies) out.uleb(imm[at + 1])
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
  body.if(() => body.exitAt(pc, 1))
  operands.pop()
  const slot = locals.slot(word, hostType(kind))
  out.op1(0x20, old)
  if (wide) out.u8(0xac)
  out.op1(0x21, slot)
  operands.pushLocal(kind, slot)
}

/** Leaves on the host's stack whether address + size is out of bounds; the size is small. */
function testEnd(body: Body, address: Value, size: Value, memory: number): void {
  const { operands, out } = body
  if (address.kind === Kinds.i64) {
    testBounds(body, address, memory, 0, 0, 0)
    operands.read(address)
  } else {
    body.i32(0)
    operands.read(address)
    out.u8(0xad)
  }
  operands.read(size)
  if (size.kind === Kinds.i32) out.u8(0xad)
  out.u8(0x7c)
  out.op1(0x3f, memory)
  if (!body.draft.shape.wideMemories[memory]) out.u8(0xad)
  out.u8(0x42)
  out.sleb(16)
  out.u8(0x86)
  out.u8(0x56)
  out.u8(0x72)
}
