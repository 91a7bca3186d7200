// Merkle trees of the state: binary, SHA-256, leaves of 4 KiB, domain-separated. See spec/state.md.
// The definition knows neither pages nor radix nodes: those only decide which hashes are kept.
import { assert } from '../base/errors.ts'
import type { Hasher } from '../base/hasher.ts'
import { PAGE_BYTES, type Page } from './page.ts'
import { FAN_OUT, type Node, type PageTable } from './page-table.ts'

export const LEAF_BYTES = 4096
/** First byte of what is hashed: a leaf, an inner node, a named value. */
const LEAF_TAG = 0
const NODE_TAG = 1
const NAME_TAG = 2

const PAGE_LEAVES = PAGE_BYTES / LEAF_BYTES
/** Levels of a page's tree (16 leaves) and of a radix node's (64 children). */
const PAGE_LEVEL = Math.log2(PAGE_LEAVES)
const NODE_LEVEL = Math.log2(FAN_OUT)
/** Leaves that are handed to the hasher at a time. */
const BATCH = 64

/** The level of the smallest tree over `sizeBytes` bytes: 2^level leaves. */
export function levelOf(sizeBytes: number): number {
  let level = 0
  while (LEAF_BYTES * 2 ** level < sizeBytes) level++
  return level
}

export class Merkle {
  private readonly hasher: Hasher
  /** Root of a tree of zeros, by level; made as needed. */
  private readonly zeros: Uint8Array[] = []
  private readonly pair = new Uint8Array(65)
  private readonly leaves = Array.from({ length: BATCH }, () => new Uint8Array(1 + LEAF_BYTES))

  constructor(hasher: Hasher) {
    this.hasher = hasher
    this.pair[0] = NODE_TAG
  }

  /** Root of 2^level leaves of zeros. */
  zero(level: number): Uint8Array {
    if (this.zeros.length === 0) {
      this.zeros.push(this.hasher.hash(new Uint8Array(1 + LEAF_BYTES)))
    }
    while (this.zeros.length <= level) {
      const below = this.zeros[this.zeros.length - 1]
      this.zeros.push(this.node(below, below))
    }
    return this.zeros[level]
  }

  node(left: Uint8Array, right: Uint8Array): Uint8Array {
    this.pair.set(left, 1)
    this.pair.set(right, 33)
    return this.hasher.hash(this.pair)
  }

  /**
   * A value under a name: what it is goes into the hash, so that no value stands for one of another
   * kind.
   */
  named(name: Uint8Array, value: Uint8Array): Uint8Array {
    assert(name.length < 256, 'a domain name fits a length byte')
    const input = new Uint8Array(2 + name.length + value.length)
    input[0] = NAME_TAG
    input[1] = name.length
    input.set(name, 2)
    input.set(value, 2 + name.length)
    return this.hasher.hash(input)
  }

  /** A byte string under a name: its length and the root of its tree. */
  blob(name: Uint8Array, bytes: Uint8Array): Uint8Array {
    const value = new Uint8Array(40)
    new DataView(value.buffer).setBigUint64(0, BigInt(bytes.length), true)
    value.set(this.bytes(bytes), 8)
    return this.named(name, value)
  }

  /**
   * Root over bytes, padded with zeros to the smallest tree. The length is the caller's to commit
   * to.
   */
  bytes(bytes: Uint8Array): Uint8Array {
    const hashes = this.leafHashes(bytes)
    return this.fold(hashes, 0, levelOf(bytes.length))
  }

