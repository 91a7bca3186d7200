// Between integer and float lanes, and between f32 and f64.
import type { Row } from '../row.ts'
import { putF32, putF64, truncSatS, truncSatU } from './simd-float.ts'
import { unary } from './simd-row.ts'

export const convertRows: readonly Row[] = [
  unary(0x5e, 'f32x4.demote_f64x2_zero', 'the f64 lanes rounded to f32, the rest 0', (v, d, a) => {
    const low = v.F64[a]
    const high = v.F64[a + 1]
    putF32(v, 2 * d, low)
    putF32(v, 2 * d + 1, high)
    v.I32[2 * d + 2] = 0
    v.I32[2 * d + 3] = 0
  }),
  unary(0x5f, 'f64x2.promote_low_f32x4', 'f32 lanes 0 and 1 as f64', (v, d, a) => {
    const low = v.F32[2 * a]
    const high = v.F32[2 * a + 1]
    putF64(v, d, low)
    putF64(v, d + 1, high)
  }),
  unary(
    0xf8,
    'i32x4.trunc_sat_f32x4_s',
    'to integers towards 0, signed, saturating, NaN to 0',
    ({ I32, F32 }, d, a) => {
      const p = 2 * d
      const x = 2 * a
      I32[p] = truncSatS(F32[x])
      I32[p + 1] = truncSatS(F32[x + 1])
      I32[p + 2] = truncSatS(F32[x + 2])
      I32[p + 3] = truncSatS(F32[x + 3])
    },
  ),
  unary(
    0xf9,
    'i32x4.trunc_sat_f32x4_u',
    'to integers towards 0, unsigned, saturating, NaN to 0',
    ({ I32, F32 }, d, a) => {
      const p = 2 * d
      const x = 2 * a
      I32[p] = truncSatU(F32[x])
      I32[p + 1] = truncSatU(F32[x + 1])
      I32[p + 2] = truncSatU(F32[x + 2])
      I32[p + 3] = truncSatU(F32[x + 3])
    },
  ),
  unary(0xfa, 'f32x4.convert_i32x4_s', 'signed integers as f32, rounded', ({ I32, F32 }, d, a) => {
    const p = 2 * d
    const x = 2 * a
    F32[p] = I32[x]
    F32[p + 1] = I32[x + 1]
    F32[p + 2] = I32[x + 2]
    F32[p + 3] = I32[x + 3]
  }),
  unary(
    0xfb,
    'f32x4.convert_i32x4_u',
    'unsigned integers as f32, rounded',
    ({ U32, F32 }, d, a) => {
      const p = 2 * d
      const x = 2 * a
      F32[p] = U32[x]
      F32[p + 1] = U32[x + 1]
      F32[p + 2] = U32[x + 2]
      F32[p + 3] = U32[x + 3]
    },
  ),
  unary(
    0xfc,
    'i32x4.trunc_sat_f64x2_s_zero',
    'f64 to signed integers, saturating, the rest 0',
    ({ I32, F64 }, d, a) => {
      const low = truncSatS(F64[a])
      const high = truncSatS(F64[a + 1])
      const p = 2 * d
      I32[p] = low
      I32[p + 1] = high
      I32[p + 2] = 0
      I32[p + 3] = 0
    },
  ),
  unary(
    0xfd,
    'i32x4.trunc_sat_f64x2_u_zero',
    'f64 to unsigned integers, saturating, the rest 0',
    ({ I32, F64 }, d, a) => {
      const low = truncSatU(F64[a])
      const high = truncSatU(F64[a + 1])
      const p = 2 * d
      I32[p] = low
      I32[p + 1] = high
      I32[p + 2] = 0
      I32[p + 3] = 0
    },
  ),
  unary(0xfe, 'f64x2.convert_low_i32x4_s', 'signed lanes 0 and 1 as f64', ({ I32, F64 }, d, a) => {
    const low = I32[2 * a]
    const high = I32[2 * a + 1]
    F64[d] = low
    F64[d + 1] = high
  }),
  unary(
    0xff,
    'f64x2.convert_low_i32x4_u',
    'unsigned lanes 0 and 1 as f64',
    ({ U32, F64 }, d, a) => {
      const low = U32[2 * a]
      const high = U32[2 * a + 1]
      F64[d] = low
      F64[d + 1] = high
    },
  ),
]
