// Relaxed SIMD. Where WebAssembly leaves a choice to the host, the deterministic profile takes the
// first one (Core 3.0, "Relaxed Operations"), so most of these mean what their strict twin means;
// multiply-add rounds twice.
import { assert } from '../../base/errors.ts'
import { pages, type Row, type Words } from '../row.ts'
import { putF32, putF64 } from './simd-float.ts'
import { binary, ternary } from './simd-row.ts'

const twins: readonly (readonly [number, string, string])[] = [
  [0x100, 'i8x16.relaxed_swizzle', 'i8x16.swizzle'],
  [0x101, 'i32x4.relaxed_trunc_f32x4_s', 'i32x4.trunc_sat_f32x4_s'],
  [0x102, 'i32x4.relaxed_trunc_f32x4_u', 'i32x4.trunc_sat_f32x4_u'],
  [0x103, 'i32x4.relaxed_trunc_f64x2_s_zero', 'i32x4.trunc_sat_f64x2_s_zero'],
  [0x104, 'i32x4.relaxed_trunc_f64x2_u_zero', 'i32x4.trunc_sat_f64x2_u_zero'],
  [0x109, 'i8x16.relaxed_laneselect', 'v128.bitselect'],
  [0x10a, 'i16x8.relaxed_laneselect', 'v128.bitselect'],
  [0x10b, 'i32x4.relaxed_laneselect', 'v128.bitselect'],
  [0x10c, 'i64x2.relaxed_laneselect', 'v128.bitselect'],
  [0x10d, 'f32x4.relaxed_min', 'f32x4.min'],
  [0x10e, 'f32x4.relaxed_max', 'f32x4.max'],
  [0x10f, 'f64x2.relaxed_min', 'f64x2.min'],
  [0x110, 'f64x2.relaxed_max', 'f64x2.max'],
  [0x111, 'i16x8.relaxed_q15mulr_s', 'i16x8.q15mulr_sat_s'],
]

function like(rows: readonly Row[], opcode: number, name: string, twin: string): Row {
  const row = rows.find((candidate) => candidate.name === twin)
  assert(row !== undefined, `no instruction ${twin}`)
  return { ...row, code: pages.simd + opcode, name, says: `as ${twin}: ${row.says}` }
}

// f32: the product is rounded before the sum is, so both operations round as f32 operations do.
function madd32(v: Words, i: number, x: number, y: number, z: number): void {
  const { F32 } = v
  putF32(v, i, Math.fround(F32[x] * F32[y]) + F32[z])
}

function nmadd32(v: Words, i: number, x: number, y: number, z: number): void {
  const { F32 } = v
  putF32(v, i, F32[z] - Math.fround(F32[x] * F32[y]))
}

// Products of signed bytes, neighbours added; only -128 * -128 twice passes 16 bits, and saturates.
const saturate = (sum: number): number => (sum > 32767 ? 32767 : sum)
const dotLow = (x: number, y: number): number =>
  saturate(((x << 24) >> 24) * ((y << 24) >> 24) + ((x << 16) >> 24) * ((y << 16) >> 24))
const dotHigh = (x: number, y: number): number =>
  saturate(((x << 8) >> 24) * ((y << 8) >> 24) + (x >> 24) * (y >> 24))
const dot8 = (x: number, y: number): number => (dotLow(x, y) & 0xffff) | (dotHigh(x, y) << 16)
const dotAdd8 = (x: number, y: number, z: number): number => dotLow(x, y) + dotHigh(x, y) + z

const ownRows: readonly Row[] = [
  ternary(0x105, 'f32x4.relaxed_madd', 'a * b + c, rounded twice', (v, d, a, b, c) => {
    madd32(v, 2 * d, 2 * a, 2 * b, 2 * c)
    madd32(v, 2 * d + 1, 2 * a + 1, 2 * b + 1, 2 * c + 1)
    madd32(v, 2 * d + 2, 2 * a + 2, 2 * b + 2, 2 * c + 2)
    madd32(v, 2 * d + 3, 2 * a + 3, 2 * b + 3, 2 * c + 3)
  }),
  ternary(0x106, 'f32x4.relaxed_nmadd', '-(a * b) + c, rounded twice', (v, d, a, b, c) => {
    nmadd32(v, 2 * d, 2 * a, 2 * b, 2 * c)
    nmadd32(v, 2 * d + 1, 2 * a + 1, 2 * b + 1, 2 * c + 1)
    nmadd32(v, 2 * d + 2, 2 * a + 2, 2 * b + 2, 2 * c + 2)
    nmadd32(v, 2 * d + 3, 2 * a + 3, 2 * b + 3, 2 * c + 3)
  }),
  ternary(0x107, 'f64x2.relaxed_madd', 'a * b + c, rounded twice', (v, d, a, b, c) => {
    const { F64 } = v
    putF64(v, d, F64[a] * F64[b] + F64[c])
    putF64(v, d + 1, F64[a + 1] * F64[b + 1] + F64[c + 1])
  }),
  ternary(0x108, 'f64x2.relaxed_nmadd', '-(a * b) + c, rounded twice', (v, d, a, b, c) => {
    const { F64 } = v
    putF64(v, d, F64[c] - F64[a] * F64[b])
    putF64(v, d + 1, F64[c + 1] - F64[a + 1] * F64[b + 1])
  }),
  binary(
    0x112,
    'i16x8.relaxed_dot_i8x16_i7x16_s',
    'sums of products of neighbours, signed, saturating',
    ({ I32 }, d, a, b) => {
      const p = 2 * d
      const x = 2 * a
      const y = 2 * b
      I32[p] = dot8(I32[x], I32[y])
      I32[p + 1] = dot8(I32[x + 1], I32[y + 1])
      I32[p + 2] = dot8(I32[x + 2], I32[y + 2])
      I32[p + 3] = dot8(I32[x + 3], I32[y + 3])
    },
  ),
  ternary(
    0x113,
    'i32x4.relaxed_dot_i8x16_i7x16_add_s',
    'sums of four products, signed, by pairs that saturate at 16 bits, plus c',
    ({ I32 }, d, a, b, c) => {
      const p = 2 * d
      const x = 2 * a
      const y = 2 * b
      const z = 2 * c
      I32[p] = dotAdd8(I32[x], I32[y], I32[z])
      I32[p + 1] = dotAdd8(I32[x + 1], I32[y + 1], I32[z + 1])
      I32[p + 2] = dotAdd8(I32[x + 2], I32[y + 2], I32[z + 2])
      I32[p + 3] = dotAdd8(I32[x + 3], I32[y + 3], I32[z + 3])
    },
  ),
]

/** Given the strict rows, whose meanings most of these share. */
export function relaxedRows(strict: readonly Row[]): readonly Row[] {
  return [...twins.map(([opcode, name, twin]) => like(strict, opcode, name, twin)), ...ownRows]
}
