// How a row of the vector page is written: opcode, name, meaning in words, meaning in code.
import { type Imm, type Lanes, pages, type Row } from '../row.ts'

type Make = (opcode: number, name: string, says: string, lanes: Lanes) => Row

export function vectorRow(
  opcode: number,
  name: string,
  sig: string,
  says: string,
  lanes: Lanes,
  imm: readonly Imm[] = [],
): Row {
  return { code: pages.simd + opcode, name, imm, sig, traps: [], says, lanes }
}

const maker =
  (sig: string): Make =>
  (opcode, name, says, lanes) =>
    vectorRow(opcode, name, sig, says, lanes)

export const unary = maker('v128 -> v128')
export const binary = maker('v128 v128 -> v128')
export const ternary = maker('v128 v128 v128 -> v128')
/** all_true, any_true, bitmask: an i32 about the whole vector. */
export const test = maker('v128 -> i32')
/** Shifts: the count is an i32, taken modulo the lane's width. */
export const shift = maker('v128 i32 -> v128')
