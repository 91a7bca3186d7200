// XXH64 of n buffers of 64 KiB, filled by splitmix64: multiplications and rotations of i64.
const SIZE: usize = 65536
const BUFFER: usize = memory.data(65536, 16)
const P1: u64 = 0x9e3779b185ebca87
const P2: u64 = 0xc2b2ae3d27d4eb4f
const P3: u64 = 0x165667b19e3779f9
const P4: u64 = 0x85ebca77c2b2ae63

function round(sum: u64, value: u64): u64 {
  return rotl(sum + value * P2, 31) * P1
}

function merge(hash: u64, sum: u64): u64 {
  return (hash ^ round(0, sum)) * P1 + P4
}

function hashed(seed: u64): u64 {
  let a = seed + P1 + P2
  let b = seed + P2
  let c = seed
  let d = seed - P1
  for (let at = BUFFER; at < BUFFER + SIZE; at += 32) {
    a = round(a, load<u64>(at))
    b = round(b, load<u64>(at, 8))
    c = round(c, load<u64>(at, 16))
    d = round(d, load<u64>(at, 24))
  }
  let hash = rotl(a, 1) + rotl(b, 7) + rotl(c, 12) + rotl(d, 18)
  hash = merge(merge(merge(merge(hash, a), b), c), d) + <u64>SIZE
  hash = (hash ^ (hash >> 33)) * P2
  hash = (hash ^ (hash >> 29)) * P3
  return hash ^ (hash >> 32)
}

export function run(n: i32): i64 {
  let state: u64 = 42
  let hash: u64 = 0
  for (let i = 0; i < n; i++) {
    for (let at = BUFFER; at < BUFFER + SIZE; at += 8) {
      state += 0x9e3779b97f4a7c15
      let z = state
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
      z = (z ^ (z >> 27)) * 0x94d049bb133111eb
      store<u64>(at, z ^ (z >> 31))
    }
    hash = hashed(hash)
  }
  return <i64>hash
}
