// Scalar arithmetic: constants, i32, i64, f32, f64, conversions. Each meaning is WebAssembly's, as
// a pure function. i32 operands are signed numbers, i64 signed bigints; an i32 result is wrapped,
// an i64 result too, an f32 rounded, a NaN made canonical where the result is stored.
import { type Imm, type Pure, pages, type Row } from '../row.ts'
import { raise, type TrapCode } from '../traps.ts'

interface More {
  traps?: readonly TrapCode[]
  bits?: true
  imm?: readonly Imm[]
}

const op = (code: number, name: string, sig: string, says: string, pure: Pure, more: More = {}): Row => ({
  code,
  name,
  imm: [],
  sig,
  traps: [],
  says,
  pure,
  ...more,
})

const constant = (code: number, kind: 'i32' | 'i64' | 'f32' | 'f64'): Row => ({
  code,
  name: `${kind}.const`,
  imm: [kind],
  sig: `-> ${kind}`,
  traps: [],
  says: 'pushes a constant',
})

const divide: More = { traps: ['integer divide by zero'] }
const divideSigned: More = { traps: ['integer divide by zero', 'integer overflow'] }
const truncate: More = { traps: ['invalid conversion to integer', 'integer overflow'] }
const bits: More = { bits: true }
const misc = pages.misc

type N = number
type B = bigint
export const U = (a: B): B => BigInt.asUintN(64, a)

const i32Rows: readonly Row[] = [
  op(0x45, 'i32.eqz', 'i32 -> i32', 'a = 0', (a: N) => +(a === 0)),
  op(0x46, 'i32.eq', 'i32 i32 -> i32', 'a = b', (a: N, b: N) => +(a === b)),
  op(0x47, 'i32.ne', 'i32 i32 -> i32', 'a /= b', (a: N, b: N) => +(a !== b)),
  op(0x48, 'i32.lt_s', 'i32 i32 -> i32', 'a < b, signed', (a: N, b: N) => +(a < b)),
  op(0x49, 'i32.lt_u', 'i32 i32 -> i32', 'a < b, unsigned', (a: N, b: N) => +(a >>> 0 < b >>> 0)),
  op(0x4a, 'i32.gt_s', 'i32 i32 -> i32', 'a > b, signed', (a: N, b: N) => +(a > b)),
  op(0x4b, 'i32.gt_u', 'i32 i32 -> i32', 'a > b, unsigned', (a: N, b: N) => +(a >>> 0 > b >>> 0)),
  op(0x4c, 'i32.le_s', 'i32 i32 -> i32', 'a <= b, signed', (a: N, b: N) => +(a <= b)),
  op(0x4d, 'i32.le_u', 'i32 i32 -> i32', 'a <= b, unsigned', (a: N, b: N) => +(a >>> 0 <= b >>> 0)),
  op(0x4e, 'i32.ge_s', 'i32 i32 -> i32', 'a >= b, signed', (a: N, b: N) => +(a >= b)),
  op(0x4f, 'i32.ge_u', 'i32 i32 -> i32', 'a >= b, unsigned', (a: N, b: N) => +(a >>> 0 >= b >>> 0)),
  op(0x67, 'i32.clz', 'i32 -> i32', 'leading zero bits', (a: N) => Math.clz32(a)),
  op(0x68, 'i32.ctz', 'i32 -> i32', 'trailing zero bits', (a: N) => (a === 0 ? 32 : 31 - Math.clz32(a & -a))),
  op(0x69, 'i32.popcnt', 'i32 -> i32', 'one bits', (a: N) => popcount32(a)),
  op(0x6a, 'i32.add', 'i32 i32 -> i32', 'a + b mod 2^32', (a: N, b: N) => (a + b) | 0),
  op(0x6b, 'i32.sub', 'i32 i32 -> i32', 'a - b mod 2^32', (a: N, b: N) => (a - b) | 0),
  op(0x6c, 'i32.mul', 'i32 i32 -> i32', 'a * b mod 2^32', (a: N, b: N) => Math.imul(a, b)),
  op(0x6d, 'i32.div_s', 'i32 i32 -> i32', 'a / b towards 0, signed', (a: N, b: N) => divS32(a, b), divideSigned),
  op(0x6e, 'i32.div_u', 'i32 i32 -> i32', 'a / b, unsigned', (a: N, b: N) => divU32(a, b), divide),
  op(0x6f, 'i32.rem_s', 'i32 i32 -> i32', 'remainder with the sign of a', (a: N, b: N) => remS32(a, b), divide),
  op(0x70, 'i32.rem_u', 'i32 i32 -> i32', 'remainder, unsigned', (a: N, b: N) => remU32(a, b), divide),
  op(0x71, 'i32.and', 'i32 i32 -> i32', 'bitwise and', (a: N, b: N) => a & b),
  op(0x72, 'i32.or', 'i32 i32 -> i32', 'bitwise or', (a: N, b: N) => a | b),
  op(0x73, 'i32.xor', 'i32 i32 -> i32', 'bitwise exclusive or', (a: N, b: N) => a ^ b),
  op(0x74, 'i32.shl', 'i32 i32 -> i32', 'a shifted left by b mod 32', (a: N, b: N) => a << b),
  op(0x75, 'i32.shr_s', 'i32 i32 -> i32', 'a shifted right by b mod 32, signed', (a: N, b: N) => a >> b),
  op(0x76, 'i32.shr_u', 'i32 i32 -> i32', 'a shifted right by b mod 32, unsigned', (a: N, b: N) => (a >>> b) | 0),
  op(0x77, 'i32.rotl', 'i32 i32 -> i32', 'a rotated left by b', (a: N, b: N) => (a << b) | (a >>> -b)),
  op(0x78, 'i32.rotr', 'i32 i32 -> i32', 'a rotated right by b', (a: N, b: N) => (a >>> b) | (a << -b)),
  op(0xc0, 'i32.extend8_s', 'i32 -> i32', 'sign-extends 8 bits', (a: N) => (a << 24) >> 24),
  op(0xc1, 'i32.extend16_s', 'i32 -> i32', 'sign-extends 16 bits', (a: N) => (a << 16) >> 16),
]

