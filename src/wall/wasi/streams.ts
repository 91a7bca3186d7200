// Reading and writing descriptors: scattered into and gathered from the guest's buffers.
import { type Guest, TRANSFER_BYTES, type WasiCall, type WasiOutcome } from './call.ts'
import { Errno } from './errno.ts'

interface Span {
  readonly at: number
  readonly sizeBytes: number
}

/** As Linux has it. */
const BUFFERS_LIMIT = 1024

/** The buffers of a vector, checked, cut to what one call moves; null: too many. */
function buffersOf(guest: Guest, vector: number, count: number): Span[] | null {
  if (count > BUFFERS_LIMIT) return null
  const buffers: Span[] = []
  let left = TRANSFER_BYTES
  guest.check(vector, 8 * count)
  for (let i = 0; i < count; i++) {
    const at = guest.readU32(vector + 8 * i)
    const sizeBytes = guest.readU32(vector + 8 * i + 4)
    guest.check(at, sizeBytes)
    const now = Math.min(sizeBytes, left)
    left -= now
    if (now > 0) buffers.push({ at, sizeBytes: now })
  }
  return buffers
}

const totalBytes = (buffers: readonly Span[]): number =>
  buffers.reduce((sum, buffer) => sum + buffer.sizeBytes, 0)

function read(guest: Guest): WasiOutcome {
  const descriptor = guest.world.descriptors.get(guest.u32(0))
  if (descriptor === undefined || descriptor.stream !== 'stdin') return Errno.badf
  const buffers = buffersOf(guest, guest.u32(1), guest.u32(2))
  if (buffers === null) return Errno.inval
  guest.check(guest.u32(3), 4)
  const total = totalBytes(buffers)
  const bytes = total === 0 ? new Uint8Array(0) : guest.world.console.read(total)
  if (bytes === null) return 'wait'
  let done = 0
  for (const { at, sizeBytes } of buffers) {
    const part = bytes.subarray(done, done + sizeBytes)
    guest.write(at, part)
    done += part.length
  }
  guest.writeU32(guest.u32(3), bytes.length)
  return Errno.success
}

function write(guest: Guest): WasiOutcome {
  const descriptor = guest.world.descriptors.get(guest.u32(0))
  if (descriptor === undefined || descriptor.stream === 'stdin') return Errno.badf
  const buffers = buffersOf(guest, guest.u32(1), guest.u32(2))
  if (buffers === null) return Errno.inval
  guest.check(guest.u32(3), 4)
  const bytes = new Uint8Array(totalBytes(buffers))
  let done = 0
  for (const { at, sizeBytes } of buffers) {
    bytes.set(guest.read(at, sizeBytes), done)
    done += sizeBytes
  }
  guest.writeU32(guest.u32(3), bytes.length)
  guest.world.console.write(descriptor.stream, bytes)
  return Errno.success
}

/** A stream has no positions. */
const seeks = (guest: Guest): number =>
  guest.world.descriptors.get(guest.u32(0)) === undefined ? Errno.badf : Errno.spipe

export const streamCalls: readonly WasiCall[] = [
  { name: 'fd_read', params: 'i32 i32 i32 i32', needs: ['console'], does: read },
  { name: 'fd_write', params: 'i32 i32 i32 i32', needs: ['console'], does: write },
  { name: 'fd_pread', params: 'i32 i32 i32 i64 i32', needs: [], does: seeks },
  { name: 'fd_pwrite', params: 'i32 i32 i32 i64 i32', needs: [], does: seeks },
  { name: 'fd_seek', params: 'i32 i64 i32 i32', needs: [], does: seeks },
  { name: 'fd_tell', params: 'i32 i32', needs: [], does: seeks },
]
