// The canonical state of a machine as bytes (spec/state.md): equal machines have equal bytes,
// whichever engine and whichever history brought them there; and bytes that decode are a machine
// that no engine can trip over.
import { ByteReader, hex } from '../../base/bytes.ts'
import type { Hasher } from '../../base/hasher.ts'
import { Merkle } from '../../memory/merkle.ts'
import { Machine } from '../machine.ts'
import { type Extras, rootOfSections, smallSections } from './root.ts'
import { decodeDevices } from './state-devices.ts'
import { decodeFiles, encodeFiles } from './state-files.ts'
import {
  failAt,
  readStateFile,
  type SectionName,
  type StateFile,
  sameBytes,
  writeStateFile,
} from './state-format.ts'
import {
  decodeInstances,
  decodeWall,
  type InstancePlace,
  linkInstances,
  type ResolveHost,
} from './state-instances.ts'
import { decodeFar, decodeMemories, encodeFar, encodeMemories } from './state-memories.ts'
import { decodeManifest, decodeMeta } from './state-meta.ts'
import { decodePrograms, encodePrograms } from './state-programs.ts'
import { decodeStack } from './state-stack.ts'
import { TypeTable } from './state-types.ts'
import {
  countExceptions,
  decodeExceptions,
  decodeGlobals,
  decodeTables,
  decodeTags,
} from './state-values.ts'

/** The state as a file. Between instructions only. */
export function encodeState(m: Machine, hasher: Hasher, extras: Extras = {}): Uint8Array {
  const small = smallSections(m)
  const root = rootOfSections(m, small, extras, new Merkle(hasher))
  const all = new Map(small)
  all.set('programs', encodePrograms(m.store, 'whole'))
  all.set('memories', encodeMemories(m.store.memories, 'whole'))
  all.set('far', encodeFar(extras.far ?? m.shards.far, 'whole'))
  all.set('files', encodeFiles(m.files, 'whole'))
  return writeStateFile(root, all, hasher)
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

/**
 * Reads a state file. STATE_MALFORMED, with the offset, where it is damaged, not canonical or
 * unsafe; LINK_UNKNOWN_IMPORT where it needs a function of the wall that `resolve` does not give.
 */
export function decodeState(
  bytes: Uint8Array,
  hasher: Hasher,
  resolve: ResolveHost,
  limits: HostLimits = defaultHostLimits,
): DecodedState {
  const file = readStateFile(bytes, hasher)
  const state = new StateReader(bytes, file, hasher, resolve, limits).read()
  const small = smallSections(state.machine)
  const devices = file.whole.get('devices')
  // The bytes of a device are its own business: they count as they stand.
  if (devices !== undefined) small.set('devices', devices)
  checkCanonical(file, small)
  const root = rootOfSections(state.machine, small, state.extras, new Merkle(hasher))
  if (!sameBytes(root, file.root)) {
    const r = new ByteReader(bytes, 'STATE_MALFORMED')
    failAt(r, ROOT_AT, `root ${hex(file.root)}`, `${hex(root)}, as the content gives`)
  }
  return state
}

/** Offset of the root in a file. */
const ROOT_AT = 8

/** Reads sections in the order in which they need each other. */
class StateReader {
  private readonly bytes: Uint8Array
  private readonly file: StateFile
  private readonly hasher: Hasher
  private readonly resolve: ResolveHost
  private readonly limits: HostLimits

  constructor(
    bytes: Uint8Array,
    file: StateFile,
    hasher: Hasher,
    resolve: ResolveHost,
    limits: HostLimits,
  ) {
    this.bytes = bytes
    this.file = file
    this.hasher = hasher
    this.resolve = resolve
    this.limits = limits
  }

  read(): DecodedState {
    const machine = new Machine(decodeManifest(this.need('manifest')))
    this.readStore(machine)
    this.readMeta(machine)
    const devices = this.take('devices', decodeDevices) ?? new Map()
    const far = this.take('far', decodeFar)
    for (const shard of far ?? []) machine.shards.add(shard)
    machine.files = this.take('files', decodeFiles) ?? null
    return { machine, devices, extras: far === undefined ? {} : { far } }
  }

  private readStore(m: Machine): void {
    const { store } = m
    const { limits } = m.manifest
    this.take('wall', (r) => decodeWall(r, m, this.resolve))
    store.programs.push(...(this.take('programs', (r) => decodePrograms(r, this.hasher)) ?? []))
    const exceptions = this.file.parts.get('exceptions')
    const exceptionCount = exceptions === undefined ? 0 : countExceptions(exceptions)
    const referents = { store, exceptionCount }
    const places: InstancePlace[] =
      this.take('instances', (r) => decodeInstances(r, m, exceptionCount, this.limits)) ?? []
    const types = new TypeTable()
    for (const { instance } of places) types.add(instance)
    const pages = Math.min(limits.memoryPages, this.limits.limitPages)
    store.memories.push(...(this.take('memories', (r) => decodeMemories(r, pages)) ?? []))
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
    const r = this.file.parts.get(name)
    return r === undefined ? undefined : read(r)
  }

  private need(name: SectionName): ByteReader {
    const r = this.file.parts.get(name)
    if (r !== undefined) return r
    return new ByteReader(this.bytes, 'STATE_MALFORMED').fail(`no section ${name}`, 'one')
  }
}

/**
 * Whatever a section could say in two ways it says in one: what is encoded again must be what was
 * read. (Programs, memories, far shards and files have one form by the rules of
 * their readers.)
 */
function checkCanonical(file: StateFile, again: ReadonlyMap<SectionName, Uint8Array>): void {
  for (const [name, bytes] of again) {
    const part = file.parts.get(name)
    const found = file.whole.get(name) ?? new Uint8Array(0)
    if (sameBytes(bytes, found)) continue
    const r = part ?? new ByteReader(found, 'STATE_MALFORMED')
    let at = 0
    while (at < bytes.length && bytes[at] === found[at]) at++
    const where = r.end - found.length + at
    failAt(r, where, 'a form that is not canonical', `section ${name} as it is encoded again`)
  }
}
