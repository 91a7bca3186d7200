// Vectors: n rounds of a 3 x 3 blur over a grey picture (integer lanes) and of dot products (f32
// lanes).
const WIDTH: i32 = 256
const HEIGHT: i32 = 64
const SOURCE: usize = memory.data(256 * 64, 16)
const TARGET: usize = memory.data(256 * 64, 16)
const FLOATS: usize = memory.data(4096 * 4, 16)

function blur(from: usize, to: usize): void {
  for (let y = 1; y < HEIGHT - 1; y++) {
    for (let x = 8; x < WIDTH - 8; x += 8) {
      const at = from + <usize>(y * WIDTH + x)
      let sum = i16x8.shl(v128.load_ext<u8>(at), 2)
      sum = i16x8.add(sum, i16x8.shl(v128.load_ext<u8>(at - 1), 1))
      sum = i16x8.add(sum, i16x8.shl(v128.load_ext<u8>(at + 1), 1))
      sum = i16x8.add(sum, i16x8.shl(v128.load_ext<u8>(at - WIDTH), 1))
      sum = i16x8.add(sum, i16x8.shl(v128.load_ext<u8>(at + WIDTH), 1))
      sum = i16x8.add(sum, v128.load_ext<u8>(at - WIDTH - 1))
      sum = i16x8.add(sum, v128.load_ext<u8>(at - WIDTH + 1))
      sum = i16x8.add(sum, v128.load_ext<u8>(at + WIDTH - 1))
      sum = i16x8.add(sum, v128.load_ext<u8>(at + WIDTH + 1))
      sum = i16x8.shr_u(sum, 4)
      v128.store_lane<u64>(to + <usize>(y * WIDTH + x), i8x16.narrow_i16x8_u(sum, sum), 0)
    }
  }
}

function dot(count: i32, scale: f32): f32 {
  let sum = f32x4.splat(0)
  const by = f32x4.splat(scale)
  for (let i = 0; i < count; i += 8) {
    const at = FLOATS + ((<usize>i) << 2)
    const a = v128.load(at)
    const b = v128.load(at, 16)
    sum = f32x4.add(sum, f32x4.mul(f32x4.mul(a, by), b))
    sum = f32x4.max(sum, f32x4.sub(a, b))
  }
  return (
    f32x4.extract_lane(sum, 0) +
    f32x4.extract_lane(sum, 1) +
    f32x4.extract_lane(sum, 2) +
    f32x4.extract_lane(sum, 3)
  )
}

export function run(n: i32): i64 {
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const value = (i * 73) ^ (i >> 5)
    store<u8>(SOURCE + i, <u8>value)
    store<u8>(TARGET + i, <u8>value)
  }
  for (let i = 0; i < 4096; i++) {
    store<f32>(FLOATS + ((<usize>i) << 2), <f32>(i % 31) * 0.125 - 1)
  }
  let check: u64 = 0
  for (let round = 0; round < n; round++) {
    const even = (round & 1) == 0
    blur(even ? SOURCE : TARGET, even ? TARGET : SOURCE)
    check = rotl(check, 7) + <u64>reinterpret<u32>(dot(4096, <f32>(round % 5) + 0.5))
  }
  let bytes = i32x4.splat(0)
  for (let i: usize = 0; i < <usize>(WIDTH * HEIGHT); i += 16) {
    const pixels = v128.load(SOURCE + i)
    const pairs = i16x8.extadd_pairwise_i8x16_u(pixels)
    bytes = i32x4.add(bytes, i32x4.extadd_pairwise_i16x8_u(pairs))
  }
  return <i64>(check + <u64>i32x4.extract_lane(bytes, 0) + <u64>i32x4.extract_lane(bytes, 3))
}
