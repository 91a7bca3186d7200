// Random bytes: from the seed.
import { drawBytes } from '../devices/entropy.ts'
import { TRANSFER_BYTES, type WasiCall } from './call.ts'
import { Errno } from './errno.ts'

export const randomCalls: readonly WasiCall[] = [
  {
    name: 'random_get',
    params: 'i32 i32',
    needs: ['entropy'],
    does: (guest) => {
      const [at, size] = [guest.u32(0), guest.u32(1)]
      guest.check(at, size)
      const now = Math.min(size, TRANSFER_BYTES)
      guest.write(at, drawBytes(guest.machine, now))
      if (now === size) return Errno.success
      guest.setU32(0, at + now)
      guest.setU32(1, size - now)
      return 'again'
    },
  },
]
