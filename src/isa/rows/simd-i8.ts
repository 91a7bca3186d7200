// Sixteen lanes of 8 bits, four at a time in each 32-bit word. Word by word, so d may equal any
// operand.
import type { Row } from '../row.ts'
import { binary, shift, test, unary } from './simd-row.ts'
import {
  abs8,
  add8,
  addSatS8,
  addSatU8,
  averageU8,
  eq8,
  hasZero8,
  ltS8,
  ltU8,
  pick,
  popcount8,
  shl8,
  shrS8,
  shrU8,
  signs8,
  sub8,
  subSatS8,
  subSatU8,
} from './simd-swar.ts'

export const i8x16Rows: readonly Row[] = [
  binary(0x23, 'i8x16.eq', 'a = b, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = eq8(I32[x], I32[y])
    I32[p + 1] = eq8(I32[x + 1], I32[y + 1])
    I32[p + 2] = eq8(I32[x + 2], I32[y + 2])
    I32[p + 3] = eq8(I32[x + 3], I32[y + 3])
  }),
  binary(0x24, 'i8x16.ne', 'a /= b, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = ~eq8(I32[x], I32[y])
    I32[p + 1] = ~eq8(I32[x + 1], I32[y + 1])
    I32[p + 2] = ~eq8(I32[x + 2], I32[y + 2])
    I32[p + 3] = ~eq8(I32[x + 3], I32[y + 3])
  }),
  binary(0x25, 'i8x16.lt_s', 'a < b, signed, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = ltS8(I32[x], I32[y])
    I32[p + 1] = ltS8(I32[x + 1], I32[y + 1])
    I32[p + 2] = ltS8(I32[x + 2], I32[y + 2])
    I32[p + 3] = ltS8(I32[x + 3], I32[y + 3])
  }),
  binary(0x26, 'i8x16.lt_u', 'a < b, unsigned, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = ltU8(I32[x], I32[y])
    I32[p + 1] = ltU8(I32[x + 1], I32[y + 1])
    I32[p + 2] = ltU8(I32[x + 2], I32[y + 2])
    I32[p + 3] = ltU8(I32[x + 3], I32[y + 3])
  }),
  binary(0x27, 'i8x16.gt_s', 'a > b, signed, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = ltS8(I32[y], I32[x])
    I32[p + 1] = ltS8(I32[y + 1], I32[x + 1])
    I32[p + 2] = ltS8(I32[y + 2], I32[x + 2])
    I32[p + 3] = ltS8(I32[y + 3], I32[x + 3])
  }),
  binary(0x28, 'i8x16.gt_u', 'a > b, unsigned, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = ltU8(I32[y], I32[x])
    I32[p + 1] = ltU8(I32[y + 1], I32[x + 1])
    I32[p + 2] = ltU8(I32[y + 2], I32[x + 2])
    I32[p + 3] = ltU8(I32[y + 3], I32[x + 3])
  }),
  binary(0x29, 'i8x16.le_s', 'a <= b, signed, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = ~ltS8(I32[y], I32[x])
    I32[p + 1] = ~ltS8(I32[y + 1], I32[x + 1])
    I32[p + 2] = ~ltS8(I32[y + 2], I32[x + 2])
    I32[p + 3] = ~ltS8(I32[y + 3], I32[x + 3])
  }),
  binary(0x2a, 'i8x16.le_u', 'a <= b, unsigned, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = ~ltU8(I32[y], I32[x])
    I32[p + 1] = ~ltU8(I32[y + 1], I32[x + 1])
    I32[p + 2] = ~ltU8(I32[y + 2], I32[x + 2])
    I32[p + 3] = ~ltU8(I32[y + 3], I32[x + 3])
  }),
  binary(0x2b, 'i8x16.ge_s', 'a >= b, signed, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = ~ltS8(I32[x], I32[y])
    I32[p + 1] = ~ltS8(I32[x + 1], I32[y + 1])
    I32[p + 2] = ~ltS8(I32[x + 2], I32[y + 2])
    I32[p + 3] = ~ltS8(I32[x + 3], I32[y + 3])
  }),
  binary(0x2c, 'i8x16.ge_u', 'a >= b, unsigned, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = ~ltU8(I32[x], I32[y])
    I32[p + 1] = ~ltU8(I32[x + 1], I32[y + 1])
    I32[p + 2] = ~ltU8(I32[x + 2], I32[y + 2])
    I32[p + 3] = ~ltU8(I32[x + 3], I32[y + 3])
  }),
  unary(0x60, 'i8x16.abs', 'absolute value, the least stays', ({ I32 }, d, a) => {
    const p = 2 * d
    const x = 2 * a
    I32[p] = abs8(I32[x])
    I32[p + 1] = abs8(I32[x + 1])
    I32[p + 2] = abs8(I32[x + 2])
    I32[p + 3] = abs8(I32[x + 3])
  }),
  unary(0x61, 'i8x16.neg', '0 - a, wrapping', ({ I32 }, d, a) => {
    const p = 2 * d
    const x = 2 * a
    I32[p] = sub8(0, I32[x])
    I32[p + 1] = sub8(0, I32[x + 1])
    I32[p + 2] = sub8(0, I32[x + 2])
    I32[p + 3] = sub8(0, I32[x + 3])
  }),
  unary(0x62, 'i8x16.popcnt', 'number of set bits', ({ I32 }, d, a) => {
    const p = 2 * d
    const x = 2 * a
    I32[p] = popcount8(I32[x])
    I32[p + 1] = popcount8(I32[x + 1])
    I32[p + 2] = popcount8(I32[x + 2])
    I32[p + 3] = popcount8(I32[x + 3])
  }),
  test(0x63, 'i8x16.all_true', '1 if no lane is 0, else 0', ({ I32 }, d, a) => {
    const x = 2 * a
    const zero =
      hasZero8(I32[x]) || hasZero8(I32[x + 1]) || hasZero8(I32[x + 2]) || hasZero8(I32[x + 3])
    I32[2 * d] = zero ? 0 : 1
    I32[2 * d + 1] = 0
  }),
  test(0x64, 'i8x16.bitmask', 'the sign bits of the lanes as a number', ({ I32 }, d, a) => {
    const x = 2 * a
    const low = signs8(I32[x]) | (signs8(I32[x + 1]) << 4)
    const high = signs8(I32[x + 2]) | (signs8(I32[x + 3]) << 4)
    I32[2 * d] = low | (high << 8)
    I32[2 * d + 1] = 0
  }),
  shift(0x6b, 'i8x16.shl', 'shifts each lane left', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const n = I32[2 * b] & 7
    I32[p] = shl8(I32[x], n)
    I32[p + 1] = shl8(I32[x + 1], n)
    I32[p + 2] = shl8(I32[x + 2], n)
    I32[p + 3] = shl8(I32[x + 3], n)
  }),
  shift(0x6c, 'i8x16.shr_s', 'shifts each lane right, keeping the sign', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const n = I32[2 * b] & 7
    I32[p] = shrS8(I32[x], n)
    I32[p + 1] = shrS8(I32[x + 1], n)
    I32[p + 2] = shrS8(I32[x + 2], n)
    I32[p + 3] = shrS8(I32[x + 3], n)
  }),
  shift(0x6d, 'i8x16.shr_u', 'shifts each lane right, filling with 0', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const n = I32[2 * b] & 7
    I32[p] = shrU8(I32[x], n)
    I32[p + 1] = shrU8(I32[x + 1], n)
    I32[p + 2] = shrU8(I32[x + 2], n)
    I32[p + 3] = shrU8(I32[x + 3], n)
  }),
  binary(0x6e, 'i8x16.add', 'a + b, wrapping', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = add8(I32[x], I32[y])
    I32[p + 1] = add8(I32[x + 1], I32[y + 1])
    I32[p + 2] = add8(I32[x + 2], I32[y + 2])
    I32[p + 3] = add8(I32[x + 3], I32[y + 3])
  }),
  binary(0x6f, 'i8x16.add_sat_s', 'a + b, signed, saturating', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = addSatS8(I32[x], I32[y])
    I32[p + 1] = addSatS8(I32[x + 1], I32[y + 1])
    I32[p + 2] = addSatS8(I32[x + 2], I32[y + 2])
    I32[p + 3] = addSatS8(I32[x + 3], I32[y + 3])
  }),
  binary(0x70, 'i8x16.add_sat_u', 'a + b, unsigned, saturating', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = addSatU8(I32[x], I32[y])
    I32[p + 1] = addSatU8(I32[x + 1], I32[y + 1])
    I32[p + 2] = addSatU8(I32[x + 2], I32[y + 2])
    I32[p + 3] = addSatU8(I32[x + 3], I32[y + 3])
  }),
  binary(0x71, 'i8x16.sub', 'a - b, wrapping', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = sub8(I32[x], I32[y])
    I32[p + 1] = sub8(I32[x + 1], I32[y + 1])
    I32[p + 2] = sub8(I32[x + 2], I32[y + 2])
    I32[p + 3] = sub8(I32[x + 3], I32[y + 3])
  }),
  binary(0x72, 'i8x16.sub_sat_s', 'a - b, signed, saturating', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = subSatS8(I32[x], I32[y])
    I32[p + 1] = subSatS8(I32[x + 1], I32[y + 1])
    I32[p + 2] = subSatS8(I32[x + 2], I32[y + 2])
    I32[p + 3] = subSatS8(I32[x + 3], I32[y + 3])
  }),
  binary(0x73, 'i8x16.sub_sat_u', 'a - b, unsigned, saturating', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = subSatU8(I32[x], I32[y])
    I32[p + 1] = subSatU8(I32[x + 1], I32[y + 1])
    I32[p + 2] = subSatU8(I32[x + 2], I32[y + 2])
    I32[p + 3] = subSatU8(I32[x + 3], I32[y + 3])
  }),
  binary(0x76, 'i8x16.min_s', 'the lesser, signed', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = pick(ltS8(I32[x], I32[y]), I32[x], I32[y])
    I32[p + 1] = pick(ltS8(I32[x + 1], I32[y + 1]), I32[x + 1], I32[y + 1])
    I32[p + 2] = pick(ltS8(I32[x + 2], I32[y + 2]), I32[x + 2], I32[y + 2])
    I32[p + 3] = pick(ltS8(I32[x + 3], I32[y + 3]), I32[x + 3], I32[y + 3])
  }),
  binary(0x77, 'i8x16.min_u', 'the lesser, unsigned', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = pick(ltU8(I32[x], I32[y]), I32[x], I32[y])
    I32[p + 1] = pick(ltU8(I32[x + 1], I32[y + 1]), I32[x + 1], I32[y + 1])
    I32[p + 2] = pick(ltU8(I32[x + 2], I32[y + 2]), I32[x + 2], I32[y + 2])
    I32[p + 3] = pick(ltU8(I32[x + 3], I32[y + 3]), I32[x + 3], I32[y + 3])
  }),
  binary(0x78, 'i8x16.max_s', 'the greater, signed', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = pick(ltS8(I32[x], I32[y]), I32[y], I32[x])
    I32[p + 1] = pick(ltS8(I32[x + 1], I32[y + 1]), I32[y + 1], I32[x + 1])
    I32[p + 2] = pick(ltS8(I32[x + 2], I32[y + 2]), I32[y + 2], I32[x + 2])
    I32[p + 3] = pick(ltS8(I32[x + 3], I32[y + 3]), I32[y + 3], I32[x + 3])
  }),
  binary(0x79, 'i8x16.max_u', 'the greater, unsigned', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = pick(ltU8(I32[x], I32[y]), I32[y], I32[x])
    I32[p + 1] = pick(ltU8(I32[x + 1], I32[y + 1]), I32[y + 1], I32[x + 1])
    I32[p + 2] = pick(ltU8(I32[x + 2], I32[y + 2]), I32[y + 2], I32[x + 2])
    I32[p + 3] = pick(ltU8(I32[x + 3], I32[y + 3]), I32[y + 3], I32[x + 3])
  }),
  binary(0x7b, 'i8x16.avgr_u', '(a + b + 1) / 2, unsigned', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = averageU8(I32[x], I32[y])
    I32[p + 1] = averageU8(I32[x + 1], I32[y + 1])
    I32[p + 2] = averageU8(I32[x + 2], I32[y + 2])
    I32[p + 3] = averageU8(I32[x + 3], I32[y + 3])
  }),
]
