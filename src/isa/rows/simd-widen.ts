// Lanes of another width: narrowing with clamping, extension of one half of the vector.
import type { Row } from '../row.ts'
import { binary, unary } from './simd-row.ts'

// Two 16-bit lanes from the low or the high two bytes of a word.
const pair = (even: number, odd: number): number => (even & 0xffff) | (odd << 16)
const lowS = (w: number): number => pair((w << 24) >> 24, (w << 16) >> 24)
const highS = (w: number): number => pair((w << 8) >> 24, w >> 24)
const lowU = (w: number): number => (w & 0xff) | ((w & 0xff00) << 8)
const highU = (w: number): number => ((w >>> 16) & 0xff) | ((w >>> 24) << 16)

// Two 16-bit lanes of a word, clamped to 8 bits and side by side; two 32-bit lanes, clamped to 16
// bits.
const clampS8 = (x: number): number => (x > 127 ? 127 : x < -128 ? -128 : x) & 0xff
const clampU8 = (x: number): number => (x > 255 ? 255 : x < 0 ? 0 : x)
const clampS16 = (x: number): number => (x > 32767 ? 32767 : x < -32768 ? -32768 : x) & 0xffff
const clampU16 = (x: number): number => (x > 65535 ? 65535 : x < 0 ? 0 : x)
const narrowS8 = (w: number): number => clampS8((w << 16) >> 16) | (clampS8(w >> 16) << 8)
const narrowU8 = (w: number): number => clampU8((w << 16) >> 16) | (clampU8(w >> 16) << 8)
const narrow4S = (w: number, u: number): number => narrowS8(w) | (narrowS8(u) << 16)
const narrow4U = (w: number, u: number): number => narrowU8(w) | (narrowU8(u) << 16)
const narrow2S = (w: number, u: number): number => clampS16(w) | (clampS16(u) << 16)
const narrow2U = (w: number, u: number): number => clampU16(w) | (clampU16(u) << 16)

