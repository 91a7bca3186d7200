// Fixed stack effects as flat arrays by opcode, made from the rows' signatures once, so that the
// verifier's loop allocates nothing.

import { immWords, type Row } from '../row.ts'
import { type Operand, parseSignature, table } from '../table.ts'
import { Kinds } from '../types.ts'
import { V128_HIGH } from './kinds.ts'
import { OPCODES } from './verify-flow.ts'

/** Words of immediates where the row has a variable number (jump_table). */
export const VARIABLE = 254
/** Words of immediates where no row is. */
export const NO_ROW = 255
/** A tag that stands for i32 or i64, as the memory's address type says. */
export const ADDRESS = 11
/** Tags kept for each opcode's pops and pushes. */
export const STRIDE = 8

export const immWordsByCode: Uint8Array = new Uint8Array(OPCODES).fill(NO_ROW)
export const popWords: Uint8Array = new Uint8Array(OPCODES)
export const pushWords: Uint8Array = new Uint8Array(OPCODES)
export const popTags: Uint8Array = new Uint8Array(OPCODES * STRIDE)
export const pushTags: Uint8Array = new Uint8Array(OPCODES * STRIDE)
/** Number of lanes that a `lane` immediate counts. */
export const lanesByCode: Uint8Array = new Uint8Array(OPCODES)

for (const row of table) {
  immWordsByCode[row.code] = fixedImmWords(row)
  lanesByCode[row.code] = row.imm.includes('lane') ? laneCount(row.name) : 0
  if (row.sig === null) continue
  const { pops, pushes } = parseSignature(row.sig)
  popWords[row.code] = writeTags(pops, popTags, row.code * STRIDE)
  pushWords[row.code] = writeTags(pushes, pushTags, row.code * STRIDE)
}

function fixedImmWords(row: Row): number {
  let words = 0
  for (const imm of row.imm) {
    if (imm === 'labels') return VARIABLE
    words += immWords[imm]
  }
  return words
}

function writeTags(operands: readonly Operand[], tags: Uint8Array, start: number): number {
  let at = start
  for (const operand of operands) {
    tags[at++] = operand === 'addr' ? ADDRESS : operand
    if (operand === Kinds.v128) tags[at++] = V128_HIGH
  }
  return at - start
}

/** `i8x16.extract_lane_s` has 16 lanes, `v128.load32_lane` 4. */
function laneCount(name: string): number {
  const shape = /^[if]\d+x(\d+)\./.exec(name)
  if (shape !== null) return Number(shape[1])
  const access = /(?:load|store)(\d+)_lane$/.exec(name)
  return access === null ? 0 : 128 / Number(access[1])
}