const i64Rows: readonly Row[] = [
  op(0x50, 'i64.eqz', 'i64 -> i32', 'a = 0', (a: B) => +(a === 0n)),
  op(0x51, 'i64.eq', 'i64 i64 -> i32', 'a = b', (a: B, b: B) => +(a === b)),
  op(0x52, 'i64.ne', 'i64 i64 -> i32', 'a /= b', (a: B, b: B) => +(a !== b)),
  op(0x53, 'i64.lt_s', 'i64 i64 -> i32', 'a < b, signed', (a: B, b: B) => +(a < b)),
  op(0x54, 'i64.lt_u', 'i64 i64 -> i32', 'a < b, unsigned', (a: B, b: B) => +(U(a) < U(b))),
  op(0x55, 'i64.gt_s', 'i64 i64 -> i32', 'a > b, signed', (a: B, b: B) => +(a > b)),
  op(0x56, 'i64.gt_u', 'i64 i64 -> i32', 'a > b, unsigned', (a: B, b: B) => +(U(a) > U(b))),
  op(0x57, 'i64.le_s', 'i64 i64 -> i32', 'a <= b, signed', (a: B, b: B) => +(a <= b)),
  op(0x58, 'i64.le_u', 'i64 i64 -> i32', 'a <= b, unsigned', (a: B, b: B) => +(U(a) <= U(b))),
  op(0x59, 'i64.ge_s', 'i64 i64 -> i32', 'a >= b, signed', (a: B, b: B) => +(a >= b)),
  op(0x5a, 'i64.ge_u', 'i64 i64 -> i32', 'a >= b, unsigned', (a: B, b: B) => +(U(a) >= U(b))),
  op(0x79, 'i64.clz', 'i64 -> i64', 'leading zero bits', (a: B) => BigInt(clz64(a))),
  op(0x7a, 'i64.ctz', 'i64 -> i64', 'trailing zero bits', (a: B) => (a === 0n ? 64n : BigInt(63 - clz64(a & -a)))),
  op(0x7b, 'i64.popcnt', 'i64 -> i64', 'one bits', (a: B) =>
    BigInt(popcount32(Number(BigInt.asIntN(32, a))) + popcount32(Number(BigInt.asIntN(32, a >> 32n))))),
  op(0x7c, 'i64.add', 'i64 i64 -> i64', 'a + b mod 2^64', (a: B, b: B) => a + b),
  op(0x7d, 'i64.sub', 'i64 i64 -> i64', 'a - b mod 2^64', (a: B, b: B) => a - b),
  op(0x7e, 'i64.mul', 'i64 i64 -> i64', 'a * b mod 2^64', (a: B, b: B) => a * b),
  op(0x7f, 'i64.div_s', 'i64 i64 -> i64', 'a / b towards 0, signed', (a: B, b: B) => divS64(a, b), divideSigned),
  op(0x80, 'i64.div_u', 'i64 i64 -> i64', 'a / b, unsigned', (a: B, b: B) => divU64(a, b), divide),
  op(0x81, 'i64.rem_s', 'i64 i64 -> i64', 'remainder with the sign of a', (a: B, b: B) => remS64(a, b), divide),
  op(0x82, 'i64.rem_u', 'i64 i64 -> i64', 'remainder, unsigned', (a: B, b: B) => remU64(a, b), divide),
  op(0x83, 'i64.and', 'i64 i64 -> i64', 'bitwise and', (a: B, b: B) => a & b),
  op(0x84, 'i64.or', 'i64 i64 -> i64', 'bitwise or', (a: B, b: B) => a | b),
  op(0x85, 'i64.xor', 'i64 i64 -> i64', 'bitwise exclusive or', (a: B, b: B) => a ^ b),
  op(0x86, 'i64.shl', 'i64 i64 -> i64', 'a shifted left by b mod 64', (a: B, b: B) => a << (b & 63n)),
  op(0x87, 'i64.shr_s', 'i64 i64 -> i64', 'a shifted right by b mod 64, signed', (a: B, b: B) => a >> (b & 63n)),
  op(0x88, 'i64.shr_u', 'i64 i64 -> i64', 'a shifted right by b mod 64, unsigned', (a: B, b: B) => U(a) >> (b & 63n)),
  op(0x89, 'i64.rotl', 'i64 i64 -> i64', 'a rotated left by b', (a: B, b: B) =>
    (a << (b & 63n)) | (U(a) >> (-b & 63n))),
  op(0x8a, 'i64.rotr', 'i64 i64 -> i64', 'a rotated right by b', (a: B, b: B) =>
    (U(a) >> (b & 63n)) | (a << (-b & 63n))),
  op(0xc2, 'i64.extend8_s', 'i64 -> i64', 'sign-extends 8 bits', (a: B) => BigInt.asIntN(8, a)),
  op(0xc3, 'i64.extend16_s', 'i64 -> i64', 'sign-extends 16 bits', (a: B) => BigInt.asIntN(16, a)),
  op(0xc4, 'i64.extend32_s', 'i64 -> i64', 'sign-extends 32 bits', (a: B) => BigInt.asIntN(32, a)),
]

