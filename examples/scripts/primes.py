# vac run examples/scripts/primes.py 1000
import sys

limit = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
primes = [n for n in range(2, limit) if all(n % d for d in range(2, int(n**0.5) + 1))]
print(f"{len(primes)} primes below {limit}, by CPython {sys.version.split()[0]}")
