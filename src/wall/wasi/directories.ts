// Directories: the ones that a program is given, and listing.
import { utf8 } from '../../base/bytes.ts'
import { opens } from '../capabilities.ts'
import type { DirectoryDescriptor } from '../devices/descriptors.ts'
import { descriptorOf, given, needRight } from './access.ts'
import type { Guest, WasiCall } from './call.ts'
import { Errno, fail } from './errno.ts'
import { DIRENT_BYTES, dirent, fileTypeOf } from './layouts.ts'
import { Right } from './rights.ts'

/**
 * The given directory that argument 0 names; EBADF, which ends a program's search, for any other
 * descriptor, and without a capability for files.
 */
function preopenOf(guest: Guest): DirectoryDescriptor & { readonly preopen: Uint8Array } {
  const descriptor = guest.world.descriptors.get(guest.u32(0))
  const granted = opens(guest.world.grants, ['files:read', 'files:write'])
  if (!granted || descriptor?.kind !== 'directory') fail(Errno.badf)
  const { preopen } = descriptor
  return preopen === null ? fail(Errno.badf) : { ...descriptor, preopen }
}

/** prestat: tag u8 (0: a directory), length of its name u32. */
function prestat(guest: Guest): number {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setUint32(4, preopenOf(guest).preopen.length, true)
  guest.write(guest.u32(1), bytes)
  return Errno.success
}

function prestatName(guest: Guest): number {
  const { preopen } = preopenOf(guest)
  if (guest.u32(2) < preopen.length) return Errno.nametoolong
  guest.write(guest.u32(1), preopen)
  return Errno.success
}

/** Fills the buffer: the last entry is cut where the buffer ends, and a full buffer says: more. */
function readdir(guest: Guest): number {
  const descriptor = descriptorOf(guest, 0)
  if (descriptor.kind !== 'directory') return Errno.notdir
  needRight(guest, descriptor, Right.fdReaddir)
  const [buffer, size, result] = [guest.u32(1), guest.u32(2), guest.u32(4)]
  guest.check(buffer, size)
  guest.check(result, 4)
  const cookie = guest.u64(3)
  if (cookie > BigInt(Number.MAX_SAFE_INTEGER)) return Errno.inval
  const count = Math.ceil(size / (DIRENT_BYTES + 1))
  const listed = given(guest.world.files.readdir(descriptor.inode, Number(cookie), count))
  let used = 0
  for (const { name, inode, kind, next } of listed) {
    if (used === size) break
    // What lies above a given directory is not told.
    const told = name === '..' && descriptor.preopen !== null ? descriptor.inode : inode
    const bytes = dirent(next, told, fileTypeOf(kind), utf8(name)).subarray(0, size - used)
    guest.write(buffer + used, bytes)
    used += bytes.length
  }
  guest.writeU32(result, used)
  return Errno.success
}

export const directoryCalls: readonly WasiCall[] = [
  { name: 'fd_prestat_get', params: 'i32 i32', needs: [], does: prestat },
  { name: 'fd_prestat_dir_name', params: 'i32 i32 i32', needs: [], does: prestatName },
  {
    name: 'fd_readdir',
    params: 'i32 i32 i32 i64 i32',
    needs: ['files:read', 'files:write'],
    does: readdir,
  },
]
