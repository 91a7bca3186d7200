// Products and sums of twice the width: extmul, extadd_pairwise, dot.
import type { Row } from '../row.ts'
import { binary, unary } from './simd-row.ts'
import { mulHighS, mulHighU } from './simd-swar.ts'

// Two 16-bit lanes: products of the low or the high two bytes of two words.
const pair = (even: number, odd: number): number => (even & 0xffff) | (odd << 16)
const mulLowS = (w: number, u: number): number =>
  pair(((w << 24) >> 24) * ((u << 24) >> 24), ((w << 16) >> 24) * ((u << 16) >> 24))
const mulHighS8 = (w: number, u: number): number =>
  pair(((w << 8) >> 24) * ((u << 8) >> 24), (w >> 24) * (u >> 24))
const mulLowU = (w: number, u: number): number =>
  pair((w & 0xff) * (u & 0xff), ((w >>> 8) & 0xff) * ((u >>> 8) & 0xff))
const mulHighU8 = (w: number, u: number): number =>
  pair(((w >>> 16) & 0xff) * ((u >>> 16) & 0xff), (w >>> 24) * (u >>> 24))

// Sums of a word's neighbouring lanes.
const addPairs8S = (w: number): number =>
  pair(((w << 24) >> 24) + ((w << 16) >> 24), ((w << 8) >> 24) + (w >> 24))
const addPairs8U = (w: number): number => (w & 0xff00ff) + ((w >>> 8) & 0xff00ff)
const addPair16S = (w: number): number => ((w << 16) >> 16) + (w >> 16)
const addPair16U = (w: number): number => (w & 0xffff) + (w >>> 16)
const dot16 = (w: number, u: number): number =>
  (((w << 16) >> 16) * ((u << 16) >> 16) + (w >> 16) * (u >> 16)) | 0