  /**
   * Root of a page table's first `sizeBytes` bytes, padded to the smallest tree. Keeps hashes in
   * pages and nodes.
   */
  table(table: PageTable, sizeBytes: number): Uint8Array {
    const level = levelOf(sizeBytes)
    let node = table.root
    // Down the left edge to the node whose tree is not larger than asked for by a whole level of
    // nodes.
    let height = table.height
    while (node !== null && height > 1 && this.levelAt(height - 1) >= level) {
      node = node.slots[0] as Node | null
      height--
    }
    if (node === null) return this.zero(level)
    const top = this.levelAt(height)
    if (level === top) return this.nodeHash(node, height)
    if (level > top) return this.raise(this.nodeHash(node, height), top, level)
    if (level < PAGE_LEVEL) {
      const page = node.slots[0] as Page | null
      if (page === null) return this.zero(level)
      return this.fold(this.leafHashes(page.u8.subarray(0, LEAF_BYTES * 2 ** level)), 0, level)
    }
    const below = height === 1 ? PAGE_LEVEL : this.levelAt(height - 1)
    return this.fold(this.slotHashes(node, height, 2 ** (level - below)), below, level)
  }

  /** Root of a page, which keeps it. */
  page(page: Page): Uint8Array {
    page.hash ??= this.fold(this.leafHashes(page.u8), 0, PAGE_LEVEL)
    return page.hash
  }

  /** Level of a radix node's tree. */
  private levelAt(height: number): number {
    return PAGE_LEVEL + NODE_LEVEL * height
  }

  /** A root at level `from`, with zeros to its right up to level `to`. */
  private raise(hash: Uint8Array, from: number, to: number): Uint8Array {
    let risen = hash
    for (let level = from; level < to; level++) risen = this.node(risen, this.zero(level))
    return risen
  }

  private nodeHash(node: Node, height: number): Uint8Array {
    if (node.hash !== null) return node.hash
    const below = height === 1 ? PAGE_LEVEL : this.levelAt(height - 1)
    node.hash = this.fold(this.slotHashes(node, height, FAN_OUT), below, this.levelAt(height))
    return node.hash
  }

  private slotHashes(node: Node, height: number, count: number): Uint8Array[] {
    const hashes: Uint8Array[] = []
    for (let i = 0; i < count; i++) {
      const slot = node.slots[i]
      if (height === 1) hashes.push(this.pageHash(slot as Page | null))
      else if (slot === null) hashes.push(this.zero(this.levelAt(height - 1)))
      else hashes.push(this.nodeHash(slot as Node, height - 1))
    }
    return hashes
  }

  private pageHash(page: Page | null): Uint8Array {
    return page === null ? this.zero(PAGE_LEVEL) : this.page(page)
  }

  /** Roots at level `from`, padded with zeros to 2^(to - from), folded to one. */
  private fold(hashes: Uint8Array[], from: number, to: number): Uint8Array {
    let row = hashes
    if (row.length === 0) return this.zero(to)
    for (let level = from; level < to; level++) {
      const above: Uint8Array[] = []
      const zero = this.zero(level)
      const zeroAbove = this.zero(level + 1)
      for (let i = 0; i < row.length; i += 2) {
        const right = i + 1 < row.length ? row[i + 1] : zero
        above.push(row[i] === zero && right === zero ? zeroAbove : this.node(row[i], right))
      }
      row = above
    }
    return row[0]
  }

  private leafHashes(bytes: Uint8Array): Uint8Array[] {
    const count = Math.ceil(bytes.length / LEAF_BYTES)
    const hashes: Uint8Array[] = new Array(count)
    let waiting: number[] = []
    const flush = (): void => {
      const made = this.hasher.hashMany(this.leaves.slice(0, waiting.length))
      waiting.forEach((leaf, i) => {
        hashes[leaf] = made[i]
      })
      waiting = []
    }
    for (let leaf = 0; leaf < count; leaf++) {
      const chunk = bytes.subarray(leaf * LEAF_BYTES, (leaf + 1) * LEAF_BYTES)
      if (isZero(chunk)) {
        hashes[leaf] = this.zero(0)
        continue
      }
      const input = this.leaves[waiting.length]
      input[0] = LEAF_TAG
      input.set(chunk, 1)
      input.fill(0, 1 + chunk.length)
      if (waiting.push(leaf) === BATCH) flush()
    }
    flush()
    return hashes
  }
}

export function isZero(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false
  return true
}
