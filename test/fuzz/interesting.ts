// Values that are likely to find a fault: edges of ranges, powers of two, page boundaries, NaNs
// with payloads.
import type { Random } from './random.ts'

const edges32 = [0, 1, -1, 2, -2, 7, 8, 31, 32, 63, 64, 127, 128, 255, 256, 65535, 65536, 65537]
const more32 = [0x7fffffff, -0x80000000, -0x7fffffff, 0x55555555, 0x00ff00ff, 0x7fff, 0x8000]

export function int32(r: Random): number {
  switch (r.below(6)) {
    case 0:
      return r.next() | 0
    case 1:
      return r.pick(more32)
    case 2:
      return 1 << r.below(32)
    case 3:
      return (1 << r.below(32)) - 1
    default:
      return r.pick(edges32)
  }
}

export function int64(r: Random): bigint {
  switch (r.below(6)) {
    case 0:
      return r.big()
    case 1:
      return BigInt.asIntN(64, 1n << BigInt(r.below(64)))
    case 2:
      return BigInt.asIntN(64, (1n << BigInt(r.below(64))) - 1n)
    case 3:
      return r.pick([-0x8000000000000000n, 0x7fffffffffffffffn, 0xffffffffn, -0x80000000n])
    case 4:
      return BigInt(int32(r))
    default:
      return BigInt(r.range(-3, 3))
  }
}

const bits32 = [
  0x00000000, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00000,
  0x7f800001, 0xff800001, 0x7fa12345, 0xffd54321, 0x00000001, 0x80000001, 0x007fffff, 0x00800000,
  0x7f7fffff, 0xff7fffff, 0x4f000000, 0xcf000000, 0x4f800000, 0x5f000000, 0x5f800000, 0x4effffff,
  0x3f000000, 0x3fc00000, 0x40200000, 0xbf000000, 0x4b000000, 0x4b7fffff, 0x33800000, 0x7fffffff,
]

/** The bits of an f32, as a signed number. */
export function float32(r: Random): number {
  if (r.chance(0.2)) return r.next() | 0
  if (r.chance(0.2)) return new Int32Array(Float32Array.of(r.range(-1000, 1000) / 8).buffer)[0]
  return r.pick(bits32) | 0
}

const bits64 = [
  0n,
  1n << 63n,
  0x3ff0000000000000n,
  0xbff0000000000000n,
  0x7ff0000000000000n,
  0xfff0000000000000n,
  0x7ff8000000000000n,
  0xfff8000000000000n,
  0x7ff0000000000001n,
  0xfff7ffffffffffffn,
  0x7ffdeadbeef12345n,
  1n,
  0x8000000000000001n,
  0x000fffffffffffffn,
  0x0010000000000000n,
  0x7fefffffffffffffn,
  0x41dfffffffc00000n,
  0xc1e0000000000000n,
  0xc1e0000000200000n,
  0x41efffffffe00000n,
  0x43e0000000000000n,
  0xc3e0000000000000n,
  0x43dfffffffffffffn,
  0x43f0000000000000n,
  0x3fe0000000000000n,
  0x3ff8000000000000n,
  0x4004000000000000n,
  0x36a0000000000000n,
  0x47efffffefffffffn,
  0x47effffff0000000n,
  0x3690000000000000n,
]

/** The bits of an f64. */
export function float64(r: Random): bigint {
  if (r.chance(0.2)) return r.big()
  if (r.chance(0.2)) return new BigInt64Array(Float64Array.of(r.range(-9999, 9999) / 16).buffer)[0]
  return BigInt.asIntN(64, r.pick(bits64))
}

/** The halves of a vector, low first. */
export function vector(r: Random): [bigint, bigint] {
  const half = (): bigint => {
    const pair = (a: number, b: number): bigint => (BigInt(a) << 32n) | BigInt(b >>> 0)
    switch (r.below(4)) {
      case 0:
        return int64(r)
      case 1:
        return float64(r)
      case 2:
        return pair(float32(r), float32(r))
      default:
        return pair(int32(r), int32(r))
    }
  }
  return [half(), half()]
}
