// Two lanes of 64 bits, computed on 32-bit halves: no bigint is made. Lane by lane, so d may equal
// any operand.
import type { Row } from '../row.ts'
import { binary, shift, test, unary } from './simd-row.ts'
import { borrowOf, carryOf, mulHighU } from './simd-swar.ts'

// A lane is two 32-bit halves, low one first: p, x, y index the low half.
function abs64(I32: Int32Array, p: number, x: number): void {
  const sign = I32[x + 1] >> 31
  const low = I32[x] ^ sign
  const high = I32[x + 1] ^ sign
  I32[p] = (low - sign) | 0
  I32[p + 1] = (high + (sign & (low === -1 ? 1 : 0))) | 0
}

function add64(I32: Int32Array, p: number, x: number, y: number): void {
  const xLow = I32[x]
  const yLow = I32[y]
  const low = (xLow + yLow) | 0
  I32[p + 1] = (I32[x + 1] + I32[y + 1] + carryOf(xLow, yLow, low)) | 0
  I32[p] = low
}

function sub64(I32: Int32Array, p: number, x: number, y: number): void {
  const xLow = I32[x]
  const yLow = I32[y]
  const low = (xLow - yLow) | 0
  I32[p + 1] = (I32[x + 1] - I32[y + 1] - borrowOf(xLow, yLow, low)) | 0
  I32[p] = low
}

function mul64(I32: Int32Array, p: number, x: number, y: number): void {
  const xLow = I32[x]
  const yLow = I32[y]
  const cross = Math.imul(xLow, I32[y + 1]) + Math.imul(I32[x + 1], yLow)
  I32[p + 1] = (mulHighU(xLow, yLow) + cross) | 0
  I32[p] = Math.imul(xLow, yLow)
}

function neg64(I32: Int32Array, p: number, x: number): void {
  const low = I32[x]
  I32[p + 1] = (low === 0 ? -I32[x + 1] : ~I32[x + 1]) | 0
  I32[p] = -low | 0
}

// Shifts by n in 0..63. JavaScript takes counts modulo 32, so a whole word's shift is made of 1 and
// 31 - n.
function shl64(I32: Int32Array, p: number, x: number, n: number): void {
  const low = I32[x]
  I32[p + 1] = n < 32 ? (I32[x + 1] << n) | ((low >>> 1) >>> (31 - n)) : low << n
  I32[p] = n < 32 ? low << n : 0
}

function shrS64(I32: Int32Array, p: number, x: number, n: number): void {
  const high = I32[x + 1]
  I32[p] = n < 32 ? (I32[x] >>> n) | ((high << 1) << (31 - n)) : high >> n
  I32[p + 1] = n < 32 ? high >> n : high >> 31
}

function shrU64(I32: Int32Array, p: number, x: number, n: number): void {
  const high = I32[x + 1]
  I32[p] = n < 32 ? (I32[x] >>> n) | ((high << 1) << (31 - n)) : high >>> n
  I32[p + 1] = n < 32 ? high >>> n : 0
}

/** -1 or 0. */
const eq64 = (I32: Int32Array, x: number, y: number): number =>
  I32[x] === I32[y] && I32[x + 1] === I32[y + 1] ? -1 : 0

/** Signed; -1 or 0. */
function lt64(I32: Int32Array, x: number, y: number): number {
  const xHigh = I32[x + 1]
  const yHigh = I32[y + 1]
  if (xHigh !== yHigh) return xHigh < yHigh ? -1 : 0
  return I32[x] >>> 0 < I32[y] >>> 0 ? -1 : 0
}

