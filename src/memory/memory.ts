// A memory: one shard of guest memory. Two dense windows lie over its page table, so that an engine
// reaches a page by one array access. The windows are caches: the table has the truth.
import { assert } from '../base/errors.ts'
import type { Limits } from '../isa/program.ts'
import { type Page, ZERO_PAGE } from './page.ts'
import { PageTable } from './page-table.ts'
import { PagedBytes } from './paged-bytes.ts'

export class Memory extends PagedBytes {
  readonly limits: Limits
  /** By page number, one entry a page. Never written through. undefined: ask `readable`. */
  readonly read: (Page | undefined)[]
  /**
   * By page number, one entry a page. A page stands here only while it is private to this memory
   * and its hash and all hashes above it are invalid: a write through it needs nothing more.
   * undefined: ask `writable`.
   */
  readonly write: (Page | undefined)[]
  /** Its page table. Call `seal` before reading hashes from it or keeping it. */
  readonly table: PageTable
  /** The page numbers that stand in `write`. */
  private open: number[] = []

  /**
   * A memory of the least size its limits allow, all 0; or, of `parent` (sealed), a copy-on-write
   * twin.
   */
  constructor(limits: Limits, parent: Memory | null = null) {
    super()
    this.limits = limits
    this.table = parent === null ? new PageTable() : parent.table.fork()
    // A slice of a packed array is a packed array, at the speed of a block copy.
    this.read = parent === null ? [] : parent.read.slice()
    this.write = parent === null ? [] : parent.write.slice()
    if (parent === null) this.grow(Number(limits.min))
  }

  get sizePages(): number {
    return this.read.length
  }

  /**
   * Appends untouched pages. Whether it may is the manifest's and the limits' business, decided
   * before.
   */
  grow(deltaPages: number): void {
    // Pushed one by one: the windows stay packed arrays.
    for (let i = 0; i < deltaPages; i++) {
      this.read.push(ZERO_PAGE)
      this.write.push(undefined)
    }
  }

  readable(pageNumber: number): Page | undefined {
    const seen = this.read[pageNumber]
    if (seen !== undefined || pageNumber >= this.read.length) return seen
    const page = this.table.get(pageNumber) ?? ZERO_PAGE
    this.read[pageNumber] = page
    return page
  }

  writable(pageNumber: number): Page {
    const seen = this.write[pageNumber]
    if (seen !== undefined) return seen
    assert(pageNumber < this.read.length, `page ${pageNumber} is in bounds`)
    const page = this.table.own(pageNumber)
    this.read[pageNumber] = page
    this.write[pageNumber] = page
    this.open.push(pageNumber)
    return page
  }

  /**
   * Puts a page in place that no table writes any more (others may hold it too); null = untouched.
   */
  place(pageNumber: number, page: Page | null): void {
    assert(pageNumber < this.read.length, `page ${pageNumber} is in bounds`)
    assert(this.write[pageNumber] === undefined, `page ${pageNumber} is not being written`)
    this.table.set(pageNumber, page)
    this.read[pageNumber] = page ?? ZERO_PAGE
  }

  /** Closes the write window: the next write of any page goes through `writable` again. */
  seal(): void {
    for (const pageNumber of this.open) this.write[pageNumber] = undefined
    this.open = []
  }

  /** A memory with the same bytes, sharing all pages until either side writes. */
  fork(): Memory {
    this.seal()
    return new Memory(this.limits, this)
  }
}
