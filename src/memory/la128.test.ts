// Far addresses: sparse shards, bounds, forks.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TrapSignal } from '../isa/traps.ts'
import { FIRST_FAR_SHARD, pageIdOf, ShardTable } from './la128.ts'
import { Memory } from './memory.ts'

const trapsWith = (trap: string, run: () => unknown): void => {
  assert.throws(run, (error) => error instanceof TrapSignal && error.trap === trap)
}
const top = (1n << 64n) - 8n

describe('the LA128 space', () => {
  it('reaches memories by their number', () => {
    const memory = new Memory({ min: 1n, max: null, wide: false, shared: false })
    const shards = new ShardTable([memory])
    shards.store(0n, 65_528n, 8, 5n)
    assert.equal(memory.load(65_528, 8), 5n)
    assert.equal(shards.load(0n, 65_528n, 8), 5n)
    trapsWith('out of bounds memory access', () => shards.load(0n, 65_529n, 8))
    trapsWith('unknown shard', () => shards.load(1n, 0n, 1))
  })

  it('reaches the last bytes of a full shard, and the page boundaries within', () => {
    const shards = new ShardTable([])
    const shard = shards.alloc(1n << 64n)
    assert.equal(shard, FIRST_FAR_SHARD)
    shards.store(shard, top, 8, 0x1122334455667788n)
    assert.equal(shards.load(shard, top, 8), 0x1122334455667788n)
    assert.equal(shards.load(shard, top - 8n, 8), 0n)
    trapsWith('out of bounds memory access', () => shards.load(shard, top + 1n, 8))
    shards.store(shard, (1n << 40n) - 3n, 8, -2n)
    assert.equal(shards.load(shard, 1n << 40n, 4), 0xffffffffn)
    assert.deepEqual([...shards.far[0].table.pages()].length, 3)
  })

  it('traps on shards that were never made', () => {
    const shards = new ShardTable([])
    trapsWith('unknown shard', () => shards.store(FIRST_FAR_SHARD, 0n, 1, 0n))
    trapsWith('unknown shard', () => shards.load((1n << 64n) - 1n, 0n, 1))
  })

  it('counts the pages it names and forks copy-on-write', () => {
    const shards = new ShardTable([])
    const shard = shards.alloc(65_537n)
    assert.equal(shards.farPages, 2n)
    shards.store(shard, 0n, 1, 1n)
    const fork = shards.fork([])
    fork.store(shard, 0n, 1, 2n)
    assert.equal(shards.load(shard, 0n, 1), 1n)
    shards.store(shard, 1n, 1, 3n)
    assert.equal(fork.load(shard, 0n, 2), 2n)
  })

  it('names pages', () => {
    assert.deepEqual(pageIdOf({ shard: 3n, offset: 0x2_0001n }), { shard: 3n, page: 2n })
  })
})
