// Reading and writing descriptors: scattered into and gathered from the guest's buffers.
import type { Descriptor, FileDescriptor } from '../devices/descriptors.ts'
import { descriptorOf, given, needRight, nowOf } from './access.ts'
import { type Guest, TRANSFER_BYTES, type WasiCall, type WasiOutcome } from './call.ts'
import { Errno, fail } from './errno.ts'
import { whences } from './layouts.ts'
import { Right } from './rights.ts'

interface Span {
  readonly at: number
  readonly sizeBytes: number
}

const FDFLAGS_APPEND = 1
/** As Linux has it. */
const BUFFERS_LIMIT = 1024
/** Positions stay exact as numbers. */
const POSITION_MAX = BigInt(Number.MAX_SAFE_INTEGER)

/**
 * The buffers of a vector, checked, cut to what one call moves. EINVAL: too many, or more bytes
 * than a count can tell.
 */
function buffersOf(guest: Guest): Span[] {
  const [vector, count] = [guest.u32(1), guest.u32(2)]
  if (count > BUFFERS_LIMIT) fail(Errno.inval)
  const buffers: Span[] = []
  let left = TRANSFER_BYTES
  let total = 0
  guest.check(vector, 8 * count)
  for (let i = 0; i < count; i++) {
    const at = guest.readU32(vector + 8 * i)
    const sizeBytes = guest.readU32(vector + 8 * i + 4)
    guest.check(at, sizeBytes)
    total += sizeBytes
    const now = Math.min(sizeBytes, left)
    left -= now
    if (now > 0) buffers.push({ at, sizeBytes: now })
  }
  if (total >= 2 ** 32) fail(Errno.inval)
  return buffers
}

const totalBytes = (buffers: readonly Span[]): number =>
  buffers.reduce((sum, buffer) => sum + buffer.sizeBytes, 0)

function scatter(guest: Guest, buffers: readonly Span[], bytes: Uint8Array): void {
  let done = 0
  for (const { at, sizeBytes } of buffers) {
    const part = bytes.subarray(done, done + sizeBytes)
    guest.write(at, part)
    done += part.length
  }
}

function gather(guest: Guest, buffers: readonly Span[]): Uint8Array {
  if (buffers.length === 1) return guest.read(buffers[0].at, buffers[0].sizeBytes)
  const bytes = new Uint8Array(totalBytes(buffers))
  let done = 0
  for (const { at, sizeBytes } of buffers) {
    bytes.set(guest.read(at, sizeBytes), done)
    done += sizeBytes
  }
  return bytes
}

/** A descriptor that bytes move through. */
function movable(guest: Guest, right: number): Exclude<Descriptor, { kind: 'directory' }> {
  const descriptor = descriptorOf(guest, 0)
  if (descriptor.kind === 'directory') fail(Errno.isdir)
  needRight(guest, descriptor, right)
  if (descriptor.kind === 'stream') guest.needOne('console')
  return descriptor
}

/** A file that bytes move through at a position of the call's own: it can be sought. */
function positioned(guest: Guest, right: number): FileDescriptor {
  const descriptor = movable(guest, right)
  if (descriptor.kind === 'stream') fail(Errno.spipe)
  needRight(guest, descriptor, Right.fdSeek)
  return descriptor
}

function read(guest: Guest): WasiOutcome {
  const descriptor = movable(guest, Right.fdRead)
  const buffers = buffersOf(guest)
  const result = guest.u32(3)
  guest.check(result, 4)
  const total = totalBytes(buffers)
  if (descriptor.kind === 'file') {
    const bytes = given(guest.world.files.read(descriptor.inode, descriptor.offset, total))
    descriptor.offset += bytes.length
    return finishRead(guest, buffers, bytes, result)
  }
  const bytes = total === 0 ? new Uint8Array(0) : guest.world.console.read(total)
  return bytes === null ? 'wait' : finishRead(guest, buffers, bytes, result)
}

function finishRead(
  guest: Guest,
  buffers: readonly Span[],
  bytes: Uint8Array,
  result: number,
): WasiOutcome {
  scatter(guest, buffers, bytes)
  guest.writeU32(result, bytes.length)
  return Errno.success
}