/** The same rows for f32 (codes c, a) and f64; `s` is the sign bit as the row's bit type. */
function floatRows(t: 'f32' | 'f64', compare: number, arithmetic: number): readonly Row[] {
  const two = `${t} ${t} -> i32`
  const one = `${t} -> ${t}`
  const both = `${t} ${t} -> ${t}`
  const single = t === 'f32'
  const c = compare
  const a0 = arithmetic
  return [
    op(c, `${t}.eq`, two, 'a = b', (a: N, b: N) => +(a === b)),
    op(c + 1, `${t}.ne`, two, 'a /= b', (a: N, b: N) => +(a !== b)),
    op(c + 2, `${t}.lt`, two, 'a < b', (a: N, b: N) => +(a < b)),
    op(c + 3, `${t}.gt`, two, 'a > b', (a: N, b: N) => +(a > b)),
    op(c + 4, `${t}.le`, two, 'a <= b', (a: N, b: N) => +(a <= b)),
    op(c + 5, `${t}.ge`, two, 'a >= b', (a: N, b: N) => +(a >= b)),
    op(a0, `${t}.abs`, one, 'clears the sign bit', single ? (a: N) => a & 0x7fffffff : (a: B) => BigInt.asUintN(63, a), bits),
    op(a0 + 1, `${t}.neg`, one, 'flips the sign bit', single ? (a: N) => a ^ -0x80000000 : (a: B) => a ^ -0x8000000000000000n, bits),
    op(a0 + 2, `${t}.ceil`, one, 'rounds up', (a: N) => Math.ceil(a)),
    op(a0 + 3, `${t}.floor`, one, 'rounds down', (a: N) => Math.floor(a)),
    op(a0 + 4, `${t}.trunc`, one, 'rounds towards 0', (a: N) => Math.trunc(a)),
    op(a0 + 5, `${t}.nearest`, one, 'rounds to nearest, ties to even', (a: N) => nearest(a)),
    op(a0 + 6, `${t}.sqrt`, one, 'square root', (a: N) => Math.sqrt(a)),
    op(a0 + 7, `${t}.add`, both, 'a + b', (a: N, b: N) => a + b),
    op(a0 + 8, `${t}.sub`, both, 'a - b', (a: N, b: N) => a - b),
    op(a0 + 9, `${t}.mul`, both, 'a * b', (a: N, b: N) => a * b),
    op(a0 + 10, `${t}.div`, both, 'a / b', (a: N, b: N) => a / b),
    op(a0 + 11, `${t}.min`, both, 'the smaller; NaN where one is; -0 before +0', (a: N, b: N) => Math.min(a, b)),
    op(a0 + 12, `${t}.max`, both, 'the larger; NaN where one is; +0 after -0', (a: N, b: N) => Math.max(a, b)),
    op(a0 + 13, `${t}.copysign`, both, 'a with the sign of b',
      single
        ? (a: N, b: N) => (a & 0x7fffffff) | (b & -0x80000000)
        : (a: B, b: B) => BigInt.asUintN(63, a) | (b & -0x8000000000000000n), bits),
  ]
}

