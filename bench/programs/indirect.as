// n calls through a table of 16 small functions, in an order that nobody can guess.
type Step = (value: u32) => u32
const steps: StaticArray<Step> = [
  (value) => value * 5 + 1,
  (value) => value ^ (value >> 7),
  (value) => value - 77,
  (value) => rotl(value, 3),
  (value) => ~value,
  (value) => value + (value << 3),
  (value) => value ^ 0x9e3779b9,
  (value) => (value & 1) != 0 ? value >> 1 : value * 3,
  (value) => value * value + 7,
  (value) => bswap(value),
  (value) => value ^ (value << 11),
  (value) => value - (value >> 4),
  (value) => popcnt(value) + value,
  (value) => rotr(value, 9),
  (value) => value | (value >> 16),
  (value) => value * 0x01000193,
]

export function run(n: i32): i64 {
  let value: u32 = 1
  let state: u32 = 12345
  for (let i = 0; i < n; i++) {
    state = state * 1664525 + 1013904223
    value = unchecked(steps[state >> 28])(value)
  }
  return <i64>value
}
