// Section `files`: the file tree of the machine. In a state file it has the bytes of files, in the
// root one hash a file; so what was hashed once costs its record from then on.
import { type ByteReader, ByteWriter } from '../../base/bytes.ts'
import { FileBytes, type LeafRun } from '../../memory/file-bytes.ts'
import { isZero, LEAF_BYTES } from '../../memory/merkle.ts'
import { SharedTable } from '../../memory/shared-table.ts'
import {
  chargedBytes,
  type Directory,
  FILE_BYTES_MAX,
  FIRST_COOKIE,
  type FileTree,
  type Inode,
  isName,
  isTarget,
  LINKS_MAX,
  NAME_BYTES,
  PATH_BYTES,
  ROOT_INODE,
} from '../file-tree.ts'
import { leafBytes, writeRuns } from './leaf-runs.ts'
import { failAt, finish, readCount, readIndex } from './state-format.ts'
import type { Form } from './state-memories.ts'

const kinds: readonly Inode['kind'][] = ['directory', 'file', 'symlink']
/** Inode numbers and cookies stay far from where numbers end. */
const COUNT_MAX = 2 ** 52
/** Bytes of the smallest inode: number, kind, times, content. */
const INODE_LEAST = 1 + 1 + 24 + 2

export function encodeFiles(tree: FileTree | null, form: Form): Uint8Array {
  const w = new ByteWriter()
  if (tree === null) return w.take()
  w.uleb(tree.limits.bytes)
  w.uleb(tree.limits.inodes)
  w.uleb(tree.nextInode)
  w.uleb(tree.inodes.size)
  const runs = form === 'whole' ? runsOf(tree) : new Map<number, readonly LeafRun[]>()
  w.reserve(leafBytes([...runs.values()].flat()))
  for (const [number, inode] of tree.inodes.entries()) {
    w.uleb(number)
    writeInode(w, inode)
    if (inode.kind !== 'file') continue
    if (form === 'whole') writeRuns(w, runs.get(number) ?? [])
    else w.raw(inode.bytes.treeRoot(form))
  }
  return w.written
}

/** Of each file, by its number. */
function runsOf({ inodes }: FileTree): Map<number, readonly LeafRun[]> {
  const runs = new Map<number, readonly LeafRun[]>()
  for (const [number, inode] of inodes.entries()) {
    if (inode.kind === 'file') runs.set(number, inode.bytes.runs())
  }
  return runs
}

/** An inode without the bytes of a file. */
export function writeInode(w: ByteWriter, inode: Inode): void {
  w.u8(kinds.indexOf(inode.kind))
  w.u64(inode.atime)
  w.u64(inode.mtime)
  w.u64(inode.ctime)
  if (inode.kind === 'symlink') w.text(inode.target)
  else if (inode.kind === 'directory') writeDirectory(w, inode)
  else w.uleb(inode.bytes.sizeBytes)
}

function writeDirectory(w: ByteWriter, { entries, nextCookie }: Directory): void {
  w.uleb(nextCookie)
  w.uleb(entries.size)
  let last = FIRST_COOKIE - 1
  for (const [name, { inode, cookie }] of entries) {
    w.text(name)
    w.uleb(inode)
    w.uleb(cookie - last)
    last = cookie
  }
}

/**
 * Directories form a tree below the root; one without a parent is empty (removed while open). A
 * file may have no name: whether a descriptor holds it is for the wall to check.
 */
export function decodeFiles(r: ByteReader): FileTree {
  const start = r.at
  const limits = { bytes: r.uleb(), inodes: r.uleb() }
  const nextInode = r.uleb(COUNT_MAX)
  const inodes = new SharedTable<Inode>()
  let last = 0
  for (let left = readCount(r, 'inodes', INODE_LEAST); left > 0; left--) {
    const at = r.at
    const number = r.uleb()
    if (number <= last) failAt(r, at, `inode ${number} after ${last}`, 'ascending numbers')
    if (number >= nextInode) failAt(r, at, `inode ${number}`, `below ${nextInode}, the next one`)
    last = number
    inodes.set(number, { ...readInode(r, (size) => readBytes(r, size)), owner: inodes.owner })
  }
  finish(r, 'files')
  const tree = { limits, nextInode, inodes }
  completeTree(tree, (found, expected) => failAt(r, start, found, expected))
  return tree
}

type Refuse = (found: string, expected: string) => never

/** Counts names, gives directories their parents, and refuses what is no tree within its limits. */
export function completeTree(tree: FileTree, refuse: Refuse): void {
  placeNames(tree, refuse)
  checkPlaces(tree, refuse)
  checkLimits(tree, refuse)
}

