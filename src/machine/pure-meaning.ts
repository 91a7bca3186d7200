// A pure row's meaning applied to the stack's words: operands read by kind, the result written by
// kind.
import type { Row, Words } from '../isa/row.ts'
import { parseSignature } from '../isa/table.ts'
import { type Kind, Kinds } from '../isa/types.ts'

/**
 * Works on half indices: the result's and the two operands' (a row of one operand ignores the
 * second).
 */
export type OnHalves = (words: Words, to: number, a: number, b: number) => void

const CANONICAL_F32 = 0x7fc00000
const CANONICAL_F64_HIGH = 0x7ff80000

type Value = number | bigint

function reader(kind: Kind, bits: boolean): (words: Words, half: number) => Value {
  if (kind === Kinds.i32 || (bits && kind === Kinds.f32)) return (words, half) => words.I32[half]
  if (kind === Kinds.i64 || (bits && kind === Kinds.f64))
    return (words, half) => words.I64[half >> 1]
  return kind === Kinds.f32
    ? (words, half) => words.F32[half]
    : (words, half) => words.F64[half >> 1]
}

/**
 * Integers wrap, an f32 rounds, a NaN becomes the canonical one. An i32 or f32 leaves its high half
 * 0.
 */
function writer(kind: Kind, bits: boolean): (words: Words, half: number, value: Value) => void {
  if (kind === Kinds.i32 || (bits && kind === Kinds.f32)) {
    return (words, half, value) => {
      words.I32[half] = value as number
      words.I32[half + 1] = 0
    }
  }
  if (kind === Kinds.i64 || (bits && kind === Kinds.f64)) {
    return (words, half, value) => {
      words.I64[half >> 1] = value as bigint
    }
  }
  if (kind === Kinds.f32) {
    return (words, half, value) => {
      words.F32[half] = value as number
      words.I32[half + 1] = 0
      if (value !== value) words.I32[half] = CANONICAL_F32
    }
  }
  return (words, half, value) => {
    words.F64[half >> 1] = value as number
    if (value !== value) {
      words.I32[half] = 0
      words.I32[half + 1] = CANONICAL_F64_HIGH
    }
  }
}

export function onHalves(row: Row): OnHalves {
  const { pops, pushes } = parseSignature(row.sig as string)
  const pure = row.pure as NonNullable<Row['pure']>
  const bits = row.bits === true
  const write = writer(pushes[0] as Kind, bits)
  const readA = reader(pops[0] as Kind, bits)
  if (pops.length === 1) return (words, to, a) => write(words, to, pure(readA(words, a)))
  const readB = reader(pops[1] as Kind, bits)
  return (words, to, a, b) => write(words, to, pure(readA(words, a), readB(words, b)))
}
