// Arithmetic on the four bytes or two halves of a 32-bit word at once (SWAR), and 64-bit arithmetic
// on halves. Words come and go as numbers of which only the low 32 bits count. H is the top bit of
// each lane, L the rest: adding without H cannot carry into the next lane. Source: Warren, Hacker's
// Delight, 2-18 and 8-2.

export const add8 = (x: number, y: number): number =>
  ((x & 0x7f7f7f7f) + (y & 0x7f7f7f7f)) ^ ((x ^ y) & 0x80808080)
export const add16 = (x: number, y: number): number =>
  ((x & 0x7fff7fff) + (y & 0x7fff7fff)) ^ ((x ^ y) & 0x80008000)

export const sub8 = (x: number, y: number): number =>
  ((x | 0x80808080) - (y & 0x7f7f7f7f)) ^ ((x ^ ~y) & 0x80808080)
export const sub16 = (x: number, y: number): number =>
  ((x | 0x80008000) - (y & 0x7fff7fff)) ^ ((x ^ ~y) & 0x80008000)

/** Spreads each lane's top bit over the lane; the other bits must be 0. */
export const spread8 = (tops: number): number => Math.imul(tops >>> 7, 0xff)
export const spread16 = (tops: number): number => Math.imul(tops >>> 15, 0xffff)

/** Top bit of each lane that is zero. */
const zeroTops8 = (x: number): number => ~(((x & 0x7f7f7f7f) + 0x7f7f7f7f) | x) & 0x80808080
const zeroTops16 = (x: number): number => ~(((x & 0x7fff7fff) + 0x7fff7fff) | x) & 0x80008000

export const hasZero8 = (x: number): boolean => zeroTops8(x) !== 0
export const hasZero16 = (x: number): boolean => zeroTops16(x) !== 0

/** Masks: all ones in each lane where the relation holds. */
export const eq8 = (x: number, y: number): number => spread8(zeroTops8(x ^ y))
export const eq16 = (x: number, y: number): number => spread16(zeroTops16(x ^ y))

export const ltU8 = (x: number, y: number): number => {
  const noBorrow = (x | 0x80808080) - (y & 0x7f7f7f7f)
  return spread8(((~x & y) | (~(x ^ y) & ~noBorrow)) & 0x80808080)
}
export const ltS8 = (x: number, y: number): number => {
  const noBorrow = (x | 0x80808080) - (y & 0x7f7f7f7f)
  return spread8(((x & ~y) | (~(x ^ y) & ~noBorrow)) & 0x80808080)
}
export const ltU16 = (x: number, y: number): number => {
  const noBorrow = (x | 0x80008000) - (y & 0x7fff7fff)
  return spread16(((~x & y) | (~(x ^ y) & ~noBorrow)) & 0x80008000)
}
export const ltS16 = (x: number, y: number): number => {
  const noBorrow = (x | 0x80008000) - (y & 0x7fff7fff)
  return spread16(((x & ~y) | (~(x ^ y) & ~noBorrow)) & 0x80008000)
}

/** Bits of x where the mask is set, of y elsewhere. */
export const pick = (mask: number, x: number, y: number): number => (x & mask) | (y & ~mask)

/**
 * Lanes of `wrapped`, except where `overflow` has the top bit: there the limit on the side of x's
 * sign.
 */
const saturate8 = (x: number, wrapped: number, overflow: number): number =>
  pick(spread8(overflow & 0x80808080), 0x7f7f7f7f + ((x >>> 7) & 0x01010101), wrapped)
const saturate16 = (x: number, wrapped: number, overflow: number): number =>
  pick(spread16(overflow & 0x80008000), 0x7fff7fff + ((x >>> 15) & 0x00010001), wrapped)

export const addSatS8 = (x: number, y: number): number => {
  const sum = add8(x, y)
  return saturate8(x, sum, ~(x ^ y) & (x ^ sum))
}
export const addSatS16 = (x: number, y: number): number => {
  const sum = add16(x, y)
  return saturate16(x, sum, ~(x ^ y) & (x ^ sum))
}
export const subSatS8 = (x: number, y: number): number => {
  const difference = sub8(x, y)
  return saturate8(x, difference, (x ^ y) & (x ^ difference))
}
export const subSatS16 = (x: number, y: number): number => {
  const difference = sub16(x, y)
  return saturate16(x, difference, (x ^ y) & (x ^ difference))
}
export const addSatU8 = (x: number, y: number): number => {
  const sum = add8(x, y)
  return sum | ltU8(sum, x)
}
export const addSatU16 = (x: number, y: number): number => {
  const sum = add16(x, y)
  return sum | ltU16(sum, x)
}
export const subSatU8 = (x: number, y: number): number => sub8(x, y) & ~ltU8(x, y)
export const subSatU16 = (x: number, y: number): number => sub16(x, y) & ~ltU16(x, y)

