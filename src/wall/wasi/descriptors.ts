// What a descriptor is: its type, flags, rights and status; closing and renumbering it.
import type { Descriptor } from '../devices/descriptors.ts'
import type { NewTimes } from '../files/file-system.ts'
import { descriptorOf, fileOf, given, needRight, nowOf } from './access.ts'
import type { Guest, WasiCall } from './call.ts'
import { Errno, fail } from './errno.ts'
import { Device, FileType, fdstat, filestat, fileTypeOf } from './layouts.ts'
import { RIGHTS_BITS, Right } from './rights.ts'

const FLAGS_MASK = 0x1f

function typeOf(guest: Guest, descriptor: Descriptor): number {
  if (descriptor.kind !== 'stream') return FileType[descriptor.kind]
  return guest.world.console.terminal ? FileType.characterDevice : FileType.unknown
}

/** A descriptor is gone: what it named may go with it. */
export function letGo(guest: Guest, descriptor: Descriptor | null): void {
  if (descriptor !== null && descriptor.kind !== 'stream') {
    guest.world.files.release(descriptor.inode)
  }
}

function close(guest: Guest): number {
  const closed = guest.world.descriptors.close(guest.u32(0)) ?? fail(Errno.badf)
  letGo(guest, closed)
  return Errno.success
}

function renumber(guest: Guest): number {
  descriptorOf(guest, 0)
  descriptorOf(guest, 1)
  letGo(guest, guest.world.descriptors.renumber(guest.u32(0), guest.u32(1)))
  return Errno.success
}

function getFdstat(guest: Guest): number {
  const descriptor = descriptorOf(guest, 0)
  const { flags, base, inheriting } = descriptor
  guest.write(guest.u32(1), fdstat(typeOf(guest, descriptor), flags, base, inheriting))
  return Errno.success
}

function setFlags(guest: Guest): number {
  const descriptor = descriptorOf(guest, 0)
  const flags = guest.u32(1)
  if ((flags & ~FLAGS_MASK) !== 0) return Errno.inval
  needRight(guest, descriptor, Right.fdFdstatSetFlags)
  descriptor.flags = flags
  return Errno.success
}

/** Rights shrink; asking for one that is not there is ENOTCAPABLE. */
function setRights(guest: Guest): number {
  const descriptor = descriptorOf(guest, 0)
  const [base, inheriting] = [guest.u64(1), guest.u64(2)]
  if (!holds(descriptor.base, base) || !holds(descriptor.inheriting, inheriting)) {
    return Errno.notcapable
  }
  descriptor.base = Number(base)
  descriptor.inheriting = Number(inheriting)
  return Errno.success
}

const holds = (rights: number, asked: bigint): boolean =>
  asked >> BigInt(RIGHTS_BITS) === 0n && (Number(asked) & ~rights) === 0

function getFilestat(guest: Guest): number {
  const descriptor = descriptorOf(guest, 0)
  needRight(guest, descriptor, Right.fdFilestatGet)
  if (descriptor.kind === 'stream') {
    const none = { links: 1, sizeBytes: 0, atime: 0n, mtime: 0n, ctime: 0n }
    const stat = { inode: guest.u32(0), type: typeOf(guest, descriptor), ...none }
    guest.write(guest.u32(1), filestat(guest.dialect, Device.streams, stat))
    return Errno.success
  }
  writeStat(guest, guest.u32(1), descriptor.inode)
  return Errno.success
}

/** Writes the status of an inode. */
export function writeStat(guest: Guest, at: number, inode: number): void {
  const stat = guest.world.files.stat(inode)
  const type = fileTypeOf(stat.kind)
  guest.write(at, filestat(guest.dialect, Device.files, { ...stat, type }))
}

/** A size or position from the guest; EFBIG where no file can be so long. */
export function sizeOf(size: bigint): number {
  return size > BigInt(Number.MAX_SAFE_INTEGER) ? fail(Errno.fbig) : Number(size)
}

