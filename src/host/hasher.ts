// SHA-256 by Node's crypto.
import { hash } from 'node:crypto'
import type { Hasher } from '../base/hasher.ts'

const sha256 = (input: Uint8Array): Uint8Array => new Uint8Array(hash('sha256', input, 'buffer'))

export const nodeHasher: Hasher = {
  hash: sha256,
  hashMany: (inputs) => inputs.map(sha256),
}
