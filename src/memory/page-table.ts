// The page table: a persistent radix tree from page number to page. Forking it copies the root
// pointer; after that both sides copy the nodes and pages on the path of a write, once, and share
// all else. What was never written is null, so a table costs what was touched however large the
// space is.
import { assert } from '../base/errors.ts'
import { newPage, type Owner, type Page } from './page.ts'

/** Each node has 64 slots: 6 bits of the page number a level. */
export const FAN_OUT = 64
/** Height 8 covers the 2^48 pages of a shard. */
const MAX_HEIGHT = 8
const spans: readonly number[] = Array.from({ length: MAX_HEIGHT + 1 }, (_, i) => FAN_OUT ** i)

export interface Node {
  readonly owner: Owner
  /** Merkle root of what lies below, or null where it must be computed. */
  hash: Uint8Array | null
  /** Pages at height 1, nodes above; null where nothing was ever written. */
  readonly slots: (Node | Page | null)[]
}

const newOwner = (): Owner => ({ owner: true })
const newNode = (owner: Owner): Node => ({
  owner,
  hash: null,
  slots: new Array<Node | Page | null>(FAN_OUT).fill(null),
})

export class PageTable {
  private owner: Owner = newOwner()
  root: Node | null = null
  /** Levels of nodes; 64^height pages can be named. */
  height = 1

  /** The page, or null where it was never written. */
  get(pageNumber: number): Page | null {
    if (pageNumber >= spans[this.height]) return null
    let node = this.root
    for (let level = this.height - 1; node !== null; level--) {
      const slot = node.slots[Math.floor(pageNumber / spans[level]) % FAN_OUT]
      if (level === 0) return slot as Page | null
      node = slot as Node | null
    }
    return null
  }

  /**
   * A page that only this table sees, for writing: its hash and those above it are invalid from now
   * on.
   */
  own(pageNumber: number): Page {
    const leaf = this.ownLeaf(pageNumber)
    const slot = pageNumber % FAN_OUT
    const found = leaf.slots[slot] as Page | null
    if (found !== null && found.owner === this.owner) {
      found.hash = null
      return found
    }
    const page = newPage(this.owner)
    if (found !== null) page.u8.set(found.u8)
    leaf.slots[slot] = page
    return page
  }

  /** Puts a page (or null: never written) in place; it is copied before anyone writes it. */
  set(pageNumber: number, page: Page | null): void {
    assert(page === null || page.owner !== this.owner, 'a page is put where it already is')
    this.ownLeaf(pageNumber).slots[pageNumber % FAN_OUT] = page
  }

  /** A table with the same pages. Costs nothing: from now on both copy before they write. */
  fork(): PageTable {
    const twin = new PageTable()
    twin.root = this.root
    twin.height = this.height
    this.owner = newOwner()
    return twin
  }

  /** Written pages in ascending order. */
  *pages(): Generator<[pageNumber: number, page: Page]> {
    if (this.root !== null) yield* below(this.root, this.height - 1, 0)
  }

  private ownLeaf(pageNumber: number): Node {
    assert(pageNumber >= 0 && pageNumber < spans[MAX_HEIGHT], `page number ${pageNumber}`)
    while (pageNumber >= spans[this.height]) this.rise()
    let node = (this.root = this.ownNode(this.root))
    for (let level = this.height - 1; level > 0; level--) {
      const slot = Math.floor(pageNumber / spans[level]) % FAN_OUT
      const child = this.ownNode(node.slots[slot] as Node | null)
      node.slots[slot] = child
      node = child
    }
    return node
  }

  private ownNode(node: Node | null): Node {
    if (node === null) return newNode(this.owner)
    if (node.owner === this.owner) {
      node.hash = null
      return node
    }
    return { owner: this.owner, hash: null, slots: node.slots.slice() }
  }

  private rise(): void {
    this.height++
    if (this.root === null) return
    const above = newNode(this.owner)
    above.slots[0] = this.root
    this.root = above
  }
}

function* below(node: Node, level: number, first: number): Generator<[number, Page]> {
  for (let i = 0; i < FAN_OUT; i++) {
    const slot = node.slots[i]
    if (slot === null) continue
    const at = first + i * spans[level]
    if (level === 0) yield [at, slot as Page]
    else yield* below(slot as Node, level - 1, at)
  }
}

/** How many pages of a table another one does not share. */
export function differentPages(table: PageTable, other: PageTable | null): number {
  const count = (node: Node | Page | null, from: Node | Page | null, height: number): number => {
    if (node === null || node === from) return 0
    if (height === 0) return 1
    const old = (from as Node | null)?.slots
    return (node as Node).slots.reduce<number>(
      (sum, slot, at) => sum + count(slot, old?.[at] ?? null, height - 1),
      0,
    )
  }
  const same = other !== null && other.height === table.height
  return count(table.root, same ? other.root : null, table.height)
}
