// The native calls of the `sys` instruction (isa/syscalls.ts). Results below 0 are errors: minus a
// WASI errno. Addresses are in memory 0 of the caller; an argument that leads out of it traps.

import { syscalls } from '../isa/syscalls.ts'
import { parseSignature } from '../isa/table.ts'
import { raise } from '../isa/traps.ts'
import type { Kind } from '../isa/types.ts'
import { pagesInUse } from '../machine/grow.ts'
import type { HostCall, HostFunction, HostOutcome } from '../machine/host-function.ts'
import { DEVICE_SHARD } from '../machine/registers.ts'
import type { Memory } from '../memory/memory.ts'
import { PAGE_BYTES } from '../memory/page.ts'
import type { Capability } from './capabilities.ts'
import { realtime, sleep } from './devices/clock.ts'
import type { StreamName } from './devices/descriptors.ts'
import { drawWord } from './devices/entropy.ts'
import { mappable } from './devices/registers.ts'
import type { World } from './world.ts'

export interface NativeCall {
  readonly needs: readonly Capability[]
  readonly does: (call: HostCall, world: World) => HostOutcome
}

/** What a call answers when it fails: minus a WASI errno. */
const Failed = {
  stream: -8n,
  invalid: -28n,
  size: -35n,
  device: -43n,
  memory: -48n,
  denied: -76n,
} as const
/** Most bytes of a beam's payload. */
const BEAM_BYTES = 65_536n
const TRANSFER_BYTES = 1n << 20n
const streams: readonly StreamName[] = ['stdin', 'stdout', 'stderr']

const i32 = (call: HostCall, index: number): number =>
  call.machine.words.I32[2 * (call.base + index)]
const u64 = (call: HostCall, index: number): bigint => call.machine.words.U64[call.base + index]

function result(call: HostCall, value: bigint): HostOutcome {
  call.machine.words.I64[call.base] = value
  return 'done'
}

/** The caller's memory 0, if [at, at + size) is in it; traps otherwise. */
function memoryAt(call: HostCall, at: bigint, size: bigint): Memory {
  const { instances, memories } = call.machine.store
  const shards = instances[call.caller].memories
  if (shards.length === 0) raise('bad system call arguments')
  const memory = memories[shards[0]]
  if (at + size > BigInt(memory.sizePages * PAGE_BYTES)) raise('bad system call arguments')
  return memory
}

function read(call: HostCall, world: World): HostOutcome {
  const [at, size] = [u64(call, 1), u64(call, 2)]
  const memory = memoryAt(call, at, size)
  if (streams[i32(call, 0)] !== 'stdin') return result(call, Failed.stream)
  if (size === 0n) return result(call, 0n)
  const bytes = world.console.read(Number(size < TRANSFER_BYTES ? size : TRANSFER_BYTES))
  if (bytes === null) return 'wait'
  memory.writeBytes(Number(at), bytes)
  return result(call, BigInt(bytes.length))
}

function write(call: HostCall, world: World): HostOutcome {
  const [at, size] = [u64(call, 1), u64(call, 2)]
  const memory = memoryAt(call, at, size)
  const stream = streams[i32(call, 0)]
  if (stream === undefined || stream === 'stdin') return result(call, Failed.stream)
  const now = size < TRANSFER_BYTES ? size : TRANSFER_BYTES
  world.console.write(stream, memory.readBytes(Number(at), Number(now)))
  return result(call, now)
}

/** A new far shard of zeros, within the manifest's limit of pages. */
function alloc(call: HostCall, world: World): HostOutcome {
  const { machine } = call
  const size = u64(call, 0)
  if (size === 0n) return result(call, Failed.invalid)
  const pages = (size + BigInt(PAGE_BYTES - 1)) / BigInt(PAGE_BYTES)
  const used = BigInt(pagesInUse(machine))
  const full = machine.shards.far.length >= machine.manifest.limits.instances
  if (full || used + pages > BigInt(machine.manifest.limits.memoryPages)) {
    return result(call, Failed.memory)
  }
  world.system.shards.push(machine.shards.far.length)
  return result(call, machine.shards.alloc(size))
}

/** Opens a device's registers: the device shard's number; denied without its capability. */
function map(call: HostCall, world: World): HostOutcome {
  const device = u64(call, 0)
  const needs = device < 256n ? mappable.get(Number(device)) : undefined
  if (needs === undefined) return result(call, Failed.device)
  if (!world.grants.has(needs)) {
    world.denied(needs, 'sys.map')
    return result(call, Failed.denied)
  }
  world.system.mapped.add(Number(device))
  return result(call, DEVICE_SHARD)
}

function emitBeam(call: HostCall, { system, beams }: World): HostOutcome {
  const [at, size] = [u64(call, 1), u64(call, 2)]
  const memory = memoryAt(call, at, size)
  if (size > BEAM_BYTES) return result(call, Failed.size)
  const seq = system.emitted++
  const payload = memory.readBytes(Number(at), Number(size))
  beams({ tick: call.machine.ticks, seq, kind: i32(call, 0), payload })
  return result(call, BigInt(seq))
}

/** The calls that exist, by name: all of isa/syscalls.ts. */
export const nativeCalls: ReadonlyMap<string, NativeCall> = new Map<string, NativeCall>([
  [
    'exit',
    {
      needs: [],
      does: (call) => {
        call.machine.exitCode = i32(call, 0) >>> 0
        return 'exit'
      },
    },
  ],
  ['read', { needs: ['console'], does: read }],
  ['write', { needs: ['console'], does: write }],
  [
    'sleep',
    {
      needs: ['clock'],
      does: (call) => {
        sleep(call.machine, u64(call, 0))
        return 'done'
      },
    },
  ],
  ['alloc', { needs: [], does: alloc }],
  ['map', { needs: [], does: map }],
  ['beam_emit', { needs: ['beams'], does: emitBeam }],
  ['entropy_probe', { needs: ['entropy'], does: (call) => result(call, drawWord(call.machine)) }],
  ['clock', { needs: ['clock'], does: (call) => result(call, realtime(call.machine)) }],
])

/** The native call of that name, as a function of the wall; null: there is none. */
export function nativeFunction(name: string, world: World): HostFunction | null {
  const call = nativeCalls.get(name)
  const row = syscalls.find((one) => one.name === name)
  if (call === undefined || row === undefined) return null
  const { pops, pushes } = parseSignature(row.sig)
  return {
    name: `sys.${name}`,
    params: pops as Kind[],
    results: pushes as Kind[],
    call: (host) => call.does(host, world),
  }
}
