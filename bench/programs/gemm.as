// C = A B + C / 2 for n x n matrices of f64, n at most 512, in blocks of 2 x 2 sums in registers.
const A: usize = memory.data(512 * 512 * 8, 16)
const B: usize = memory.data(512 * 512 * 8, 16)
const C: usize = memory.data(512 * 512 * 8, 16)

export function run(n: i32): i64 {
  n &= ~1
  for (let i = 0; i < n * n; i++) {
    const at = (<usize>i) << 3
    store<f64>(A + at, <f64>(i % 17) * 0.25 - 1.5)
    store<f64>(B + at, <f64>(i % 23) * 0.125 + 0.5)
    store<f64>(C + at, <f64>(i % 5))
  }
  const row = (<usize>n) << 3
  for (let i = 0; i < n; i += 2) {
    for (let j = 0; j < n; j += 2) {
      let a = A + <usize>i * row
      let b = B + ((<usize>j) << 3)
      let c00: f64 = 0
      let c01: f64 = 0
      let c10: f64 = 0
      let c11: f64 = 0
      const end = a + row
      for (; a < end; a += 8, b += row) {
        const a0 = load<f64>(a)
        const a1 = load<f64>(a + row)
        const b0 = load<f64>(b)
        const b1 = load<f64>(b, 8)
        c00 += a0 * b0
        c01 += a0 * b1
        c10 += a1 * b0
        c11 += a1 * b1
      }
      const c = C + <usize>i * row + ((<usize>j) << 3)
      store<f64>(c, load<f64>(c) * 0.5 + c00)
      store<f64>(c, load<f64>(c, 8) * 0.5 + c01, 8)
      store<f64>(c + row, load<f64>(c + row) * 0.5 + c10)
      store<f64>(c + row, load<f64>(c + row, 8) * 0.5 + c11, 8)
    }
  }
  let sum: f64 = 0
  for (let i = 0; i < n * n; i++) sum = sum * 0.5 + load<f64>(C + ((<usize>i) << 3))
  return reinterpret<i64>(sum)
}