export const widenRows: readonly Row[] = [
  binary(
    0x65,
    'i8x16.narrow_i16x8_s',
    'lanes of a, then of b, clamped to signed 8 bits',
    ({ I32 }, d, a, b) => {
      const x = 2 * a
      const y = 2 * b
      const w0 = narrow4S(I32[x], I32[x + 1])
      const w1 = narrow4S(I32[x + 2], I32[x + 3])
      const w2 = narrow4S(I32[y], I32[y + 1])
      const w3 = narrow4S(I32[y + 2], I32[y + 3])
      const p = 2 * d
      I32[p] = w0
      I32[p + 1] = w1
      I32[p + 2] = w2
      I32[p + 3] = w3
    },
  ),
  binary(
    0x66,
    'i8x16.narrow_i16x8_u',
    'lanes of a, then of b, clamped to unsigned 8 bits',
    ({ I32 }, d, a, b) => {
      const x = 2 * a
      const y = 2 * b
      const w0 = narrow4U(I32[x], I32[x + 1])
      const w1 = narrow4U(I32[x + 2], I32[x + 3])
      const w2 = narrow4U(I32[y], I32[y + 1])
      const w3 = narrow4U(I32[y + 2], I32[y + 3])
      const p = 2 * d
      I32[p] = w0
      I32[p + 1] = w1
      I32[p + 2] = w2
      I32[p + 3] = w3
    },
  ),
  binary(
    0x85,
    'i16x8.narrow_i32x4_s',
    'lanes of a, then of b, clamped to signed 16 bits',
    ({ I32 }, d, a, b) => {
      const x = 2 * a
      const y = 2 * b
      const w0 = narrow2S(I32[x], I32[x + 1])
      const w1 = narrow2S(I32[x + 2], I32[x + 3])
      const w2 = narrow2S(I32[y], I32[y + 1])
      const w3 = narrow2S(I32[y + 2], I32[y + 3])
      const p = 2 * d
      I32[p] = w0
      I32[p + 1] = w1
      I32[p + 2] = w2
      I32[p + 3] = w3
    },
  ),
  binary(
    0x86,
    'i16x8.narrow_i32x4_u',
    'lanes of a, then of b, clamped to unsigned 16 bits',
    ({ I32 }, d, a, b) => {
      const x = 2 * a
      const y = 2 * b
      const w0 = narrow2U(I32[x], I32[x + 1])
      const w1 = narrow2U(I32[x + 2], I32[x + 3])
      const w2 = narrow2U(I32[y], I32[y + 1])
      const w3 = narrow2U(I32[y + 2], I32[y + 3])
      const p = 2 * d
      I32[p] = w0
      I32[p + 1] = w1
      I32[p + 2] = w2
      I32[p + 3] = w3
    },
  ),
  unary(
    0x87,
    'i16x8.extend_low_i8x16_s',
    'the low half of the lanes, sign-extended',
    ({ I32 }, d, a) => {
      const w = I32[2 * a]
      const u = I32[2 * a + 1]
      const p = 2 * d
      I32[p] = lowS(w)
      I32[p + 1] = highS(w)
      I32[p + 2] = lowS(u)
      I32[p + 3] = highS(u)
    },
  ),
  unary(
    0x88,
    'i16x8.extend_high_i8x16_s',
    'the high half of the lanes, sign-extended',
    ({ I32 }, d, a) => {
      const w = I32[2 * a + 2]
      const u = I32[2 * a + 3]
      const p = 2 * d
      I32[p] = lowS(w)
      I32[p + 1] = highS(w)
      I32[p + 2] = lowS(u)
      I32[p + 3] = highS(u)
    },
  ),
  unary(
    0x89,
    'i16x8.extend_low_i8x16_u',
    'the low half of the lanes, zero-extended',
    ({ I32 }, d, a) => {
      const w = I32[2 * a]
      const u = I32[2 * a + 1]
      const p = 2 * d
      I32[p] = lowU(w)
      I32[p + 1] = highU(w)
      I32[p + 2] = lowU(u)
      I32[p + 3] = highU(u)
    },
  ),
  unary(
    0x8a,
    'i16x8.extend_high_i8x16_u',
    'the high half of the lanes, zero-extended',
    ({ I32 }, d, a) => {
      const w = I32[2 * a + 2]
      const u = I32[2 * a + 3]
      const p = 2 * d
      I32[p] = lowU(w)
      I32[p + 1] = highU(w)
      I32[p + 2] = lowU(u)
      I32[p + 3] = highU(u)
    },
  ),
  unary(
    0xa7,
    'i32x4.extend_low_i16x8_s',
    'the low half of the lanes, sign-extended',
    ({ I32 }, d, a) => {
      const w = I32[2 * a]
      const u = I32[2 * a + 1]
      const p = 2 * d
      I32[p] = (w << 16) >> 16
      I32[p + 1] = w >> 16
      I32[p + 2] = (u << 16) >> 16
      I32[p + 3] = u >> 16
    },
  ),
  unary(
    0xa8,
    'i32x4.extend_high_i16x8_s',
    'the high half of the lanes, sign-extended',
    ({ I32 }, d, a) => {
      const w = I32[2 * a + 2]
      const u = I32[2 * a + 3]
      const p = 2 * d
      I32[p] = (w << 16) >> 16
      I32[p + 1] = w >> 16
      I32[p + 2] = (u << 16) >> 16
      I32[p + 3] = u >> 16
    },
  ),
  unary(
    0xa9,
    'i32x4.extend_low_i16x8_u',
    'the low half of the lanes, zero-extended',
    ({ I32 }, d, a) => {
      const w = I32[2 * a]
      const u = I32[2 * a + 1]
      const p = 2 * d
      I32[p] = w & 0xffff
      I32[p + 1] = w >>> 16
      I32[p + 2] = u & 0xffff
      I32[p + 3] = u >>> 16
    },
  ),
  unary(
    0xaa,
    'i32x4.extend_high_i16x8_u',
    'the high half of the lanes, zero-extended',
    ({ I32 }, d, a) => {
      const w = I32[2 * a + 2]
      const u = I32[2 * a + 3]
      const p = 2 * d
      I32[p] = w & 0xffff
      I32[p + 1] = w >>> 16
      I32[p + 2] = u & 0xffff
      I32[p + 3] = u >>> 16
    },
  ),
  unary(
    0xc7,
    'i64x2.extend_low_i32x4_s',
    'the low half of the lanes, sign-extended',
    ({ I32 }, d, a) => {
      const w = I32[2 * a]
      const u = I32[2 * a + 1]
      const p = 2 * d
      I32[p] = w
      I32[p + 1] = w >> 31
      I32[p + 2] = u
      I32[p + 3] = u >> 31
    },
  ),
  unary(
    0xc8,
    'i64x2.extend_high_i32x4_s',
    'the high half of the lanes, sign-extended',
    ({ I32 }, d, a) => {
      const w = I32[2 * a + 2]
      const u = I32[2 * a + 3]
      const p = 2 * d
      I32[p] = w
      I32[p + 1] = w >> 31
      I32[p + 2] = u
      I32[p + 3] = u >> 31
    },
  ),
  unary(
    0xc9,
    'i64x2.extend_low_i32x4_u',
    'the low half of the lanes, zero-extended',
    ({ I32 }, d, a) => {
      const w = I32[2 * a]
      const u = I32[2 * a + 1]
      const p = 2 * d
      I32[p] = w
      I32[p + 1] = 0
      I32[p + 2] = u
      I32[p + 3] = 0
    },
  ),
  unary(
    0xca,
    'i64x2.extend_high_i32x4_u',
    'the high half of the lanes, zero-extended',
    ({ I32 }, d, a) => {
      const w = I32[2 * a + 2]
      const u = I32[2 * a + 3]
      const p = 2 * d
      I32[p] = w
      I32[p + 1] = 0
      I32[p + 2] = u
      I32[p + 3] = 0
    },
  ),
]
