// Images and snapshots: the image of a run's first state, and the snapshot that an image names.
import { ByteReader } from '../../base/bytes.ts'
import { VacError } from '../../base/errors.ts'
import { FarShard } from '../../memory/far-shard.ts'
import { FileBytes } from '../../memory/file-bytes.ts'
import { Memory } from '../../memory/memory.ts'
import type { Merkle } from '../../memory/merkle.ts'
import type { Page } from '../../memory/page.ts'
import type { PageTable } from '../../memory/page-table.ts'
import { SharedTable } from '../../memory/shared-table.ts'
import type { PageKey } from '../../memory/vault.ts'
import type { FileTree, Inode } from '../file-tree.ts'
import { type FilesImage, type Image, Imager, type InodeImage, type PageKeys } from './image.ts'
import { Snapshot } from './snapshot.ts'
import { completeTree, readInode } from './state-files.ts'

/** What all other images of the run are written against in the end. */
export const firstImage = (begin: Snapshot, merkle: Merkle): Image =>
  new Imager(begin, merkle).image(begin, () => {})

/**
 * The snapshot that an image names. `page`: a page by its key. Errors: RECORDING_DAMAGED, and those
 * of `page`.
 */
export function snapshotOf(image: Image, begin: Snapshot, page: (key: PageKey) => Page): Snapshot {
  const { parts } = begin
  const memories = image.memories.map(({ limits, sizePages, pages }, at) => {
    const memory = new Memory(limits)
    memory.grow(sizePages - memory.sizePages)
    for (const [number, one] of found(pages, parts.memories[at]?.table, page)) {
      memory.place(number, one)
    }
    return memory
  })
  const far = image.far.map(({ sizeBytes, pages }, at) => {
    const first = parts.far[at]
    const shard = new FarShard(sizeBytes, undefined, first?.guest ?? false)
    for (const [number, one] of found(pages, first?.table, page)) shard.table.set(number, one)
    return shard
  })
  const files = image.files === null ? null : treeOf(image.files, parts.files, page)
  return new Snapshot({
    tick: image.tick,
    small: image.sections,
    programs: parts.programs,
    memories,
    far,
    files,
  })
}

function* found(
  pages: PageKeys,
  first: PageTable | undefined,
  page: (key: PageKey) => Page,
): Generator<[number, Page]> {
  for (const [number, key] of pages) {
    const one = key === null ? (first?.get(number) ?? null) : page(key)
    if (one === null) return refuse(`no page ${number} in the first state`, 'one')
    yield [number, one]
  }
}

function treeOf(
  { limits, nextInode, inodes }: FilesImage,
  first: FileTree | null,
  page: (key: PageKey) => Page,
): FileTree {
  const table = new SharedTable<Inode>()
  for (const [number, inode] of inodes) {
    const before = first?.inodes.get(number)
    table.set(number, { ...inodeOf(inode, before, page), owner: table.owner })
  }
  const tree = { limits, nextInode, inodes: table }
  completeTree(tree, refuse)
  return tree
}

function inodeOf(
  { head, pages }: InodeImage,
  first: Inode | undefined,
  page: (key: PageKey) => Page,
): Inode {
  return readInode(new ByteReader(head, 'RECORDING_DAMAGED'), (size) => {
    if (pages !== null) return FileBytes.ofPages(size, found(pages, undefined, page))
    const same = first?.kind === 'file' && first.bytes.sizeBytes === size
    return same ? first.bytes.fork() : refuse('no such file in the first state', 'one')
  })
}

const refuse = (what: string, expected: string): never => {
  throw new VacError('RECORDING_DAMAGED', { where: 'an image', found: what, expected })
}