/** (x + y + 1) >> 1, unsigned, without a carry. */
export const averageU8 = (x: number, y: number): number => (x | y) - (((x ^ y) & 0xfefefefe) >>> 1)
export const averageU16 = (x: number, y: number): number => (x | y) - (((x ^ y) & 0xfffefffe) >>> 1)

export const abs8 = (x: number): number => {
  const signs = x & 0x80808080
  return add8(x ^ spread8(signs), signs >>> 7)
}
export const abs16 = (x: number): number => {
  const signs = x & 0x80008000
  return add16(x ^ spread16(signs), signs >>> 15)
}

export const popcount8 = (x: number): number => {
  const pairs = x - ((x >>> 1) & 0x55555555)
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return (nibbles + (nibbles >>> 4)) & 0x0f0f0f0f
}

/** The four (two) lanes' sign bits as a number, lane 0 lowest. */
export const signs8 = (x: number): number => Math.imul((x >>> 7) & 0x01010101, 0x10204080) >>> 28
export const signs16 = (x: number): number => ((x >>> 15) & 1) | ((x >>> 30) & 2)

/** Shifts by a count below the lane's width. */
export const shl8 = (x: number, n: number): number =>
  (x << n) & Math.imul((0xff << n) & 0xff, 0x01010101)
export const shrU8 = (x: number, n: number): number => (x >>> n) & Math.imul(0xff >>> n, 0x01010101)
export const shrS8 = (x: number, n: number): number =>
  shrU8(x, n) | Math.imul((x >>> 7) & 0x01010101, 0xff & ~(0xff >>> n))
export const shl16 = (x: number, n: number): number =>
  (x << n) & Math.imul((0xffff << n) & 0xffff, 0x00010001)
export const shrU16 = (x: number, n: number): number =>
  (x >>> n) & Math.imul(0xffff >>> n, 0x00010001)
export const shrS16 = (x: number, n: number): number =>
  shrU16(x, n) | Math.imul((x >>> 15) & 0x00010001, 0xffff & ~(0xffff >>> n))

export const mul16 = (x: number, y: number): number =>
  (Math.imul(x, y) & 0xffff) | (Math.imul(x >>> 16, y >>> 16) << 16)

const q15 = (x: number, y: number): number => {
  const rounded = (x * y + 0x4000) >> 15
  return rounded === 0x8000 ? 0x7fff : rounded
}
/** Product of two fractions of 15 bits, rounded; only -1 * -1 saturates. */
export const q15mulr16 = (x: number, y: number): number =>
  (q15((x << 16) >> 16, (y << 16) >> 16) & 0xffff) | (q15(x >> 16, y >> 16) << 16)

/** High 32 bits of the unsigned product. */
export const mulHighU = (x: number, y: number): number => {
  const x0 = x & 0xffff
  const x1 = x >>> 16
  const y0 = y & 0xffff
  const y1 = y >>> 16
  const middle = (Math.imul(x1, y0) + (Math.imul(x0, y0) >>> 16)) | 0
  const carry = (Math.imul(x0, y1) + (middle & 0xffff)) | 0
  return (Math.imul(x1, y1) + (middle >>> 16) + (carry >>> 16)) | 0
}
/** High 32 bits of the signed product. */
export const mulHighS = (x: number, y: number): number =>
  (mulHighU(x, y) - ((x >> 31) & y) - ((y >> 31) & x)) | 0

/** The carry out of low + low = sum, and the borrow out of low - low = difference: 0 or 1. */
export const carryOf = (x: number, y: number, sum: number): number =>
  ((x & y) | ((x | y) & ~sum)) >>> 31
export const borrowOf = (x: number, y: number, difference: number): number =>
  ((~x & y) | ((~x | y) & difference)) >>> 31