export const i64x2Rows: readonly Row[] = [
  unary(0xc0, 'i64x2.abs', 'absolute value, the least stays', ({ I32 }, d, a) => {
    abs64(I32, 2 * d, 2 * a)
    abs64(I32, 2 * d + 2, 2 * a + 2)
  }),
  unary(0xc1, 'i64x2.neg', '0 - a, wrapping', ({ I32 }, d, a) => {
    neg64(I32, 2 * d, 2 * a)
    neg64(I32, 2 * d + 2, 2 * a + 2)
  }),
  test(0xc3, 'i64x2.all_true', '1 if no lane is 0, else 0', ({ I32 }, d, a) => {
    const x = 2 * a
    const zero = (I32[x] | I32[x + 1]) === 0 || (I32[x + 2] | I32[x + 3]) === 0
    I32[2 * d] = zero ? 0 : 1
    I32[2 * d + 1] = 0
  }),
  test(0xc4, 'i64x2.bitmask', 'the sign bits of the lanes as a number', ({ I32 }, d, a) => {
    const x = 2 * a
    I32[2 * d] = (I32[x + 1] >>> 31) | ((I32[x + 3] >>> 30) & 2)
    I32[2 * d + 1] = 0
  }),
  shift(0xcb, 'i64x2.shl', 'shifts each lane left', ({ I32 }, d, a, b) => {
    const n = I32[2 * b] & 63
    shl64(I32, 2 * d, 2 * a, n)
    shl64(I32, 2 * d + 2, 2 * a + 2, n)
  }),
  shift(0xcc, 'i64x2.shr_s', 'shifts each lane right, keeping the sign', ({ I32 }, d, a, b) => {
    const n = I32[2 * b] & 63
    shrS64(I32, 2 * d, 2 * a, n)
    shrS64(I32, 2 * d + 2, 2 * a + 2, n)
  }),
  shift(0xcd, 'i64x2.shr_u', 'shifts each lane right, filling with 0', ({ I32 }, d, a, b) => {
    const n = I32[2 * b] & 63
    shrU64(I32, 2 * d, 2 * a, n)
    shrU64(I32, 2 * d + 2, 2 * a + 2, n)
  }),
  binary(0xce, 'i64x2.add', 'a + b, wrapping', ({ I32 }, d, a, b) => {
    add64(I32, 2 * d, 2 * a, 2 * b)
    add64(I32, 2 * d + 2, 2 * a + 2, 2 * b + 2)
  }),
  binary(0xd1, 'i64x2.sub', 'a - b, wrapping', ({ I32 }, d, a, b) => {
    sub64(I32, 2 * d, 2 * a, 2 * b)
    sub64(I32, 2 * d + 2, 2 * a + 2, 2 * b + 2)
  }),
  binary(0xd5, 'i64x2.mul', 'a * b, wrapping', ({ I32 }, d, a, b) => {
    mul64(I32, 2 * d, 2 * a, 2 * b)
    mul64(I32, 2 * d + 2, 2 * a + 2, 2 * b + 2)
  }),
  binary(0xd6, 'i64x2.eq', 'a = b, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    const low = eq64(I32, x, y)
    const high = eq64(I32, x + 2, y + 2)
    I32[p] = low
    I32[p + 1] = low
    I32[p + 2] = high
    I32[p + 3] = high
  }),
  binary(0xd7, 'i64x2.ne', 'a /= b, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    const low = ~eq64(I32, x, y)
    const high = ~eq64(I32, x + 2, y + 2)
    I32[p] = low
    I32[p + 1] = low
    I32[p + 2] = high
    I32[p + 3] = high
  }),
  binary(0xd8, 'i64x2.lt_s', 'a < b, signed, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    const low = lt64(I32, x, y)
    const high = lt64(I32, x + 2, y + 2)
    I32[p] = low
    I32[p + 1] = low
    I32[p + 2] = high
    I32[p + 3] = high
  }),
  binary(0xd9, 'i64x2.gt_s', 'a > b, signed, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    const low = lt64(I32, y, x)
    const high = lt64(I32, y + 2, x + 2)
    I32[p] = low
    I32[p + 1] = low
    I32[p + 2] = high
    I32[p + 3] = high
  }),
  binary(0xda, 'i64x2.le_s', 'a <= b, signed, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    const low = ~lt64(I32, y, x)
    const high = ~lt64(I32, y + 2, x + 2)
    I32[p] = low
    I32[p + 1] = low
    I32[p + 2] = high
    I32[p + 3] = high
  }),
  binary(0xdb, 'i64x2.ge_s', 'a >= b, signed, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    const low = ~lt64(I32, x, y)
    const high = ~lt64(I32, x + 2, y + 2)
    I32[p] = low
    I32[p + 1] = low
    I32[p + 2] = high
    I32[p + 3] = high
  }),
]
