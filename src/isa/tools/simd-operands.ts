// Operands for the tests of vector rows: random bits and lanes of special values, from a seed.

const specialF32 = [
  0, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00000, 0x7f800001,
  0xff812345, 0x7fedcba9, 1, 0x80000001, 0x007fffff, 0x00800000, 0x7f7fffff, 0xff7fffff, 0x3f000000,
  0xbf000000, 0x3fc00000, 0x40200000, 0xc0200000, 0x3effffff, 0x4b000001, 0x4a800001, 0xca800003,
  0x4effffff, 0x4f000000, 0xcf000000, 0xcf000001, 0x4f7fffff, 0x4f800000, 0x3f800001, 0x33800000,
]
const specialF64 = [
  0,
  -0,
  1,
  -1,
  Infinity,
  -Infinity,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  0.49999999999999994,
  5e-324,
  -5e-324,
  2 ** -149,
  2 ** -150,
  2 ** -126,
  2 ** 128 - 2 ** 104,
  2 ** 128 - 2 ** 103,
  Number.MAX_VALUE,
  2147483647,
  2147483647.5,
  2147483648,
  -2147483648,
  -2147483648.9,
  -2147483649,
  4294967295,
  4294967295.9,
  4294967296,
  -0.9,
  2 ** 52 - 0.5,
  2 ** 52 + 1,
  2 ** 53,
  2 ** 51 + 0.5,
  1 / 3,
]
const nansF64 = [0x7ff8000000000000n, 0xfff8000000000000n, 0x7ff0000000000001n, 0xfff4000012345678n]
const specialI32 = [0, 1, 2, -1, -2, 0x7fffffff, 0x7ffffffe, -0x80000000, -0x7fffffff, 0x80, 0x8000]
const specialI16 = [0, 1, -1, 0x7fff, 0x8000, 0x8001, 0x7ffe, 0xff, 0x100, 0x80, 0x7f, 0xff7f]
const specialI8 = [0, 1, 0xff, 0x7f, 0x80, 0x81, 0x7e, 15, 16, 17, 31, 64]
const specialI64 = [
  0n,
  1n,
  -1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  2n ** 32n,
  2n ** 32n - 1n,
  -(2n ** 32n),
]

/** Numbers below a limit, from a seed (mulberry32). */
export function chance(start: number): (limit: number) => number {
  let state = start | 0
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
}

/** Fills sixteen bytes: random bits, or lanes of one width of which most are special. */
export function fillOperand(
  view: DataView,
  offset: number,
  below: (limit: number) => number,
): void {
  for (let i = 0; i < 16; i++) view.setUint8(offset + i, below(256))
  const way = below(9)
  const some = <T>(list: readonly T[], put: (i: number, value: T) => void, count: number): void => {
    for (let i = 0; i < count; i++) if (below(8) > 0) put(i, list[below(list.length)])
  }
  if (way === 0) some(specialI8, (i, x) => view.setUint8(offset + i, x), 16)
  if (way === 1) some(specialI16, (i, x) => view.setUint16(offset + 2 * i, x, true), 8)
  if (way === 2) some(specialI32, (i, x) => view.setInt32(offset + 4 * i, x, true), 4)
  if (way === 3) some(specialI64, (i, x) => view.setBigInt64(offset + 8 * i, x, true), 2)
  if (way === 4 || way === 5) some(specialF32, (i, x) => view.setUint32(offset + 4 * i, x, true), 4)
  if (way === 6 || way === 7)
    some(specialF64, (i, x) => view.setFloat64(offset + 8 * i, x, true), 2)
  if (way === 7) some(nansF64, (i, x) => view.setBigUint64(offset + 8 * i, x, true), 2)
}
