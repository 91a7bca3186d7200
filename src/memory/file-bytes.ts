// The content of a file: bytes that change and grow. What was imported stays one shared block until
// it is written; up to a page it is one small buffer; beyond, pages, copied when they are written.
// Its hash depends on the bytes alone.
import { assert } from '../base/errors.ts'
import { isZero, LEAF_BYTES, type Merkle } from './merkle.ts'
import { newPage, PAGE_BYTES, type Page } from './page.ts'
import { differentPages, PageTable } from './page-table.ts'

/** Bytes that nobody changes, shared by machines and forks. */
export class Blob {
  readonly bytes: Uint8Array
  /** Their tree's root, once someone asked. */
  root: Uint8Array | null = null

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  treeRoot(merkle: Merkle): Uint8Array {
    this.root ??= merkle.bytes(this.bytes)
    return this.root
  }
}

/** Leaves that are not all zero, one after another; the last one of a file ends with it. */
export interface LeafRun {
  readonly first: number
  readonly leaves: readonly Uint8Array[]
}

type Content =
  | { readonly kind: 'blob'; readonly blob: Blob }
  /** Zeros from the file's size on; `shared`: copy it first. */
  | { readonly kind: 'small'; buffer: Uint8Array; shared: boolean }
  /** Zeros from the file's size on. */
  | { readonly kind: 'pages'; readonly table: PageTable }

export class FileBytes {
  private size = 0
  private content: Content = { kind: 'small', buffer: new Uint8Array(0), shared: false }
  private root: Uint8Array | null = null

  static of(blob: Blob): FileBytes {
    const file = new FileBytes()
    file.size = blob.bytes.length
    file.content = { kind: 'blob', blob }
    return file
  }

  /** Of pages that no table writes; bytes beyond the size must be zeros. */
  static ofPages(sizeBytes: number, pages: Iterable<readonly [number, Page]>): FileBytes {
    const file = new FileBytes()
    file.resize(sizeBytes)
    for (const [number, page] of pages) {
      if (file.content.kind === 'pages') file.content.table.set(number, page)
      else file.write(0, page.u8.subarray(0, sizeBytes))
    }
    return file
  }

  get sizeBytes(): number {
    return this.size
  }

  /** The bytes as pages, without those that were never written. Not to be changed. */
  *pages(): Generator<readonly [number, Page]> {
    const { content } = this
    if (content.kind === 'pages') {
      for (const [number, page] of content.table.pages()) {
        if (number * PAGE_BYTES < this.size) yield [number, page]
      }
      return
    }
    for (let number = 0; number * PAGE_BYTES < this.size; number++) {
      const page = newPage()
      page.u8.set(this.read(number * PAGE_BYTES, PAGE_BYTES))
      yield [number, page]
    }
  }

  /** A copy of at most `sizeBytes` bytes from `offset` on. */
  read(offset: number, sizeBytes: number): Uint8Array {
    const length = Math.max(0, Math.min(sizeBytes, this.size - offset))
    const { content } = this
    if (content.kind === 'blob') return content.blob.bytes.slice(offset, offset + length)
    if (content.kind === 'small') {
      const out = new Uint8Array(length)
      out.set(content.buffer.subarray(offset, offset + length))
      return out
    }
    const start = offset % PAGE_BYTES
    if (start + length <= PAGE_BYTES) {
      const page = content.table.get(Math.floor(offset / PAGE_BYTES))
      return page === null ? new Uint8Array(length) : page.u8.slice(start, start + length)
    }
    const out = new Uint8Array(length)
    for (let done = 0; done < length; ) {
      const at = offset + done
      const within = at % PAGE_BYTES
      const chunk = Math.min(length - done, PAGE_BYTES - within)
      const page = content.table.get(Math.floor(at / PAGE_BYTES))
      if (page !== null) out.set(page.u8.subarray(within, within + chunk), done)
      done += chunk
    }
    return out
  }

  /** Whether the size may be so large is decided before. */
  write(offset: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.root = null
    const end = offset + bytes.length
    const size = Math.max(end, this.size)
    if (size <= PAGE_BYTES) this.ownSmall(size).set(bytes, offset)
    else {
      const table = this.ownPages()
      for (let done = 0; done < bytes.length; ) {
        const at = offset + done
        const within = at % PAGE_BYTES
        const chunk = Math.min(bytes.length - done, PAGE_BYTES - within)
        table.own(Math.floor(at / PAGE_BYTES)).u8.set(bytes.subarray(done, done + chunk), within)
        done += chunk
      }
    }
    this.size = size
  }

  /** How many of its pages another one does not share, at most. */
  differentPages(other: FileBytes | null): number {
    const { content } = this
    const from = other?.content ?? null
    if (content === from) return 0
    if (content.kind === 'blob' && from?.kind === 'blob' && content.blob === from.blob) return 0
    if (content.kind !== 'pages') return Math.ceil(this.size / PAGE_BYTES)
    return differentPages(content.table, from?.kind === 'pages' ? from.table : null)
  }

