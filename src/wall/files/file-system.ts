// The file system in the machine: what the calls of WASI ask of it. Pure and synchronous; it works
// on the machine's file tree (machine/file-tree.ts), which is state. Each call is given the time.
//
// Paths are looked up from a base directory and never leave it: an absolute path, an absolute
// symbolic link and a `..` above the base are 'notcapable'. Reading changes no time.
import type { FileLimits, FileTree, Inode } from '../../machine/file-tree.ts'
import type { Answer } from './file-error.ts'

/** UTF-8 bytes as the guest has them, or text. */
export type Path = Uint8Array | string

export type FileKind = Inode['kind']

export interface FileStatus {
  readonly inode: number
  readonly kind: FileKind
  /** A directory: 2 and its subdirectories. */
  readonly links: number
  /** A link: bytes of its target. A directory: 0. */
  readonly sizeBytes: number
  /** Virtual nanoseconds since 1970. */
  readonly atime: bigint
  readonly mtime: bigint
  readonly ctime: bigint
}

export interface OpenOptions {
  /** Make an empty file where there is none. */
  readonly create?: boolean
  /** With `create`: 'exist' where there is something, be it a dangling link. */
  readonly exclusive?: boolean
  /** Cut a file to nothing. */
  readonly truncate?: boolean
  /** 'notdir' for anything but a directory. */
  readonly directory?: boolean
  /** The descriptor will write: 'isdir' for a directory. */
  readonly write?: boolean
  /** Follow a final symbolic link; else it is 'loop'. */
  readonly follow?: boolean
}

export interface Listed {
  /** `.` and `..` first, then the names. */
  readonly name: string
  readonly inode: number
  readonly kind: FileKind
  /** Give this to go on after the entry. */
  readonly next: number
}

/** Times to set; null leaves one as it is. */
export interface NewTimes {
  readonly atime: bigint | null
  readonly mtime: bigint | null
}

export interface FileSystemApi {
  /** The state: put it into `machine.files`. */
  readonly tree: FileTree
  /** Number of the root directory: 1. Inode numbers are never used twice. */
  readonly root: number

  /** A second file system with the same state; copies nothing. Holds are copied too. */
  fork(): FileSystemApi

  /**
   * A descriptor names the inode from now on: it lives on without a name. Each descriptor of a
   * loaded state must call it again; then `checkHolds` refuses what nothing holds.
   */
  hold(inode: number): void
  /** The opposite; without names and holds an inode goes. */
  release(inode: number): void
  /** Refuses (STATE_MALFORMED) a loaded tree with nameless inodes that no descriptor holds. */
  checkHolds(): void

  /** The kind of an inode that is there; undefined where none is. */
  kindOf(inode: number): FileKind | undefined
  stat(inode: number): FileStatus
  /** Looks a path up from `base`. `follow`: also a final symbolic link. */
  resolve(base: number, path: Path, follow: boolean): Answer<number>

  /** Gives the inode; does not hold it. */
  open(base: number, path: Path, options: OpenOptions, now: bigint): Answer<{ inode: number }>

  /** A copy of the bytes from `offset` on, at most `sizeBytes`; fewer at the end of the file. */
  read(inode: number, offset: number, sizeBytes: number): Answer<Uint8Array>
  /** Writes all or nothing; a gap before `offset` reads as zeros. Gives the bytes written. */
  write(inode: number, offset: number, bytes: Uint8Array, now: bigint): Answer<number>
  /** Writes at the end. Gives the offset after the bytes. */
  append(inode: number, bytes: Uint8Array, now: bigint): Answer<number>
  /** Cuts or lengthens with zeros (fd_filestat_set_size). 0 on success, as all below. */
  setSize(inode: number, sizeBytes: number, now: bigint): Answer<0>
  /** Makes the file at least `offset + sizeBytes` long (fd_allocate). */
  allocate(inode: number, offset: number, sizeBytes: number, now: bigint): Answer<0>

  mkdir(base: number, path: Path, now: bigint): Answer<0>
  rmdir(base: number, path: Path, now: bigint): Answer<0>
  /** Removes a name of a file or link; 'isdir' for a directory. */
  unlink(base: number, path: Path, now: bigint): Answer<0>
  rename(base: number, path: Path, toBase: number, toPath: Path, now: bigint): Answer<0>
  /** A second name; 'perm' for a directory. `follow`: a final symbolic link of `path`. */
  link(
    base: number,
    path: Path,
    follow: boolean,
    toBase: number,
    toPath: Path,
    now: bigint,
  ): Answer<0>
  /** `target` is kept as it is; an absolute one is 'notcapable'. */
  symlink(target: Path, base: number, path: Path, now: bigint): Answer<0>
  /** 'inval' where there is no symbolic link. */
  readlink(base: number, path: Path): Answer<{ target: string }>

  /**
   * Entries after a cookie, at most `count`; cookie 0 starts. Order: `.`, `..`, then by the bytes
   * of names as they were at the start; names made since come last, removed ones are left out.
   */
  readdir(directory: number, cookie: number, count: number): Answer<readonly Listed[]>

  setTimes(inode: number, times: NewTimes, now: bigint): Answer<0>
}

export type { FileLimits }
