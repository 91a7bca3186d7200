// AssemblyScript: counts primes. Build and run:
//
//   npx asc examples/assemblyscript/primes.ts -O --runtime stub --use abort= -o primes.wasm
//   ./vac run --invoke countPrimes primes.wasm 100000

export function countPrimes(limit: i32): i32 {
  const composite = new StaticArray<bool>(limit)
  let count = 0
  for (let number = 2; number < limit; number++) {
    if (composite[number]) continue
    count++
    for (let at = (number as i64) * number; at < limit; at += number) composite[at as i32] = true
  }
  return count
}
