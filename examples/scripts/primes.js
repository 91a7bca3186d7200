// vac run examples/scripts/primes.js
const limit = 1000
const isPrime = (n) => {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false
  return true
}
let count = 0
for (let n = 2; n < limit; n++) if (isPrime(n)) count++
print(`${count} primes below ${limit}, by QuickJS`)
