// Sections `manifest` and `meta`: limits and rates; status, counters, trap and exit.
import { type ByteReader, ByteWriter, bytesOfHex, hex } from '../../base/bytes.ts'
import { assert } from '../../base/errors.ts'
import { type TrapCode, traps } from '../../isa/traps.ts'
import type { Machine, Place, Status, Trap } from '../machine.ts'
import type { Manifest } from '../manifest.ts'
import type { Store } from '../store.ts'
import { failAt, finish, readCount, readIndex } from './state-format.ts'

const SEED_BYTES = 32

export function encodeManifest({ requests, limits, seed, vtime }: Manifest): Uint8Array {
  const w = new ByteWriter()
  w.uleb(requests.length)
  for (const request of requests) w.text(request)
  w.uleb(limits.memoryPages)
  w.uleb(limits.tableEntries)
  w.uleb(limits.stackWords)
  w.uleb(limits.instances)
  const bytes = bytesOfHex(seed)
  assert(bytes.length === SEED_BYTES, 'a seed has 32 bytes')
  w.raw(bytes)
  w.uleb(vtime.nanosPerTick[0])
  w.uleb(vtime.nanosPerTick[1])
  w.u64(vtime.epoch)
  return w.take()
}

export function decodeManifest(r: ByteReader): Manifest {
  const requests: string[] = []
  for (let left = readCount(r, 'requests'); left > 0; left--) requests.push(r.text())
  const limits = {
    memoryPages: r.uleb(),
    tableEntries: r.uleb(),
    stackWords: r.uleb(),
    instances: r.uleb(),
  }
  const seed = hex(r.raw(SEED_BYTES))
  const numerator = r.uleb()
  const at = r.at
  const denominator = r.uleb()
  if (denominator === 0) failAt(r, at, 'a rate over 0', 'a denominator above 0')
  const epoch = r.u64()
  finish(r, 'manifest')
  return { requests, limits, seed, vtime: { nanosPerTick: [numerator, denominator], epoch } }
}

const statuses: readonly Status[] = ['idle', 'running', 'waiting', 'trapped', 'exited']
const trapNames = Object.keys(traps) as TrapCode[]

export function encodeMeta(m: Machine): Uint8Array {
  const w = new ByteWriter()
  w.u8(statuses.indexOf(m.status))
  w.u64(BigInt(m.ticks))
  w.u64(m.slept)
  w.u64(BigInt(m.entropyCount))
  if (m.status === 'exited') w.u32(m.exitCode)
  if (m.status === 'trapped') {
    assert(m.trap !== null, 'a trapped machine has a trap')
    w.uleb(traps[m.trap.code].code)
    w.uleb(m.trap.chain.length)
    for (const place of m.trap.chain) {
      w.uleb(place.instance)
      w.uleb(place.function)
      w.uleb(place.pc)
    }
  }
  return w.take()
}

export interface Meta {
  readonly status: Status
  readonly ticks: number
  readonly slept: bigint
  readonly entropyCount: number
  readonly exitCode: number
  readonly trap: Trap | null
}

/** The places of a trap's chain are checked against the store, which must be filled. */
export function decodeMeta(r: ByteReader, store: Store): Meta {
  const status = statuses[readIndex(r, statuses.length, 'status')]
  const ticks = readNumber(r, 'ticks')
  const slept = r.u64()
  const entropyCount = readNumber(r, 'random words')
  const exitCode = status === 'exited' ? r.u32() : 0
  const trap = status === 'trapped' ? readTrap(r, store) : null
  finish(r, 'meta')
  return { status, ticks, slept, entropyCount, exitCode, trap }
}

function readNumber(r: ByteReader, what: string): number {
  const at = r.at
  const value = r.u64()
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) failAt(r, at, `${value} ${what}`, 'below 2^53')
  return Number(value)
}

function readTrap(r: ByteReader, store: Store): Trap {
  const at = r.at
  const number = r.uleb()
  const code = trapNames.find((name) => traps[name].code === number)
  if (code === undefined) failAt(r, at, `trap ${number}`, 'a trap of the catalogue')
  const chain: Place[] = []
  for (let left = readCount(r, 'places', 3); left > 0; left--) chain.push(readPlace(r, store))
  return { code, chain }
}

/** A pc of a defined function, in its code. */
export function readPlace(r: ByteReader, store: Store): Place {
  const instance = readIndex(r, store.instances.length, 'instance')
  const { functions } = store.instances[instance]
  const at = r.at
  const index = readIndex(r, functions.length, 'function')
  const fn = functions[index]
  if (fn.def === null || fn.instance !== instance) {
    failAt(r, at, `function ${index}`, 'a function that instance defines')
  }
  return { instance, function: index, pc: readIndex(r, fn.def.code.op.length, 'pc') }
}
