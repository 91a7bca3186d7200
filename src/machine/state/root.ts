// The root of a machine: one hash that names its canonical state. A fixed tree of sections
// (spec/state.md).
import type { Hasher } from '../../base/hasher.ts'
import type { FarShard } from '../../memory/far-shard.ts'
import type { Memory } from '../../memory/memory.ts'
import { Merkle } from '../../memory/merkle.ts'
import type { FileTree } from '../file-tree.ts'
import type { Machine } from '../machine.ts'
import type { Store } from '../store.ts'
import { Canon } from './canon.ts'
import { encodeDevices } from './state-devices.ts'
import { encodeFiles } from './state-files.ts'
import {
  ROOT_DOMAIN,
  SECTION_PLACES,
  type SectionBytes,
  type SectionName,
  STATE_VERSION,
  sectionDomain,
  sections,
} from './state-format.ts'
import { encodeInstances, encodeWall } from './state-instances.ts'
import { encodeFar, encodeMemories } from './state-memories.ts'
import { encodeManifest, encodeMeta } from './state-meta.ts'
import { encodeProgramHashes } from './state-programs.ts'
import { encodeStack } from './state-stack.ts'
import { encodeExceptions, encodeGlobals, encodeTables, encodeTags } from './state-values.ts'

/** What belongs to the state and lies outside the Machine. */
export interface Extras {
  /** In place of the machine's own. */
  readonly far?: readonly FarShard[]
}

/** Sections whose content is large: a file has it whole, the root takes it by hashes. */
export type LargeSection = 'programs' | 'memories' | 'far' | 'files'

/** The root: 32 bytes. Between instructions only. */
export function rootOf(m: Machine, hasher: Hasher, extras: Extras = {}): Uint8Array {
  return rootOfSections(smallSections(m), largeParts(m, extras), new Merkle(hasher))
}

/** What the large sections are made of. */
export interface LargeParts {
  readonly programs: Store['programs']
  readonly memories: readonly Memory[]
  readonly far: readonly FarShard[]
  readonly files: FileTree | null
}

export const largeParts = ({ store, shards, files }: Machine, extras: Extras): LargeParts => ({
  programs: store.programs,
  memories: store.memories,
  far: extras.far ?? shards.far,
  files,
})

export function rootOfSections(
  small: SectionBytes,
  { programs, memories, far, files }: LargeParts,
  merkle: Merkle,
): Uint8Array {
  const parts = new Map(small)
  parts.set('programs', encodeProgramHashes(programs))
  parts.set('memories', encodeMemories(memories, merkle))
  parts.set('far', encodeFar(far, merkle))
  parts.set('files', encodeFiles(files, merkle))
  const absent = new Uint8Array(32)
  let row = new Array<Uint8Array>(SECTION_PLACES).fill(absent)
  for (const [name, bytes] of parts) {
    if (bytes.length > 0) row[sections[name]] = merkle.blob(sectionDomain(name), bytes)
  }
  while (row.length > 1) {
    const pairs = row.length / 2
    row = Array.from({ length: pairs }, (_, i) => merkle.node(row[2 * i], row[2 * i + 1]))
  }
  const value = new Uint8Array(36)
  new DataView(value.buffer).setUint32(0, STATE_VERSION, true)
  value.set(row[0], 4)
  return merkle.named(ROOT_DOMAIN, value)
}

/**
 * All sections but the large ones. The order is that of first visits: it decides canonical numbers.
 */
export function smallSections(m: Machine): Map<SectionName, Uint8Array> {
  const canon = new Canon(m.store)
  const parts = new Map<SectionName, Uint8Array>()
  parts.set('instances', encodeInstances(m, canon))
  parts.set('stack', encodeStack(m, canon))
  parts.set('globals', encodeGlobals(m.store, canon))
  parts.set('tables', encodeTables(m.store, canon))
  parts.set('exceptions', encodeExceptions(m.store, canon))
  parts.set('tags', encodeTags(m.store, canon))
  parts.set('wall', encodeWall(m.store, canon))
  parts.set('manifest', encodeManifest(m.manifest))
  parts.set('meta', encodeMeta(m))
  parts.set('devices', encodeDevices(m.devices))
  return parts
}

/** Numbers of the exceptions that something in the state reaches. */
export function reachedExceptions(m: Machine): ReadonlySet<number> {
  const canon = new Canon(m.store)
  encodeStack(m, canon)
  encodeGlobals(m.store, canon)
  encodeTables(m.store, canon)
  encodeExceptions(m.store, canon)
  return new Set(canon.exceptions)
}
