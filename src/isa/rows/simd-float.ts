// Storing float lanes under the deterministic profile, and rounding that JavaScript's Math lacks.
import type { Words } from '../row.ts'

const F32_NAN = 0x7fc00000
const F64_NAN_HIGH = 0x7ff80000
const TWO_52 = 2 ** 52

/** Stores an arithmetic result as f32 lane i, rounded; a NaN becomes the positive canonical one. */
export function putF32(v: Words, i: number, value: number): void {
  if (Number.isNaN(value)) v.I32[i] = F32_NAN
  else v.F32[i] = value
}

/** Stores an arithmetic result as the f64 of word w; a NaN becomes the positive canonical one. */
export function putF64(v: Words, w: number, value: number): void {
  if (Number.isNaN(value)) {
    v.I32[2 * w] = 0
    v.I32[2 * w + 1] = F64_NAN_HIGH
  } else v.F64[w] = value
}

/**
 * To an integer, ties to even. Beyond 2^52 every double is one; adding 2^52 rounds away the
 * fraction.
 */
export function nearest(x: number): number {
  if (x > 0 && x < TWO_52) return x + TWO_52 - TWO_52
  if (x < 0 && x > -TWO_52) return -(TWO_52 - x - TWO_52)
  return x
}

/** To i32, towards zero; out of range to the nearest limit, NaN to 0. */
export function truncSatS(x: number): number {
  if (x >= 2147483647) return 2147483647
  if (x <= -2147483648) return -2147483648
  return x | 0
}

/** To u32 (its bits as an i32), towards zero; out of range to the nearest limit, NaN to 0. */
export function truncSatU(x: number): number {
  if (x >= 4294967295) return -1
  return x > 0 ? x | 0 : 0
}
