// The device shard (spec/devices.md): registers of the console and the clock, for far loads and
// stores. A device's number is the offset of its first register. Mapping needs a capability.
import { raise } from '../../isa/traps.ts'
import type { Machine } from '../../machine/machine.ts'
import type { Registers } from '../../machine/registers.ts'
import type { Capability } from '../capabilities.ts'
import type { World } from '../world.ts'
import { realtime, sleep } from './clock.ts'

export const CONSOLE = 0x00
export const CLOCK = 0x10
const DEVICE_BYTES = 0x10
const ONES = (1n << 64n) - 1n

/** Devices that can be mapped, and the capability that each needs. */
export const mappable: ReadonlyMap<number, Capability> = new Map([
  [CONSOLE, 'console'],
  [CLOCK, 'clock'],
])

interface Register {
  /** null: it waits for input. */
  readonly load: (m: Machine, world: World) => bigint | null
  readonly store: (m: Machine, world: World, value: bigint, sizeBytes: number) => void
}

/** The bytes of a stored value, low one first. */
function bytesOf(value: bigint, sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, value, true)
  return bytes.subarray(0, sizeBytes)
}

const registers: ReadonlyMap<number, Register> = new Map([
  [
    CONSOLE,
    {
      load: (_, world) => {
        const bytes = world.console.read(1)
        if (bytes === null) return null
        return bytes.length === 0 ? ONES : BigInt(bytes[0])
      },
      store: (_, world, value, size) => world.console.write('stdout', bytesOf(value, size)),
    },
  ],
  [
    CONSOLE + 8,
    {
      load: (_, world) => {
        const { pendingBytes, readable } = world.console
        return pendingBytes === 0 && readable ? ONES : BigInt(pendingBytes)
      },
      store: (_, world, value, size) => world.console.write('stderr', bytesOf(value, size)),
    },
  ],
  [
    CLOCK,
    {
      load: realtime,
      store: (m, _, until) => {
        if (until > m.vtime) sleep(m, until - m.vtime)
      },
    },
  ],
  [CLOCK + 8, { load: (m) => BigInt(m.ticks), store: (m, _, nanos) => sleep(m, nanos) }],
])

/** The registers of a machine, as far as its guest has mapped them. */
export function registersOf(machine: Machine, world: World): Registers {
  const registerAt = (offset: bigint): Register => {
    const at = Number(offset)
    if (!world.system.mapped.has(at - (at % DEVICE_BYTES))) raise('unknown shard')
    return registers.get(at) ?? raise('out of bounds memory access')
  }
  return {
    load: (offset, sizeBytes) => {
      const value = registerAt(offset).load(machine, world)
      return value === null ? null : BigInt.asUintN(8 * sizeBytes, value)
    },
    store: (offset, sizeBytes, value) => registerAt(offset).store(machine, world, value, sizeBytes),
  }
}
