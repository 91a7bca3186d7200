// Sockets: there are none, and no descriptor is one.
import type { WasiCall } from './call.ts'
import { Errno } from './errno.ts'

const socket = (name: string, params: string): WasiCall => ({
  name,
  params,
  needs: [],
  does: (guest) =>
    guest.world.descriptors.get(guest.u32(0)) === undefined ? Errno.badf : Errno.notsock,
})

export const socketCalls: readonly WasiCall[] = [
  socket('sock_accept', 'i32 i32 i32'),
  socket('sock_recv', 'i32 i32 i32 i32 i32 i32'),
  socket('sock_send', 'i32 i32 i32 i32 i32'),
  socket('sock_shutdown', 'i32 i32'),
]
