// Sockets: there are none, and no descriptor is one.
import { descriptorOf } from './access.ts'
import type { WasiCall } from './call.ts'
import { Errno } from './errno.ts'

const socket = (name: string, params: string): WasiCall => ({
  name,
  params,
  needs: [],
  does: (guest) => {
    descriptorOf(guest, 0)
    return Errno.notsock
  },
})

export const socketCalls: readonly WasiCall[] = [
  socket('sock_accept', 'i32 i32 i32'),
  socket('sock_recv', 'i32 i32 i32 i32 i32 i32'),
  socket('sock_send', 'i32 i32 i32 i32 i32'),
  socket('sock_shutdown', 'i32 i32'),
]
