// The frame of a state file: magic, version, root, a table of sections with lengths and hashes. See
// spec/state.md.
import { ByteReader, ByteWriter, hex, sameBytes, utf8 } from '../../base/bytes.ts'
import type { Hasher } from '../../base/hasher.ts'

/** NUL, then VST. */
export const STATE_MAGIC: readonly number[] = [0x00, 0x56, 0x53, 0x54]
export const STATE_VERSION = 0

/** Section ids are places in the root's tree: 16 of them. Never reused. */
export const sections = {
  manifest: 0,
  meta: 1,
  wall: 2,
  programs: 3,
  instances: 4,
  stack: 5,
  globals: 6,
  tables: 7,
  tags: 8,
  exceptions: 9,
  memories: 10,
  far: 11,
  devices: 12,
  files: 13,
} as const
export type SectionName = keyof typeof sections
export const SECTION_PLACES = 16

/** The name under which a section is hashed. */
export const sectionDomain = (name: SectionName): Uint8Array => utf8(`vac.state.${name}`)
export const ROOT_DOMAIN = utf8('vac.state')

export type SectionBytes = ReadonlyMap<SectionName, Uint8Array>

const ENTRY_BYTES = 1 + 8 + 32
const sectionNames = Object.keys(sections) as SectionName[]

/** Some bytes of a state file, which need not be at hand. */
export interface FilePart {
  readonly sizeBytes: number
  readonly bytes: () => Uint8Array
}

export interface FileSection {
  readonly parts: readonly FilePart[]
  /** SHA-256 of them all; null: it is made of the bytes. */
  readonly hash: Uint8Array | null
}

export const partOf = (bytes: Uint8Array): FilePart => ({
  sizeBytes: bytes.length,
  bytes: () => bytes,
})

/**
 * A state file in parts. Header: magic, version, root, section count, table; then the hash of all
 * that; then the sections by id.
 */
export function stateFileParts(
  root: Uint8Array,
  all: ReadonlyMap<SectionName, FileSection>,
  hasher: Hasher,
): FilePart[] {
  const present = sectionNames.flatMap((name) => {
    const section = all.get(name)
    const size = section?.parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) ?? 0
    return section === undefined || size === 0 ? [] : [{ name, size, ...section }]
  })
  const head = new ByteWriter()
  head.raw(Uint8Array.from(STATE_MAGIC))
  head.u32(STATE_VERSION)
  head.raw(root)
  head.u8(present.length)
  for (const { name, size, parts, hash } of present) {
    head.u8(sections[name])
    head.u64(BigInt(size))
    head.raw(hash ?? hasher.hashParts(parts.map(({ bytes }) => bytes())))
  }
  head.raw(hasher.hash(head.written))
  return [partOf(head.take()), ...present.flatMap(({ parts }) => parts)]
}

export interface StateFile {
  readonly root: Uint8Array
  /** Readers over each section that is there; their offsets are those of the file. */
  readonly parts: ReadonlyMap<SectionName, ByteReader>
  /** The same as bytes. */
  readonly whole: SectionBytes
}

/** Takes a file apart; every byte of it is under a hash that was checked. */
export function readStateFile(bytes: Uint8Array, hasher: Hasher): StateFile {
  const r = new ByteReader(bytes, 'STATE_MALFORMED')
  for (const byte of STATE_MAGIC) {
    const found = r.u8()
    if (found !== byte) failAt(r, r.at - 1, `byte 0x${found.toString(16)}`, 'the magic \\0VST')
  }
  const version = r.u32()
  if (version !== STATE_VERSION) {
    failAt(r, r.at - 4, `version ${version}`, `version ${STATE_VERSION}`)
  }
  const root = r.raw(32)
  const count = r.u8()
  const table = r.at
  r.raw(count * ENTRY_BYTES)
  const headerEnd = r.at
  checkHash(r, hasher, bytes.subarray(0, headerEnd), r.raw(32), headerEnd, 'the header')

  const entries = new ByteReader(bytes, 'STATE_MALFORMED', table, headerEnd)
  const parts = new Map<SectionName, ByteReader>()
  const whole = new Map<SectionName, Uint8Array>()
  let last = -1
  for (let i = 0; i < count; i++) {
    const entry = entries.at
    const id = entries.u8()
    const name = sectionNames.find((each) => sections[each] === id)
    if (name === undefined) failAt(r, entry, `section ${id}`, 'a section of this version')
    if (id <= last) failAt(r, entry, `section ${id} after ${last}`, 'ascending ids')
    last = id
    const size = entries.u64()
    if (size === 0n) failAt(r, entry, 'an empty section', 'none at all')
    if (size > BigInt(r.left)) failAt(r, entry, `${size} bytes`, `at most the ${r.left} left`)
    const start = r.at
    const part = r.raw(Number(size))
    checkHash(r, hasher, part, entries.raw(32), start, `section ${name}`)
    parts.set(name, new ByteReader(bytes, 'STATE_MALFORMED', start, r.at))
    whole.set(name, part)
  }
  if (r.left > 0) r.fail(`${r.left} bytes more`, 'the end of the file')
  return { root, parts, whole }
}

function checkHash(
  r: ByteReader,
  hasher: Hasher,
  bytes: Uint8Array,
  claimed: Uint8Array,
  at: number,
  what: string,
): void {
  const found = hasher.hash(bytes)
  if (!sameBytes(found, claimed)) {
    failAt(r, at, `hash ${hex(found)} of ${what}`, `${hex(claimed)}, as its entry says`)
  }
}

/** Fails with the offset of the thing that was read, not of what follows it. */
export function failAt(r: ByteReader, at: number, found: string, expected: string): never {
  r.at = at
  r.fail(found, expected)
}

/** Refuses what is left of a section after its last field. */
export function finish(r: ByteReader, what: SectionName): void {
  if (r.left > 0) r.fail(`${r.left} bytes more`, `the end of section ${what}`)
}

/** A number of things that take at least `least` bytes each. */
export function readCount(r: ByteReader, what: string, least = 1): number {
  const start = r.at
  const count = r.uleb()
  if (count * least > r.left) failAt(r, start, `${count} ${what}`, 'no more than the bytes hold')
  return count
}

/** A number below `limit`: an index into what was read before. */
export function readIndex(r: ByteReader, limit: number, what: string): number {
  const start = r.at
  const index = r.uleb()
  if (index >= limit) failAt(r, start, `${what} ${index}`, `below ${limit}`)
  return index
}

/** 0 or 1. */
export function readFlag(r: ByteReader, what: string): boolean {
  return readIndex(r, 2, what) === 1
}
