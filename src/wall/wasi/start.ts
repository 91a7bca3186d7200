// Arguments and environment.
import type { Guest, WasiCall } from './call.ts'
import { Errno } from './errno.ts'

/** Writes how many strings there are and the bytes that they take, NULs included. */
function sizes(guest: Guest, strings: readonly Uint8Array[]): number {
  const [count, size] = [guest.u32(0), guest.u32(1)]
  guest.check(count, 4)
  guest.check(size, 4)
  guest.writeU32(count, strings.length)
  guest.writeU32(
    size,
    strings.reduce((sum, bytes) => sum + bytes.length + 1, 0),
  )
  return Errno.success
}

/** Writes the strings one after another, each with its NUL, and a pointer to each. */
function strings(guest: Guest, list: readonly Uint8Array[]): number {
  const [pointers, buffer] = [guest.u32(0), guest.u32(1)]
  guest.check(pointers, 4 * list.length)
  let at = buffer
  for (const bytes of list) {
    guest.check(at, bytes.length + 1)
    at += bytes.length + 1
  }
  at = buffer
  list.forEach((bytes, index) => {
    guest.writeU32(pointers + 4 * index, at)
    guest.write(at, bytes)
    guest.write(at + bytes.length, Uint8Array.of(0))
    at += bytes.length + 1
  })
  return Errno.success
}

export const startCalls: readonly WasiCall[] = [
  {
    name: 'args_sizes_get',
    params: 'i32 i32',
    needs: ['args'],
    does: (guest) => sizes(guest, guest.world.start.args),
  },
  {
    name: 'args_get',
    params: 'i32 i32',
    needs: ['args'],
    does: (guest) => strings(guest, guest.world.start.args),
  },
  {
    name: 'environ_sizes_get',
    params: 'i32 i32',
    needs: ['env'],
    does: (guest) => sizes(guest, guest.world.start.env),
  },
  {
    name: 'environ_get',
    params: 'i32 i32',
    needs: ['env'],
    does: (guest) => strings(guest, guest.world.start.env),
  },
]
