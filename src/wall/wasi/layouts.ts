// The records that calls write, as they lie in the guest's memory. Where the dialects differ,
// wasi_unstable has narrower or wider fields.
// Source: the WASI preview 1 witx, and snapshot 0's for wasi_unstable.
import type { FileKind, FileStatus } from '../files/file-system.ts'
import type { Dialect } from './call.ts'

export const FileType = {
  unknown: 0,
  characterDevice: 2,
  directory: 3,
  file: 4,
  symlink: 7,
} as const

export const fileTypeOf = (kind: FileKind): number => FileType[kind]

/** fdstat: type u8, flags u16, own rights u64, inherited rights u64. */
export function fdstat(type: number, flags: number, base: number, inheriting: number): Uint8Array {
  const bytes = new Uint8Array(24)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, type)
  view.setUint16(2, flags, true)
  view.setBigUint64(8, BigInt(base), true)
  view.setBigUint64(16, BigInt(inheriting), true)
  return bytes
}

export interface Filestat extends Omit<FileStatus, 'kind'> {
  readonly type: number
}

/** All files and directories are on one device, streams on another. */
export const Device = { streams: 0n, files: 1n } as const

/** filestat: wasi_unstable counts links in 32 bits. */
export function filestat(dialect: Dialect, device: bigint, stat: Filestat): Uint8Array {
  const unstable = dialect === 'wasi_unstable'
  const bytes = new Uint8Array(unstable ? 56 : 64)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, device, true)
  view.setBigUint64(8, BigInt(stat.inode), true)
  view.setUint8(16, stat.type)
  if (unstable) view.setUint32(20, stat.links, true)
  else view.setBigUint64(24, BigInt(stat.links), true)
  const rest = unstable ? 24 : 32
  view.setBigUint64(rest, BigInt(stat.sizeBytes), true)
  view.setBigUint64(rest + 8, stat.atime, true)
  view.setBigUint64(rest + 16, stat.mtime, true)
  view.setBigUint64(rest + 24, stat.ctime, true)
  return bytes
}

export const DIRENT_BYTES = 24

/** dirent, and the name behind it: next cookie u64, inode u64, length of the name u32, type u8. */
export function dirent(next: number, inode: number, type: number, name: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(DIRENT_BYTES + name.length)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(next), true)
  view.setBigUint64(8, BigInt(inode), true)
  view.setUint32(16, name.length, true)
  view.setUint8(20, type)
  bytes.set(name, DIRENT_BYTES)
  return bytes
}

/** Where a seek counts from, by the dialect's numbers. */
export const whences: Readonly<Record<Dialect, readonly ('set' | 'current' | 'end')[]>> = {
  wasi_snapshot_preview1: ['set', 'current', 'end'],
  wasi_unstable: ['current', 'end', 'set'],
}

/** subscription: wasi_unstable has a second number before the clock's. */
export const subscriptions: Readonly<
  Record<Dialect, { readonly sizeBytes: number; readonly clock: number }>
> = {
  wasi_snapshot_preview1: { sizeBytes: 48, clock: 16 },
  wasi_unstable: { sizeBytes: 56, clock: 24 },
}

export const EVENT_BYTES = 32
