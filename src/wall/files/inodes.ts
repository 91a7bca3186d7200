// The inodes of a file tree: reading them, copying them before they change, making and dropping
// them within the limits, and who holds them open.
import { assert } from '../../base/errors.ts'
import {
  chargedBytes,
  chargedSize,
  type Directory,
  FIRST_COOKIE,
  type FileTree,
  type Inode,
  type RegularFile,
} from '../../machine/file-tree.ts'
import type { FileBytes } from '../../memory/file-bytes.ts'
import type { Answer } from './file-error.ts'

export type NewInode =
  | { readonly kind: 'directory' }
  | { readonly kind: 'file'; readonly bytes: FileBytes }
  | { readonly kind: 'symlink'; readonly target: string }

export class Inodes {
  readonly tree: FileTree
  /** Descriptors by inode; they are state of the descriptors' device, not of the tree. */
  private readonly holds: Map<number, number>
  /** What counts against the limits. */
  private usedBytes: number
  private usedNames: number

  constructor(tree: FileTree, like: Inodes | null = null) {
    this.tree = tree
    this.holds = new Map(like?.holds)
    this.usedBytes = like?.usedBytes ?? 0
    this.usedNames = like?.usedNames ?? 0
    if (like !== null) return
    for (const [, inode] of tree.inodes.entries()) {
      this.usedBytes += chargedBytes(inode)
      if (inode.kind === 'directory') this.usedNames += inode.entries.size
    }
  }

  fork(): Inodes {
    const { limits, nextInode, inodes } = this.tree
    return new Inodes({ limits, nextInode, inodes: inodes.fork() }, this)
  }

  get(number: number): Inode {
    const inode = this.tree.inodes.get(number)
    assert(inode !== undefined, `inode ${number} is there`)
    return inode
  }

  /** The inode, to be changed: no fork sees it any more. */
  own(number: number): Inode {
    const inode = this.get(number)
    const { inodes } = this.tree
    if (inode.owner === inodes.owner) return inode
    const own = copyOf(inode)
    own.owner = inodes.owner
    inodes.set(number, own)
    return own
  }
  ownFile(number: number): RegularFile {
    const inode = this.own(number)
    assert(inode.kind === 'file', `inode ${number} is a file`)
    return inode
  }
  directory(number: number): Directory {
    const inode = this.get(number)
    assert(inode.kind === 'directory', `inode ${number} is a directory`)
    return inode
  }

  /** Is a directory, and still named by another (or the root)? */
  isPlaced(number: number): boolean {
    return this.directory(number).parent !== 0
  }

  /** Makes an inode under a new name, within the limits; gives its number. */
  create(
    parent: number,
    name: string,
    made: NewInode,
    now: bigint,
  ): Answer<{ readonly inode: number }> {
    const { inodes, limits } = this.tree
    if (!this.isPlaced(parent)) return 'noent'
    if (inodes.size >= limits.inodes || !this.hasRoomForName()) return 'nospc'
    if (!this.charge(chargedBytes(made))) return 'nospc'
    const inode = this.tree.nextInode++
    const times = { owner: inodes.owner, atime: now, mtime: now, ctime: now }
    if (made.kind === 'directory') {
      const { kind } = made
      const entries = new Map()
      inodes.set(inode, { ...times, kind, entries, nextCookie: FIRST_COOKIE, parent: 0 })
    } else inodes.set(inode, { ...times, ...made, links: 0 })
    this.name(parent, name, inode, now)
    return { inode }
  }

  /** May a name be added to a directory? */
  hasRoomForName(): boolean {
    return this.usedNames < this.tree.limits.inodes
  }

  /** Adds a name to a directory (there is room), or has a name that is there mean another inode. */
  name(parent: number, name: string, number: number, now: bigint): void {
    const known = this.directory(parent).entries.get(name)
    const directory = this.changed(parent, now)
    if (known === undefined) {
      this.usedNames++
      directory.entries.set(name, { inode: number, cookie: directory.nextCookie++ })
    } else {
      directory.entries.set(name, { inode: number, cookie: known.cookie })
      this.lose(known.inode, now)
    }
    this.gain(number, parent, now)
  }

  /** Removes a name, and the inode when nothing else keeps it. */
  unname(parent: number, name: string, now: bigint): void {
    const entry = this.take(parent, name, now)
    this.lose(entry, now)
  }

  /** Moves a name; a name that is there already means the moved inode then. */
  move(from: number, name: string, to: number, toName: string, now: bigint): void {
    const number = this.take(from, name, now)
    const inode = this.own(number)
    // While it moves it has no name; nothing looks.
    if (inode.kind !== 'directory') inode.links--
    this.name(to, toName, number, now)
  }

  hold(number: number): void {
    this.get(number)
    this.holds.set(number, (this.holds.get(number) ?? 0) + 1)
  }

  release(number: number): void {
    const count = this.holds.get(number)
    assert(count !== undefined, `inode ${number} is held`)
    if (count > 1) this.holds.set(number, count - 1)
    else {
      this.holds.delete(number)
      this.dropUnused(number)
    }
  }

  isHeld(number: number): boolean {
    return this.holds.has(number)
  }

  /** The size of a file that will change: 'nospc' where the limit does not allow it. */
  chargeSize(file: RegularFile, sizeBytes: number): Answer<0> {
    const more = chargedSize(sizeBytes) - chargedSize(file.bytes.sizeBytes)
    return this.charge(more) ? 0 : 'nospc'
  }

  private charge(bytes: number): boolean {
    if (bytes > 0 && this.usedBytes + bytes > this.tree.limits.bytes) return false
    this.usedBytes += bytes
    return true
  }

  private changed(directory: number, now: bigint): Directory {
    const own = this.own(directory)
    assert(own.kind === 'directory', `inode ${directory} is a directory`)
    own.mtime = now
    own.ctime = now
    return own
  }

  private take(parent: number, name: string, now: bigint): number {
    const directory = this.changed(parent, now)
    const entry = directory.entries.get(name)
    assert(entry !== undefined, 'a name that is removed is there')
    directory.entries.delete(name)
    this.usedNames--
    return entry.inode
  }

  private gain(number: number, parent: number, now: bigint): void {
    const inode = this.own(number)
    inode.ctime = now
    if (inode.kind === 'directory') inode.parent = parent
    else inode.links++
  }

  private lose(number: number, now: bigint): void {
    const inode = this.own(number)
    inode.ctime = now
    if (inode.kind === 'directory') inode.parent = 0
    else inode.links--
    this.dropUnused(number)
  }

  private dropUnused(number: number): void {
    const inode = this.get(number)
    if (!isNameless(inode) || this.holds.has(number)) return
    this.usedBytes -= chargedBytes(inode)
    this.tree.inodes.delete(number)
  }
}

export const isNameless = (inode: Inode): boolean =>
  (inode.kind === 'directory' ? inode.parent : inode.links) === 0

function copyOf(inode: Inode): Inode {
  if (inode.kind === 'directory') return { ...inode, entries: new Map(inode.entries) }
  return inode.kind === 'file' ? { ...inode, bytes: inode.bytes.fork() } : { ...inode }
}
