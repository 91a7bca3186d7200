// A page: 64 KiB of guest memory with the views that engines use.

export const PAGE_BITS = 16
export const PAGE_BYTES = 1 << PAGE_BITS

/** Who may write a node or a page of a page table in place: compared by identity, holds nothing. */
export interface Owner {
  readonly owner: true
}

export interface Page {
  readonly u8: Uint8Array
  readonly i16: Int16Array
  readonly i32: Int32Array
  /** Root of the page's leaves, or null where it must be computed. */
  hash: Uint8Array | null
  /** The one page table that may write this page; any other copies it first. */
  owner: Owner | null
}

export function newPage(owner: Owner | null = null): Page {
  const buffer = new ArrayBuffer(PAGE_BYTES)
  return {
    u8: new Uint8Array(buffer),
    i16: new Int16Array(buffer),
    i32: new Int32Array(buffer),
    hash: null,
    owner,
  }
}

/** What every untouched page reads as. No table owns it, so nobody writes it. */
export const ZERO_PAGE: Page = newPage()
