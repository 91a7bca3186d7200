// Memory against a plain array of bytes under random operations, forks included.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Memory } from './memory.ts'
import { PAGE_BYTES, ZERO_PAGE } from './page.ts'
import { BYTE_CHANGES, changeBytes, growByPage, type Pair } from './tools/random-bytes.ts'

const limits = { min: 2n, max: 8n, wide: false, shared: false }

/** A small generator of repeatable numbers (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

/** One random operation, done to a memory and to its model. */
function step(pairs: Pair[], next: (below: number) => number): void {
  const pair = pairs[next(pairs.length)]
  const { memory, model } = pair
  const which = next(BYTE_CHANGES + 2)
  if (which < BYTE_CHANGES) changeBytes(which, pair, pairs, next)
  else if (which === BYTE_CHANGES) {
    if (next(256) <= 25 && memory.sizePages < 8) growByPage(pair)
  } else if (pairs.length < 6) pairs.push({ memory: memory.fork(), model: model.slice() })
  else memory.seal()
}

function checkInvariants(memory: Memory): void {
  assert.equal(memory.read.length, memory.write.length)
  for (let i = 0; i < memory.sizePages; i++) {
    assert.ok(i in memory.read && i in memory.write, 'the windows have no holes')
    const written = memory.write[i]
    if (written === undefined) continue
    assert.equal(memory.read[i], written)
    assert.equal(written.hash, null)
    assert.notEqual(written, ZERO_PAGE)
  }
}

describe('a memory', () => {
  for (const seed of [1, 2, 3, 4]) {
    it(`does what an array of bytes does, forks included (seed ${seed})`, () => {
      const pairs: Pair[] = [{ memory: new Memory(limits), model: new Uint8Array(2 * PAGE_BYTES) }]
      const next = random(seed)
      for (let i = 0; i < 1500; i++) {
        const before = pairs.length
        step(pairs, next)
        if (pairs.length > before || i % 300 === 0) {
          for (const { memory, model } of pairs) {
            checkInvariants(memory)
            const bytes = memory.readBytes(0, model.length)
            assert.ok(Buffer.compare(bytes, model) === 0, `differs at step ${i}`)
          }
        }
      }
      assert.ok(pairs.length > 1, 'forked at least once')
      assert.ok(ZERO_PAGE.i32.every((word) => word === 0))
    })
  }

  it('loads and stores across a page boundary, little-endian', () => {
    const memory = new Memory(limits)
    memory.store(PAGE_BYTES - 3, 8, 0x0102030405060708n)
    assert.equal(memory.load(PAGE_BYTES - 3, 8), 0x0102030405060708n)
    assert.equal(memory.loadInt(PAGE_BYTES - 1, 4), 0x03040506)
    assert.equal(memory.loadByte(PAGE_BYTES - 3), 8)
    memory.storeInt(PAGE_BYTES - 1, 2, -1)
    assert.equal(memory.loadInt(PAGE_BYTES - 2, 4), 0x04ffff07)
  })

  it('asserts bounds and gives undefined beyond them', () => {
    const memory = new Memory(limits)
    assert.equal(memory.readable(2), undefined)
    assert.throws(() => memory.loadByte(2 * PAGE_BYTES))
    assert.throws(() => memory.writable(2))
  })

  it('shares pages with its fork until one of them writes', () => {
    const memory = new Memory(limits)
    memory.storeByte(5, 1)
    const fork = memory.fork()
    assert.equal(fork.readable(0), memory.readable(0))
    assert.equal(memory.write[0], undefined)
    fork.storeByte(5, 2)
    assert.equal(memory.loadByte(5), 1)
    memory.storeByte(6, 3)
    assert.equal(fork.loadByte(6), 0)
    assert.equal(fork.loadByte(5), 2)
  })
})
