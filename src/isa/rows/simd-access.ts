// Between a vector on the stack and its bytes in memory. The machine moves raw bytes (the bounds,
// the pages); here they get their meaning. Bytes are little-endian.
import type { Access, Words } from '../row.ts'

const i16At = (raw: Uint8Array, i: number): number => raw[i] | (raw[i + 1] << 8)
const i32At = (raw: Uint8Array, i: number): number =>
  raw[i] | (raw[i + 1] << 8) | (raw[i + 2] << 16) | (raw[i + 3] << 24)

/**
 * After the load: makes the vector at word d from the `access.sizeBytes` bytes of raw from `at` on.
 * For shape `lane` the words at d hold the old vector already, and only `lane` changes.
 */
export function vectorLoad(
  v: Words,
  d: number,
  access: Access,
  raw: Uint8Array,
  lane: number,
  at = 0,
): void {
  switch (access.shape) {
    case 'splat':
      return splat(v.I32, 2 * d, access.sizeBytes, raw, at)
    case 'extend':
      return extend(v.I32, 2 * d, access, raw, at)
    case 'lane':
      return setLane(v, d, access.sizeBytes, raw, at, lane)
    default:
      // plain: 16 bytes; zero: 4 or 8
      return fill(v.I32, 2 * d, access.sizeBytes, raw, at)
  }
}

/**
 * The store: puts the `access.sizeBytes` bytes of the vector at word a (for shape `lane`, of one
 * lane) into raw from `at` on.
 */
export function vectorStore(
  v: Words,
  a: number,
  access: Access,
  lane: number,
  raw: Uint8Array,
  at = 0,
): void {
  const size = access.sizeBytes
  const from = 8 * a + (access.shape === 'lane' ? lane * size : 0)
  for (let i = 0; i < size; i++) raw[at + i] = v.U8[from + i]
}

function fill(I32: Int32Array, p: number, sizeBytes: number, raw: Uint8Array, at: number): void {
  I32[p] = i32At(raw, at)
  I32[p + 1] = sizeBytes > 4 ? i32At(raw, at + 4) : 0
  I32[p + 2] = sizeBytes > 8 ? i32At(raw, at + 8) : 0
  I32[p + 3] = sizeBytes > 8 ? i32At(raw, at + 12) : 0
}

function splat(I32: Int32Array, p: number, sizeBytes: number, raw: Uint8Array, at: number): void {
  let low: number
  if (sizeBytes === 1) low = Math.imul(raw[at], 0x01010101)
  else if (sizeBytes === 2) low = Math.imul(i16At(raw, at), 0x00010001)
  else low = i32At(raw, at)
  const high = sizeBytes === 8 ? i32At(raw, at + 4) : low
  I32[p] = low
  I32[p + 1] = high
  I32[p + 2] = low
  I32[p + 3] = high
}

function extend(I32: Int32Array, p: number, access: Access, raw: Uint8Array, at: number): void {
  const { laneBytes, signed } = access
  if (laneBytes === 1) {
    for (let i = 0; i < 4; i++) {
      const even = raw[at + 2 * i]
      const odd = raw[at + 2 * i + 1]
      I32[p + i] = signed
        ? (((even << 24) >> 24) & 0xffff) | ((odd << 24) >> 8)
        : even | (odd << 16)
    }
  } else if (laneBytes === 2) {
    for (let i = 0; i < 4; i++) {
      const half = i16At(raw, at + 2 * i)
      I32[p + i] = signed ? (half << 16) >> 16 : half
    }
  } else {
    for (let i = 0; i < 2; i++) {
      const word = i32At(raw, at + 4 * i)
      I32[p + 2 * i] = word
      I32[p + 2 * i + 1] = signed ? word >> 31 : 0
    }
  }
}

function setLane(v: Words, d: number, size: number, raw: Uint8Array, at: number, lane: number): void {
  const to = 8 * d + lane * size
  for (let i = 0; i < size; i++) v.U8[to + i] = raw[at + i]
}
