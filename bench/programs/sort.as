// Sorts n numbers of i32, n at most 2^18: quicksort that leaves short runs to an insertion sort.
const VALUES: usize = memory.data((1 << 18) * 4, 16)

const place = (at: i32): usize => VALUES + ((<usize>at) << 2)

function insertion(low: i32, high: i32): void {
  for (let i = low + 1; i <= high; i++) {
    const value = load<i32>(place(i))
    let j = i - 1
    for (; j >= low && load<i32>(place(j)) > value; j--) {
      store<i32>(place(j), load<i32>(place(j)), 4)
    }
    store<i32>(place(j), value, 4)
  }
}

function quicksort(low: i32, high: i32): void {
  while (high - low > 12) {
    const pivot = load<i32>(place((low + high) >> 1))
    let i = low
    let j = high
    while (i <= j) {
      while (load<i32>(place(i)) < pivot) i++
      while (load<i32>(place(j)) > pivot) j--
      if (i > j) break
      const value = load<i32>(place(i))
      store<i32>(place(i++), load<i32>(place(j)))
      store<i32>(place(j--), value)
    }
    if (j - low < high - i) {
      quicksort(low, j)
      low = i
    } else {
      quicksort(i, high)
      high = j
    }
  }
  insertion(low, high)
}

export function run(n: i32): i64 {
  let state: u32 = 2463534242
  for (let i = 0; i < n; i++) {
    state ^= state << 13
    state ^= state >> 17
    state ^= state << 5
    store<i32>(place(i), <i32>state)
  }
  quicksort(0, n - 1)
  let check: i64 = 0
  for (let i = 1; i < n; i++) {
    if (load<i32>(place(i - 1)) > load<i32>(place(i))) unreachable()
    check = check * 31 + load<i32>(place(i))
  }
  return check
}
