// The file system in the machine: what the calls of WASI ask of it. Pure and synchronous; it works
// on the machine's file tree (machine/file-tree.ts), which is state. Each call is given the time.
//
// Paths are looked up from a base directory and never leave it: an absolute path, an absolute
// symbolic link and a `..` above the base are 'notcapable'. Reading changes no time.
import { utf8 } from '../../base/bytes.ts'
import { VacError } from '../../base/errors.ts'
import {
  defaultFileLimits,
  FILE_BYTES_MAX,
  FIRST_COOKIE,
  type FileLimits,
  type FileTree,
  type Inode,
  ROOT_INODE,
} from '../../machine/file-tree.ts'
import { SharedTable } from '../../memory/shared-table.ts'
import * as entries from './entries.ts'
import { type Answer, failed } from './file-error.ts'
import { Inodes, isNameless } from './inodes.ts'
import { type Listed, Listings } from './listing.ts'
import type { Path } from './names.ts'
import { exportTree, importTree, type TreeEntry } from './tree.ts'
import { walk } from './walk.ts'

export type FileKind = Inode['kind']

export interface FileStatus {
  readonly inode: number
  readonly kind: FileKind
  /** Names that lead to it; a directory has 1, or 0 once it is removed. */
  readonly links: number
  /** A link: bytes of its target. A directory: 0. */
  readonly sizeBytes: number
  /** Virtual nanoseconds since 1970. */
  readonly atime: bigint
  readonly mtime: bigint
  readonly ctime: bigint
}

/** Times to set; null leaves one as it is. */
export interface NewTimes {
  readonly atime: bigint | null
  readonly mtime: bigint | null
}

export class FileSystem {
  /** Number of the root directory. Inode numbers are never used twice. */
  readonly root = ROOT_INODE
  private readonly inodes: Inodes
  private readonly listings = new Listings()

  private constructor(inodes: Inodes) {
    this.inodes = inodes
  }

  /** An empty one. */
  static empty(now: bigint, limits: FileLimits = defaultFileLimits): FileSystem {
    const inodes = new SharedTable<Inode>()
    inodes.set(ROOT_INODE, {
      owner: inodes.owner,
      kind: 'directory',
      entries: new Map(),
      nextCookie: FIRST_COOKIE,
      parent: ROOT_INODE,
      atime: now,
      mtime: now,
      ctime: now,
    })
    return FileSystem.over({ limits, nextInode: ROOT_INODE + 1, inodes })
  }

  /** Works on a tree from now on: that of a state which was loaded (`machine.files`). */
  static over(tree: FileTree): FileSystem {
    return new FileSystem(new Inodes(tree))
  }

  /** The state: put it into `machine.files`. */
  get tree(): FileTree {
    return this.inodes.tree
  }

  /** A second file system with the same state and holds; copies nothing large. */
  fork(): FileSystem {
    return new FileSystem(this.inodes.fork())
  }

  /**
   * Puts a tree from outside at a path from the root (`''`: the root), making the directories on
   * the way. All get the time `now`. Gives the inode of the directory. Throws TREE_REFUSED.
   */
  import(at: string, tree: Iterable<TreeEntry>, now: bigint): number {
    return importTree(this.inodes, at, tree, now)
  }

  /** An inode and all below it, parents first, names in order; paths are relative to it. */
  export(inode: number): Generator<TreeEntry> {
    return exportTree(this.inodes, inode)
  }

  /**
   * A descriptor names the inode from now on: it lives on without a name. Each descriptor of a
   * loaded state must say so again; then `checkHolds` refuses what nothing holds.
   */
  hold(inode: number): void {
    this.inodes.hold(inode)
  }

  /** The opposite; without names and holds an inode goes. */
  release(inode: number): void {
    this.inodes.release(inode)
  }

  /** Refuses (STATE_MALFORMED) a loaded tree with nameless inodes that no descriptor holds. */
  checkHolds(): void {
    for (const [number, inode] of this.tree.inodes.entries()) {
      if (isNameless(inode) && !this.inodes.isHeld(number)) {
        const found = `inode ${number} without a name`
        throw new VacError('STATE_MALFORMED', { found, expected: 'a descriptor that holds it' })
      }
    }
  }

  /** The kind of an inode; undefined where none is. */
  kindOf(inode: number): FileKind | undefined {
    return this.tree.inodes.get(inode)?.kind
  }

  stat(number: number): FileStatus {
    const inode = this.inodes.get(number)
    const { kind, atime, mtime, ctime } = inode
    const times = { inode: number, kind, atime, mtime, ctime }
    if (inode.kind === 'directory') {
      return { ...times, links: inode.parent === 0 ? 0 : 1, sizeBytes: 0 }
    }
    const { links } = inode
    if (inode.kind === 'file') return { ...times, links, sizeBytes: inode.bytes.sizeBytes }
    return { ...times, links, sizeBytes: utf8(inode.target).length }
  }

  /** Looks a path up from `base`. `follow`: also a final symbolic link. */
  resolve(base: number, path: Path, follow: boolean): Answer<number> {
    const place = walk(this.inodes, base, path, follow ? 'target' : 'here')
    if (failed(place)) return place
    if (place.inode === null) return 'noent'
    if (place.slash && this.inodes.get(place.inode).kind !== 'directory') return 'notdir'
    return place.inode
  }