/** `bytesOf`: the bytes of a file of that size. */
export function readInode(r: ByteReader, bytesOf: (sizeBytes: number) => FileBytes): Inode {
  const kind = kinds[readIndex(r, kinds.length, 'kind')]
  const times = { owner: null, atime: r.u64(), mtime: r.u64(), ctime: r.u64() }
  if (kind === 'directory') return { ...times, kind, ...readDirectory(r), parent: 0 }
  if (kind === 'file') {
    return { ...times, kind, bytes: bytesOf(r.uleb(FILE_BYTES_MAX)), links: 0 }
  }
  const at = r.at
  const target = r.text(PATH_BYTES)
  if (!isTarget(target)) failAt(r, at, `the target ${JSON.stringify(target)}`, 'a path')
  return { ...times, kind, target, links: 0 }
}

function readDirectory(r: ByteReader): Pick<Directory, 'entries' | 'nextCookie'> {
  const nextCookie = r.uleb(COUNT_MAX)
  const entries: Directory['entries'] = new Map()
  let last = FIRST_COOKIE - 1
  for (let left = readCount(r, 'entries', 4); left > 0; left--) {
    const at = r.at
    const name = r.text(NAME_BYTES)
    if (!isName(name)) failAt(r, at, `the name ${JSON.stringify(name)}`, 'a name without / and NUL')
    if (entries.has(name)) failAt(r, at, `the name ${JSON.stringify(name)} again`, 'each name once')
    const inode = r.uleb()
    const cookie = last + r.uleb()
    if (cookie === last || cookie >= nextCookie) {
      failAt(r, at, `cookie ${cookie}`, `more than ${last}, less than ${nextCookie}`)
    }
    entries.set(name, { inode, cookie })
    last = cookie
  }
  if (nextCookie <= last) r.fail(`next cookie ${nextCookie}`, `more than ${last}`)
  return { entries, nextCookie }
}

function readBytes(r: ByteReader, size: number): FileBytes {
  const leafCount = Math.ceil(size / LEAF_BYTES)
  const file = new FileBytes()
  file.resize(size)
  let at = 0
  const runs = readCount(r, 'runs', 3)
  for (let run = 0; run < runs; run++) {
    const start = r.at
    const gap = r.uleb()
    if (gap === 0 && run > 0) failAt(r, start, 'two runs without a gap', 'one run')
    const count = r.uleb()
    if (count === 0) failAt(r, start, 'an empty run', 'a leaf')
    if (count > leafCount - at - gap)
      failAt(r, start, 'a run beyond the end', `${leafCount} leaves`)
    at += gap
    const first = r.at
    const bytes = r.raw(Math.min(count * LEAF_BYTES, size - at * LEAF_BYTES))
    for (let leaf = 0; leaf < bytes.length; leaf += LEAF_BYTES) {
      if (!isZero(bytes.subarray(leaf, leaf + LEAF_BYTES))) continue
      failAt(r, first + leaf, 'a leaf of zeros', 'none at all')
    }
    file.write(at * LEAF_BYTES, bytes)
    at += count
  }
  return file
}

/** Counts the names of each inode and gives each directory its parent. */
function placeNames({ inodes }: FileTree, refuse: Refuse): void {
  const root = inodes.get(ROOT_INODE)
  if (root?.kind !== 'directory') return refuse(`no inode ${ROOT_INODE}`, 'the root directory')
  root.parent = ROOT_INODE
  for (const [number, inode] of inodes.entries()) {
    if (inode.kind !== 'directory') continue
    for (const { inode: child } of inode.entries.values()) {
      const found = inodes.get(child)
      if (found === undefined) return refuse(`inode ${child}`, 'one of the tree')
      if (found.kind !== 'directory') found.links++
      else if (found.parent !== 0) refuse(`directory ${child} twice`, 'once')
      else found.parent = number
    }
  }
}

/**
 * With one parent each, a directory that the root does not reach hangs below an orphan or on a
 * cycle.
 */
function checkPlaces({ inodes }: FileTree, refuse: Refuse): void {
  const reached = new Set([ROOT_INODE])
  for (const number of reached) {
    const inode = inodes.get(number)
    if (inode?.kind !== 'directory') continue
    for (const { inode: child } of inode.entries.values()) reached.add(child)
  }
  for (const [number, inode] of inodes.entries()) {
    if (inode.kind === 'directory' && !reached.has(number) && inode.entries.size > 0) {
      refuse(`directory ${number} outside the tree`, 'an empty one')
    }
    if (inode.kind !== 'directory' && inode.links > LINKS_MAX) {
      refuse(`${inode.links} names of inode ${number}`, `at most ${LINKS_MAX}`)
    }
  }
}

function checkLimits({ inodes, limits }: FileTree, refuse: Refuse): void {
  let [bytes, names] = [0, 0]
  for (const [, inode] of inodes.entries()) {
    bytes += chargedBytes(inode)
    if (inode.kind === 'directory') names += inode.entries.size
  }
  if (bytes > limits.bytes) refuse(`${bytes} bytes`, `at most ${limits.bytes}`)
  const most = Math.max(inodes.size, names)
  if (most > limits.inodes) refuse(`${most} inodes or names`, `at most ${limits.inodes}`)
}
