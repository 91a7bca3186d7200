// Code that traces: each instruction writes its record into a memory of the host, the ring, at a
// place that follows from the fuel. A record is what machine/trace.ts has, with numbers of places
// that begin at 0 in the instance. Code is entered with no more fuel than the ring has records.
import { Kinds } from '../isa/types.ts'
import { Flow, flowByCode } from '../isa/verify/verify-flow.ts'
import { type Told, told } from '../machine/told.ts'
import type { Body } from './body.ts'
import { isLeft } from './graph.ts'
import { HostType } from './host-types.ts'
import { memoryArgument } from './memory-code.ts'
import type { Value } from './operands.ts'

/** Most fuel with which tracing code is entered. */
export const RING_TICKS = 2 ** 17
const RECORD_BYTES = 16
/**
 * Code may overdraw its fuel by a path or two, and where ticks are not yet taken off it, it may
 * seem to be more than it began with.
 */
const SLACK_TICKS = 4_096
export const RING_PAGES = ((RING_TICKS + 2 * SLACK_TICKS) * RECORD_BYTES) / 65_536
/** Fuel at the first record. */
const FIRST_FUEL = RING_TICKS + SLACK_TICKS

/** The half at which the first record lies of code that is entered with so much fuel. */
export const firstRecord = (fuel: number): number => (FIRST_FUEL - fuel) * (RECORD_BYTES / 4)

const traces = ({ draft }: Body): boolean => draft.variant.watching?.does === 'trace'

/** Before an instruction of the block that begins at `from`, and before its tick is counted. */
export function traceBefore(body: Body, pc: number, from: number): void {
  const { code } = body.source.def
  // What the interpreter executes it traces too.
  if (!traces(body) || isLeft(code.op[pc])) return
  const row = told(code.op[pc])
  if (row.value === 'operand') body.operands.exact(0)
  if (row.value === 'operand' || row.addressDepth > 0) body.operands.flush()
  if (pc === from || body.tests(pc, from) || flowByCode[code.op[pc - 1]] === Flow.call) point(body)
  record(body, 0, () => writeHead(body, pc, row))
  if (row.value === 'operand') {
    record(body, 8, () => {
      low64(body, body.operands.peek())
      if (row.kind === Kinds.i32) low32(body)
    })
  }
  if (row.value === 'none') {
    record(body, 8, () => {
      body.out.u8(0x42)
      body.out.sleb(0)
    })
  }
}

/** Behind it, its tick counted: its result. */
export function traceAfter(body: Body, pc: number): void {
  const code = body.source.def.code.op[pc]
  if (!traces(body) || isLeft(code) || told(code).value !== 'result') return
  body.operands.exact(0)
  body.operands.flush()
  record(body, 8 - RECORD_BYTES, () => low64(body, body.operands.peek()))
}

const pointer = ({ locals }: Body): number => locals.temporary(HostType.i32, 8)

/** Points to the record of fuel as it is: those of ticks not yet taken off it follow. */
function point(body: Body): void {
  const { out } = body
  body.i32(FIRST_FUEL)
  out.op1(0x20, body.fuel)
  out.u8(0x6b)
  body.i32(4)
  out.u8(0x74)
  out.op1(0x21, pointer(body))
}

/** Stores 8 bytes, relative to the record of the instruction whose tick is counted next. */
function record(body: Body, offset: number, value: () => void): void {
  const { out } = body
  out.op1(0x20, pointer(body))
  value()
  out.u8(0x37)
  memoryArgument(out, body.context + 1, body.pending * RECORD_BYTES + offset, 0)
}

/** The number of the place and the address. */
function writeHead(body: Body, pc: number, { addressDepth, hasOffset }: Told): void {
  const { draft, operands, out, source } = body
  const { code } = source.def
  const { importedFunctions } = draft.shape
  const number = draft.shape.starts[source.fn - importedFunctions] + pc
  out.u8(0x42)
  out.sleb64(number | 0, 0)
  if (addressDepth === 0) return
  // The address lies below what else the instruction takes.
  let depth = -1
  for (let words = 0; words < addressDepth; ) {
    words += operands.peek(++depth).kind === Kinds.v128 ? 2 : 1
  }
  const address = operands.peek(depth)
  operands.read(address)
  if (address.kind === Kinds.i64) out.u8(0xa7)
  if (hasOffset) {
    body.i32(code.imm[code.at[pc] + 1])
    out.u8(0x6a)
  }
  out.u8(0xad)
  out.u8(0x42)
  out.sleb(32)
  out.u8(0x86)
  out.u8(0x84)
}

/** Of a bulk instruction's size, which may have 64 bits. */
function low32({ out }: Body): void {
  out.u8(0xa7)
  out.u8(0xad)
}

/** The low 64 bits of a named value. */
function low64({ operands, out }: Body, value: Value): void {
  if (value.kind === Kinds.exnref) {
    out.u8(0x42)
    return out.sleb(0)
  }
  operands.read(value)
  switch (value.kind) {
    case Kinds.i32:
      return out.u8(0xad)
    case Kinds.f32:
      out.u8(0xbc)
      return out.u8(0xad)
    case Kinds.f64:
      return out.u8(0xbd)
    case Kinds.v128:
      out.u8(0xfd)
      out.u8(0x1d)
      return out.u8(0)
    default:
  }
}