const conversionRows: readonly Row[] = [
  op(0xa7, 'i32.wrap_i64', 'i64 -> i32', 'the low 32 bits', (a: B) => Number(BigInt.asIntN(32, a))),
  op(0xa8, 'i32.trunc_f32_s', 'f32 -> i32', 'truncates, signed', (a: N) => truncS32(a), truncate),
  op(0xa9, 'i32.trunc_f32_u', 'f32 -> i32', 'truncates, unsigned', (a: N) => truncU32(a), truncate),
  op(0xaa, 'i32.trunc_f64_s', 'f64 -> i32', 'truncates, signed', (a: N) => truncS32(a), truncate),
  op(0xab, 'i32.trunc_f64_u', 'f64 -> i32', 'truncates, unsigned', (a: N) => truncU32(a), truncate),
  op(0xac, 'i64.extend_i32_s', 'i32 -> i64', 'sign-extends', (a: N) => BigInt(a)),
  op(0xad, 'i64.extend_i32_u', 'i32 -> i64', 'zero-extends', (a: N) => BigInt(a >>> 0)),
  op(0xae, 'i64.trunc_f32_s', 'f32 -> i64', 'truncates, signed', (a: N) => truncS64(a), truncate),
  op(0xaf, 'i64.trunc_f32_u', 'f32 -> i64', 'truncates, unsigned', (a: N) => truncU64(a), truncate),
  op(0xb0, 'i64.trunc_f64_s', 'f64 -> i64', 'truncates, signed', (a: N) => truncS64(a), truncate),
  op(0xb1, 'i64.trunc_f64_u', 'f64 -> i64', 'truncates, unsigned', (a: N) => truncU64(a), truncate),
  op(0xb2, 'f32.convert_i32_s', 'i32 -> f32', 'nearest, signed', (a: N) => a),
  op(0xb3, 'f32.convert_i32_u', 'i32 -> f32', 'nearest, unsigned', (a: N) => a >>> 0),
  op(0xb4, 'f32.convert_i64_s', 'i64 -> f32', 'nearest, signed', (a: B) => bigToF32(a)),
  op(0xb5, 'f32.convert_i64_u', 'i64 -> f32', 'nearest, unsigned', (a: B) => bigToF32(U(a))),
  op(0xb6, 'f32.demote_f64', 'f64 -> f32', 'rounds to f32', (a: N) => a),
  op(0xb7, 'f64.convert_i32_s', 'i32 -> f64', 'exact, signed', (a: N) => a),
  op(0xb8, 'f64.convert_i32_u', 'i32 -> f64', 'exact, unsigned', (a: N) => a >>> 0),
  op(0xb9, 'f64.convert_i64_s', 'i64 -> f64', 'nearest, signed', (a: B) => Number(a)),
  op(0xba, 'f64.convert_i64_u', 'i64 -> f64', 'nearest, unsigned', (a: B) => Number(U(a))),
  op(0xbb, 'f64.promote_f32', 'f32 -> f64', 'exact', (a: N) => a),
  op(0xbc, 'i32.reinterpret_f32', 'f32 -> i32', 'the bits', (a: N) => a, bits),
  op(0xbd, 'i64.reinterpret_f64', 'f64 -> i64', 'the bits', (a: B) => a, bits),
  op(0xbe, 'f32.reinterpret_i32', 'i32 -> f32', 'the bits', (a: N) => a, bits),
  op(0xbf, 'f64.reinterpret_i64', 'i64 -> f64', 'the bits', (a: B) => a, bits),
  op(misc + 0, 'i32.trunc_sat_f32_s', 'f32 -> i32', 'truncates, saturating, signed', (a: N) => satS32(a)),
  op(misc + 1, 'i32.trunc_sat_f32_u', 'f32 -> i32', 'truncates, saturating, unsigned', (a: N) => satU32(a)),
  op(misc + 2, 'i32.trunc_sat_f64_s', 'f64 -> i32', 'truncates, saturating, signed', (a: N) => satS32(a)),
  op(misc + 3, 'i32.trunc_sat_f64_u', 'f64 -> i32', 'truncates, saturating, unsigned', (a: N) => satU32(a)),
  op(misc + 4, 'i64.trunc_sat_f32_s', 'f32 -> i64', 'truncates, saturating, signed', (a: N) => satS64(a)),
  op(misc + 5, 'i64.trunc_sat_f32_u', 'f32 -> i64', 'truncates, saturating, unsigned', (a: N) => satU64(a)),
  op(misc + 6, 'i64.trunc_sat_f64_s', 'f64 -> i64', 'truncates, saturating, signed', (a: N) => satS64(a)),
  op(misc + 7, 'i64.trunc_sat_f64_u', 'f64 -> i64', 'truncates, saturating, unsigned', (a: N) => satU64(a)),
]

