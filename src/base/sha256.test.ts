// Official vectors (FIPS 180-4 examples, NIST CAVP), and every short length against Node's own.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { describe, it } from 'node:test'
import { hex, utf8 } from './bytes.ts'
import { portableHasher, sha256 } from './sha256.ts'

const vectors: readonly [text: string, digest: string][] = [
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
]

describe('SHA-256', () => {
  it('gives the official digests', () => {
    for (const [text, digest] of vectors) assert.equal(hex(sha256(utf8(text))), digest)
  })

  it('agrees with the one of Node at every length around the block size, at any alignment', () => {
    const bytes = new Uint8Array(400).map((_, i) => (i * 167) ^ (i >> 3))
    for (let size = 0; size <= 260; size++) {
      const input = bytes.subarray(size % 7, (size % 7) + size)
      assert.equal(hex(sha256(input)), hash('sha256', input), `${size} bytes`)
    }
  })

  it('hashes many as one by one', () => {
    const inputs = ['', 'a', 'abc'].map(utf8)
    assert.deepEqual(portableHasher.hashMany(inputs), inputs.map(sha256))
  })
})
