// Tests before what may trap: the instruction is then left to the interpreter, which traps on the
// exact tick with the operands in place.
import { Kinds } from '../isa/types.ts'
import type { Body } from './body.ts'
import type { Value } from './operands.ts'
import type { Operation } from './operations.ts'

/** Emits a test of the operands of a division or of a float's conversion to an integer. */
export function testOperands(body: Body, pc: number, operation: Operation): void {
  const { operands, out } = body
  const wide = operation.pops[0] === Kinds.i64
  if (operation.traps === 'range') {
    operands.flush()
    const value = operands.peek()
    testRange(body, value, operation)
    return body.unlikely(() => body.exitAt(pc, 1))
  }
  const divisor = operands.peek()
  const known = divisor.mode === 2
  const zero = known && divisor.low === 0 && divisor.high === 0
  const minusOne = known && divisor.low === -1 && (!wide || divisor.high === -1)
  if (known && !zero && (operation.traps === 'divide' || !minusOne)) return
  operands.flush()
  operands.read(operands.peek())
  out.u8(wide ? 0x50 : 0x45)
  if (operation.traps === 'overflow') {
    operands.read(operands.peek(0))
    out.integer(wide, -1n)
    out.u8(wide ? 0x51 : 0x46)
    operands.read(operands.peek(1))
    out.integer(wide, wide ? -(2n ** 63n) : -(2n ** 31n))
    out.u8(wide ? 0x51 : 0x46)
    out.u8(0x71)
    out.u8(0x72)
  }
  body.unlikely(() => body.exitAt(pc, 1))
}

/**
 * The open interval of floats whose truncation fits: by result and operand, signed and unsigned.
 * Bounds are the nearest floats outside that fail; `>=` where the bound itself fits.
 */
function testRange(body: Body, value: Value, operation: Operation): void {
  const { operands, out } = body
  const code = operation.bytes[0]
  const double = value.kind === Kinds.f64
  const wide = code >= 0xae
  const signed = (code & 1) === 0
  const high = 2 ** ((wide ? 64 : 32) - (signed ? 1 : 0))
  const low = signed ? -high : -1
  // An f64 holds -2^31 - 1 exactly; an f32, and 64 bits, only the bound that fits.
  const closed = signed && (wide || !double)
  operands.read(value)
  number(body, double, closed || !signed ? low : low - 1)
  out.u8(double ? (closed ? 0x66 : 0x64) : closed ? 0x60 : 0x5e)
  operands.read(value)
  number(body, double, high)
  out.u8(double ? 0x63 : 0x5d)
  out.u8(0x71)
  out.u8(0x45)
}

function number({ out }: Body, double: boolean, value: number): void {
  const view = new DataView(new ArrayBuffer(8))
  out.u8(double ? 0x44 : 0x43)
  if (double) view.setFloat64(0, value, true)
  else view.setFloat32(0, value, true)
  out.u32(view.getInt32(0, true))
  if (double) out.u32(view.getInt32(4, true))
}
