// n rounds of a five-point stencil over a grid of f64: a store of a float for each point.
const SIDE: usize = 256
const ROW: usize = SIDE * 8
const FROM: usize = memory.data(256 * 256 * 8, 16)
const TO: usize = memory.data(256 * 256 * 8, 16)

function sweep(from: usize, to: usize): void {
  for (let y: usize = 1; y < SIDE - 1; y++) {
    const start = y * ROW + 8
    const end = y * ROW + ROW - 8
    for (let at = start; at < end; at += 8) {
      const p = from + at
      const near = load<f64>(p - 8) + load<f64>(p + 8) + load<f64>(p - ROW) + load<f64>(p + ROW)
      store<f64>(to + at, load<f64>(p) * 0.5 + near * 0.125)
    }
  }
}

export function run(n: i32): i64 {
  for (let i: usize = 0; i < SIDE * SIDE; i++) {
    const value = <f64>((i * 7919) % 1009) * 0.001
    store<f64>(FROM + (i << 3), value)
    store<f64>(TO + (i << 3), value)
  }
  for (let round = 0; round < n; round++) {
    if ((round & 1) == 0) sweep(FROM, TO)
    else sweep(TO, FROM)
  }
  let sum: f64 = 0
  for (let i: usize = 0; i < SIDE * SIDE; i++) sum = sum * 0.5 + load<f64>(FROM + (i << 3))
  return reinterpret<i64>(sum)
}