export const numericRows: readonly Row[] = [
  constant(0x41, 'i32'),
  constant(0x42, 'i64'),
  constant(0x43, 'f32'),
  constant(0x44, 'f64'),
  ...i32Rows,
  ...i64Rows,
  ...floatRows('f32', 0x5b, 0x8b),
  ...floatRows('f64', 0x61, 0x99),
  ...conversionRows,
]

export function popcount32(a: number): number {
  let n = a - ((a >>> 1) & 0x55555555)
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333)
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

export function clz64(a: bigint): number {
  const high = Number(BigInt.asIntN(32, a >> 32n))
  return high === 0 ? 32 + Math.clz32(Number(BigInt.asIntN(32, a))) : Math.clz32(high)
}

export function divS32(a: number, b: number): number {
  if (b === 0) raise('integer divide by zero')
  if (b === -1 && a === -0x80000000) raise('integer overflow')
  return (a / b) | 0
}
export function divU32(a: number, b: number): number {
  if (b === 0) raise('integer divide by zero')
  return ((a >>> 0) / (b >>> 0)) | 0
}
export function remS32(a: number, b: number): number {
  if (b === 0) raise('integer divide by zero')
  return a % b | 0
}
export function remU32(a: number, b: number): number {
  if (b === 0) raise('integer divide by zero')
  return ((a >>> 0) % (b >>> 0)) | 0
}

