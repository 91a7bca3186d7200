// Random numbers from the seed: the ChaCha20 key stream of the manifest's seed, cut into 64-bit
// words. Word i is bytes 8i..8i+7 of the stream, so the count of words handed out is all the state
// there is. Source: RFC 8439 section 2.3, with the 64-bit block counter of the original (nonce 0).
import { bytesOfHex } from '../../base/bytes.ts'
import type { Machine } from '../../machine/machine.ts'

const BLOCK_WORDS = 8
const BLOCK_BYTES = 64
/** "expand 32-byte k" */
const SIGMA = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]
const COLUMNS_AND_DIAGONALS = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
]

/** One block of the ChaCha20 key stream: 64 bytes. `key` has 32 bytes. */
export function chachaBlock(key: Uint8Array, counter: bigint): Uint8Array {
  const input = new Int32Array(16)
  const keyView = new DataView(key.buffer, key.byteOffset, key.byteLength)
  input.set(SIGMA)
  for (let i = 0; i < 8; i++) input[4 + i] = keyView.getInt32(4 * i, true)
  input[12] = Number(BigInt.asIntN(32, counter))
  input[13] = Number(BigInt.asIntN(32, counter >> 32n))
  const x = input.slice()
  for (let round = 0; round < 10; round++) {
    for (const [a, b, c, d] of COLUMNS_AND_DIAGONALS) quarterRound(x, a, b, c, d)
  }
  const out = new Uint8Array(BLOCK_BYTES)
  const view = new DataView(out.buffer)
  for (let i = 0; i < 16; i++) view.setInt32(4 * i, x[i] + input[i], true)
  return out
}

const rotated = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits))

function quarterRound(x: Int32Array, a: number, b: number, c: number, d: number): void {
  x[a] += x[b]
  x[d] = rotated(x[d] ^ x[a], 16)
  x[c] += x[d]
  x[b] = rotated(x[b] ^ x[c], 12)
  x[a] += x[b]
  x[d] = rotated(x[d] ^ x[a], 8)
  x[c] += x[d]
  x[b] = rotated(x[b] ^ x[c], 7)
}

/** The next `sizeBytes` random bytes of the machine; what is left of the last word is not used. */
export function drawBytes(m: Machine, sizeBytes: number): Uint8Array {
  const key = bytesOfHex(m.manifest.seed)
  const words = Math.ceil(sizeBytes / 8)
  const firstBlock = Math.floor(m.entropyCount / BLOCK_WORDS)
  const lastBlock = Math.floor((m.entropyCount + words - 1) / BLOCK_WORDS)
  const skip = (m.entropyCount % BLOCK_WORDS) * 8
  const stream = new Uint8Array((lastBlock - firstBlock + 1) * BLOCK_BYTES)
  for (let block = firstBlock; block <= lastBlock; block++) {
    stream.set(chachaBlock(key, BigInt(block)), (block - firstBlock) * BLOCK_BYTES)
  }
  m.entropyCount += words
  return stream.subarray(skip, skip + sizeBytes)
}

/** The next random word, as a signed 64-bit number. */
export function drawWord(m: Machine): bigint {
  const bytes = drawBytes(m, 8)
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true)
}
