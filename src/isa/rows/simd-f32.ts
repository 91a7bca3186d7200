// Four lanes of f32. A double operation rounded once is the f32 operation (for + - * / and sqrt).
import type { Row } from '../row.ts'
import { nearest, putF32 } from './simd-float.ts'
import { binary, unary } from './simd-row.ts'

export const f32x4Rows: readonly Row[] = [
  binary(0x41, 'f32x4.eq', 'a = b, as a mask', ({ I32, F32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = F32[x] === F32[y] ? -1 : 0
    I32[p + 1] = F32[x + 1] === F32[y + 1] ? -1 : 0
    I32[p + 2] = F32[x + 2] === F32[y + 2] ? -1 : 0
    I32[p + 3] = F32[x + 3] === F32[y + 3] ? -1 : 0
  }),
  binary(0x42, 'f32x4.ne', 'a /= b, as a mask', ({ I32, F32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = F32[x] !== F32[y] ? -1 : 0
    I32[p + 1] = F32[x + 1] !== F32[y + 1] ? -1 : 0
    I32[p + 2] = F32[x + 2] !== F32[y + 2] ? -1 : 0
    I32[p + 3] = F32[x + 3] !== F32[y + 3] ? -1 : 0
  }),
  binary(0x43, 'f32x4.lt', 'a < b, as a mask', ({ I32, F32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = F32[x] < F32[y] ? -1 : 0
    I32[p + 1] = F32[x + 1] < F32[y + 1] ? -1 : 0
    I32[p + 2] = F32[x + 2] < F32[y + 2] ? -1 : 0
    I32[p + 3] = F32[x + 3] < F32[y + 3] ? -1 : 0
  }),
  binary(0x44, 'f32x4.gt', 'a > b, as a mask', ({ I32, F32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = F32[x] > F32[y] ? -1 : 0
    I32[p + 1] = F32[x + 1] > F32[y + 1] ? -1 : 0
    I32[p + 2] = F32[x + 2] > F32[y + 2] ? -1 : 0
    I32[p + 3] = F32[x + 3] > F32[y + 3] ? -1 : 0
  }),
  binary(0x45, 'f32x4.le', 'a <= b, as a mask', ({ I32, F32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = F32[x] <= F32[y] ? -1 : 0
    I32[p + 1] = F32[x + 1] <= F32[y + 1] ? -1 : 0
    I32[p + 2] = F32[x + 2] <= F32[y + 2] ? -1 : 0
    I32[p + 3] = F32[x + 3] <= F32[y + 3] ? -1 : 0
  }),
  binary(0x46, 'f32x4.ge', 'a >= b, as a mask', ({ I32, F32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = F32[x] >= F32[y] ? -1 : 0
    I32[p + 1] = F32[x + 1] >= F32[y + 1] ? -1 : 0
    I32[p + 2] = F32[x + 2] >= F32[y + 2] ? -1 : 0
    I32[p + 3] = F32[x + 3] >= F32[y + 3] ? -1 : 0
  }),
  unary(0x67, 'f32x4.ceil', 'rounds up', (v, d, a) => {
    const { F32 } = v
    const p = 2 * d
    const x = 2 * a
    putF32(v, p, Math.ceil(F32[x]))
    putF32(v, p + 1, Math.ceil(F32[x + 1]))
    putF32(v, p + 2, Math.ceil(F32[x + 2]))
    putF32(v, p + 3, Math.ceil(F32[x + 3]))
  }),
  unary(0x68, 'f32x4.floor', 'rounds down', (v, d, a) => {
    const { F32 } = v
    const p = 2 * d
    const x = 2 * a
    putF32(v, p, Math.floor(F32[x]))
    putF32(v, p + 1, Math.floor(F32[x + 1]))
    putF32(v, p + 2, Math.floor(F32[x + 2]))
    putF32(v, p + 3, Math.floor(F32[x + 3]))
  }),
  unary(0x69, 'f32x4.trunc', 'rounds towards 0', (v, d, a) => {
    const { F32 } = v
    const p = 2 * d
    const x = 2 * a
    putF32(v, p, Math.trunc(F32[x]))
    putF32(v, p + 1, Math.trunc(F32[x + 1]))
    putF32(v, p + 2, Math.trunc(F32[x + 2]))
    putF32(v, p + 3, Math.trunc(F32[x + 3]))
  }),
  unary(0x6a, 'f32x4.nearest', 'rounds to nearest, ties to even', (v, d, a) => {
    const { F32 } = v
    const p = 2 * d
    const x = 2 * a
    putF32(v, p, nearest(F32[x]))
    putF32(v, p + 1, nearest(F32[x + 1]))
    putF32(v, p + 2, nearest(F32[x + 2]))
    putF32(v, p + 3, nearest(F32[x + 3]))
  }),
  unary(0xe3, 'f32x4.sqrt', 'square root', (v, d, a) => {
    const { F32 } = v
    const p = 2 * d
    const x = 2 * a
    putF32(v, p, Math.sqrt(F32[x]))
    putF32(v, p + 1, Math.sqrt(F32[x + 1]))
    putF32(v, p + 2, Math.sqrt(F32[x + 2]))
    putF32(v, p + 3, Math.sqrt(F32[x + 3]))
  }),
  unary(0xe0, 'f32x4.abs', 'clears the sign bit', ({ I32 }, d, a) => {
    const p = 2 * d
    const x = 2 * a
    I32[p] = I32[x] & 0x7fffffff
    I32[p + 1] = I32[x + 1] & 0x7fffffff
    I32[p + 2] = I32[x + 2] & 0x7fffffff
    I32[p + 3] = I32[x + 3] & 0x7fffffff
  }),
  unary(0xe1, 'f32x4.neg', 'flips the sign bit', ({ I32 }, d, a) => {
    const p = 2 * d
    const x = 2 * a
    I32[p] = I32[x] ^ 0x80000000
    I32[p + 1] = I32[x + 1] ^ 0x80000000
    I32[p + 2] = I32[x + 2] ^ 0x80000000
    I32[p + 3] = I32[x + 3] ^ 0x80000000
  }),
  binary(0xe4, 'f32x4.add', 'a + b', (v, d, a, b) => {
    const { F32 } = v
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    putF32(v, p, F32[x] + F32[y])
    putF32(v, p + 1, F32[x + 1] + F32[y + 1])
    putF32(v, p + 2, F32[x + 2] + F32[y + 2])
    putF32(v, p + 3, F32[x + 3] + F32[y + 3])
  }),
  binary(0xe5, 'f32x4.sub', 'a - b', (v, d, a, b) => {
    const { F32 } = v
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    putF32(v, p, F32[x] - F32[y])
    putF32(v, p + 1, F32[x + 1] - F32[y + 1])
    putF32(v, p + 2, F32[x + 2] - F32[y + 2])
    putF32(v, p + 3, F32[x + 3] - F32[y + 3])
  }),
  binary(0xe6, 'f32x4.mul', 'a * b', (v, d, a, b) => {
    const { F32 } = v
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    putF32(v, p, F32[x] * F32[y])
    putF32(v, p + 1, F32[x + 1] * F32[y + 1])
    putF32(v, p + 2, F32[x + 2] * F32[y + 2])
    putF32(v, p + 3, F32[x + 3] * F32[y + 3])
  }),
  binary(0xe7, 'f32x4.div', 'a / b', (v, d, a, b) => {
    const { F32 } = v
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    putF32(v, p, F32[x] / F32[y])
    putF32(v, p + 1, F32[x + 1] / F32[y + 1])
    putF32(v, p + 2, F32[x + 2] / F32[y + 2])
    putF32(v, p + 3, F32[x + 3] / F32[y + 3])
  }),
  binary(0xe8, 'f32x4.min', 'the lesser; NaN if either is', (v, d, a, b) => {
    const { F32 } = v
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    putF32(v, p, Math.min(F32[x], F32[y]))
    putF32(v, p + 1, Math.min(F32[x + 1], F32[y + 1]))
    putF32(v, p + 2, Math.min(F32[x + 2], F32[y + 2]))
    putF32(v, p + 3, Math.min(F32[x + 3], F32[y + 3]))
  }),
  binary(0xe9, 'f32x4.max', 'the greater; NaN if either is', (v, d, a, b) => {
    const { F32 } = v
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    putF32(v, p, Math.max(F32[x], F32[y]))
    putF32(v, p + 1, Math.max(F32[x + 1], F32[y + 1]))
    putF32(v, p + 2, Math.max(F32[x + 2], F32[y + 2]))
    putF32(v, p + 3, Math.max(F32[x + 3], F32[y + 3]))
  }),
  binary(0xea, 'f32x4.pmin', 'b if b < a, else a, bit for bit', ({ I32, F32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = F32[y] < F32[x] ? I32[y] : I32[x]
    I32[p + 1] = F32[y + 1] < F32[x + 1] ? I32[y + 1] : I32[x + 1]
    I32[p + 2] = F32[y + 2] < F32[x + 2] ? I32[y + 2] : I32[x + 2]
    I32[p + 3] = F32[y + 3] < F32[x + 3] ? I32[y + 3] : I32[x + 3]
  }),
  binary(0xeb, 'f32x4.pmax', 'b if a < b, else a, bit for bit', ({ I32, F32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = F32[x] < F32[y] ? I32[y] : I32[x]
    I32[p + 1] = F32[x + 1] < F32[y + 1] ? I32[y + 1] : I32[x + 1]
    I32[p + 2] = F32[x + 2] < F32[y + 2] ? I32[y + 2] : I32[x + 2]
    I32[p + 3] = F32[x + 3] < F32[y + 3] ? I32[y + 3] : I32[x + 3]
  }),
]
