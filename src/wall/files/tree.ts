// Whole trees into the file system and out of it. What comes in gets its inode numbers in the order
// of paths, so the order in which it was listed leaves no trace.
import { VacError } from '../../base/errors.ts'
import { type Inode, isName, isTarget, pathTooLong, ROOT_INODE } from '../../machine/file-tree.ts'
import { Blob, FileBytes } from '../../memory/file-bytes.ts'
import { failed } from './file-error.ts'
import type { Inodes, NewInode } from './inodes.ts'
import { compareNames } from './names.ts'

/** Path: names with `/` between; '' is the top. */
export type TreeEntry =
  | { readonly path: string; readonly kind: 'directory' }
  | { readonly path: string; readonly kind: 'file'; readonly content: Blob | FileBytes }
  | { readonly path: string; readonly kind: 'symlink'; readonly target: string }

interface Branch {
  readonly below: Map<string, Branch>
  entry: TreeEntry | null
}

const refuse = (where: string, found: string, expected: string): never => {
  throw new VacError('TREE_REFUSED', { where, found, expected })
}

export function importTree(
  inodes: Inodes,
  at: string,
  tree: Iterable<TreeEntry>,
  now: bigint,
): number {
  const top: Branch = { below: new Map(), entry: null }
  for (const entry of tree) plant(top, entry)
  if (top.entry !== null && top.entry.kind !== 'directory') {
    refuse(at, `a ${top.entry.kind} at the top`, 'a directory')
  }
  let directory = ROOT_INODE
  for (const name of at.split('/')) {
    if (name === '' || name === '.') continue
    if (!isName(name)) refuse(at, `the name ${JSON.stringify(name)}`, 'a path below the root')
    directory = directoryAt(inodes, directory, name, at, now)
  }
  grow(inodes, directory, top, at, now)
  return directory
}

function plant(top: Branch, entry: TreeEntry): void {
  const { path } = entry
  if (pathTooLong(path)) refuse(path.slice(0, 99), 'a path that is too long', '4096 bytes')
  let branch = top
  for (const name of path === '' ? [] : path.split('/')) {
    if (!isName(name)) refuse(path, `the name ${JSON.stringify(name)}`, 'a name of a tree')
    const known = branch.below.get(name)
    const next: Branch = known ?? { below: new Map(), entry: null }
    if (known === undefined) branch.below.set(name, next)
    branch = next
  }
  if (branch.entry !== null) refuse(path, 'a second entry', 'one')
  branch.entry = entry
}

function grow(inodes: Inodes, directory: number, branch: Branch, at: string, now: bigint): void {
  const sorted = [...branch.below].sort(([a], [b]) => compareNames(a, b))
  for (const [name, { entry, below }] of sorted) {
    const where = at === '' ? name : `${at}/${name}`
    if (entry === null || entry.kind === 'directory') {
      const number = directoryAt(inodes, directory, name, where, now)
      grow(inodes, number, { entry, below }, where, now)
      continue
    }
    if (below.size > 0) refuse(where, `names below a ${entry.kind}`, 'a directory')
    if (inodes.directory(directory).entries.has(name)) refuse(where, 'a second entry', 'one')
    make(inodes, directory, name, newInode(entry, where), where, now)
  }
}

function newInode(entry: Exclude<TreeEntry, { kind: 'directory' }>, where: string): NewInode {
  if (entry.kind === 'symlink') {
    const { kind, target } = entry
    if (!isTarget(target)) refuse(where, 'such a link', 'a path as target')
    return { kind, target }
  }
  const { kind, content } = entry
  return { kind, bytes: content instanceof Blob ? FileBytes.of(content) : content.fork() }
}

/** The directory of that name, made where there is none. */
function directoryAt(
  inodes: Inodes,
  parent: number,
  name: string,
  where: string,
  now: bigint,
): number {
  const known = inodes.directory(parent).entries.get(name)
  if (known === undefined) return make(inodes, parent, name, { kind: 'directory' }, where, now)
  const { kind } = inodes.get(known.inode)
  return kind === 'directory' ? known.inode : refuse(where, `a ${kind}`, 'a directory')
}

function make(
  inodes: Inodes,
  parent: number,
  name: string,
  made: NewInode,
  where: string,
  now: bigint,
): number {
  const created = inodes.create(parent, name, made, now)
  if (failed(created)) return refuse(where, 'no room', 'a tree within the limits')
  return created.inode
}

/** An inode and all below it: parents first, names in order. A tree may be deeper than a stack. */
export function* exportTree(inodes: Inodes, top: number): Generator<TreeEntry> {
  const left = [{ path: '', number: top }]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { path, number } = next
    const inode = inodes.get(number)
    yield entryOf(path, inode)
    if (inode.kind !== 'directory') continue
    const sorted = [...inode.entries].sort(([a], [b]) => compareNames(b, a))
    for (const [name, entry] of sorted) {
      left.push({ path: path === '' ? name : `${path}/${name}`, number: entry.inode })
    }
  }
}

function entryOf(path: string, inode: Inode): TreeEntry {
  if (inode.kind === 'directory') return { path, kind: inode.kind }
  if (inode.kind === 'file') return { path, kind: inode.kind, content: inode.bytes }
  return { path, kind: inode.kind, target: inode.target }
}
