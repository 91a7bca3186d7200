// An image: a snapshot whose pages are named by the hashes of their content, so that it can be kept
// beside others that share most of them (spec/checkpoint.md). Pages that the machine had when it
// began are those of its first state; an image is written as what differs from another one, its
// base.
import { ByteWriter, sameBytes } from '../../base/bytes.ts'
import type { Limits } from '../../isa/program.ts'
import type { Merkle } from '../../memory/merkle.ts'
import { type Page, ZERO_PAGE } from '../../memory/page.ts'
import type { PageTable } from '../../memory/page-table.ts'
import { type PageKey, pageKey } from '../../memory/vault.ts'
import type { FileLimits, Inode, RegularFile } from '../file-tree.ts'
import type { Snapshot } from './snapshot.ts'
import { writeInode } from './state-files.ts'
import type { SectionBytes } from './state-format.ts'

/** Written pages by number; null: the page of that number in the first state. */
export type PageKeys = ReadonlyMap<number, PageKey | null>

export interface MemoryImage {
  readonly limits: Limits
  /** 64 KiB pages. */
  readonly sizePages: number
  readonly pages: PageKeys
}
export interface FarImage {
  readonly sizeBytes: bigint
  readonly pages: PageKeys
}
export interface InodeImage {
  /** The inode without the bytes of a file. */
  readonly head: Uint8Array
  /** Of a file; null: its bytes are those of this inode in the first state. */
  readonly pages: PageKeys | null
}
export interface FilesImage {
  readonly limits: FileLimits
  readonly nextInode: number
  readonly inodes: ReadonlyMap<number, InodeImage>
}
export interface Image {
  readonly tick: number
  readonly sections: SectionBytes
  readonly memories: readonly MemoryImage[]
  readonly far: readonly FarImage[]
  readonly files: FilesImage | null
}

/** The keys of all pages that an image needs, the first state's left out. */
export function* keysOf({ memories, far, files }: Image): Generator<PageKey> {
  const inodes = files === null ? [] : [...files.inodes.values()]
  for (const { pages } of [...memories, ...far, ...inodes]) {
    for (const key of pages?.values() ?? []) if (key !== null) yield key
  }
}

/** Makes images of the snapshots of one run, all against its first state. */
export class Imager {
  private readonly begin: Snapshot
  private readonly merkle: Merkle
  /** Nobody changes an inode that a snapshot holds. */
  private readonly heads = new WeakMap<Inode, Uint8Array>()

  /** `begin`: the first state, whose pages have their hashes if these should save any. */
  constructor(begin: Snapshot, merkle: Merkle) {
    this.begin = begin
    this.merkle = merkle
  }

  /** `take` is handed all pages that are not those of the first state. */
  image({ parts }: Snapshot, take: (page: Page) => void): Image {
    const { begin } = this
    const memories = parts.memories.map(({ limits, sizePages, table }, at) => ({
      limits,
      sizePages,
      pages: this.pages(table, begin.parts.memories[at]?.table ?? null, take),
    }))
    const far = parts.far.map(({ sizeBytes, table }, at) => ({
      sizeBytes,
      pages: this.pages(table, begin.parts.far[at]?.table ?? null, take),
    }))
    return {
      tick: parts.tick,
      sections: parts.small,
      memories,
      far,
      files: this.files(parts, take),
    }
  }

  private pages(table: PageTable, first: PageTable | null, take: (page: Page) => void): PageKeys {
    const keys = new Map<number, PageKey | null>()
    for (const [number, page] of table.pages()) {
      const key = this.keyOf(page, first?.get(number) ?? null)
      if (key === '') continue
      keys.set(number, key)
      if (key !== null) take(page)
    }
    return keys
  }

  /** null: it is the first state's; '': it is all zeros, as if it were never written. */
  private keyOf(page: Page, first: Page | null): PageKey | null {
    if (page === first) return null
    const hash = this.merkle.page(page)
    if (first?.hash != null && sameBytes(first.hash, hash)) return null
    return first === null && sameBytes(hash, this.merkle.page(ZERO_PAGE)) ? '' : pageKey(hash)
  }

  private files({ files }: Snapshot['parts'], take: (page: Page) => void): FilesImage | null {
    if (files === null) return null
    const { limits, nextInode } = files
    const inodes = new Map<number, InodeImage>()
    for (const [number, inode] of files.inodes.entries()) {
      const first = this.begin.parts.files?.inodes.get(number)
      const own = inode.kind === 'file' && !this.isUnchanged(inode, first)
      inodes.set(number, {
        head: this.headOf(inode),
        pages: own ? this.filePages(inode, take) : null,
      })
    }
    return { limits, nextInode, inodes }
  }

  private headOf(inode: Inode): Uint8Array {
    let head = this.heads.get(inode)
    if (head === undefined) {
      const out = new ByteWriter()
      writeInode(out, inode)
      head = out.take()
      this.heads.set(inode, head)
    }
    return head
  }

  private isUnchanged(inode: RegularFile, first: Inode | undefined): boolean {
    if (inode === first) return true
    if (first?.kind !== 'file' || first.bytes.sizeBytes !== inode.bytes.sizeBytes) return false
    return sameBytes(first.bytes.treeRoot(this.merkle), inode.bytes.treeRoot(this.merkle))
  }

  private filePages({ bytes }: RegularFile, take: (page: Page) => void): PageKeys {
    const keys = new Map<number, PageKey | null>()
    for (const [number, page] of bytes.pages()) {
      keys.set(number, pageKey(this.merkle.page(page)))
      take(page)
    }
    return keys
  }
}
