// The edit distance of two texts of n letters, n at most 8000: a row of i32 at a time.
const LEFT: usize = memory.data(8192, 16)
const RIGHT: usize = memory.data(8192, 16)
const ROW: usize = memory.data(8193 * 4, 16)

export function run(n: i32): i64 {
  let state: u32 = 12345
  for (let i = 0; i < n; i++) {
    state = state * 1664525 + 1013904223
    store<u8>(LEFT + i, <u8>(state >> 30))
    state = state * 1664525 + 1013904223
    store<u8>(RIGHT + i, <u8>(state >> 30))
  }
  for (let j = 0; j <= n; j++) store<i32>(ROW + ((<usize>j) << 2), j)
  for (let i = 0; i < n; i++) {
    const letter = load<u8>(LEFT + i)
    let corner = i
    let left = i + 1
    store<i32>(ROW, left)
    for (let j = 0; j < n; j++) {
      const at = ROW + ((<usize>j) << 2)
      const above = load<i32>(at, 4)
      let best = corner + <i32>(letter != load<u8>(RIGHT + j))
      if (above + 1 < best) best = above + 1
      if (left + 1 < best) best = left + 1
      store<i32>(at, best, 4)
      corner = above
      left = best
    }
  }
  return load<i32>(ROW + ((<usize>n) << 2))
}
