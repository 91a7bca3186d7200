// SHA-256 by Node's crypto.
import { createHash, hash } from 'node:crypto'
import { HASH_BYTES, type Hasher } from '../base/hasher.ts'

/** As text of one byte a character: a buffer of the host's takes twice the time to make. */
function sha256(input: Uint8Array): Uint8Array {
  const text = hash('sha256', input, 'latin1')
  const bytes = new Uint8Array(HASH_BYTES)
  for (let at = 0; at < HASH_BYTES; at++) bytes[at] = text.charCodeAt(at)
  return bytes
}

export const nodeHasher: Hasher = {
  hash: sha256,
  hashMany: (inputs) => inputs.map(sha256),
  hashParts: (parts) => {
    const hash = createHash('sha256')
    for (const part of parts) hash.update(part)
    return new Uint8Array(hash.digest())
  },
}
