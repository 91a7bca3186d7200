// The ISA table: one row an instruction. Encoder, decoder, verifier, assembler, disassembler,
// interpreter, documentation and tests all read it; there is no second list of instructions.
import { assert } from '../base/errors.ts'
import type { Code } from './program.ts'
import { immWords, type Row } from './row.ts'
import { controlRows } from './rows/control.ts'
import { memoryRows } from './rows/memory.ts'
import { numericRows } from './rows/numeric.ts'
import { simdRows } from './rows/simd.ts'
import { type Kind, kindNames } from './types.ts'

export const table: readonly Row[] = [
  ...controlRows,
  ...memoryRows,
  ...numericRows,
  ...simdRows,
].sort((a, b) => a.code - b.code)

/** Rows by code; undefined where no instruction is. Codes stay below 0x800. */
export const rowByCode: readonly (Row | undefined)[] = indexByCode()
export const rowByName: ReadonlyMap<string, Row> = new Map(table.map((row) => [row.name, row]))

function indexByCode(): (Row | undefined)[] {
  const rows: (Row | undefined)[] = new Array(0x800).fill(undefined)
  for (const row of table) {
    assert(rows[row.code] === undefined, `two rows have code ${row.code}`)
    rows[row.code] = row
  }
  return rows
}

/** The opcode of a row by name; for engines and front ends, resolved once at load. */
export function opcode(name: string): number {
  const row = rowByName.get(name)
  assert(row !== undefined, `no instruction ${name}`)
  return row.code
}

export type Operand = Kind | 'addr'
export interface Signature {
  readonly pops: readonly Operand[]
  readonly pushes: readonly Operand[]
}

/** Parses `'i32 i32 -> i32'`. */
export function parseSignature(sig: string): Signature {
  const side = (text: string): Operand[] =>
    text
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => (word === 'addr' ? 'addr' : (kindNames.indexOf(word) as Kind)))
  const [pops, pushes] = sig.split('->')
  return { pops: side(pops), pushes: side(pushes) }
}

/** Words of `Code.imm` that instruction `pc` takes. */
export function immLength(code: Code, pc: number): number {
  const row = rowByCode[code.op[pc]]
  assert(row !== undefined, `instruction ${pc} has no row`)
  let words = 0
  for (const imm of row.imm) {
    if (imm === 'labels') words += code.imm[code.at[pc] + words] + 2
    else words += immWords[imm]
  }
  return words
}