function setSize(guest: Guest): number {
  const { inode } = fileOf(guest, 0, Right.fdFilestatSetSize)
  given(guest.world.files.setSize(inode, sizeOf(guest.u64(1)), nowOf(guest)))
  return Errno.success
}

const TimeFlag = { atim: 1, atimNow: 2, mtim: 4, mtimNow: 8 } as const

/** The times that a call sets: values at two arguments, flags at a third. */
export function newTimes(guest: Guest, first: number): NewTimes {
  const flags = guest.u32(first + 2)
  const { atim, atimNow, mtim, mtimNow } = TimeFlag
  const both = (one: number, other: number): boolean => (flags & one) !== 0 && (flags & other) !== 0
  if (flags >= 16 || both(atim, atimNow) || both(mtim, mtimNow)) fail(Errno.inval)
  const time = (value: number, now: number, argument: number): bigint | null => {
    if ((flags & value) !== 0) return guest.u64(argument)
    return (flags & now) !== 0 ? nowOf(guest) : null
  }
  return { atime: time(atim, atimNow, first), mtime: time(mtim, mtimNow, first + 1) }
}

function setTimes(guest: Guest): number {
  const descriptor = descriptorOf(guest, 0)
  if (descriptor.kind === 'stream') return Errno.inval
  const times = newTimes(guest, 1)
  needRight(guest, descriptor, Right.fdFilestatSetTimes)
  given(guest.world.files.setTimes(descriptor.inode, times, nowOf(guest)))
  return Errno.success
}

const ADVICES = 6

/** Advice changes nothing here: what is in memory is no business of the guest's. */
function advise(guest: Guest): number {
  const descriptor = descriptorOf(guest, 0)
  if (descriptor.kind === 'stream') return Errno.spipe
  if (descriptor.kind === 'directory') return Errno.badf
  if (guest.u32(3) >= ADVICES) return Errno.inval
  needRight(guest, descriptor, Right.fdAdvise)
  return Errno.success
}

function allocate(guest: Guest): number {
  const descriptor = descriptorOf(guest, 0)
  if (descriptor.kind === 'stream') return Errno.spipe
  if (descriptor.kind === 'directory') return Errno.badf
  needRight(guest, descriptor, Right.fdAllocate)
  const [offset, size] = [sizeOf(guest.u64(1)), sizeOf(guest.u64(2))]
  if (size === 0) return Errno.inval
  given(guest.world.files.allocate(descriptor.inode, offset, size, nowOf(guest)))
  return Errno.success
}

/** What is written is there for every reader at once. */
const sync =
  (right: number) =>
  (guest: Guest): number => {
    const descriptor = descriptorOf(guest, 0)
    if (descriptor.kind === 'stream') return Errno.inval
    needRight(guest, descriptor, right)
    return Errno.success
  }

const row = (name: string, params: string, does: (guest: Guest) => number): WasiCall => ({
  name,
  params,
  needs: [],
  does,
})

export const descriptorCalls: readonly WasiCall[] = [
  row('fd_close', 'i32', close),
  row('fd_renumber', 'i32 i32', renumber),
  row('fd_fdstat_get', 'i32 i32', getFdstat),
  row('fd_fdstat_set_flags', 'i32 i32', setFlags),
  row('fd_fdstat_set_rights', 'i32 i64 i64', setRights),
  row('fd_filestat_get', 'i32 i32', getFilestat),
  row('fd_filestat_set_size', 'i32 i64', setSize),
  row('fd_filestat_set_times', 'i32 i64 i64 i32', setTimes),
  row('fd_advise', 'i32 i64 i64 i32', advise),
  row('fd_allocate', 'i32 i64 i64', allocate),
  row('fd_sync', 'i32', sync(Right.fdSync)),
  row('fd_datasync', 'i32', sync(Right.fdDatasync)),
]
