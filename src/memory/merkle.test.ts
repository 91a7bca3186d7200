// The tree against a naive definition of it, and kept hashes against none.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hex, utf8 } from '../base/bytes.ts'
import { sha256 } from '../base/sha256.ts'
import { nodeHasher } from '../host/hasher.ts'
import { Memory } from './memory.ts'
import { LEAF_BYTES, Merkle } from './merkle.ts'
import { PAGE_BYTES } from './page.ts'

const concat = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

/** The definition, as spec/state.md words it. */
function naive(bytes: Uint8Array): Uint8Array {
  let row: Uint8Array[] = []
  for (let at = 0; at < bytes.length || at === 0; at += LEAF_BYTES) {
    const leaf = new Uint8Array(LEAF_BYTES)
    leaf.set(bytes.subarray(at, at + LEAF_BYTES))
    row.push(sha256(concat(Uint8Array.of(0), leaf)))
  }
  const zero = sha256(new Uint8Array(1 + LEAF_BYTES))
  while ((row.length & (row.length - 1)) !== 0) row.push(zero)
  while (row.length > 1) {
    row = row
      .filter((_, i) => i % 2 === 0)
      .map((left, i) => sha256(concat(Uint8Array.of(1), left, row[2 * i + 1])))
  }
  return row[0]
}

const memoryOf = (pages: number): Memory =>
  new Memory({ min: BigInt(pages), max: null, wide: false, shared: false })
const rootOf = (memory: Memory): string => {
  memory.seal()
  return hex(new Merkle(nodeHasher).table(memory.table, memory.sizePages * PAGE_BYTES))
}
const naiveRootOf = (memory: Memory): string =>
  hex(naive(memory.readBytes(0, memory.sizePages * PAGE_BYTES)))

describe('the Merkle tree', () => {
  it('is the naive one over bytes of any length', () => {
    const merkle = new Merkle(nodeHasher)
    for (const size of [0, 1, 4095, 4096, 4097, 3 * 4096, 70_000]) {
      const bytes = new Uint8Array(size).map((_, i) => i * 7)
      assert.equal(hex(merkle.bytes(bytes)), hex(naive(bytes)), `${size} bytes`)
    }
  })

  it('is the naive one over memories of any size, wherever they were written', () => {
    for (const pages of [0, 1, 2, 3, 5, 63, 64, 65, 100]) {
      const memory = memoryOf(pages)
      assert.equal(rootOf(memory), naiveRootOf(memory), `${pages} pages of zeros`)
      for (let page = 0; page < pages; page += 1 + (page >> 1)) {
        memory.store(page * PAGE_BYTES + page * 11, 8, BigInt(page + 1))
      }
      assert.equal(rootOf(memory), naiveRootOf(memory), `${pages} pages`)
    }
  })

  it('is the naive one over part of a page', () => {
    const { table } = memoryOf(0)
    const bytes = new Uint8Array(PAGE_BYTES).map((_, i) => i >> 8)
    for (const size of [1, 4096, 4097, 10_000, 40_000, PAGE_BYTES]) {
      const page = table.own(0)
      page.u8.set(bytes)
      page.u8.fill(0, size)
      const found = new Merkle(nodeHasher).table(table, size)
      assert.equal(hex(found), hex(naive(bytes.subarray(0, size))), `${size} bytes`)
    }
  })

  it('is the same from kept hashes as from scratch, over writes, growth and forks', () => {
    let state = 7
    const next = (below: number): number =>
      ((state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 12) % below
    const memories = [memoryOf(3)]
    for (let i = 0; i < 60; i++) {
      const memory = memories[next(memories.length)]
      for (let n = next(4); n >= 0; n--) {
        memory.storeInt(next(memory.sizePages * PAGE_BYTES - 4), 4, next(3))
      }
      if (next(6) === 0 && memory.sizePages < 20) memory.grow(next(3))
      if (next(8) === 0 && memories.length < 4) memories.push(memory.fork())
      for (const each of memories) assert.equal(rootOf(each), naiveRootOf(each), `step ${i}`)
    }
    assert.ok(memories.length > 1)
  })

  it('does not see how a memory came to its bytes', () => {
    const memory = memoryOf(2)
    const untouched = rootOf(memory)
    memory.storeByte(70_000, 1)
    assert.notEqual(rootOf(memory), untouched)
    memory.storeByte(70_000, 0)
    assert.equal(rootOf(memory), untouched)
    memory.writeBytes(0, new Uint8Array(100))
    assert.equal(rootOf(memory), untouched)
  })

  it('is cheap over a sparse space', () => {
    let calls = 0
    const counting = new Merkle({
      ...nodeHasher,
      hash: (input) => {
        calls++
        return nodeHasher.hash(input)
      },
      hashMany: (inputs) => {
        calls += inputs.length
        return nodeHasher.hashMany(inputs)
      },
    })
    const { table } = memoryOf(0)
    table.own(2 ** 40).u8[0] = 1
    counting.table(table, 2 ** 41 * PAGE_BYTES)
    assert.ok(calls < 200, `${calls} hashes`)
    const first = calls
    counting.table(table, 2 ** 41 * PAGE_BYTES)
    assert.ok(calls - first < 64, `${calls - first} hashes the second time`)
  })

  it('keeps leaves, nodes and named values apart', () => {
    const merkle = new Merkle(nodeHasher)
    const [a, b] = [merkle.zero(0), merkle.zero(1)]
    assert.notEqual(hex(merkle.node(a, b)), hex(merkle.node(b, a)))
    assert.notEqual(hex(merkle.named(utf8('x'), a)), hex(merkle.named(utf8('y'), a)))
    assert.notEqual(
      hex(merkle.named(utf8('x'), utf8('yz'))),
      hex(merkle.named(utf8('xy'), utf8('z'))),
    )
  })
})
