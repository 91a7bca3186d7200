// What a call may do with a descriptor that it names: it is open, of the right kind, and has the
// right; and the capability behind the right is granted.
import type { Descriptor, DirectoryDescriptor, FileDescriptor } from '../devices/descriptors.ts'
import { type Answer, type FileError, failed } from '../files/file-error.ts'
import type { Guest } from './call.ts'
import { Errno, fail } from './errno.ts'
import { changingRights, Right, readingRights } from './rights.ts'

/** Nanoseconds since 1970: what files' times are set to. */
export const nowOf = (guest: Guest): bigint => guest.machine.vtime

/** What the files gave; a refusal ends the call. */
export function given<T>(answer: Answer<T>): T {
  return failed(answer) ? fail(errnoOf(answer)) : answer
}

const errnoOf = (error: FileError): number => Errno[error]

/** The open descriptor that an argument names; EBADF. */
export const descriptorOf = (guest: Guest, argument: number): Descriptor =>
  guest.world.descriptors.get(guest.u32(argument)) ?? fail(Errno.badf)

/**
 * Ends the call without the right: EBADF for moving bytes, as a descriptor not open for that has
 * it, else ENOTCAPABLE.
 */
export function needRight(guest: Guest, descriptor: Descriptor, right: number): void {
  if ((descriptor.base & right) !== right) {
    const moving = right === Right.fdRead || right === Right.fdWrite
    fail(moving ? Errno.badf : Errno.notcapable)
  }
  if (descriptor.kind !== 'stream') requireFiles(guest, right)
}

/** The capabilities behind rights of files and directories. */
export function requireFiles(guest: Guest, rights: number): void {
  if ((rights & changingRights) !== 0) guest.needOne('files:write')
  if ((rights & readingRights) !== 0) guest.needOne('files:read')
  guest.needOne('files:read', 'files:write')
}

/** The file that an argument names, and the right to do this with it. */
export function fileOf(guest: Guest, argument: number, right: number): FileDescriptor {
  const descriptor = descriptorOf(guest, argument)
  if (descriptor.kind === 'directory') fail(Errno.isdir)
  if (descriptor.kind === 'stream') fail(Errno.inval)
  needRight(guest, descriptor, right)
  return descriptor
}

/** The directory that an argument names, and the right to do this with it. */
export function directoryOf(guest: Guest, argument: number, right: number): DirectoryDescriptor {
  const descriptor = descriptorOf(guest, argument)
  if (descriptor.kind !== 'directory') fail(Errno.notdir)
  needRight(guest, descriptor, right)
  return descriptor
}

/** The bytes of a path: pointer and length stand at an argument. */
export const pathAt = (guest: Guest, argument: number): Uint8Array =>
  guest.read(guest.u32(argument), guest.u32(argument + 1))
