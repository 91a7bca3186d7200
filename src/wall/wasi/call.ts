// The shape of a WASI call, and the view that it has of its caller: arguments and bounds-checked
// memory.
import { type Kind, Kinds } from '../../isa/types.ts'
import type { HostCall, HostFunction, HostOutcome } from '../../machine/host-function.ts'
import type { Machine } from '../../machine/machine.ts'
import type { Memory } from '../../memory/memory.ts'
import { PAGE_BYTES } from '../../memory/page.ts'
import { type Capability, opens } from '../capabilities.ts'
import type { World } from '../world.ts'
import { Errno, Failure, fail } from './errno.ts'

export type Dialect = 'wasi_snapshot_preview1' | 'wasi_unstable'

/** An errno, or how the call goes on (machine/host-function.ts). */
export type WasiOutcome = number | Exclude<HostOutcome, 'done'>

export interface WasiCall {
  readonly name: string
  /** Parameter kinds, as `'i32 i64'`. Every call gives one i32, its errno, but proc_exit. */
  readonly params: string
  /** Any one of these opens the call; none: it tells and moves nothing but the guest's own. */
  readonly needs: readonly Capability[]
  /** Bytes move only when the call ends: a body that waits has changed nothing. */
  readonly does: (guest: Guest) => WasiOutcome
}

/** Bytes that one call moves at most: semantics, item 1. */
export const TRANSFER_BYTES = 1 << 20

/**
 * A call's view of its caller. A pointer or length that leads out of memory ends the call with
 * EFAULT.
 */
export class Guest {
  readonly machine: Machine
  readonly world: World
  readonly dialect: Dialect
  /** The call's name. */
  readonly name: string
  private readonly base: number
  private readonly memory: Memory | null

  constructor(call: HostCall, world: World, dialect: Dialect, name: string) {
    const { machine, caller, base } = call
    const shards = machine.store.instances[caller].memories
    this.machine = machine
    this.world = world
    this.dialect = dialect
    this.name = name
    this.base = base
    this.memory = shards.length === 0 ? null : machine.store.memories[shards[0]]
  }

  /** Argument `index` as an unsigned 32-bit number. */
  u32(index: number): number {
    return this.machine.words.U32[2 * (this.base + index)]
  }
  u64(index: number): bigint {
    return this.machine.words.U64[this.base + index]
  }
  /** Changes an argument, for a call that is going to be repeated. */
  setU32(index: number, value: number): void {
    this.machine.words.U32[2 * (this.base + index)] = value
  }

  read(at: number, sizeBytes: number): Uint8Array {
    return this.checked(at, sizeBytes).readBytes(at, sizeBytes)
  }
  write(at: number, bytes: Uint8Array): void {
    this.checked(at, bytes.length).writeBytes(at, bytes)
  }
  readU32(at: number): number {
    return this.checked(at, 4).loadInt(at, 4)
  }
  writeU32(at: number, value: number): void {
    this.checked(at, 4).storeInt(at, 4, value)
  }
  writeU64(at: number, value: bigint): void {
    this.checked(at, 8).store(at, 8, value)
  }

  /** Faults unless [at, at + sizeBytes) is in memory: asked before anything changes. */
  check(at: number, sizeBytes: number): void {
    this.checked(at, sizeBytes)
  }

  private checked(at: number, sizeBytes: number): Memory {
    const { memory } = this
    if (memory === null || at + sizeBytes > memory.sizePages * PAGE_BYTES) fail(Errno.fault)
    return memory
  }

  /** Any one of these must be granted; else the call ends with ENOTCAPABLE and is told denied. */
  needOne(...needs: readonly Capability[]): void {
    if (opens(this.world.grants, needs)) return
    this.world.denied(needs[0], `${this.dialect}.${this.name}`)
    fail(Errno.notcapable)
  }
}

const kindsOf = (text: string): Kind[] =>
  text === '' ? [] : text.split(' ').map((name) => Kinds[name as 'i32' | 'i64'])

/** Makes a WASI call a function that a program can import. */
export function hostFunction(call: WasiCall, world: World, dialect: Dialect): HostFunction {
  const results: Kind[] = call.name === 'proc_exit' ? [] : [Kinds.i32]
  return {
    name: `${dialect}.${call.name}`,
    params: kindsOf(call.params),
    results,
    call: (host) => {
      const outcome = run(call, new Guest(host, world, dialect, call.name))
      if (typeof outcome !== 'number') return outcome
      host.machine.words.I32[2 * host.base] = outcome
      host.machine.words.I32[2 * host.base + 1] = 0
      return 'done'
    },
  }
}

function run(call: WasiCall, guest: Guest): WasiOutcome {
  try {
    return call.does(guest)
  } catch (error) {
    if (error instanceof Failure) return error.errno
    throw error
  }
}
