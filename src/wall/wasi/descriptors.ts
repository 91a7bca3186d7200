// What a descriptor is: its type, flags and rights; closing and renumbering it.
import type { Descriptor } from '../devices/descriptors.ts'
import type { Guest, WasiCall } from './call.ts'
import { Errno } from './errno.ts'

export const FileType = { unknown: 0, characterDevice: 2 } as const

/** WASI's rights, by bit. */
const Right = { fdRead: 1 << 1, fdWrite: 1 << 6, pollReadwrite: 1 << 27 } as const
const FLAGS_MASK = 0x1f

const typeOf = (guest: Guest): number =>
  guest.world.console.terminal ? FileType.characterDevice : FileType.unknown

const rightsOf = (descriptor: Descriptor): bigint =>
  BigInt((descriptor.stream === 'stdin' ? Right.fdRead : Right.fdWrite) | Right.pollReadwrite)

/** A call on an open descriptor; EBADF for any other. */
function onOpen(does: (guest: Guest, descriptor: Descriptor) => number): WasiCall['does'] {
  return (guest) => {
    const descriptor = guest.world.descriptors.get(guest.u32(0))
    return descriptor === undefined ? Errno.badf : does(guest, descriptor)
  }
}

/** fdstat: type u8, flags u16, own rights u64, inherited rights u64. */
function writeFdstat(guest: Guest, descriptor: Descriptor): number {
  const bytes = new Uint8Array(24)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, typeOf(guest))
  view.setUint16(2, descriptor.flags, true)
  view.setBigUint64(8, rightsOf(descriptor), true)
  guest.write(guest.u32(1), bytes)
  return Errno.success
}

function setFlags(guest: Guest, descriptor: Descriptor): number {
  const flags = guest.u32(1)
  if ((flags & ~FLAGS_MASK) !== 0) return Errno.inval
  descriptor.flags = flags
  return Errno.success
}

/** filestat of a stream: all 0 but its number and type. wasi_unstable's is 8 bytes shorter. */
function writeFilestat(guest: Guest): number {
  const unstable = guest.dialect === 'wasi_unstable'
  const bytes = new Uint8Array(unstable ? 56 : 64)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(8, BigInt(guest.u32(0)), true)
  view.setUint8(16, typeOf(guest))
  if (unstable) view.setUint32(20, 1, true)
  else view.setBigUint64(24, 1n, true)
  guest.write(guest.u32(1), bytes)
  return Errno.success
}

function renumber(guest: Guest): number {
  const [from, to] = [guest.u32(0), guest.u32(1)]
  const { descriptors } = guest.world
  if (descriptors.get(from) === undefined || descriptors.get(to) === undefined) return Errno.badf
  descriptors.renumber(from, to)
  return Errno.success
}

const invalid = onOpen(() => Errno.inval)

export const descriptorCalls: readonly WasiCall[] = [
  {
    name: 'fd_close',
    params: 'i32',
    needs: [],
    does: (guest) => (guest.world.descriptors.close(guest.u32(0)) ? Errno.success : Errno.badf),
  },
  { name: 'fd_renumber', params: 'i32 i32', needs: [], does: renumber },
  { name: 'fd_fdstat_get', params: 'i32 i32', needs: [], does: onOpen(writeFdstat) },
  { name: 'fd_fdstat_set_flags', params: 'i32 i32', needs: [], does: onOpen(setFlags) },
  {
    name: 'fd_fdstat_set_rights',
    params: 'i32 i64 i64',
    needs: [],
    does: onOpen(() => Errno.notcapable),
  },
  { name: 'fd_filestat_get', params: 'i32 i32', needs: [], does: onOpen(writeFilestat) },
  { name: 'fd_filestat_set_size', params: 'i32 i64', needs: [], does: invalid },
  { name: 'fd_filestat_set_times', params: 'i32 i64 i64 i32', needs: [], does: invalid },
  { name: 'fd_advise', params: 'i32 i64 i64 i32', needs: [], does: onOpen(() => Errno.spipe) },
  { name: 'fd_allocate', params: 'i32 i64 i64', needs: [], does: onOpen(() => Errno.spipe) },
  { name: 'fd_sync', params: 'i32', needs: [], does: invalid },
  { name: 'fd_datasync', params: 'i32', needs: [], does: invalid },
]
