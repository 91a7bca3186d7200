// The vector as 128 bits or sixteen bytes: constant, logic, choosing bytes.
import { type Lanes, pages, type Row } from '../row.ts'
import { binary, ternary, test, unary, vectorRow } from './simd-row.ts'

// Bytes k .. k + 3 of a vector whose byte 0 is U8[base], where `at` holds the byte numbers; 16 and
// more give 0.
function swizzle4(U8: Uint8Array, base: number, at: number): number {
  const i = U8[at]
  const j = U8[at + 1]
  const k = U8[at + 2]
  const l = U8[at + 3]
  return (
    (i < 16 ? U8[base + i] : 0) |
    ((j < 16 ? U8[base + j] : 0) << 8) |
    ((k < 16 ? U8[base + k] : 0) << 16) |
    ((l < 16 ? U8[base + l] : 0) << 24)
  )
}

// The same of two vectors: byte numbers 0..15 from the one at x, 16..31 from the one at y.
function shuffle4(U8: Uint8Array, x: number, y: number, at: number): number {
  const i = U8[at]
  const j = U8[at + 1]
  const k = U8[at + 2]
  const l = U8[at + 3]
  const second = y - 16
  return (
    U8[(i < 16 ? x : second) + i] |
    (U8[(j < 16 ? x : second) + j] << 8) |
    (U8[(k < 16 ? x : second) + k] << 16) |
    (U8[(l < 16 ? x : second) + l] << 24)
  )
}

const shuffle: Lanes = ({ I32, U8 }, d, a, b, c) => {
  const x = 8 * a
  const y = 8 * b
  const at = 8 * c
  const w0 = shuffle4(U8, x, y, at)
  const w1 = shuffle4(U8, x, y, at + 4)
  const w2 = shuffle4(U8, x, y, at + 8)
  const w3 = shuffle4(U8, x, y, at + 12)
  const p = 2 * d
  I32[p] = w0
  I32[p + 1] = w1
  I32[p + 2] = w2
  I32[p + 3] = w3
}

const constant: Row = {
  code: pages.simd + 0x0c,
  name: 'v128.const',
  imm: ['v128'],
  sig: '-> v128',
  traps: [],
  says: 'pushes a constant',
}

export const bitRows: readonly Row[] = [
  constant,
  vectorRow(
    0x0d,
    'i8x16.shuffle',
    'v128 v128 -> v128',
    'bytes chosen by number from a and b',
    shuffle,
    ['shuffle'],
  ),
  binary(
    0x0e,
    'i8x16.swizzle',
    'bytes of a by their numbers in b, 0 beyond 15',
    ({ I32, U8 }, d, a, b) => {
      const x = 8 * a
      const at = 8 * b
      const w0 = swizzle4(U8, x, at)
      const w1 = swizzle4(U8, x, at + 4)
      const w2 = swizzle4(U8, x, at + 8)
      const w3 = swizzle4(U8, x, at + 12)
      const p = 2 * d
      I32[p] = w0
      I32[p + 1] = w1
      I32[p + 2] = w2
      I32[p + 3] = w3
    },
  ),
  unary(0x4d, 'v128.not', 'not a', ({ I32 }, d, a) => {
    const p = 2 * d
    const x = 2 * a
    I32[p] = ~I32[x]
    I32[p + 1] = ~I32[x + 1]
    I32[p + 2] = ~I32[x + 2]
    I32[p + 3] = ~I32[x + 3]
  }),
  binary(0x4e, 'v128.and', 'a and b', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = I32[x] & I32[y]
    I32[p + 1] = I32[x + 1] & I32[y + 1]
    I32[p + 2] = I32[x + 2] & I32[y + 2]
    I32[p + 3] = I32[x + 3] & I32[y + 3]
  }),
  binary(0x4f, 'v128.andnot', 'a and not b', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = I32[x] & ~I32[y]
    I32[p + 1] = I32[x + 1] & ~I32[y + 1]
    I32[p + 2] = I32[x + 2] & ~I32[y + 2]
    I32[p + 3] = I32[x + 3] & ~I32[y + 3]
  }),
  binary(0x50, 'v128.or', 'a or b', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = I32[x] | I32[y]
    I32[p + 1] = I32[x + 1] | I32[y + 1]
    I32[p + 2] = I32[x + 2] | I32[y + 2]
    I32[p + 3] = I32[x + 3] | I32[y + 3]
  }),
  binary(0x51, 'v128.xor', 'a xor b', ({ I32 }, d, a, b) => {
    const p = 2 * d
    const x = 2 * a
    const y = 2 * b
    I32[p] = I32[x] ^ I32[y]
    I32[p + 1] = I32[x + 1] ^ I32[y + 1]
    I32[p + 2] = I32[x + 2] ^ I32[y + 2]
    I32[p + 3] = I32[x + 3] ^ I32[y + 3]
  }),
  ternary(
    0x52,
    'v128.bitselect',
    'bits of a where c is 1, of b where it is 0',
    ({ I32 }, d, a, b, c) => {
      const p = 2 * d
      const x = 2 * a
      const y = 2 * b
      const z = 2 * c
      I32[p] = (I32[x] & I32[z]) | (I32[y] & ~I32[z])
      I32[p + 1] = (I32[x + 1] & I32[z + 1]) | (I32[y + 1] & ~I32[z + 1])
      I32[p + 2] = (I32[x + 2] & I32[z + 2]) | (I32[y + 2] & ~I32[z + 2])
      I32[p + 3] = (I32[x + 3] & I32[z + 3]) | (I32[y + 3] & ~I32[z + 3])
    },
  ),
  test(0x53, 'v128.any_true', '1 if any bit is set, else 0', ({ I32 }, d, a) => {
    const x = 2 * a
    const bits = I32[x] | I32[x + 1] | I32[x + 2] | I32[x + 3]
    I32[2 * d] = bits === 0 ? 0 : 1
    I32[2 * d + 1] = 0
  }),
]
