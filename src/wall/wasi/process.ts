// The program's own life: its end, and giving way.
import type { WasiCall } from './call.ts'
import { Errno } from './errno.ts'

export const processCalls: readonly WasiCall[] = [
  {
    name: 'proc_exit',
    params: 'i32',
    needs: [],
    does: (guest) => {
      guest.machine.exitCode = guest.u32(0)
      return 'exit'
    },
  },
  { name: 'proc_raise', params: 'i32', needs: [], does: () => Errno.nosys },
  { name: 'sched_yield', params: '', needs: [], does: () => Errno.success },
]
