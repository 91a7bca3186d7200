// What the emitter does with each row that is one operation of the host: its bytes, and what it
// does with floats. Arithmetic gives a *raw* float: a NaN of any bits, that stands for the
// canonical one. An *exact* float has the bits of the state. Who lets bits be seen makes a raw
// value exact.
import { parseSignature, table } from '../isa/table.ts'
import { type Kind, Kinds } from '../isa/types.ts'

/** exact: the state's bits. raw: f32 or f64, or a vector of f32; raw64: a vector of f64. */
export const Float = { exact: 0, raw: 1, raw64: 2, never: 3 } as const

export interface Operation {
  readonly bytes: readonly number[]
  readonly pops: readonly Kind[]
  readonly pushes: Kind
  /** The rawness that operands may have: Float.raw, Float.raw64, or Float.exact. */
  readonly takes: number
  /** Rawness of the result; Float.never: no NaN comes out. -1: that of the operand. */
  readonly gives: number
  readonly hasLane: boolean
  /** i32 or i64 division and remainder, float to integer: what may trap is tested before. */
  readonly traps: 'divide' | 'overflow' | 'range' | null
}

const scalar = /^f(32|64)\./
const vector = /^f(32x4|64x2)\./
const arithmetic = /\.(add|sub|mul|div|min|max|sqrt|ceil|floor|trunc|nearest)$/
const compare = /\.(eq|ne|lt|gt|le|ge)$/

/** Rows of the deterministic profile that are another row. */
const relaxedTwins: ReadonlyMap<string, number> = new Map([
  ['i8x16.relaxed_swizzle', 0x0e],
  ['i32x4.relaxed_trunc_f32x4_s', 0xf8],
  ['i32x4.relaxed_trunc_f32x4_u', 0xf9],
  ['i32x4.relaxed_trunc_f64x2_s_zero', 0xfc],
  ['i32x4.relaxed_trunc_f64x2_u_zero', 0xfd],
  ['i8x16.relaxed_laneselect', 0x52],
  ['i16x8.relaxed_laneselect', 0x52],
  ['i32x4.relaxed_laneselect', 0x52],
  ['i64x2.relaxed_laneselect', 0x52],
  ['f32x4.relaxed_min', 0xe8],
  ['f32x4.relaxed_max', 0xe9],
  ['f64x2.relaxed_min', 0xf4],
  ['f64x2.relaxed_max', 0xf5],
  ['i16x8.relaxed_q15mulr_s', 0x82],
])

function takesOf(name: string): number {
  if (name.startsWith('f64x2.promote')) return Float.raw
  if (name.startsWith('f32x4.demote')) return Float.raw64
  if (/^i32x4\.(relaxed_)?trunc.*f32x4/.test(name)) return Float.raw
  if (/^i32x4\.(relaxed_)?trunc.*f64x2/.test(name)) return Float.raw64
  if (/^i(32|64)\.trunc/.test(name) || /^f(32\.demote|64\.promote)/.test(name)) return Float.raw
  if (/^f(32x4|64x2)\.splat/.test(name)) return Float.raw
  const floats = arithmetic.test(name) || compare.test(name) || /\.relaxed_m(in|ax)$/.test(name)
  if (floats && scalar.test(name)) return Float.raw
  if ((floats || name.includes('extract_lane')) && vector.test(name)) {
    return name.startsWith('f32x4') ? Float.raw : Float.raw64
  }
  return Float.exact
}

function givesOf(name: string): number {
  if (/^f(32|64)\.convert|^f(32x4|64x2)\.convert/.test(name)) return Float.never
  if (/^f(32\.demote|64\.promote)/.test(name) || name.startsWith('f32x4.demote')) return Float.raw
  if (name.startsWith('f64x2.promote')) return Float.raw64
  if (/^f(32x4|64x2)\.extract_lane/.test(name)) return -1
  if (name === 'f32x4.splat') return -1
  if (name === 'f64x2.splat') return -2
  const floats = arithmetic.test(name) || /\.relaxed_m(in|ax)$/.test(name)
  if (floats && scalar.test(name)) return Float.raw
  if (floats && vector.test(name)) return name.startsWith('f32x4') ? Float.raw : Float.raw64
  return Float.exact
}

function trapsOf(name: string): Operation['traps'] {
  if (/^i(32|64)\.(div_s)$/.test(name)) return 'overflow'
  if (/^i(32|64)\.(div_u|rem_s|rem_u)$/.test(name)) return 'divide'
  return /^i(32|64)\.trunc_f/.test(name) ? 'range' : null
}

/** The bytes of a vector operation by its number behind the prefix. */
export const vectorBytes = (sub: number): number[] =>
  sub < 0x80 ? [0xfd, sub] : [0xfd, (sub & 0x7f) | 0x80, sub >> 7]

function bytesOf(name: string, code: number): number[] | null {
  if (code < 0x100) return [code]
  if (code < 0x200) return [0xfc, code - 0x100]
  const sub = relaxedTwins.get(name) ?? code - 0x200
  return sub >= 0x100 ? null : vectorBytes(sub)
}

/** By opcode; undefined where the row is no single operation. */
export const operations: readonly (Operation | undefined)[] = makeOperations()

function makeOperations(): (Operation | undefined)[] {
  const list: (Operation | undefined)[] = new Array(0x800).fill(undefined)
  for (const row of table) {
    if (row.pure === undefined && row.lanes === undefined) continue
    if (row.imm.includes('shuffle')) continue
    const bytes = bytesOf(row.name, row.code)
    if (bytes === null || row.sig === null) continue
    const { pops, pushes } = parseSignature(row.sig)
    list[row.code] = {
      bytes,
      pops: pops as Kind[],
      pushes: pushes[0] as Kind,
      takes: takesOf(row.name),
      gives: givesOf(row.name),
      hasLane: row.imm.includes('lane'),
      traps: trapsOf(row.name),
    }
  }
  return list
}

/** Are these the bits of a NaN? Of another kind than f32 and f64 they are not. */
export function isNaNBits(kind: Kind, low: number, high: number): boolean {
  if (kind === Kinds.f32) return (low & 0x7fffffff) > 0x7f800000
  if (kind !== Kinds.f64) return false
  const top = high & 0x7fffffff
  return top > 0x7ff00000 || (top === 0x7ff00000 && low !== 0)
}