  /** Cuts, or lengthens with zeros. */
  resize(sizeBytes: number): void {
    if (sizeBytes === this.size) return
    this.root = null
    const before = this.size
    if (sizeBytes > PAGE_BYTES) {
      const table = this.ownPages()
      if (sizeBytes < before) cut(table, sizeBytes)
    } else if (sizeBytes < before) {
      const kept = this.read(0, sizeBytes)
      this.content = { kind: 'small', buffer: kept, shared: false }
    } else this.ownSmall(sizeBytes)
    this.size = sizeBytes
  }

  /** A file with the same bytes; copies nothing. */
  fork(): FileBytes {
    const twin = new FileBytes()
    twin.size = this.size
    twin.root = this.root
    const { content } = this
    if (content.kind === 'pages') twin.content = { kind: 'pages', table: content.table.fork() }
    else if (content.kind === 'blob') twin.content = content
    else {
      content.shared = true
      twin.content = { ...content }
    }
    return twin
  }

  /** `tree(bytes)` of spec/state.md. */
  treeRoot(merkle: Merkle): Uint8Array {
    this.root ??= this.newRoot(merkle)
    return this.root
  }

  private newRoot(merkle: Merkle): Uint8Array {
    const { content } = this
    if (content.kind === 'blob') return content.blob.treeRoot(merkle)
    if (content.kind === 'pages') return merkle.table(content.table, this.size)
    return merkle.bytes(content.buffer.subarray(0, this.size))
  }

  /** Runs of leaves that are not zero, each as long as can be. The leaves are views. */
  runs(): LeafRun[] {
    const runs: { first: number; leaves: Uint8Array[] }[] = []
    for (const [start, bytes] of this.pieces()) {
      for (let at = 0; at < bytes.length; at += LEAF_BYTES) {
        const leaf = bytes.subarray(at, at + LEAF_BYTES)
        if (isZero(leaf)) continue
        const number = (start + at) / LEAF_BYTES
        const last = runs.at(-1)
        if (last !== undefined && last.first + last.leaves.length === number) last.leaves.push(leaf)
        else runs.push({ first: number, leaves: [leaf] })
      }
    }
    return runs
  }

  private *pieces(): Generator<[start: number, bytes: Uint8Array]> {
    const { content } = this
    if (content.kind === 'blob') yield [0, content.blob.bytes]
    else if (content.kind === 'small') yield [0, content.buffer.subarray(0, this.size)]
    else {
      for (const [number, page] of content.table.pages()) {
        const start = number * PAGE_BYTES
        if (start < this.size) yield [start, page.u8.subarray(0, this.size - start)]
      }
    }
  }

  /** The buffer for writing, with room for `sizeBytes`, at most a page. */
  private ownSmall(sizeBytes: number): Uint8Array {
    const { content } = this
    assert(content.kind !== 'pages', 'a file of pages is larger than a page')
    const held = content.kind === 'blob' ? content.blob.bytes : content.buffer
    const fits = held.length >= sizeBytes
    if (content.kind === 'small' && fits && !content.shared) return content.buffer
    const room = fits ? held.length : Math.min(PAGE_BYTES, Math.max(sizeBytes, held.length * 2))
    const buffer = new Uint8Array(room)
    buffer.set(held)
    this.content = { kind: 'small', buffer, shared: false }
    return buffer
  }

  /** The pages for writing, whatever the content was before. */
  private ownPages(): PageTable {
    const { content } = this
    if (content.kind === 'pages') return content.table
    const table = new PageTable()
    const bytes = content.kind === 'blob' ? content.blob.bytes : content.buffer
    for (let at = 0; at < bytes.length; at += PAGE_BYTES) {
      const part = bytes.subarray(at, at + PAGE_BYTES)
      if (part.length === PAGE_BYTES && part.byteOffset % 4 === 0 && content.kind === 'blob') {
        table.set(at / PAGE_BYTES, viewedPage(part))
      } else table.own(at / PAGE_BYTES).u8.set(part)
    }
    this.content = { kind: 'pages', table }
    return table
  }
}

/** A page over bytes that nobody changes: its table copies it before it writes. */
function viewedPage(u8: Uint8Array): Page {
  const { buffer, byteOffset } = u8
  return {
    u8,
    i16: new Int16Array(buffer, byteOffset, PAGE_BYTES / 2),
    i32: new Int32Array(buffer, byteOffset, PAGE_BYTES / 4),
    hash: null,
    owner: null,
  }
}

/** Makes the bytes from `sizeBytes` on zeros again. */
function cut(table: PageTable, sizeBytes: number): void {
  const whole = Math.ceil(sizeBytes / PAGE_BYTES)
  const gone: number[] = []
  for (const [number] of table.pages()) if (number >= whole) gone.push(number)
  for (const number of gone) table.set(number, null)
  const within = sizeBytes % PAGE_BYTES
  if (within === 0 || table.get(whole - 1) === null) return
  table.own(whole - 1).u8.fill(0, within)
}
