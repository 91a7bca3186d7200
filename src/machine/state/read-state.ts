// Makes a machine of the sections of a state, wherever they come from: a file, or a snapshot.
import { ByteReader } from '../../base/bytes.ts'
import type { FarShard } from '../../memory/far-shard.ts'
import type { Memory } from '../../memory/memory.ts'
import type { FileTree } from '../file-tree.ts'
import { Machine } from '../machine.ts'
import type { Store } from '../store.ts'
import type { Extras } from './root.ts'
import { decodeDevices } from './state-devices.ts'
import { failAt, type SectionName } from './state-format.ts'
import {
  decodeInstances,
  decodeWall,
  type InstancePlace,
  linkInstances,
  type ResolveHost,
} from './state-instances.ts'
import { decodeManifest, decodeMeta } from './state-meta.ts'
import { decodeStack } from './state-stack.ts'
import { TypeTable } from './state-types.ts'
import {
  countExceptions,
  decodeExceptions,
  decodeGlobals,
  decodeTables,
  decodeTags,
} from './state-values.ts'

/** The sections of a state: the small ones as bytes, the large ones as what they hold. */
export interface StateParts {
  /** undefined: there is none. */
  readonly section: (name: SectionName) => ByteReader | undefined
  readonly programs: () => Store['programs']
  readonly memories: (limitPages: number) => Memory[]
  readonly far: () => FarShard[] | undefined
  readonly files: () => FileTree | null
}

/** What this host is ready to hold, whatever the state's own manifest says. */
export interface HostLimits {
  /** 64 KiB pages of all memories, touched or not. */
  readonly limitPages: number
  readonly limitEntries: number
  /** Functions, types and imports of all instances. */
  readonly limitItems: number
}
export const defaultHostLimits: HostLimits = {
  limitPages: 1 << 20,
  limitEntries: 1 << 25,
  limitItems: 1 << 24,
}

export interface DecodedState {
  readonly machine: Machine
  /** Bytes of the devices, by name: for the wall to give back to them. */
  readonly devices: ReadonlyMap<string, Uint8Array>
  /** What lies outside the Machine: for encoding again. */
  readonly extras: Extras
}

/** Reads sections in the order in which they need each other. */
export class StateReader {
  private readonly parts: StateParts
  private readonly resolve: ResolveHost
  private readonly limits: HostLimits

  constructor(parts: StateParts, resolve: ResolveHost, limits: HostLimits = defaultHostLimits) {
    this.parts = parts
    this.resolve = resolve
    this.limits = limits
  }

  read(): DecodedState {
    const machine = new Machine(decodeManifest(this.need('manifest')))
    this.readStore(machine)
    this.readMeta(machine)
    const devices = this.take('devices', decodeDevices) ?? new Map()
    const far = this.parts.far()
    for (const shard of far ?? []) machine.shards.add(shard)
    machine.files = this.parts.files()
    return { machine, devices, extras: far === undefined ? {} : { far } }
  }

  private readStore(m: Machine): void {
    const { store } = m
    const { limits } = m.manifest
    this.take('wall', (r) => decodeWall(r, m, this.resolve))
    store.programs.push(...this.parts.programs())
    const exceptions = this.parts.section('exceptions')
    const exceptionCount = exceptions === undefined ? 0 : countExceptions(exceptions)
    const referents = { store, exceptionCount }
    const places: InstancePlace[] =
      this.take('instances', (r) => decodeInstances(r, m, exceptionCount, this.limits)) ?? []
    const types = new TypeTable()
    for (const { instance } of places) types.add(instance)
    const pages = Math.min(limits.memoryPages, this.limits.limitPages)
    store.memories.push(...this.parts.memories(pages))
    this.take('tags', (r) => decodeTags(r, types, store))
    this.take('globals', (r) => decodeGlobals(r, types, referents))
    const entries = Math.min(limits.tableEntries, this.limits.limitEntries)
    this.take('tables', (r) => decodeTables(r, types, referents, entries))
    if (exceptions !== undefined) decodeExceptions(exceptions, referents)
    this.take('instances', (r) => linkInstances(r, m, places))
    this.take('stack', (r) => decodeStack(r, m, referents))
  }

  private readMeta(m: Machine): void {
    const r = this.need('meta')
    const at = r.at
    const { status, ticks, slept, entropyCount, exitCode, trap } = decodeMeta(r, m.store)
    const runs = status === 'running' || status === 'waiting'
    if (runs !== m.depth > 0) {
      failAt(
        r,
        at,
        `status ${status} with ${m.depth} frames`,
        'frames while it runs, and only then',
      )
    }
    m.status = status
    m.ticks = ticks
    m.slept = slept
    m.entropyCount = entropyCount
    m.exitCode = exitCode
    m.trap = trap
  }

  private take<T>(name: SectionName, read: (r: ByteReader) => T): T | undefined {
    const r = this.parts.section(name)
    return r === undefined ? undefined : read(r)
  }

  private need(name: SectionName): ByteReader {
    const r = this.parts.section(name)
    if (r !== undefined) return r
    return new ByteReader(new Uint8Array(0), 'STATE_MALFORMED').fail(`no section ${name}`, 'one')
  }
}
