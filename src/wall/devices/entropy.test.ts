import assert from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import { suite, test } from 'node:test'
import { bytesOfHex, hex } from '../../base/bytes.ts'
import { Machine } from '../../machine/machine.ts'
import { defaultManifest } from '../../machine/manifest.ts'
import { chachaBlock, drawBytes, drawWord } from './entropy.ts'

const machine = (seed: string): Machine => new Machine({ ...defaultManifest, seed })
const SEED = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'

/** Node's ChaCha20: 64-bit counter, then 64-bit nonce, as sixteen bytes. */
function nodeStream(seed: string, sizeBytes: number, block = 0n): Uint8Array {
  const iv = Buffer.alloc(16)
  iv.writeBigUInt64LE(block, 0)
  return createCipheriv('chacha20', Buffer.from(seed, 'hex'), iv).update(Buffer.alloc(sizeBytes))
}

suite('entropy', () => {
  test('a block is that of RFC 8439, appendix A.1, vectors 1 and 2', () => {
    const zero = new Uint8Array(32)
    assert.equal(
      hex(chachaBlock(zero, 0n)),
      '76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7' +
        'da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586',
    )
    assert.equal(hex(chachaBlock(zero, 1n)).slice(0, 32), '9f07e7be5551387a98ba977c732d080d')
  })

  test('a block is that of Node, for counters up to 2^32 and past it', () => {
    for (const block of [0n, 1n, 77n, 0xffffffffn, 1n << 32n, (1n << 40n) + 5n]) {
      const expected = nodeStream(SEED, 64, block)
      assert.equal(hex(chachaBlock(bytesOfHex(SEED), block)), hex(expected))
    }
  })

  test('draws of whole words in any pieces give one stream', () => {
    const m = machine(SEED)
    const sizes = [8, 16, 56, 64, 8, 128, 0, 200, 8]
    const drawn = sizes.map((size) => drawBytes(m, size))
    const total = sizes.reduce((a, b) => a + b)
    assert.equal(hex(Buffer.concat(drawn)), hex(nodeStream(SEED, total)))
    assert.equal(m.entropyCount, total / 8)
  })

  test('what is left of a word is not used: the count is all the state', () => {
    const m = machine(SEED)
    drawBytes(m, 3)
    assert.equal(m.entropyCount, 1)
    const word = drawWord(m)
    const expected = Buffer.from(nodeStream(SEED, 16)).readBigInt64LE(8)
    assert.equal(word, expected)
  })

  test('another seed gives other numbers', () => {
    assert.notEqual(drawWord(machine('00'.repeat(32))), drawWord(machine('01'.padStart(64, '0'))))
  })
})
