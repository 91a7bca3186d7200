// A memory: one shard of guest memory. Two dense windows lie over its page table, so that an engine
// reaches a page by one array access. The windows are caches.
//
// Paged, the table has the truth. Flat, for compiled code, the bytes lie in one host memory and the
// windows are views over it; the table has the truth as of the last `seal`, and a page's hash stays
// valid until its bytes differ at a later one.
import { assert } from '../base/errors.ts'
import type { Limits } from '../isa/program.ts'
import { FlatBytes, type SamePage } from './flat.ts'
import { type Page, ZERO_PAGE } from './page.ts'
import { PageTable } from './page-table.ts'
import { WitnessedBytes } from './witnessed-bytes.ts'
import { WordFlags } from './word-flags.ts'

export class Memory extends WitnessedBytes {
  readonly limits: Limits
  /**
   * By page number, one entry a page. Never written through. undefined: ask `readable`. The array
   * stays, whatever becomes of its entries.
   */
  readonly read: (Page | undefined)[]
  /**
   * By page number, one entry a page. A page stands here only while it is private to this memory
   * and its hash and all hashes above it are invalid: a write through it needs nothing more.
   * undefined: ask `writable`. Flat, it holds what `read` holds.
   */
  readonly write: (Page | undefined)[]
  /** Its page table. Call `seal` before reading bytes or hashes from it or keeping it. */
  readonly table: PageTable
  /** The page numbers that stand in `write`. */
  private open: number[] = []
  /** null: paged. */
  private bytes: FlatBytes | null = null
  private flags: WordFlags | null = null

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
    else if (parent.flat !== null) {
      this.open = parent.open.slice()
      this.dropWindows()
    }
  }

  /** What holds the bytes while the memory is flat; null while it is paged. */
  get flat(): WebAssembly.Memory | null {
    return this.bytes === null ? null : this.bytes.host
  }

  get sizePages(): number {
    return this.read.length
  }

  /**
   * Flags of written words, for all of its words: a host fact. Who wants them sets them.
   * HOST_MEMORY where the host refuses.
   */
  wordFlags(): WordFlags {
    this.flags ??= new WordFlags(this.sizePages)
    return this.flags
  }

  /**
   * Appends untouched pages. Whether it may is the manifest's and the limits' business, decided
   * before. Flat, all views from before are dead; HOST_MEMORY where the host refuses.
   */
  grow(deltaPages: number): void {
    this.flags?.cover(this.sizePages + deltaPages)
    if (this.bytes !== null && deltaPages > 0) {
      this.bytes.grow(deltaPages)
      this.dropWindows()
    }
    const untouched = this.bytes === null ? ZERO_PAGE : undefined
    // Pushed one by one: the windows stay packed arrays.
    for (let i = 0; i < deltaPages; i++) {
      this.read.push(untouched)
      this.write.push(undefined)
    }
  }

  readable(pageNumber: number): Page | undefined {
    const seen = this.read[pageNumber]
    if (seen !== undefined || pageNumber >= this.read.length) return seen
    if (this.bytes !== null) return this.writable(pageNumber)
    const page = this.table.get(pageNumber) ?? ZERO_PAGE
    this.read[pageNumber] = page
    return page
  }

  writable(pageNumber: number): Page {
    const seen = this.write[pageNumber]
    if (seen !== undefined) return seen
    assert(pageNumber < this.read.length, `page ${pageNumber} is in bounds`)
    const page = this.bytes === null ? this.table.own(pageNumber) : this.bytes.view(pageNumber)
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
    const closed = this.bytes !== null || this.write[pageNumber] === undefined
    assert(closed, `page ${pageNumber} is not being written`)
    this.table.set(pageNumber, page)
    if (this.bytes === null) this.read[pageNumber] = page ?? ZERO_PAGE
    else this.bytes.words(pageNumber).set((page ?? ZERO_PAGE).i32)
  }

  /**
   * Closes the write window: the next write of any page goes through `writable` again. Flat, it
   * brings the table up to the bytes instead, at the cost of comparing all of them.
   */
  seal(): void {
    if (this.bytes === null) {
      for (const pageNumber of this.open) this.write[pageNumber] = undefined
      this.open = []
    } else this.keep(this.bytes)
  }

  /** A paged memory with the same bytes, sharing all pages until either side writes. */
  fork(): Memory {
    this.seal()
    return new Memory(this.limits, this)
  }

  /**
   * Makes the memory flat and gives the host memory: 64-bit where the limits are wide, grown by
   * `grow` alone. HOST_MEMORY where the host refuses: then the memory stays paged. `same` is how
   * the host compares pages.
   */
  flatten(same?: SamePage): WebAssembly.Memory {
    if (this.bytes !== null) return this.bytes.host
    const bytes = new FlatBytes(this.sizePages, this.limits.wide, same)
    for (const [pageNumber, page] of this.table.pages()) bytes.words(pageNumber).set(page.i32)
    this.stand(bytes)
    return bytes.host
  }

  /**
   * Makes the memory flat in the host memory of one that is given up, where that fits: a new one is
   * dear, as the host brings its pages one by one. The flags of words go along, once their user has
   * taken what is his. The other has no pages from then on.
   */
  takeOver(other: Memory): void {
    const { bytes } = other
    const fits = other.sizePages === this.sizePages && bytes?.wide === this.limits.wide
    if (bytes === null || !fits || this.bytes !== null) return
    for (let pageNumber = 0; pageNumber < this.sizePages; pageNumber++) {
      bytes.words(pageNumber).set((this.table.get(pageNumber) ?? ZERO_PAGE).i32)
    }
    other.flags?.settle()
    this.flags = other.flags
    other.flags = null
    other.bytes = null
    other.open = []
    other.read.length = 0
    other.write.length = 0
    this.stand(bytes)
  }

  /** The bytes are those of the table. */
  private stand(bytes: FlatBytes): void {
    this.bytes = bytes
    this.read.fill(undefined)
    this.write.fill(undefined)
    this.open = []
  }

  /** Makes the memory paged again and lets go of the host memory. */
  unflatten(): void {
    if (this.bytes === null) return
    this.seal()
    this.dropWindows()
    this.bytes = null
  }

  /** Copies the pages that differ from what the table holds: all others keep their hashes. */
  private keep(bytes: FlatBytes): void {
    for (let pageNumber = 0; pageNumber < this.read.length; pageNumber++) {
      const kept = this.table.get(pageNumber)
      if (bytes.isPage(pageNumber, kept ?? ZERO_PAGE)) continue
      if (kept !== null && bytes.isPage(pageNumber, ZERO_PAGE)) this.table.set(pageNumber, null)
      else this.table.own(pageNumber).i32.set(bytes.words(pageNumber))
    }
  }

  private dropWindows(): void {
    for (const pageNumber of this.open) {
      this.read[pageNumber] = undefined
      this.write[pageNumber] = undefined
    }
    this.open = []
  }
}
