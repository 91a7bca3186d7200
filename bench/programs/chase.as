// Follows n links of a list of 2^16 nodes in a random order: each load waits for the one before.
const COUNT: u32 = 1 << 16
const NODES: usize = memory.data((1 << 16) * 16, 16)

const node = (index: u32): usize => NODES + ((<usize>index) << 4)

export function run(n: i32): i64 {
  for (let i: u32 = 0; i < COUNT; i++) {
    store<u32>(node(i), i)
    store<u32>(node(i), i * 2654435761, 4)
  }
  // Sattolo's shuffle: one cycle through all nodes.
  let state: u32 = 1
  for (let i: u32 = COUNT - 1; i > 0; i--) {
    state = state * 1664525 + 1013904223
    const j = <u32>((<u64>state * <u64>i) >> 32)
    const index = load<u32>(node(i))
    store<u32>(node(i), load<u32>(node(j)))
    store<u32>(node(j), index)
  }
  for (let i: u32 = 0; i < COUNT; i++) {
    store<u32>(node(i), <u32>node(load<u32>(node(i))))
  }
  let at = NODES
  let check: u32 = 0
  for (let i = 0; i < n; i++) {
    check = check * 5 + load<u32>(at, 4)
    at = load<u32>(at)
  }
  return <i64>check
}
