// Section `files`: inodes of the storage devices. A directory lists names, a file lists extents:
// runs of pages in a far shard. So content is shared with everything that shares pages, and a
// checkpoint of a tree costs its records.
import { type ByteReader, ByteWriter, utf8 } from '../../base/bytes.ts'
import { PAGE_BYTES } from '../../memory/page.ts'
import { failAt, finish, readCount, readIndex } from './state-format.ts'

/** `pages` whole pages of a far shard, from page `first` on. */
export interface Extent {
  readonly shard: bigint
  readonly first: number
  readonly pages: number
}
/** Times are virtual nanoseconds since 1970. */
export type Inode =
  | {
      readonly kind: 'directory'
      readonly mtime: bigint
      readonly entries: ReadonlyMap<string, number>
    }
  | {
      readonly kind: 'file'
      readonly mtime: bigint
      readonly sizeBytes: number
      readonly extents: readonly Extent[]
    }
  | { readonly kind: 'link'; readonly mtime: bigint; readonly target: string }

/** By inode number, which guests see; 0 is the root directory. */
export type FileTree = ReadonlyMap<number, Inode>

const kinds: readonly Inode['kind'][] = ['directory', 'file', 'link']
export const ROOT_INODE = 0
/** Longest name, in bytes. */
const NAME_BYTES = 255

export function encodeFiles(tree: FileTree): Uint8Array {
  const w = new ByteWriter()
  if (tree.size > 0) w.uleb(tree.size)
  for (const [number, inode] of [...tree].sort(([a], [b]) => a - b)) {
    w.uleb(number)
    w.u8(kinds.indexOf(inode.kind))
    w.u64(inode.mtime)
    writeContent(w, inode)
  }
  return w.take()
}

function writeContent(w: ByteWriter, inode: Inode): void {
  if (inode.kind === 'link') {
    w.text(inode.target)
    return
  }
  if (inode.kind === 'file') {
    w.uleb(inode.sizeBytes)
    w.uleb(inode.extents.length)
    for (const { shard, first, pages } of inode.extents) {
      w.u64(shard)
      w.uleb(first)
      w.uleb(pages)
    }
    return
  }
  const entries = [...inode.entries].map(([name, number]) => ({ bytes: utf8(name), number }))
  entries.sort((a, b) => compareBytes(a.bytes, b.bytes))
  w.uleb(entries.length)
  for (const { bytes, number } of entries) {
    w.blob(bytes)
    w.uleb(number)
  }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) if (a[i] !== b[i]) return a[i] - b[i]
  return a.length - b.length
}

/**
 * Directories form a tree below inode 0; a directory without a parent is empty (removed while
 * open). No two extents share a page: a write to one file is never seen in another.
 */
export function decodeFiles(r: ByteReader): FileTree {
  const start = r.at
  const tree = new Map<number, Inode>()
  let last = -1
  for (let left = readCount(r, 'inodes', 11); left > 0; left--) {
    const at = r.at
    const number = r.uleb()
    if (number <= last) failAt(r, at, `inode ${number} after ${last}`, 'ascending numbers')
    last = number
    tree.set(number, readInode(r))
  }
  finish(r, 'files')
  checkTree(r, start, tree)
  checkExtents(r, start, tree)
  return tree
}

function readInode(r: ByteReader): Inode {
  const kind = kinds[readIndex(r, kinds.length, 'kind')]
  const mtime = r.u64()
  if (kind === 'link') return { kind, mtime, target: r.text() }
  return kind === 'file' ? readFile(r, mtime) : readDirectory(r, mtime)
}

function readFile(r: ByteReader, mtime: bigint): Inode {
  const sizeBytes = r.uleb()
  const at = r.at
  const extents: Extent[] = []
  let total = 0
  for (let left = readCount(r, 'extents', 10); left > 0; left--) {
    const extent = { shard: r.u64(), first: r.uleb(2 ** 48), pages: r.uleb(2 ** 48) }
    const before = extents.at(-1)
    const joins = before?.shard === extent.shard && before.first + before.pages === extent.first
    if (joins || extent.pages === 0) failAt(r, at, 'extents to be joined', 'as few as there can be')
    total += extent.pages
    extents.push(extent)
  }
  const wanted = Math.ceil(sizeBytes / PAGE_BYTES)
  if (total !== wanted) failAt(r, at, `${total} pages`, `${wanted}, for ${sizeBytes} bytes`)
  return { kind: 'file', mtime, sizeBytes, extents }
}

function readDirectory(r: ByteReader, mtime: bigint): Inode {
  const entries = new Map<string, number>()
  let last: Uint8Array | null = null
  for (let left = readCount(r, 'entries', 3); left > 0; left--) {
    const at = r.at
    const name = r.text(NAME_BYTES)
    const bytes = utf8(name)
    if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) {
      failAt(r, at, `the name ${JSON.stringify(name)}`, 'a name without / and NUL')
    }
    if (last !== null && compareBytes(last, bytes) >= 0) {
      failAt(r, at, `${name} out of order`, 'names in the order of their bytes')
    }
    last = bytes
    entries.set(name, r.uleb())
  }
  return { kind: 'directory', mtime, entries }
}

function checkTree(r: ByteReader, start: number, tree: FileTree): void {
  const refuse = (found: string, expected: string): never => failAt(r, start, found, expected)
  if (tree.get(ROOT_INODE)?.kind !== 'directory') refuse('no inode 0', 'the root directory')
  const parents = new Map<number, number>()
  for (const [number, inode] of tree) {
    if (inode.kind !== 'directory') continue
    for (const child of inode.entries.values()) {
      const found = tree.get(child)
      if (found === undefined) refuse(`inode ${child}`, 'one of the tree')
      if (found?.kind !== 'directory') continue
      if (parents.has(child) || child === ROOT_INODE) refuse(`directory ${child} twice`, 'once')
      parents.set(child, number)
    }
  }
  // With one parent each, a directory that the root does not reach hangs below an orphan or on a
  // cycle.
  const reached = new Set([ROOT_INODE])
  for (const number of reached) {
    const inode = tree.get(number)
    if (inode?.kind !== 'directory') continue
    for (const child of inode.entries.values()) reached.add(child)
  }
  for (const [number, inode] of tree) {
    if (inode.kind === 'directory' && !reached.has(number) && inode.entries.size > 0) {
      refuse(`directory ${number} outside the tree`, 'an empty one')
    }
  }
}

function checkExtents(r: ByteReader, start: number, tree: FileTree): void {
  const all = [...tree.values()].flatMap((inode) => (inode.kind === 'file' ? inode.extents : []))
  all.sort((a, b) => (a.shard === b.shard ? a.first - b.first : a.shard < b.shard ? -1 : 1))
  for (let i = 1; i < all.length; i++) {
    const before = all[i - 1]
    if (before.shard === all[i].shard && before.first + before.pages > all[i].first) {
      failAt(r, start, `page ${all[i].first} in two extents`, 'each page in one')
    }
  }
}
