// Do two checkpoints, of one recording or of two, keep one state? Told by their images, without
// reading their pages: what is written is named by its hash, the rest is that of the first states.
import { ByteReader, sameBytes } from '../../base/bytes.ts'
import { sameWords } from '../../memory/flat.ts'
import type { Merkle } from '../../memory/merkle.ts'
import { type Page, ZERO_PAGE } from '../../memory/page.ts'
import type { PageTable } from '../../memory/page-table.ts'
import { type PageKey, pageKey } from '../../memory/vault.ts'
import type { FileTree, Inode } from '../file-tree.ts'
import type { FilesImage, Image, InodeImage, PageKeys } from './image.ts'
import type { Snapshot } from './snapshot.ts'
import { decodeDevices } from './state-devices.ts'

export interface KeptState {
  readonly image: Image
  /** The first state of its run. */
  readonly begin: Snapshot
}

type Pages = Pick<PageTable, 'get'> | null

const EMPTY = new Uint8Array(0)

export class ImageComparison {
  private readonly merkle: Merkle
  private readonly without: ReadonlySet<string>
  /** Pages of first states that were found equal. */
  private readonly alike = new WeakMap<Page, Page>()

  /** `without`: parts that are not compared, as in `StateComparison`. */
  constructor(merkle: Merkle, without: ReadonlySet<string>) {
    this.merkle = merkle
    this.without = without
  }

  same(a: KeptState, b: KeptState): boolean {
    const { without } = this
    return (
      this.sameSections(a.image, b.image) &&
      (without.has('memories') || this.sameMemories(a, b)) &&
      (without.has('far') || this.sameFar(a, b)) &&
      (without.has('files') || this.sameFiles(a, b))
    )
  }

  private sameSections({ sections: a }: Image, { sections: b }: Image): boolean {
    for (const name of new Set([...a.keys(), ...b.keys()])) {
      if (name === 'devices' || this.without.has(name)) continue
      if (!sameBytes(a.get(name) ?? EMPTY, b.get(name) ?? EMPTY)) return false
    }
    const [left, right] = [a, b].map((sections) => devicesOf(sections.get('devices') ?? EMPTY))
    for (const name of new Set([...left.keys(), ...right.keys()])) {
      if (this.without.has(`device ${name}`)) continue
      if (!sameBytes(left.get(name) ?? EMPTY, right.get(name) ?? EMPTY)) return false
    }
    return true
  }

  private sameMemories(a: KeptState, b: KeptState): boolean {
    const [left, right] = [a.image.memories, b.image.memories]
    if (left.length !== right.length) return false
    const first = ({ begin }: KeptState, at: number): Pages =>
      begin.parts.memories[at]?.table ?? null
    return left.every(({ sizePages, pages }, at) => {
      if (sizePages !== right[at].sizePages) return false
      return this.samePages(pages, first(a, at), right[at].pages, first(b, at))
    })
  }

  private sameFar(a: KeptState, b: KeptState): boolean {
    const [left, right] = [a.image.far, b.image.far]
    if (left.length !== right.length) return false
    const first = ({ begin }: KeptState, at: number): Pages => begin.parts.far[at]?.table ?? null
    return left.every(({ sizeBytes, pages }, at) => {
      if (sizeBytes !== right[at].sizeBytes) return false
      return this.samePages(pages, first(a, at), right[at].pages, first(b, at))
    })
  }

  private samePages(a: PageKeys, firstOfA: Pages, b: PageKeys, firstOfB: Pages): boolean {
    const same = (number: number): boolean => {
      const [left, right] = [a.get(number), b.get(number)]
      if (left === right && left !== null) return true
      if (left === null && right === null) {
        const [one, other] = [firstOfA, firstOfB].map((first) => first?.get(number) ?? ZERO_PAGE)
        return this.sameFirst(one, other)
      }
      return this.keyOf(left, firstOfA, number) === this.keyOf(right, firstOfB, number)
    }
    for (const number of a.keys()) if (!same(number)) return false
    for (const number of b.keys()) if (!a.has(number) && !same(number)) return false
    return true
  }

  private sameFirst(a: Page, b: Page): boolean {
    if (a === b || this.alike.get(a) === b) return true
    if (!sameWords(a.i32, b.i32)) return false
    this.alike.set(a, b)
    return true
  }

  /** undefined: the page was never written. */
  private keyOf(key: PageKey | null | undefined, first: Pages, number: number): PageKey {
    if (typeof key === 'string') return key
    const page = key === null ? (first?.get(number) ?? ZERO_PAGE) : ZERO_PAGE
    return pageKey(this.merkle.page(page))
  }

  private sameFiles(a: KeptState, b: KeptState): boolean {
    const [left, right] = [a.image.files, b.image.files]
    if (left === null || right === null) return left === right
    if (!sameFacts(left, right)) return false
    const first = ({ begin }: KeptState, number: number): Inode | undefined =>
      (begin.parts.files as FileTree | null)?.inodes.get(number) ?? undefined
    for (const [number, inode] of left.inodes) {
      const other = right.inodes.get(number)
      if (other === undefined || !sameBytes(inode.head, other.head)) return false
      if (!this.sameContent(inode, first(a, number), other, first(b, number))) return false
    }
    return true
  }

  private sameContent(
    a: InodeImage,
    firstOfA: Inode | undefined,
    b: InodeImage,
    firstOfB: Inode | undefined,
  ): boolean {
    if (a.pages !== null || b.pages !== null) {
      const [left, right] = [this.filePages(a, firstOfA), this.filePages(b, firstOfB)]
      return this.samePages(left, null, right, null)
    }
    if (firstOfA === firstOfB || firstOfA?.kind !== 'file' || firstOfB?.kind !== 'file') {
      return firstOfA?.kind === firstOfB?.kind
    }
    const [one, other] = [firstOfA, firstOfB].map(({ bytes }) => bytes.treeRoot(this.merkle))
    return firstOfA.bytes.sizeBytes === firstOfB.bytes.sizeBytes && sameBytes(one, other)
  }

  private filePages({ pages }: InodeImage, first: Inode | undefined): PageKeys {
    if (pages !== null || first?.kind !== 'file') return pages ?? new Map()
    const keyed = [...first.bytes.pages()].map(
      ([number, page]) => [number, pageKey(this.merkle.page(page))] as const,
    )
    return new Map(keyed)
  }
}

const devicesOf = (bytes: Uint8Array): ReadonlyMap<string, Uint8Array> =>
  bytes.length === 0 ? new Map() : decodeDevices(new ByteReader(bytes, 'RECORDING_DAMAGED'))

const sameFacts = (a: FilesImage, b: FilesImage): boolean =>
  a.nextInode === b.nextInode &&
  a.inodes.size === b.inodes.size &&
  a.limits.bytes === b.limits.bytes &&
  a.limits.inodes === b.limits.inodes
