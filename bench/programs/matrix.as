// The product of two n x n matrices of f64, n at most 256: floating point and strided loads.
const A: usize = memory.data(256 * 256 * 8, 16)
const B: usize = memory.data(256 * 256 * 8, 16)

export function run(n: i32): i64 {
  for (let i = 0; i < n * n; i++) {
    store<f64>(A + ((<usize>i) << 3), <f64>(i % 17) * 0.25 - 1.5)
    store<f64>(B + ((<usize>i) << 3), <f64>(i % 23) * 0.125 + 0.5)
  }
  const row = (<usize>n) << 3
  let sum: f64 = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let a = A + <usize>i * row
      let b = B + ((<usize>j) << 3)
      let dot: f64 = 0
      for (let k = 0; k < n; k++) {
        dot += load<f64>(a) * load<f64>(b)
        a += 8
        b += row
      }
      sum = sum * 0.5 + dot
    }
  }
  return reinterpret<i64>(sum)
}
