// Four lanes of 32 bits. Lane by lane, so d may equal any operand.
import type { Row } from '../row.ts'
import { binary, shift, test, unary } from './simd-row.ts'

export const i32x4Rows: readonly Row[] = [
  binary(0x37, 'i32x4.eq', 'a = b, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = I32[x] === I32[y] ? -1 : 0
    I32[p + 1] = I32[x + 1] === I32[y + 1] ? -1 : 0
    I32[p + 2] = I32[x + 2] === I32[y + 2] ? -1 : 0
    I32[p + 3] = I32[x + 3] === I32[y + 3] ? -1 : 0
  }),
  binary(0x38, 'i32x4.ne', 'a /= b, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = I32[x] !== I32[y] ? -1 : 0
    I32[p + 1] = I32[x + 1] !== I32[y + 1] ? -1 : 0
    I32[p + 2] = I32[x + 2] !== I32[y + 2] ? -1 : 0
    I32[p + 3] = I32[x + 3] !== I32[y + 3] ? -1 : 0
  }),
  binary(0x39, 'i32x4.lt_s', 'a < b, signed, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = I32[x] < I32[y] ? -1 : 0
    I32[p + 1] = I32[x + 1] < I32[y + 1] ? -1 : 0
    I32[p + 2] = I32[x + 2] < I32[y + 2] ? -1 : 0
    I32[p + 3] = I32[x + 3] < I32[y + 3] ? -1 : 0
  }),
  binary(0x3a, 'i32x4.lt_u', 'a < b, unsigned, as a mask', ({ I32, U32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = U32[x] < U32[y] ? -1 : 0
    I32[p + 1] = U32[x + 1] < U32[y + 1] ? -1 : 0
    I32[p + 2] = U32[x + 2] < U32[y + 2] ? -1 : 0
    I32[p + 3] = U32[x + 3] < U32[y + 3] ? -1 : 0
  }),
  binary(0x3b, 'i32x4.gt_s', 'a > b, signed, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = I32[x] > I32[y] ? -1 : 0
    I32[p + 1] = I32[x + 1] > I32[y + 1] ? -1 : 0
    I32[p + 2] = I32[x + 2] > I32[y + 2] ? -1 : 0
    I32[p + 3] = I32[x + 3] > I32[y + 3] ? -1 : 0
  }),
  binary(0x3c, 'i32x4.gt_u', 'a > b, unsigned, as a mask', ({ I32, U32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = U32[x] > U32[y] ? -1 : 0
    I32[p + 1] = U32[x + 1] > U32[y + 1] ? -1 : 0
    I32[p + 2] = U32[x + 2] > U32[y + 2] ? -1 : 0
    I32[p + 3] = U32[x + 3] > U32[y + 3] ? -1 : 0
  }),
  binary(0x3d, 'i32x4.le_s', 'a <= b, signed, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = I32[x] <= I32[y] ? -1 : 0
    I32[p + 1] = I32[x + 1] <= I32[y + 1] ? -1 : 0
    I32[p + 2] = I32[x + 2] <= I32[y + 2] ? -1 : 0
    I32[p + 3] = I32[x + 3] <= I32[y + 3] ? -1 : 0
  }),
  binary(0x3e, 'i32x4.le_u', 'a <= b, unsigned, as a mask', ({ I32, U32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = U32[x] <= U32[y] ? -1 : 0
    I32[p + 1] = U32[x + 1] <= U32[y + 1] ? -1 : 0
    I32[p + 2] = U32[x + 2] <= U32[y + 2] ? -1 : 0
    I32[p + 3] = U32[x + 3] <= U32[y + 3] ? -1 : 0
  }),
  binary(0x3f, 'i32x4.ge_s', 'a >= b, signed, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = I32[x] >= I32[y] ? -1 : 0
    I32[p + 1] = I32[x + 1] >= I32[y + 1] ? -1 : 0
    I32[p + 2] = I32[x + 2] >= I32[y + 2] ? -1 : 0
    I32[p + 3] = I32[x + 3] >= I32[y + 3] ? -1 : 0
  }),
  binary(0x40, 'i32x4.ge_u', 'a >= b, unsigned, as a mask', ({ I32, U32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = U32[x] >= U32[y] ? -1 : 0
    I32[p + 1] = U32[x + 1] >= U32[y + 1] ? -1 : 0
    I32[p + 2] = U32[x + 2] >= U32[y + 2] ? -1 : 0
    I32[p + 3] = U32[x + 3] >= U32[y + 3] ? -1 : 0
  }),
  unary(0xa0, 'i32x4.abs', 'absolute value, the least stays', ({ I32 }, d, a) => {
    const p = 2 * d
    const x = 2 * a
    I32[p] = Math.abs(I32[x])
    I32[p + 1] = Math.abs(I32[x + 1])
    I32[p + 2] = Math.abs(I32[x + 2])
    I32[p + 3] = Math.abs(I32[x + 3])
  }),
  unary(0xa1, 'i32x4.neg', '0 - a, wrapping', ({ I32 }, d, a) => {
    const p = 2 * d
    const x = 2 * a
    I32[p] = -I32[x] | 0
    I32[p + 1] = -I32[x + 1] | 0
    I32[p + 2] = -I32[x + 2] | 0
    I32[p + 3] = -I32[x + 3] | 0
  }),
  test(0xa3, 'i32x4.all_true', '1 if no lane is 0, else 0', ({ I32 }, d, a) => {
    const x = 2 * a
    const zero = I32[x] === 0 || I32[x + 1] === 0 || I32[x + 2] === 0 || I32[x + 3] === 0
    I32[2 * d] = zero ? 0 : 1
    I32[2 * d + 1] = 0
  }),
  test(0xa4, 'i32x4.bitmask', 'the sign bits of the lanes as a number', ({ I32 }, d, a) => {
    const x = 2 * a
    const low = (I32[x] >>> 31) | ((I32[x + 1] >>> 30) & 2)
    const high = ((I32[x + 2] >>> 29) & 4) | ((I32[x + 3] >>> 28) & 8)
    I32[2 * d] = low | high
    I32[2 * d + 1] = 0
  }),
  shift(0xab, 'i32x4.shl', 'shifts each lane left', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const n = I32[2 * b] & 31
    I32[p] = I32[x] << n
    I32[p + 1] = I32[x + 1] << n
    I32[p + 2] = I32[x + 2] << n
    I32[p + 3] = I32[x + 3] << n
  }),
  shift(0xac, 'i32x4.shr_s', 'shifts each lane right, keeping the sign', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const n = I32[2 * b] & 31
    I32[p] = I32[x] >> n
    I32[p + 1] = I32[x + 1] >> n
    I32[p + 2] = I32[x + 2] >> n
    I32[p + 3] = I32[x + 3] >> n
  }),
  shift(0xad, 'i32x4.shr_u', 'shifts each lane right, filling with 0', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const n = I32[2 * b] & 31
    I32[p] = I32[x] >>> n
    I32[p + 1] = I32[x + 1] >>> n
    I32[p + 2] = I32[x + 2] >>> n
    I32[p + 3] = I32[x + 3] >>> n
  }),
  binary(0xae, 'i32x4.add', 'a + b, wrapping', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = (I32[x] + I32[y]) | 0
    I32[p + 1] = (I32[x + 1] + I32[y + 1]) | 0
    I32[p + 2] = (I32[x + 2] + I32[y + 2]) | 0
    I32[p + 3] = (I32[x + 3] + I32[y + 3]) | 0
  }),
  binary(0xb1, 'i32x4.sub', 'a - b, wrapping', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = (I32[x] - I32[y]) | 0
    I32[p + 1] = (I32[x + 1] - I32[y + 1]) | 0
    I32[p + 2] = (I32[x + 2] - I32[y + 2]) | 0
    I32[p + 3] = (I32[x + 3] - I32[y + 3]) | 0
  }),
  binary(0xb5, 'i32x4.mul', 'a * b, wrapping', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = Math.imul(I32[x], I32[y])
    I32[p + 1] = Math.imul(I32[x + 1], I32[y + 1])
    I32[p + 2] = Math.imul(I32[x + 2], I32[y + 2])
    I32[p + 3] = Math.imul(I32[x + 3], I32[y + 3])
  }),
  binary(0xb6, 'i32x4.min_s', 'the lesser, signed', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = Math.min(I32[x], I32[y])
    I32[p + 1] = Math.min(I32[x + 1], I32[y + 1])
    I32[p + 2] = Math.min(I32[x + 2], I32[y + 2])
    I32[p + 3] = Math.min(I32[x + 3], I32[y + 3])
  }),
  binary(0xb7, 'i32x4.min_u', 'the lesser, unsigned', ({ I32, U32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = Math.min(U32[x], U32[y])
    I32[p + 1] = Math.min(U32[x + 1], U32[y + 1])
    I32[p + 2] = Math.min(U32[x + 2], U32[y + 2])
    I32[p + 3] = Math.min(U32[x + 3], U32[y + 3])
  }),
  binary(0xb8, 'i32x4.max_s', 'the greater, signed', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = Math.max(I32[x], I32[y])
    I32[p + 1] = Math.max(I32[x + 1], I32[y + 1])
    I32[p + 2] = Math.max(I32[x + 2], I32[y + 2])
    I32[p + 3] = Math.max(I32[x + 3], I32[y + 3])
  }),
  binary(0xb9, 'i32x4.max_u', 'the greater, unsigned', ({ I32, U32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = Math.max(U32[x], U32[y])
    I32[p + 1] = Math.max(U32[x + 1], U32[y + 1])
    I32[p + 2] = Math.max(U32[x + 2], U32[y + 2])
    I32[p + 3] = Math.max(U32[x + 3], U32[y + 3])
  }),
]