export function divS64(a: bigint, b: bigint): bigint {
  if (b === 0n) raise('integer divide by zero')
  if (b === -1n && a === -0x8000000000000000n) raise('integer overflow')
  return a / b
}
export function divU64(a: bigint, b: bigint): bigint {
  if (b === 0n) raise('integer divide by zero')
  return U(a) / U(b)
}
export function remS64(a: bigint, b: bigint): bigint {
  if (b === 0n) raise('integer divide by zero')
  return a % b
}
export function remU64(a: bigint, b: bigint): bigint {
  if (b === 0n) raise('integer divide by zero')
  return U(a) % U(b)
}

/** Ties to even. Adding and subtracting 2^52 rounds the magnitude; the sign of zero is kept. */
export function nearest(a: number): number {
  if (!(Math.abs(a) < 4503599627370496)) return a
  const rounded = Math.abs(a) + 4503599627370496 - 4503599627370496
  return a < 0 || Object.is(a, -0) ? -rounded : rounded
}

function checked(a: number, low: number, high: number): number {
  if (a !== a) raise('invalid conversion to integer')
  const whole = Math.trunc(a)
  if (!(whole >= low && whole <= high)) raise('integer overflow')
  return whole
}
export const truncS32 = (a: number): number => checked(a, -2147483648, 2147483647) | 0
export const truncU32 = (a: number): number => checked(a, 0, 4294967295) | 0
export const truncS64 = (a: number): bigint =>
  // The largest double below 2^63 is 2^63 - 1024.
  BigInt(checked(a, -9223372036854775808, 9223372036854774784))
export const truncU64 = (a: number): bigint => BigInt(checked(a, 0, 18446744073709549568))

export const satS32 = (a: number): number =>
  a !== a ? 0 : a <= -2147483648 ? -2147483648 : a >= 2147483647 ? 2147483647 : Math.trunc(a) | 0
export const satU32 = (a: number): number =>
  !(a > 0) ? 0 : a >= 4294967295 ? -1 : Math.trunc(a) | 0
export const satS64 = (a: number): bigint =>
  a !== a ? 0n : BigInt.asIntN(64, a >= 9223372036854775807 ? 0x7fffffffffffffffn
    : a <= -9223372036854775808 ? -0x8000000000000000n : BigInt(Math.trunc(a)))
export const satU64 = (a: number): bigint =>
  !(a > 0) ? 0n : a >= 18446744073709551615 ? 0xffffffffffffffffn : BigInt(Math.trunc(a))

/**
 * A 64-bit integer to the nearest f32. Rounding first to double would round twice, so bits below
 * the double's precision are folded into a sticky bit: 64-bit values keep 11 extra bits, of which
 * one is enough.
 */
export function bigToF32(a: bigint): number {
  const magnitude = a < 0n ? -a : a
  if (magnitude < 0x20000000000000n) return Math.fround(Number(a))
  const sticky = (magnitude & 0x7ffn) === 0n ? 0n : 0x800n
  const folded = Number((magnitude & ~0x7ffn) | sticky)
  return Math.fround(a < 0n ? -folded : folded)
}
