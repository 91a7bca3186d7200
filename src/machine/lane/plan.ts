// What the lowering does with each opcode: which lane operations its row has, and how many words it
// pops and pushes.
import type { Row } from '../../isa/row.ts'
import { parseSignature, rowByCode } from '../../isa/table.ts'
import { Kinds, wordsOf } from '../../isa/types.ts'
import { laneOpByName } from './ops.ts'

/** The number of a lane operation. */
export const op = (name: string): number => {
  const number = laneOpByName.get(name)
  if (number === undefined) throw new Error(`no lane operation ${name}`)
  return number
}

const laneName: Readonly<Record<string, string>> = {
  'i32.load': 'load32',
  'f32.load': 'load32',
  'i64.load': 'load64',
  'f64.load': 'load64',
  'i32.load8_s': 'load8s',
  'i32.load8_u': 'load8u',
  'i32.load16_s': 'load16s',
  'i32.load16_u': 'load16u',
  'i64.load8_s': 'load8s64',
  'i64.load8_u': 'load8u64',
  'i64.load16_s': 'load16s64',
  'i64.load16_u': 'load16u64',
  'i64.load32_s': 'load32s64',
  'i64.load32_u': 'load32u64',
  'v128.load': 'load128',
  'i32.store': 'store32',
  'f32.store': 'store32',
  'i64.store': 'store64',
  'f64.store': 'store64',
  'i32.store8': 'store8',
  'i64.store8': 'store8',
  'i32.store16': 'store16',
  'i64.store16': 'store16',
  'i64.store32': 'store32',
  'v128.store': 'store128',
}

/** What lowering does with an opcode. */
export interface Plan {
  readonly row: Row
  readonly pure: number
  readonly pureK: number
  readonly whenTrue: number
  readonly whenTrueK: number
  readonly whenFalse: number
  readonly whenFalseK: number
  readonly pops: readonly number[]
  readonly pushes: number
  readonly access: number
  /** The store with a constant for its value. */
  readonly storeK: number
  /** The second operand has 64 bits. */
  readonly wide: boolean
}

export const plans: readonly (Plan | undefined)[] = rowByCode.map((row) => {
  if (row === undefined) return undefined
  const sig = row.sig === null ? null : parseSignature(row.sig)
  const words = (kind: number | 'addr'): number => (kind === 'addr' ? 1 : wordsOf(kind as 1))
  const find = (form: string): number => laneOpByName.get(row.name + form) ?? -1
  const pure = row.pure !== undefined
  return {
    row,
    pure: pure ? find('') : -1,
    pureK: pure ? find('.k') : -1,
    whenTrue: find('.if'),
    whenTrueK: find('.ifK'),
    whenFalse: find('.unless'),
    whenFalseK: find('.unlessK'),
    pops: sig?.pops.map(words) ?? [],
    pushes: sig?.pushes.reduce((sum, kind) => sum + words(kind), 0) ?? 0,
    access: laneName[row.name] === undefined ? -1 : op(laneName[row.name]),
    storeK: laneOpByName.get(`${laneName[row.name]}k`) ?? -1,
    wide: sig?.pops[1] === Kinds.i64,
  }
})

const shifts: Readonly<Record<string, string>> = {
  'i64.shl': 'shl64',
  'i64.shr_u': 'shrU64',
  'i64.shr_s': 'shrS64',
  'i64.rotl': 'rotl64',
  'i64.rotr': 'rotl64',
}

/** The operation that shifts an i64 by a constant, and its count; null where there is none. */
export function constantShift(row: Row, count: number): [op: number, n: number] | null {
  const name = shifts[row.name]
  if (name === undefined) return null
  const n = (row.name === 'i64.rotr' ? -count : count) & 63
  const moves = name === 'rotl64' ? (n & 31) !== 0 : n !== 0
  return moves ? [op(n < 32 ? name : `${name}far`), n] : null
}
