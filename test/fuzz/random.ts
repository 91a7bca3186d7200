// A seeded generator of random numbers (sfc32, C. Doty-Humphrey's PractRand): a seed names a whole
// test case.

export class Random {
  private a: number
  private b: number
  private c: number
  private counter = 1

  constructor(seed: number) {
    this.a = mix(seed)
    this.b = mix(seed ^ 0x5bd1e995)
    this.c = mix(Math.floor(seed / 0x1_0000_0000) + 0x27d4eb2f)
    for (let i = 0; i < 12; i++) this.next()
  }

  /** 32 random bits, unsigned. */
  next(): number {
    const t = (this.a + this.b + this.counter++) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0
    return t >>> 0
  }
  /** A whole number of 0 to limit - 1. */
  below(limit: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * limit)
  }
  /** Of low to high, both included. */
  range(low: number, high: number): number {
    return low + this.below(high - low + 1)
  }
  chance(probability: number): boolean {
    return this.next() < probability * 0x1_0000_0000
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]
  }
  /** By weight: the index of one. */
  weighted(weights: readonly number[]): number {
    let left = (this.next() / 0x1_0000_0000) * weights.reduce((sum, weight) => sum + weight, 0)
    for (let i = 0; i < weights.length; i++) if ((left -= weights[i]) < 0) return i
    return weights.length - 1
  }
  /** 64 random bits, signed. */
  big(): bigint {
    return BigInt.asIntN(64, (BigInt(this.next()) << 32n) | BigInt(this.next()))
  }
}

/** splitmix32: spreads the bits of a seed. */
function mix(seed: number): number {
  let z = (seed + 0x9e3779b9) | 0
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
  return z ^ (z >>> 15)
}
