// LA128: the logical address space. A shard is numbered by a u64 and has up to 2^64 bytes. Memory
// number i of a machine is shard i; far shards, sparse and made by the `alloc` system call, are
// numbered from 2^32 up.
import { assert } from '../base/errors.ts'
import { raise } from '../isa/traps.ts'
import { FarShard } from './far-shard.ts'
import type { Memory } from './memory.ts'
import { PAGE_BITS, PAGE_BYTES } from './page.ts'

/** An address: both halves are u64. */
export interface La128 {
  readonly shard: bigint
  readonly offset: bigint
}

/** Where a page lies: its shard and its number there. */
export interface PageId {
  readonly shard: bigint
  /** offset >> PAGE_BITS */
  readonly page: bigint
}

export const pageIdOf = ({ shard, offset }: La128): PageId => ({
  shard,
  page: offset >> BigInt(PAGE_BITS),
})

export const FIRST_FAR_SHARD = 1n << 32n

/** What the shards of a machine hold, by number: its memories and its far shards. */
export class ShardTable {
  /** The store's own list: shard i is entry i. */
  private readonly memories: readonly Memory[]
  private readonly farShards: FarShard[] = []

  constructor(memories: readonly Memory[]) {
    this.memories = memories
  }

  /** Far shards in order: entry i is shard FIRST_FAR_SHARD + i. */
  get far(): readonly FarShard[] {
    return this.farShards
  }

  /** Pages that the guest's far shards name, touched or not: what the manifest bounds. */
  get farPages(): bigint {
    let pages = 0n
    for (const shard of this.farShards) {
      if (!shard.guest) continue
      pages += (shard.sizeBytes + BigInt(PAGE_BYTES - 1)) >> BigInt(PAGE_BITS)
    }
    return pages
  }

  /** Adds zeros for the guest; gives the shard's number. Whether it may is decided before. */
  alloc(sizeBytes: bigint): bigint {
    return this.add(new FarShard(sizeBytes, undefined, true))
  }

  add(shard: FarShard): bigint {
    return FIRST_FAR_SHARD + BigInt(this.farShards.push(shard) - 1)
  }

  /** A table with the same far shards, copy-on-write, over the memories of a forked store. */
  fork(memories: readonly Memory[]): ShardTable {
    const twin = new ShardTable(memories)
    for (const shard of this.farShards) twin.add(shard.fork())
    return twin
  }

  /**
   * Little-endian, zero-extended, 1 to 8 bytes. Traps where the shard or the bytes are not there.
   */
  load(shard: bigint, offset: bigint, sizeBytes: number): bigint {
    const far = this.farAt(shard)
    if (far === null) {
      return this.memoryAt(shard, offset, sizeBytes).load(Number(offset), sizeBytes)
    }
    if (!far.holds(offset, sizeBytes)) raise('out of bounds memory access')
    return far.load(offset, sizeBytes)
  }

  /** Little-endian, the low 1 to 8 bytes. Traps where the shard or the bytes are not there. */
  store(shard: bigint, offset: bigint, sizeBytes: number, value: bigint): void {
    const far = this.farAt(shard)
    if (far === null) {
      this.memoryAt(shard, offset, sizeBytes).store(Number(offset), sizeBytes, value)
      return
    }
    if (!far.holds(offset, sizeBytes)) raise('out of bounds memory access')
    far.store(offset, sizeBytes, value)
  }

  private farAt(shard: bigint): FarShard | null {
    assert(shard >= 0n, 'shards are unsigned')
    if (shard < FIRST_FAR_SHARD) return null
    const at = shard - FIRST_FAR_SHARD
    if (at >= BigInt(this.farShards.length)) raise('unknown shard')
    const far = this.farShards[Number(at)]
    if (!far.guest) raise('unknown shard')
    return far
  }

  private memoryAt(shard: bigint, offset: bigint, sizeBytes: number): Memory {
    if (shard >= BigInt(this.memories.length)) raise('unknown shard')
    const memory = this.memories[Number(shard)]
    if (offset + BigInt(sizeBytes) > BigInt(memory.sizePages) * BigInt(PAGE_BYTES)) {
      raise('out of bounds memory access')
    }
    return memory
  }
}
