// Calls: fib(n), Ackermann and Takeuchi functions, and a fold through a table of functions.
function fib(n: i32): i32 {
  return n < 2 ? n : fib(n - 1) + fib(n - 2)
}

function ackermann(m: i32, n: i32): i32 {
  if (m == 0) return n + 1
  if (n == 0) return ackermann(m - 1, 1)
  return ackermann(m - 1, ackermann(m, n - 1))
}

function tak(x: i32, y: i32, z: i32): i32 {
  if (y >= x) return z
  return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))
}

type Step = (value: i32) => i32
const steps: StaticArray<Step> = [
  (value) => value * 5 + 1,
  (value) => value ^ (value >>> 7),
  (value) => value - 77,
  (value) => rotl(value, 3),
]

function fold(count: i32): i32 {
  let value = count
  for (let i = 0; i < count; i++) value = unchecked(steps[i & 3])(value)
  return value
}

export function run(n: i32): i64 {
  let check: i64 = fib(n)
  check = check * 31 + ackermann(2, n * 4)
  check = check * 31 + tak(12, 8, 4)
  return check * 31 + fold(n * 2000)
}
