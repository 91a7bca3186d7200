// The file tree of a machine: plain records, part of the state (spec/state.md, "files"). The wall
// works on it (wall/files); the state encodes it. Times are virtual nanoseconds since 1970.
import { utf8 } from '../base/bytes.ts'
import type { FileBytes } from '../memory/file-bytes.ts'
import type { Owner } from '../memory/page.ts'
import type { SharedTable } from '../memory/shared-table.ts'

/** What a tree may hold at most: part of the state, so a run repeats with it. */
export interface FileLimits {
  /** Bytes of all files, each rounded up to whole 4 KiB blocks, holes too; a link is a block. */
  readonly bytes: number
  /** Inodes, and names in all directories together. */
  readonly inodes: number
}

export interface DirectoryEntry {
  readonly inode: number
  /** Where a listing goes on after this entry; ascending in the directory's map. */
  readonly cookie: number
}

interface Record {
  /** Which table may change the record in place. */
  owner: Owner | null
  atime: bigint
  mtime: bigint
  ctime: bigint
}
export interface Directory extends Record {
  readonly kind: 'directory'
  /** By name, in the order of cookies. */
  readonly entries: Map<string, DirectoryEntry>
  /** Greater than every cookie that was ever given here. */
  nextCookie: number
  /** The directory that names it; the root's is the root; 0 once it is removed. */
  parent: number
}
export interface RegularFile extends Record {
  readonly kind: 'file'
  readonly bytes: FileBytes
  /** Names that lead to it; 0: it lives while it is open. */
  links: number
}
export interface SymbolicLink extends Record {
  readonly kind: 'symlink'
  readonly target: string
  links: number
}
export type Inode = Directory | RegularFile | SymbolicLink

export interface FileTree {
  readonly limits: FileLimits
  /** The number of the inode that is made next: none is ever given twice. */
  nextInode: number
  /** By inode number, which guests see. */
  readonly inodes: SharedTable<Inode>
}

export const ROOT_INODE = 1
/** The first cookie of an entry: 1 and 2 follow `.` and `..`. */
export const FIRST_COOKIE = 3

export const NAME_BYTES = 255
export const PATH_BYTES = 4096
export const LINKS_MAX = 65_000
/** A file's size stays below 2^48 bytes. */
export const FILE_BYTES_MAX = 2 ** 48
export const BLOCK_BYTES = 4096

export const defaultFileLimits: FileLimits = { bytes: 2 ** 32, inodes: 2 ** 20 }

/** What a file of that size counts against the limit. */
export const chargedSize = (sizeBytes: number): number =>
  Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES

/** What an inode counts against the limit of bytes. The target of a link fits a block. */
export function chargedBytes(inode: {
  readonly kind: Inode['kind']
  readonly bytes?: FileBytes
}): number {
  if (inode.kind === 'directory') return 0
  return inode.bytes === undefined ? BLOCK_BYTES : chargedSize(inode.bytes.sizeBytes)
}

const longerThan = (text: string, limit: number): boolean =>
  text.length > limit || (text.length * 3 > limit && utf8(text).length > limit)

export const nameTooLong = (name: string): boolean => longerThan(name, NAME_BYTES)
export const pathTooLong = (path: string): boolean => longerThan(path, PATH_BYTES)

/** A name that a directory can hold. */
export const isName = (name: string): boolean =>
  name !== '' &&
  name !== '.' &&
  name !== '..' &&
  !/[/\0]/.test(name) &&
  name.isWellFormed() &&
  !nameTooLong(name)

/** What a symbolic link can hold. */
export const isTarget = (text: string): boolean =>
  text !== '' && !text.includes('\0') && text.isWellFormed() && !pathTooLong(text)