function readAt(guest: Guest): WasiOutcome {
  const { inode } = positioned(guest, Right.fdRead)
  const buffers = buffersOf(guest)
  const result = guest.u32(4)
  guest.check(result, 4)
  const offset = positionOf(guest.u64(3))
  const bytes = given(guest.world.files.read(inode, offset, totalBytes(buffers)))
  return finishRead(guest, buffers, bytes, result)
}

function write(guest: Guest): WasiOutcome {
  const descriptor = movable(guest, Right.fdWrite)
  const buffers = buffersOf(guest)
  const result = guest.u32(3)
  guest.check(result, 4)
  const bytes = gather(guest, buffers)
  if (descriptor.kind === 'file') writeFile(guest, descriptor, bytes)
  else if (descriptor.stream !== 'stdin') guest.world.console.write(descriptor.stream, bytes)
  guest.writeU32(result, bytes.length)
  return Errno.success
}

function writeFile(guest: Guest, descriptor: FileDescriptor, bytes: Uint8Array): void {
  const { files } = guest.world
  const { inode, offset, flags } = descriptor
  if (bytes.length === 0) return
  if ((flags & FDFLAGS_APPEND) !== 0) {
    descriptor.offset = given(files.append(inode, bytes, nowOf(guest)))
    return
  }
  descriptor.offset += given(files.write(inode, offset, bytes, nowOf(guest)))
}

/** Writes where the call says, whether the descriptor appends or not: as POSIX has it. */
function writeAt(guest: Guest): WasiOutcome {
  const { inode } = positioned(guest, Right.fdWrite)
  const buffers = buffersOf(guest)
  const result = guest.u32(4)
  guest.check(result, 4)
  const offset = positionOf(guest.u64(3))
  const bytes = gather(guest, buffers)
  if (bytes.length > 0) given(guest.world.files.write(inode, offset, bytes, nowOf(guest)))
  guest.writeU32(result, bytes.length)
  return Errno.success
}

function positionOf(position: bigint): number {
  return position > POSITION_MAX ? fail(Errno.inval) : Number(position)
}

/** A file whose position is asked or moved; streams have none. */
function seekable(guest: Guest): FileDescriptor {
  const descriptor = descriptorOf(guest, 0)
  if (descriptor.kind === 'stream') fail(Errno.spipe)
  if (descriptor.kind === 'directory') fail(Errno.isdir)
  return descriptor
}

function seek(guest: Guest): WasiOutcome {
  const descriptor = seekable(guest)
  const delta = BigInt.asIntN(64, guest.u64(1))
  const whence = whences[guest.dialect][guest.u32(2)]
  if (whence === undefined) return Errno.inval
  const result = guest.u32(3)
  guest.check(result, 8)
  const telling = whence === 'current' && delta === 0n
  if (telling) needTell(guest, descriptor)
  else needRight(guest, descriptor, Right.fdSeek)
  const position = from(guest, descriptor, whence) + delta
  if (position < 0n || position > POSITION_MAX) return Errno.inval
  descriptor.offset = Number(position)
  guest.writeU64(result, position)
  return Errno.success
}

function from(guest: Guest, { inode, offset }: FileDescriptor, whence: string): bigint {
  if (whence === 'set') return 0n
  return BigInt(whence === 'current' ? offset : guest.world.files.stat(inode).sizeBytes)
}

/** The right to seek is also the right to tell. */
function needTell(guest: Guest, descriptor: FileDescriptor): void {
  const seeks = (descriptor.base & Right.fdSeek) !== 0
  needRight(guest, descriptor, seeks ? Right.fdSeek : Right.fdTell)
}

function tell(guest: Guest): WasiOutcome {
  const descriptor = seekable(guest)
  needTell(guest, descriptor)
  guest.writeU64(guest.u32(1), BigInt(descriptor.offset))
  return Errno.success
}

export const transferCalls: readonly WasiCall[] = [
  { name: 'fd_read', params: 'i32 i32 i32 i32', needs: ['console', 'files:read'], does: read },
  { name: 'fd_write', params: 'i32 i32 i32 i32', needs: ['console', 'files:write'], does: write },
  { name: 'fd_pread', params: 'i32 i32 i32 i64 i32', needs: [], does: readAt },
  { name: 'fd_pwrite', params: 'i32 i32 i32 i64 i32', needs: [], does: writeAt },
  { name: 'fd_seek', params: 'i32 i64 i32 i32', needs: [], does: seek },
  { name: 'fd_tell', params: 'i32 i32', needs: [], does: tell },
]