  /** Opens or makes what a path leads to. Gives the inode; does not hold it. */
  open(
    base: number,
    path: Path,
    options: entries.OpenOptions,
    now: bigint,
  ): Answer<{ readonly inode: number }> {
    const opened = entries.open(this.inodes, { base, path }, options, now)
    if (!failed(opened) && options.truncate) this.setSize(opened.inode, 0, now)
    return opened
  }

  /** A copy of the bytes from `offset` on, at most `sizeBytes`; fewer at the end of the file. */
  read(inode: number, offset: number, sizeBytes: number): Answer<Uint8Array> {
    const file = this.inodes.get(inode)
    return file.kind === 'file' ? file.bytes.read(offset, sizeBytes) : notFile(file)
  }

  /** Writes all or nothing; a gap before `offset` reads as zeros. Gives the bytes written. */
  write(inode: number, offset: number, bytes: Uint8Array, now: bigint): Answer<number> {
    const file = this.inodes.get(inode)
    if (file.kind !== 'file') return notFile(file)
    if (bytes.length === 0) return 0
    const end = offset + bytes.length
    if (end > FILE_BYTES_MAX) return 'fbig'
    const charged = this.inodes.chargeSize(file, Math.max(end, file.bytes.sizeBytes))
    if (failed(charged)) return charged
    this.changed(inode, now).write(offset, bytes)
    return bytes.length
  }

  /** Writes at the end. Gives the offset after the bytes. */
  append(inode: number, bytes: Uint8Array, now: bigint): Answer<number> {
    const file = this.inodes.get(inode)
    if (file.kind !== 'file') return notFile(file)
    const end = file.bytes.sizeBytes
    const written = this.write(inode, end, bytes, now)
    return failed(written) ? written : end + written
  }

  /** Cuts or lengthens with zeros (fd_filestat_set_size). 0 on success, as all below. */
  setSize(inode: number, sizeBytes: number, now: bigint): Answer<0> {
    const file = this.inodes.get(inode)
    if (file.kind !== 'file') return notFile(file)
    if (sizeBytes < 0) return 'inval'
    if (sizeBytes > FILE_BYTES_MAX) return 'fbig'
    const charged = this.inodes.chargeSize(file, sizeBytes)
    if (failed(charged)) return charged
    this.changed(inode, now).resize(sizeBytes)
    return 0
  }

  /** Makes the file at least `offset + sizeBytes` long (fd_allocate). */
  allocate(inode: number, offset: number, sizeBytes: number, now: bigint): Answer<0> {
    const file = this.inodes.get(inode)
    if (file.kind !== 'file') return notFile(file)
    if (offset < 0 || sizeBytes <= 0) return 'inval'
    const end = offset + sizeBytes
    return end > file.bytes.sizeBytes ? this.setSize(inode, end, now) : 0
  }

  mkdir(base: number, path: Path, now: bigint): Answer<0> {
    return entries.mkdir(this.inodes, { base, path }, now)
  }

  rmdir(base: number, path: Path, now: bigint): Answer<0> {
    return entries.rmdir(this.inodes, { base, path }, now)
  }

  /** Removes a name of a file or link; 'isdir' for a directory. */
  unlink(base: number, path: Path, now: bigint): Answer<0> {
    return entries.unlink(this.inodes, { base, path }, now)
  }

  rename(base: number, path: Path, toBase: number, toPath: Path, now: bigint): Answer<0> {
    return entries.rename(this.inodes, { base, path }, { base: toBase, path: toPath }, now)
  }

  /** A second name; 'perm' for a directory. `follow`: a final symbolic link of `path`. */
  link(
    base: number,
    path: Path,
    follow: boolean,
    toBase: number,
    toPath: Path,
    now: bigint,
  ): Answer<0> {
    return entries.link(this.inodes, { base, path }, follow, { base: toBase, path: toPath }, now)
  }

  /** `target` is kept as it is; an absolute one is 'notcapable'. */
  symlink(target: Path, base: number, path: Path, now: bigint): Answer<0> {
    return entries.symlink(this.inodes, target, { base, path }, now)
  }

  /** 'inval' where there is no symbolic link. */
  readlink(base: number, path: Path): Answer<{ readonly target: string }> {
    return entries.readlink(this.inodes, { base, path })
  }

  /**
   * Entries after a cookie, at most `count`; cookie 0 starts. Order: `.`, `..`, then by the bytes
   * of names as they are at the start; names made later come last, removed ones are left out.
   */
  readdir(directory: number, cookie: number, count: number): Answer<readonly Listed[]> {
    return this.listings.list(this.inodes, directory, cookie, count)
  }

  setTimes(inode: number, times: NewTimes, now: bigint): Answer<0> {
    const own = this.inodes.own(inode)
    own.atime = times.atime ?? own.atime
    own.mtime = times.mtime ?? own.mtime
    own.ctime = now
    return 0
  }

  /** The bytes of a file that is about to change. */
  private changed(inode: number, now: bigint) {
    const file = this.inodes.ownFile(inode)
    file.mtime = now
    file.ctime = now
    return file.bytes
  }
}

/** What the calls of WASI are handed. */
export type FileSystemApi = FileSystem

const notFile = ({ kind }: Inode): 'isdir' | 'inval' => (kind === 'directory' ? 'isdir' : 'inval')
