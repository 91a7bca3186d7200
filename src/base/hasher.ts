// What the core asks of a hash function: SHA-256, synchronous, handed in by the host.

export interface Hasher {
  /** The 32 bytes of SHA-256 of the input. */
  hash(input: Uint8Array): Uint8Array
  /** The same of each input; the inputs may be overwritten once it returns. */
  hashMany(inputs: readonly Uint8Array[]): Uint8Array[]
  /** Of an input that is given in parts. */
  hashParts(parts: readonly Uint8Array[]): Uint8Array
}

export const HASH_BYTES = 32
