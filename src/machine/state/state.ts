// The canonical state of a machine as bytes (spec/state.md): equal machines have equal bytes,
// whichever engine and whichever history brought them there; and bytes that decode are a machine
// that no engine can trip over.
import { ByteReader, hex, joined, sameBytes } from '../../base/bytes.ts'
import type { Hasher } from '../../base/hasher.ts'
import { encodeProgram } from '../../isa/codec/encode.ts'
import type { Program } from '../../isa/program.ts'
import { Merkle } from '../../memory/merkle.ts'
import type { Machine } from '../machine.ts'
import {
  type DecodedState,
  defaultHostLimits,
  type HostLimits,
  type StateParts,
  StateReader,
} from './read-state.ts'
import { type Extras, largeParts, rootOfSections, smallSections } from './root.ts'
import { decodeFiles, encodeFiles } from './state-files.ts'
import {
  type FilePart,
  type FileSection,
  failAt,
  partOf,
  readStateFile,
  type SectionName,
  type StateFile,
  stateFileParts,
} from './state-format.ts'
import type { ResolveHost } from './state-instances.ts'
import { decodeFar, decodeMemories, encodeFar, encodeMemories } from './state-memories.ts'
import { decodePrograms, encodePrograms, type ProgramBytes } from './state-programs.ts'

/** The state as a file. Between instructions only. */
export const encodeState = (m: Machine, hasher: Hasher, extras: Extras = {}): Uint8Array =>
  joined(encodeStateParts(m, hasher, extras).map(({ bytes }) => bytes()))

/** The same in parts. `bytesOf`: for who knows programs already. */
export function encodeStateParts(
  m: Machine,
  hasher: Hasher,
  extras: Extras = {},
  bytesOf: (program: Program) => ProgramBytes = plainBytes,
): FilePart[] {
  const small = smallSections(m)
  const root = rootOfSections(small, largeParts(m, extras), new Merkle(hasher))
  const all = new Map([...small].map(([name, bytes]) => [name, sectionOf(bytes)]))
  all.set('programs', encodePrograms(m.store.programs, bytesOf))
  all.set('memories', sectionOf(encodeMemories(m.store.memories, 'whole')))
  all.set('far', sectionOf(encodeFar(extras.far ?? m.shards.far, 'whole')))
  all.set('files', sectionOf(encodeFiles(m.files, 'whole')))
  return stateFileParts(root, all, hasher)
}

const sectionOf = (bytes: Uint8Array): FileSection => ({ parts: [partOf(bytes)], hash: null })

const plainBytes = (program: Program): ProgramBytes => ({
  ...partOf(encodeProgram(program)),
  aloneHash: null,
})

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
  const section = <T>(name: SectionName, read: (r: ByteReader) => T): T | undefined => {
    const r = file.parts.get(name)
    return r === undefined ? undefined : read(r)
  }
  const parts: StateParts = {
    section: (name) => file.parts.get(name),
    programs: () => section('programs', (r) => decodePrograms(r, hasher)) ?? [],
    memories: (pages) => section('memories', (r) => decodeMemories(r, pages)) ?? [],
    far: () => section('far', decodeFar),
    files: () => section('files', decodeFiles) ?? null,
  }
  const state = new StateReader(parts, resolve, limits).read()
  const small = smallSections(state.machine)
  const devices = file.whole.get('devices')
  // The bytes of a device are its own business: they count as they stand.
  if (devices !== undefined) small.set('devices', devices)
  checkCanonical(file, small)
  const root = rootOfSections(small, largeParts(state.machine, state.extras), new Merkle(hasher))
  if (!sameBytes(root, file.root)) {
    const r = new ByteReader(bytes, 'STATE_MALFORMED')
    failAt(r, ROOT_AT, `root ${hex(file.root)}`, `${hex(root)}, as the content gives`)
  }
  return state
}

/** Offset of the root in a file. */
const ROOT_AT = 8

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