export const multiplyRows: readonly Row[] = [
  binary(
    0x9c,
    'i16x8.extmul_low_i8x16_s',
    'products of the low half of the lanes, signed, full width',
    ({ I32 }, d, a, b) => {
      const w = I32[2 * a]
      const u = I32[2 * a + 1]
      const x = I32[2 * b]
      const y = I32[2 * b + 1]
      const p = 2 * d
      I32[p] = mulLowS(w, x)
      I32[p + 1] = mulHighS8(w, x)
      I32[p + 2] = mulLowS(u, y)
      I32[p + 3] = mulHighS8(u, y)
    },
  ),
  binary(
    0x9d,
    'i16x8.extmul_high_i8x16_s',
    'products of the high half of the lanes, signed, full width',
    ({ I32 }, d, a, b) => {
      const w = I32[2 * a + 2]
      const u = I32[2 * a + 3]
      const x = I32[2 * b + 2]
      const y = I32[2 * b + 3]
      const p = 2 * d
      I32[p] = mulLowS(w, x)
      I32[p + 1] = mulHighS8(w, x)
      I32[p + 2] = mulLowS(u, y)
      I32[p + 3] = mulHighS8(u, y)
    },
  ),
  binary(
    0x9e,
    'i16x8.extmul_low_i8x16_u',
    'products of the low half of the lanes, unsigned, full width',
    ({ I32 }, d, a, b) => {
      const w = I32[2 * a]
      const u = I32[2 * a + 1]
      const x = I32[2 * b]
      const y = I32[2 * b + 1]
      const p = 2 * d
      I32[p] = mulLowU(w, x)
      I32[p + 1] = mulHighU8(w, x)
      I32[p + 2] = mulLowU(u, y)
      I32[p + 3] = mulHighU8(u, y)
    },
  ),
  binary(
    0x9f,
    'i16x8.extmul_high_i8x16_u',
    'products of the high half of the lanes, unsigned, full width',
    ({ I32 }, d, a, b) => {
      const w = I32[2 * a + 2]
      const u = I32[2 * a + 3]
      const x = I32[2 * b + 2]
      const y = I32[2 * b + 3]
      const p = 2 * d
      I32[p] = mulLowU(w, x)
      I32[p + 1] = mulHighU8(w, x)
      I32[p + 2] = mulLowU(u, y)
      I32[p + 3] = mulHighU8(u, y)
    },
  ),
  binary(
    0xbc,
    'i32x4.extmul_low_i16x8_s',
    'products of the low half of the lanes, signed, full width',
    ({ I32 }, d, a, b) => {
      const w = I32[2 * a]
      const u = I32[2 * a + 1]
      const x = I32[2 * b]
      const y = I32[2 * b + 1]
      const p = 2 * d
      I32[p] = ((w << 16) >> 16) * ((x << 16) >> 16)
      I32[p + 1] = (w >> 16) * (x >> 16)
      I32[p + 2] = ((u << 16) >> 16) * ((y << 16) >> 16)
      I32[p + 3] = (u >> 16) * (y >> 16)
    },
  ),
  binary(
    0xbd,
    'i32x4.extmul_high_i16x8_s',
    'products of the high half of the lanes, signed, full width',
    ({ I32 }, d, a, b) => {
      const w = I32[2 * a + 2]
      const u = I32[2 * a + 3]
      const x = I32[2 * b + 2]
      const y = I32[2 * b + 3]
      const p = 2 * d
      I32[p] = ((w << 16) >> 16) * ((x << 16) >> 16)
      I32[p + 1] = (w >> 16) * (x >> 16)
      I32[p + 2] = ((u << 16) >> 16) * ((y << 16) >> 16)
      I32[p + 3] = (u >> 16) * (y >> 16)
    },
  ),
  binary(
    0xbe,
    'i32x4.extmul_low_i16x8_u',
    'products of the low half of the lanes, unsigned, full width',
    ({ I32 }, d, a, b) => {
      const w = I32[2 * a]
      const u = I32[2 * a + 1]
      const x = I32[2 * b]
      const y = I32[2 * b + 1]
      const p = 2 * d
      I32[p] = Math.imul(w & 0xffff, x & 0xffff)
      I32[p + 1] = Math.imul(w >>> 16, x >>> 16)
      I32[p + 2] = Math.imul(u & 0xffff, y & 0xffff)
      I32[p + 3] = Math.imul(u >>> 16, y >>> 16)
    },
  ),
  binary(
    0xbf,
    'i32x4.extmul_high_i16x8_u',
    'products of the high half of the lanes, unsigned, full width',
    ({ I32 }, d, a, b) => {
      const w = I32[2 * a + 2]
      const u = I32[2 * a + 3]
      const x = I32[2 * b + 2]
      const y = I32[2 * b + 3]
      const p = 2 * d
      I32[p] = Math.imul(w & 0xffff, x & 0xffff)
      I32[p + 1] = Math.imul(w >>> 16, x >>> 16)
      I32[p + 2] = Math.imul(u & 0xffff, y & 0xffff)
      I32[p + 3] = Math.imul(u >>> 16, y >>> 16)
    },
  ),
  binary(
    0xdc,
    'i64x2.extmul_low_i32x4_s',
    'products of the low half of the lanes, signed, full width',
    ({ I32 }, d, a, b) => {
      const w = I32[2 * a]
      const u = I32[2 * a + 1]
      const x = I32[2 * b]
      const y = I32[2 * b + 1]
      const p = 2 * d
      I32[p] = Math.imul(w, x)
      I32[p + 1] = mulHighS(w, x)
      I32[p + 2] = Math.imul(u, y)
      I32[p + 3] = mulHighS(u, y)
    },
  ),
  binary(
    0xdd,
    'i64x2.extmul_high_i32x4_s',
    'products of the high half of the lanes, signed, full width',
    ({ I32 }, d, a, b) => {
      const w = I32[2 * a + 2]
      const u = I32[2 * a + 3]
      const x = I32[2 * b + 2]
      const y = I32[2 * b + 3]
      const p = 2 * d
      I32[p] = Math.imul(w, x)
      I32[p + 1] = mulHighS(w, x)
      I32[p + 2] = Math.imul(u, y)
      I32[p + 3] = mulHighS(u, y)
    },
  ),
  binary(
    0xde,
    'i64x2.extmul_low_i32x4_u',
    'products of the low half of the lanes, unsigned, full width',
    ({ I32 }, d, a, b) => {
      const w = I32[2 * a]
      const u = I32[2 * a + 1]
      const x = I32[2 * b]
      const y = I32[2 * b + 1]
      const p = 2 * d
      I32[p] = Math.imul(w, x)
      I32[p + 1] = mulHighU(w, x)
      I32[p + 2] = Math.imul(u, y)
      I32[p + 3] = mulHighU(u, y)
    },
  ),
  binary(
    0xdf,
    'i64x2.extmul_high_i32x4_u',
    'products of the high half of the lanes, unsigned, full width',
    ({ I32 }, d, a, b) => {
      const w = I32[2 * a + 2]
      const u = I32[2 * a + 3]
      const x = I32[2 * b + 2]
      const y = I32[2 * b + 3]
      const p = 2 * d
      I32[p] = Math.imul(w, x)
      I32[p + 1] = mulHighU(w, x)
      I32[p + 2] = Math.imul(u, y)
      I32[p + 3] = mulHighU(u, y)
    },
  ),
  unary(0x7c, 'i16x8.extadd_pairwise_i8x16_s', 'sums of neighbours, signed', ({ I32 }, d, a) => {
    const p = 2 * d
    const x = 2 * a
    I32[p] = addPairs8S(I32[x])
    I32[p + 1] = addPairs8S(I32[x + 1])
    I32[p + 2] = addPairs8S(I32[x + 2])
    I32[p + 3] = addPairs8S(I32[x + 3])
  }),
  unary(0x7d, 'i16x8.extadd_pairwise_i8x16_u', 'sums of neighbours, unsigned', ({ I32 }, d, a) => {
    const p = 2 * d
    const x = 2 * a
    I32[p] = addPairs8U(I32[x])
    I32[p + 1] = addPairs8U(I32[x + 1])
    I32[p + 2] = addPairs8U(I32[x + 2])
    I32[p + 3] = addPairs8U(I32[x + 3])
  }),
  unary(0x7e, 'i32x4.extadd_pairwise_i16x8_s', 'sums of neighbours, signed', ({ I32 }, d, a) => {
    const p = 2 * d
    const x = 2 * a
    I32[p] = addPair16S(I32[x])
    I32[p + 1] = addPair16S(I32[x + 1])
    I32[p + 2] = addPair16S(I32[x + 2])
    I32[p + 3] = addPair16S(I32[x + 3])
  }),
  unary(0x7f, 'i32x4.extadd_pairwise_i16x8_u', 'sums of neighbours, unsigned', ({ I32 }, d, a) => {
    const p = 2 * d
    const x = 2 * a
    I32[p] = addPair16U(I32[x])
    I32[p + 1] = addPair16U(I32[x + 1])
    I32[p + 2] = addPair16U(I32[x + 2])
    I32[p + 3] = addPair16U(I32[x + 3])
  }),
  binary(
    0xba,
    'i32x4.dot_i16x8_s',
    'sums of products of neighbours, signed, wrapping',
    ({ I32 }, d, a, b) => {
      const p = 2 * d
      const x = 2 * a
      const y = 2 * b
      I32[p] = dot16(I32[x], I32[y])
      I32[p + 1] = dot16(I32[x + 1], I32[y + 1])
      I32[p + 2] = dot16(I32[x + 2], I32[y + 2])
      I32[p + 3] = dot16(I32[x + 3], I32[y + 3])
    },
  ),
]
