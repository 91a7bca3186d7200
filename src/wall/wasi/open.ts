// path_open: from a directory to a new descriptor, with rights that the directory passes on.
import type { Descriptor } from '../devices/descriptors.ts'
import { directoryOf, given, nowOf, pathAt, requireFiles } from './access.ts'
import type { Guest, WasiCall } from './call.ts'
import { Errno } from './errno.ts'
import { followsAt } from './paths.ts'
import { directoryRights, fileRights, RIGHTS_BITS, Right } from './rights.ts'

const OpenFlag = { create: 1, directory: 2, exclusive: 4, truncate: 8 } as const
const OPEN_FLAGS = 0xf
const FLAGS_MASK = 0x1f
/** What a directory must pass on for it to be had: the others are left out where it does not. */
const MOVING = Right.fdRead | Right.fdWrite

const rightsOf = (asked: bigint): number => Number(BigInt.asUintN(RIGHTS_BITS, asked))

/** The rights on the directory that its flags take. */
function rightsNeeded(flags: number): number {
  const create = (flags & OpenFlag.create) === 0 ? 0 : Right.pathCreateFile
  const truncate = (flags & OpenFlag.truncate) === 0 ? 0 : Right.pathFilestatSetSize
  return Right.pathOpen | create | truncate
}

function open(guest: Guest): number {
  const { files, descriptors } = guest.world
  const flags = guest.u32(4)
  const [base, inheriting] = [rightsOf(guest.u64(5)), rightsOf(guest.u64(6))]
  const fdflags = guest.u32(7)
  const directory = directoryOf(guest, 0, rightsNeeded(flags))
  if ((flags & ~OPEN_FLAGS) !== 0 || (fdflags & ~FLAGS_MASK) !== 0) return Errno.inval
  const has = (flag: number): boolean => (flags & flag) !== 0
  if (has(OpenFlag.directory) && has(OpenFlag.create)) return Errno.inval
  if ((base & MOVING & ~directory.inheriting) !== 0) return Errno.notcapable
  requireFiles(guest, base & MOVING)
  const follow = followsAt(guest, 1)
  const path = pathAt(guest, 2)
  guest.check(guest.u32(8), 4)
  if (descriptors.full) return Errno.mfile
  const options = {
    create: has(OpenFlag.create),
    exclusive: has(OpenFlag.exclusive),
    truncate: has(OpenFlag.truncate),
    directory: has(OpenFlag.directory),
    write: (base & Right.fdWrite) !== 0,
    follow,
  }
  const { inode } = given(files.open(directory.inode, path, options, nowOf(guest)))
  files.hold(inode)
  const passed = {
    base: base & directory.inheriting,
    inheriting: inheriting & directory.inheriting,
  }
  const fd = descriptors.add(
    descriptorOf(files.kindOf(inode) === 'directory', inode, fdflags, passed),
  )
  guest.writeU32(guest.u32(8), fd)
  return Errno.success
}

/** Only rights that mean something for its kind; a file passes none on. */
function descriptorOf(
  directory: boolean,
  inode: number,
  flags: number,
  { base, inheriting }: { base: number; inheriting: number },
): Descriptor {
  if (!directory) {
    return { kind: 'file', inode, offset: 0, flags, base: base & fileRights, inheriting: 0 }
  }
  return {
    kind: 'directory',
    inode,
    preopen: null,
    flags,
    base: base & directoryRights,
    inheriting,
  }
}

export const openCalls: readonly WasiCall[] = [
  {
    name: 'path_open',
    params: 'i32 i32 i32 i32 i32 i64 i64 i32 i32',
    needs: ['files:read', 'files:write'],
    does: open,
  },
]
