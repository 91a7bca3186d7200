// Two lanes of f64.
import type { Row } from '../row.ts'
import { nearest, putF64 } from './simd-float.ts'
import { binary, unary } from './simd-row.ts'

export const f64x2Rows: readonly Row[] = [
  binary(0x47, 'f64x2.eq', 'a = b, as a mask', ({ I32, F64 }, d, a, b) => {
    const low = F64[a] === F64[b] ? -1 : 0
    const high = F64[a + 1] === F64[b + 1] ? -1 : 0
    const p = 2 * d
    I32[p] = low
    I32[p + 1] = low
    I32[p + 2] = high
    I32[p + 3] = high
  }),
  binary(0x48, 'f64x2.ne', 'a /= b, as a mask', ({ I32, F64 }, d, a, b) => {
    const low = F64[a] !== F64[b] ? -1 : 0
    const high = F64[a + 1] !== F64[b + 1] ? -1 : 0
    const p = 2 * d
    I32[p] = low
    I32[p + 1] = low
    I32[p + 2] = high
    I32[p + 3] = high
  }),
  binary(0x49, 'f64x2.lt', 'a < b, as a mask', ({ I32, F64 }, d, a, b) => {
    const low = F64[a] < F64[b] ? -1 : 0
    const high = F64[a + 1] < F64[b + 1] ? -1 : 0
    const p = 2 * d
    I32[p] = low
    I32[p + 1] = low
    I32[p + 2] = high
    I32[p + 3] = high
  }),
  binary(0x4a, 'f64x2.gt', 'a > b, as a mask', ({ I32, F64 }, d, a, b) => {
    const low = F64[a] > F64[b] ? -1 : 0
    const high = F64[a + 1] > F64[b + 1] ? -1 : 0
    const p = 2 * d
    I32[p] = low
    I32[p + 1] = low
    I32[p + 2] = high
    I32[p + 3] = high
  }),
  binary(0x4b, 'f64x2.le', 'a <= b, as a mask', ({ I32, F64 }, d, a, b) => {
    const low = F64[a] <= F64[b] ? -1 : 0
    const high = F64[a + 1] <= F64[b + 1] ? -1 : 0
    const p = 2 * d
    I32[p] = low
    I32[p + 1] = low
    I32[p + 2] = high
    I32[p + 3] = high
  }),
  binary(0x4c, 'f64x2.ge', 'a >= b, as a mask', ({ I32, F64 }, d, a, b) => {
    const low = F64[a] >= F64[b] ? -1 : 0
    const high = F64[a + 1] >= F64[b + 1] ? -1 : 0
    const p = 2 * d
    I32[p] = low
    I32[p + 1] = low
    I32[p + 2] = high
    I32[p + 3] = high
  }),
  unary(0x74, 'f64x2.ceil', 'rounds up', (v, d, a) => {
    const { F64 } = v
    putF64(v, d, Math.ceil(F64[a]))
    putF64(v, d + 1, Math.ceil(F64[a + 1]))
  }),
  unary(0x75, 'f64x2.floor', 'rounds down', (v, d, a) => {
    const { F64 } = v
    putF64(v, d, Math.floor(F64[a]))
    putF64(v, d + 1, Math.floor(F64[a + 1]))
  }),
  unary(0x7a, 'f64x2.trunc', 'rounds towards 0', (v, d, a) => {
    const { F64 } = v
    putF64(v, d, Math.trunc(F64[a]))
    putF64(v, d + 1, Math.trunc(F64[a + 1]))
  }),
  unary(0x94, 'f64x2.nearest', 'rounds to nearest, ties to even', (v, d, a) => {
    const { F64 } = v
    putF64(v, d, nearest(F64[a]))
    putF64(v, d + 1, nearest(F64[a + 1]))
  }),
  unary(0xef, 'f64x2.sqrt', 'square root', (v, d, a) => {
    const { F64 } = v
    putF64(v, d, Math.sqrt(F64[a]))
    putF64(v, d + 1, Math.sqrt(F64[a + 1]))
  }),
  unary(0xec, 'f64x2.abs', 'clears the sign bit', ({ I32 }, d, a) => {
    const p = 2 * d
    const x = 2 * a
    I32[p] = I32[x]
    I32[p + 1] = I32[x + 1] & 0x7fffffff
    I32[p + 2] = I32[x + 2]
    I32[p + 3] = I32[x + 3] & 0x7fffffff
  }),
  unary(0xed, 'f64x2.neg', 'flips the sign bit', ({ I32 }, d, a) => {
    const p = 2 * d
    const x = 2 * a
    I32[p] = I32[x]
    I32[p + 1] = I32[x + 1] ^ 0x80000000
    I32[p + 2] = I32[x + 2]
    I32[p + 3] = I32[x + 3] ^ 0x80000000
  }),
  binary(0xf0, 'f64x2.add', 'a + b', (v, d, a, b) => {
    const { F64 } = v
    putF64(v, d, F64[a] + F64[b])
    putF64(v, d + 1, F64[a + 1] + F64[b + 1])
  }),
  binary(0xf1, 'f64x2.sub', 'a - b', (v, d, a, b) => {
    const { F64 } = v
    putF64(v, d, F64[a] - F64[b])
    putF64(v, d + 1, F64[a + 1] - F64[b + 1])
  }),
  binary(0xf2, 'f64x2.mul', 'a * b', (v, d, a, b) => {
    const { F64 } = v
    putF64(v, d, F64[a] * F64[b])
    putF64(v, d + 1, F64[a + 1] * F64[b + 1])
  }),
  binary(0xf3, 'f64x2.div', 'a / b', (v, d, a, b) => {
    const { F64 } = v
    putF64(v, d, F64[a] / F64[b])
    putF64(v, d + 1, F64[a + 1] / F64[b + 1])
  }),
  binary(0xf4, 'f64x2.min', 'the lesser; NaN if either is', (v, d, a, b) => {
    const { F64 } = v
    putF64(v, d, Math.min(F64[a], F64[b]))
    putF64(v, d + 1, Math.min(F64[a + 1], F64[b + 1]))
  }),
  binary(0xf5, 'f64x2.max', 'the greater; NaN if either is', (v, d, a, b) => {
    const { F64 } = v
    putF64(v, d, Math.max(F64[a], F64[b]))
    putF64(v, d + 1, Math.max(F64[a + 1], F64[b + 1]))
  }),
  binary(0xf6, 'f64x2.pmin', 'b if b < a, else a, bit for bit', ({ I32, F64 }, d, a, b) => {
    const low = 2 * (F64[b] < F64[a] ? b : a)
    const high = 2 * (F64[b + 1] < F64[a + 1] ? b : a) + 2
    const p = 2 * d
    I32[p] = I32[low]
    I32[p + 1] = I32[low + 1]
    I32[p + 2] = I32[high]
    I32[p + 3] = I32[high + 1]
  }),
  binary(0xf7, 'f64x2.pmax', 'b if a < b, else a, bit for bit', ({ I32, F64 }, d, a, b) => {
    const low = 2 * (F64[a] < F64[b] ? b : a)
    const high = 2 * (F64[a + 1] < F64[b + 1] ? b : a) + 2
    const p = 2 * d
    I32[p] = I32[low]
    I32[p + 1] = I32[low + 1]
    I32[p + 2] = I32[high]
    I32[p + 3] = I32[high + 1]
  }),
]
