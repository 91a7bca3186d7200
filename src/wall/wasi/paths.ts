// Names of files and directories: looked up from a directory that the program has, never above it.
import { utf8 } from '../../base/bytes.ts'
import { directoryOf, given, nowOf, pathAt } from './access.ts'
import type { Guest, WasiCall } from './call.ts'
import { newTimes, writeStat } from './descriptors.ts'
import { Errno, fail } from './errno.ts'
import { Right } from './rights.ts'

const FOLLOW = 1

/** lookupflags at an argument: is a final symbolic link followed? */
export function followsAt(guest: Guest, argument: number): boolean {
  const flags = guest.u32(argument)
  return (flags & ~FOLLOW) !== 0 ? fail(Errno.inval) : flags === FOLLOW
}

function createDirectory(guest: Guest): number {
  const { inode } = directoryOf(guest, 0, Right.pathCreateDirectory)
  given(guest.world.files.mkdir(inode, pathAt(guest, 1), nowOf(guest)))
  return Errno.success
}

function removeDirectory(guest: Guest): number {
  const { inode } = directoryOf(guest, 0, Right.pathRemoveDirectory)
  given(guest.world.files.rmdir(inode, pathAt(guest, 1), nowOf(guest)))
  return Errno.success
}

function unlinkFile(guest: Guest): number {
  const { inode } = directoryOf(guest, 0, Right.pathUnlinkFile)
  given(guest.world.files.unlink(inode, pathAt(guest, 1), nowOf(guest)))
  return Errno.success
}

function getFilestat(guest: Guest): number {
  const { inode } = directoryOf(guest, 0, Right.pathFilestatGet)
  const found = given(guest.world.files.resolve(inode, pathAt(guest, 2), followsAt(guest, 1)))
  writeStat(guest, guest.u32(4), found)
  return Errno.success
}

function setTimes(guest: Guest): number {
  const { inode } = directoryOf(guest, 0, Right.pathFilestatSetTimes)
  const times = newTimes(guest, 4)
  const found = given(guest.world.files.resolve(inode, pathAt(guest, 2), followsAt(guest, 1)))
  given(guest.world.files.setTimes(found, times, nowOf(guest)))
  return Errno.success
}

function link(guest: Guest): number {
  const source = directoryOf(guest, 0, Right.pathLinkSource)
  const target = directoryOf(guest, 4, Right.pathLinkTarget)
  const follow = followsAt(guest, 1)
  const [from, to] = [pathAt(guest, 2), pathAt(guest, 5)]
  given(guest.world.files.link(source.inode, from, follow, target.inode, to, nowOf(guest)))
  return Errno.success
}

function rename(guest: Guest): number {
  const source = directoryOf(guest, 0, Right.pathRenameSource)
  const target = directoryOf(guest, 3, Right.pathRenameTarget)
  const [from, to] = [pathAt(guest, 1), pathAt(guest, 4)]
  given(guest.world.files.rename(source.inode, from, target.inode, to, nowOf(guest)))
  return Errno.success
}

function symlink(guest: Guest): number {
  const { inode } = directoryOf(guest, 2, Right.pathSymlink)
  const [target, path] = [pathAt(guest, 0), pathAt(guest, 3)]
  given(guest.world.files.symlink(target, inode, path, nowOf(guest)))
  return Errno.success
}

/** A buffer that is too small takes the first bytes. */
function readlink(guest: Guest): number {
  const { inode } = directoryOf(guest, 0, Right.pathReadlink)
  const [buffer, size, result] = [guest.u32(3), guest.u32(4), guest.u32(5)]
  guest.check(buffer, size)
  guest.check(result, 4)
  const { target } = given(guest.world.files.readlink(inode, pathAt(guest, 1)))
  const bytes = utf8(target).subarray(0, size)
  guest.write(buffer, bytes)
  guest.writeU32(result, bytes.length)
  return Errno.success
}

/** Who has neither capability has no use for a name; which one a call takes, it checks itself. */
const row = (name: string, params: string, does: WasiCall['does']): WasiCall => ({
  name,
  params,
  needs: ['files:read', 'files:write'],
  does,
})

export const pathCalls: readonly WasiCall[] = [
  row('path_create_directory', 'i32 i32 i32', createDirectory),
  row('path_filestat_get', 'i32 i32 i32 i32 i32', getFilestat),
  row('path_filestat_set_times', 'i32 i32 i32 i32 i64 i64 i32', setTimes),
  row('path_link', 'i32 i32 i32 i32 i32 i32 i32', link),
  row('path_readlink', 'i32 i32 i32 i32 i32 i32', readlink),
  row('path_remove_directory', 'i32 i32 i32', removeDirectory),
  row('path_rename', 'i32 i32 i32 i32 i32 i32', rename),
  row('path_symlink', 'i32 i32 i32 i32 i32', symlink),
  row('path_unlink_file', 'i32 i32 i32', unlinkFile),
]
