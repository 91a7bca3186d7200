// Clocks: all of them are virtual time.
import type { Machine } from '../../machine/machine.ts'
import { busy, monotonic, realtime, resolution } from '../devices/clock.ts'
import type { WasiCall } from './call.ts'
import { Errno } from './errno.ts'

export const ClockId = { realtime: 0, monotonic: 1, processCpu: 2, threadCpu: 3 } as const

/** The time on a clock in nanoseconds; null: there is no such clock. */
export function timeOf(m: Machine, clock: number): bigint | null {
  switch (clock) {
    case ClockId.realtime:
      return realtime(m)
    case ClockId.monotonic:
      return monotonic(m)
    case ClockId.processCpu:
    case ClockId.threadCpu:
      return busy(m)
    default:
      return null
  }
}

export const clockCalls: readonly WasiCall[] = [
  {
    name: 'clock_res_get',
    params: 'i32 i32',
    needs: ['clock'],
    does: (guest) => {
      if (timeOf(guest.machine, guest.u32(0)) === null) return Errno.inval
      guest.writeU64(guest.u32(1), resolution(guest.machine))
      return Errno.success
    },
  },
  {
    name: 'clock_time_get',
    params: 'i32 i64 i32',
    needs: ['clock'],
    does: (guest) => {
      const time = timeOf(guest.machine, guest.u32(0))
      if (time === null) return Errno.inval
      guest.writeU64(guest.u32(2), time)
      return Errno.success
    },
  },
]
