// SHA-256 in plain TypeScript, for hosts whose own is missing or asynchronous (browsers).
// FIPS 180-4, sections 4.1.2, 5.1.1, 5.3.3 and 6.2: https://doi.org/10.6028/NIST.FIPS.180-4
import { joined } from './bytes.ts'
import type { Hasher } from './hasher.ts'

/**
 * The first 32 bits of the fractional parts of the square (H) and cube (K) roots of the first
 * primes.
 */
const firstHash = rootFractions(8, 2)
const roundKeys = rootFractions(64, 3)

function rootFractions(count: number, degree: 2 | 3): Int32Array {
  const out = new Int32Array(count)
  let found = 0
  for (let n = 2; found < count; n++) {
    if (isPrime(n)) out[found++] = Number(BigInt.asIntN(32, integerRoot(n, degree)))
  }
  return out
}

/**
 * floor(2^32 x root of n) for n < 512, bit by bit: exact, whatever the host's floating-point
 * library.
 */
function integerRoot(n: number, degree: 2 | 3): bigint {
  const target = BigInt(n) << BigInt(32 * degree)
  let root = 0n
  for (let bit = 1n << 36n; bit > 0n; bit >>= 1n) {
    if ((root + bit) ** BigInt(degree) <= target) root += bit
  }
  return root
}

function isPrime(n: number): boolean {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false
  return true
}

const BLOCK_BYTES = 64

/** SHA-256 of the input: 32 bytes. The input must be shorter than 2^50 bytes. */
export function sha256(input: Uint8Array): Uint8Array {
  const state = firstHash.slice()
  const schedule = new Int32Array(64)
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  const whole = input.length - (input.length % BLOCK_BYTES)
  for (let at = 0; at < whole; at += BLOCK_BYTES) compress(state, schedule, view, at)

  // The rest, a single 1 bit, zeros, and the length in bits as a big-endian u64.
  const rest = input.length - whole
  const tail = new Uint8Array(rest + 9 > BLOCK_BYTES ? 2 * BLOCK_BYTES : BLOCK_BYTES)
  tail.set(input.subarray(whole))
  tail[rest] = 0x80
  const tailView = new DataView(tail.buffer)
  tailView.setUint32(tail.length - 8, Math.floor(input.length / 2 ** 29))
  tailView.setUint32(tail.length - 4, (input.length * 8) >>> 0)
  for (let at = 0; at < tail.length; at += BLOCK_BYTES) compress(state, schedule, tailView, at)

  const out = new Uint8Array(32)
  const outView = new DataView(out.buffer)
  for (let i = 0; i < 8; i++) outView.setInt32(4 * i, state[i])
  return out
}

function compress(state: Int32Array, w: Int32Array, block: DataView, at: number): void {
  for (let i = 0; i < 16; i++) w[i] = block.getInt32(at + 4 * i)
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]
    const y = w[i - 2]
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0
  }
  let a = state[0]
  let b = state[1]
  let c = state[2]
  let d = state[3]
  let e = state[4]
  let f = state[5]
  let g = state[6]
  let h = state[7]
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + roundKeys[i] + w[i]) | 0
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  state[0] += a
  state[1] += b
  state[2] += c
  state[3] += d
  state[4] += e
  state[5] += f
  state[6] += g
  state[7] += h
}

/** A Hasher that needs nothing of the host. */
export const portableHasher: Hasher = {
  hash: sha256,
  hashMany: (inputs) => inputs.map(sha256),
  hashParts: (parts) => sha256(joined(parts)),
}
