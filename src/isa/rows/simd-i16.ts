// Eight lanes of 16 bits, two at a time in each 32-bit word. Word by word, so d may equal any
// operand.
import type { Row } from '../row.ts'
import { binary, shift, test, unary } from './simd-row.ts'
import {
  abs16,
  add16,
  addSatS16,
  addSatU16,
  averageU16,
  eq16,
  hasZero16,
  ltS16,
  ltU16,
  mul16,
  pick,
  q15mulr16,
  shl16,
  shrS16,
  shrU16,
  signs16,
  sub16,
  subSatS16,
  subSatU16,
} from './simd-swar.ts'

export const i16x8Rows: readonly Row[] = [
  binary(0x2d, 'i16x8.eq', 'a = b, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = eq16(I32[x], I32[y])
    I32[p + 1] = eq16(I32[x + 1], I32[y + 1])
    I32[p + 2] = eq16(I32[x + 2], I32[y + 2])
    I32[p + 3] = eq16(I32[x + 3], I32[y + 3])
  }),
  binary(0x2e, 'i16x8.ne', 'a /= b, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = ~eq16(I32[x], I32[y])
    I32[p + 1] = ~eq16(I32[x + 1], I32[y + 1])
    I32[p + 2] = ~eq16(I32[x + 2], I32[y + 2])
    I32[p + 3] = ~eq16(I32[x + 3], I32[y + 3])
  }),
  binary(0x2f, 'i16x8.lt_s', 'a < b, signed, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = ltS16(I32[x], I32[y])
    I32[p + 1] = ltS16(I32[x + 1], I32[y + 1])
    I32[p + 2] = ltS16(I32[x + 2], I32[y + 2])
    I32[p + 3] = ltS16(I32[x + 3], I32[y + 3])
  }),
  binary(0x30, 'i16x8.lt_u', 'a < b, unsigned, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = ltU16(I32[x], I32[y])
    I32[p + 1] = ltU16(I32[x + 1], I32[y + 1])
    I32[p + 2] = ltU16(I32[x + 2], I32[y + 2])
    I32[p + 3] = ltU16(I32[x + 3], I32[y + 3])
  }),
  binary(0x31, 'i16x8.gt_s', 'a > b, signed, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = ltS16(I32[y], I32[x])
    I32[p + 1] = ltS16(I32[y + 1], I32[x + 1])
    I32[p + 2] = ltS16(I32[y + 2], I32[x + 2])
    I32[p + 3] = ltS16(I32[y + 3], I32[x + 3])
  }),
  binary(0x32, 'i16x8.gt_u', 'a > b, unsigned, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = ltU16(I32[y], I32[x])
    I32[p + 1] = ltU16(I32[y + 1], I32[x + 1])
    I32[p + 2] = ltU16(I32[y + 2], I32[x + 2])
    I32[p + 3] = ltU16(I32[y + 3], I32[x + 3])
  }),
  binary(0x33, 'i16x8.le_s', 'a <= b, signed, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = ~ltS16(I32[y], I32[x])
    I32[p + 1] = ~ltS16(I32[y + 1], I32[x + 1])
    I32[p + 2] = ~ltS16(I32[y + 2], I32[x + 2])
    I32[p + 3] = ~ltS16(I32[y + 3], I32[x + 3])
  }),
  binary(0x34, 'i16x8.le_u', 'a <= b, unsigned, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = ~ltU16(I32[y], I32[x])
    I32[p + 1] = ~ltU16(I32[y + 1], I32[x + 1])
    I32[p + 2] = ~ltU16(I32[y + 2], I32[x + 2])
    I32[p + 3] = ~ltU16(I32[y + 3], I32[x + 3])
  }),
  binary(0x35, 'i16x8.ge_s', 'a >= b, signed, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = ~ltS16(I32[x], I32[y])
    I32[p + 1] = ~ltS16(I32[x + 1], I32[y + 1])
    I32[p + 2] = ~ltS16(I32[x + 2], I32[y + 2])
    I32[p + 3] = ~ltS16(I32[x + 3], I32[y + 3])
  }),
  binary(0x36, 'i16x8.ge_u', 'a >= b, unsigned, as a mask', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = ~ltU16(I32[x], I32[y])
    I32[p + 1] = ~ltU16(I32[x + 1], I32[y + 1])
    I32[p + 2] = ~ltU16(I32[x + 2], I32[y + 2])
    I32[p + 3] = ~ltU16(I32[x + 3], I32[y + 3])
  }),
  unary(0x80, 'i16x8.abs', 'absolute value, the least stays', ({ I32 }, d, a) => {
    const p = 2 * d
    const x = 2 * a
    I32[p] = abs16(I32[x])
    I32[p + 1] = abs16(I32[x + 1])
    I32[p + 2] = abs16(I32[x + 2])
    I32[p + 3] = abs16(I32[x + 3])
  }),
  unary(0x81, 'i16x8.neg', '0 - a, wrapping', ({ I32 }, d, a) => {
    const p = 2 * d
    const x = 2 * a
    I32[p] = sub16(0, I32[x])
    I32[p + 1] = sub16(0, I32[x + 1])
    I32[p + 2] = sub16(0, I32[x + 2])
    I32[p + 3] = sub16(0, I32[x + 3])
  }),
  test(0x83, 'i16x8.all_true', '1 if no lane is 0, else 0', ({ I32 }, d, a) => {
    const x = 2 * a
    const zero =
      hasZero16(I32[x]) || hasZero16(I32[x + 1]) || hasZero16(I32[x + 2]) || hasZero16(I32[x + 3])
    I32[2 * d] = zero ? 0 : 1
    I32[2 * d + 1] = 0
  }),
  test(0x84, 'i16x8.bitmask', 'the sign bits of the lanes as a number', ({ I32 }, d, a) => {
    const x = 2 * a
    const low = signs16(I32[x]) | (signs16(I32[x + 1]) << 2)
    const high = signs16(I32[x + 2]) | (signs16(I32[x + 3]) << 2)
    I32[2 * d] = low | (high << 4)
    I32[2 * d + 1] = 0
  }),
  shift(0x8b, 'i16x8.shl', 'shifts each lane left', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const n = I32[2 * b] & 15
    I32[p] = shl16(I32[x], n)
    I32[p + 1] = shl16(I32[x + 1], n)
    I32[p + 2] = shl16(I32[x + 2], n)
    I32[p + 3] = shl16(I32[x + 3], n)
  }),
  shift(0x8c, 'i16x8.shr_s', 'shifts each lane right, keeping the sign', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const n = I32[2 * b] & 15
    I32[p] = shrS16(I32[x], n)
    I32[p + 1] = shrS16(I32[x + 1], n)
    I32[p + 2] = shrS16(I32[x + 2], n)
    I32[p + 3] = shrS16(I32[x + 3], n)
  }),
  shift(0x8d, 'i16x8.shr_u', 'shifts each lane right, filling with 0', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const n = I32[2 * b] & 15
    I32[p] = shrU16(I32[x], n)
    I32[p + 1] = shrU16(I32[x + 1], n)
    I32[p + 2] = shrU16(I32[x + 2], n)
    I32[p + 3] = shrU16(I32[x + 3], n)
  }),
  binary(0x8e, 'i16x8.add', 'a + b, wrapping', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = add16(I32[x], I32[y])
    I32[p + 1] = add16(I32[x + 1], I32[y + 1])
    I32[p + 2] = add16(I32[x + 2], I32[y + 2])
    I32[p + 3] = add16(I32[x + 3], I32[y + 3])
  }),
  binary(0x8f, 'i16x8.add_sat_s', 'a + b, signed, saturating', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = addSatS16(I32[x], I32[y])
    I32[p + 1] = addSatS16(I32[x + 1], I32[y + 1])
    I32[p + 2] = addSatS16(I32[x + 2], I32[y + 2])
    I32[p + 3] = addSatS16(I32[x + 3], I32[y + 3])
  }),
  binary(0x90, 'i16x8.add_sat_u', 'a + b, unsigned, saturating', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = addSatU16(I32[x], I32[y])
    I32[p + 1] = addSatU16(I32[x + 1], I32[y + 1])
    I32[p + 2] = addSatU16(I32[x + 2], I32[y + 2])
    I32[p + 3] = addSatU16(I32[x + 3], I32[y + 3])
  }),
  binary(0x91, 'i16x8.sub', 'a - b, wrapping', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = sub16(I32[x], I32[y])
    I32[p + 1] = sub16(I32[x + 1], I32[y + 1])
    I32[p + 2] = sub16(I32[x + 2], I32[y + 2])
    I32[p + 3] = sub16(I32[x + 3], I32[y + 3])
  }),
  binary(0x92, 'i16x8.sub_sat_s', 'a - b, signed, saturating', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = subSatS16(I32[x], I32[y])
    I32[p + 1] = subSatS16(I32[x + 1], I32[y + 1])
    I32[p + 2] = subSatS16(I32[x + 2], I32[y + 2])
    I32[p + 3] = subSatS16(I32[x + 3], I32[y + 3])
  }),
  binary(0x93, 'i16x8.sub_sat_u', 'a - b, unsigned, saturating', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = subSatU16(I32[x], I32[y])
    I32[p + 1] = subSatU16(I32[x + 1], I32[y + 1])
    I32[p + 2] = subSatU16(I32[x + 2], I32[y + 2])
    I32[p + 3] = subSatU16(I32[x + 3], I32[y + 3])
  }),
  binary(0x96, 'i16x8.min_s', 'the lesser, signed', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = pick(ltS16(I32[x], I32[y]), I32[x], I32[y])
    I32[p + 1] = pick(ltS16(I32[x + 1], I32[y + 1]), I32[x + 1], I32[y + 1])
    I32[p + 2] = pick(ltS16(I32[x + 2], I32[y + 2]), I32[x + 2], I32[y + 2])
    I32[p + 3] = pick(ltS16(I32[x + 3], I32[y + 3]), I32[x + 3], I32[y + 3])
  }),
  binary(0x97, 'i16x8.min_u', 'the lesser, unsigned', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = pick(ltU16(I32[x], I32[y]), I32[x], I32[y])
    I32[p + 1] = pick(ltU16(I32[x + 1], I32[y + 1]), I32[x + 1], I32[y + 1])
    I32[p + 2] = pick(ltU16(I32[x + 2], I32[y + 2]), I32[x + 2], I32[y + 2])
    I32[p + 3] = pick(ltU16(I32[x + 3], I32[y + 3]), I32[x + 3], I32[y + 3])
  }),
  binary(0x98, 'i16x8.max_s', 'the greater, signed', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = pick(ltS16(I32[x], I32[y]), I32[y], I32[x])
    I32[p + 1] = pick(ltS16(I32[x + 1], I32[y + 1]), I32[y + 1], I32[x + 1])
    I32[p + 2] = pick(ltS16(I32[x + 2], I32[y + 2]), I32[y + 2], I32[x + 2])
    I32[p + 3] = pick(ltS16(I32[x + 3], I32[y + 3]), I32[y + 3], I32[x + 3])
  }),
  binary(0x99, 'i16x8.max_u', 'the greater, unsigned', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = pick(ltU16(I32[x], I32[y]), I32[y], I32[x])
    I32[p + 1] = pick(ltU16(I32[x + 1], I32[y + 1]), I32[y + 1], I32[x + 1])
    I32[p + 2] = pick(ltU16(I32[x + 2], I32[y + 2]), I32[y + 2], I32[x + 2])
    I32[p + 3] = pick(ltU16(I32[x + 3], I32[y + 3]), I32[y + 3], I32[x + 3])
  }),
  binary(0x9b, 'i16x8.avgr_u', '(a + b + 1) / 2, unsigned', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = averageU16(I32[x], I32[y])
    I32[p + 1] = averageU16(I32[x + 1], I32[y + 1])
    I32[p + 2] = averageU16(I32[x + 2], I32[y + 2])
    I32[p + 3] = averageU16(I32[x + 3], I32[y + 3])
  }),
  binary(0x95, 'i16x8.mul', 'a * b, wrapping', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = mul16(I32[x], I32[y])
    I32[p + 1] = mul16(I32[x + 1], I32[y + 1])
    I32[p + 2] = mul16(I32[x + 2], I32[y + 2])
    I32[p + 3] = mul16(I32[x + 3], I32[y + 3])
  }),
  binary(
    0x82,
    'i16x8.q15mulr_sat_s',
    'product of 15-bit fractions, rounded, saturating',
    ({ I32 }, d, a, b) => {
      const p = 2 * d
      const x = 2 * a
      const y = 2 * b
      I32[p] = q15mulr16(I32[x], I32[y])
      I32[p + 1] = q15mulr16(I32[x + 1], I32[y + 1])
      I32[p + 2] = q15mulr16(I32[x + 2], I32[y + 2])
      I32[p + 3] = q15mulr16(I32[x + 3], I32[y + 3])
    },
  ),
]
