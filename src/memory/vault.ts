// The vault: pages on a slow store under the hash of their content, each once, in segments that
// only grow (spec/checkpoint.md). Every byte stands under a hash and is verified when it is read.
// What nobody needs any more is left behind when live pages are copied to a new segment.
import { ByteReader, ByteWriter, sameBytes } from '../base/bytes.ts'
import type { Codec } from '../base/codec.ts'
import { VacError } from '../base/errors.ts'
import { HASH_BYTES, type Hasher } from '../base/hasher.ts'
import { isZero, Merkle } from './merkle.ts'
import { newPage, PAGE_BYTES, type Page } from './page.ts'

/** Where segments lie: the host's files. Names are sorted as text. */
export interface SegmentStore {
  readonly list: () => readonly { readonly name: string; readonly sizeBytes: number }[]
  readonly read: (name: string, offset: number, sizeBytes: number) => Uint8Array
  /** Makes the segment where it is not there. */
  readonly append: (name: string, bytes: Uint8Array) => void
  /** What was appended survives a loss of power. */
  readonly sync: (name: string) => void
  readonly remove: (name: string) => void
}

/** The hash of a page as text, one character a byte. */
export type PageKey = string
export const pageKey = (hash: Uint8Array): PageKey => String.fromCharCode(...hash)
export const bytesOfKey = (key: PageKey): Uint8Array =>
  Uint8Array.from(key, (character) => character.charCodeAt(0))

interface Place {
  readonly segment: string
  readonly offset: number
  /** Of the record, its head included. */
  readonly sizeBytes: number
}

const MAGIC = 0x47535600 // NUL VSG
const VERSION = 0
const HEADER_BYTES = 8
const CHECK_BYTES = 8
const HEAD_CHECK_BYTES = 4
const HEAD_BYTES = 4 + 1 + HASH_BYTES + CHECK_BYTES + HEAD_CHECK_BYTES
/** A segment gets no more records beyond. */
const LIMIT_SEGMENT_BYTES = 1 << 28
/** Heads of records are read so many bytes at a time. */
const SCAN_BYTES = 1 << 16

export class Vault {
  private readonly store: SegmentStore
  private readonly hasher: Hasher
  private readonly codec: Codec
  private readonly merkle: Merkle
  private readonly places = new Map<PageKey, Place>()
  /** Sizes of the segments, by name. */
  private readonly sizes = new Map<string, number>()
  /** The segment that grows: one of this vault's own; null: none yet. */
  private open: string | null = null
  private unsynced = false

  /** Errors: RECORDING_DAMAGED, with segment and offset. */
  constructor(store: SegmentStore, { hasher, codec }: { hasher: Hasher; codec: Codec }) {
    this.store = store
    this.hasher = hasher
    this.codec = codec
    this.merkle = new Merkle(hasher)
    for (const { name, sizeBytes } of store.list()) this.scan(name, sizeBytes)
  }

  /** Bytes of all segments. */
  get sizeBytes(): number {
    let total = 0
    for (const size of this.sizes.values()) total += size
    return total
  }

  has(key: PageKey): boolean {
    return this.places.has(key)
  }

  /** Bytes that the record of a page takes; 0: it is not here. */
  recordBytes(key: PageKey): number {
    return this.places.get(key)?.sizeBytes ?? 0
  }

  /** Keeps a page under the hash of its content, which it carries. False: it was here. */
  put(page: Page): boolean {
    const key = pageKey(this.merkle.page(page))
    if (this.places.has(key)) return false
    this.append(key, this.recordOf(key, page.u8))
    return true
  }

  /** A page that nobody owns. Errors: RECORDING_DAMAGED where it is missing or damaged. */
  get(key: PageKey): Page {
    const place = this.places.get(key)
    if (place === undefined) throw damaged('pages', 'no such page', 'the page of a checkpoint')
    const from = this.reader(place)
    const { length, packed, check } = this.readHead(from, place.segment, place.offset)
    const body = from.raw(length)
    const refuse = (found: string): never => {
      throw damaged(where(place.segment, place.offset), found, 'the page that was written')
    }
    if (!sameBytes(check, this.check(body))) refuse('a damaged page')
    const page = newPage()
    const plain = packed ? this.codec.decompress(body, PAGE_BYTES) : body
    if (plain.length !== PAGE_BYTES) refuse(`${plain.length} bytes`)
    page.u8.set(plain)
    if (pageKey(this.merkle.page(page)) !== key) refuse('another page')
    return page
  }

  /** What was put is on the store for good. */
  sync(): void {
    if (this.open !== null && this.unsynced) this.store.sync(this.open)
    this.unsynced = false
  }

  /** Reads all pages. Yields after each. Errors: RECORDING_DAMAGED. */
  *verify(): Generator<void> {
    for (const key of this.places.keys()) {
      this.get(key)
      yield
    }
  }

  /** Leaves behind what is not live. A kill on the way leaves pages twice, never none. */
  compact(live: ReadonlySet<PageKey>): void {
    const old = [...this.sizes.keys()]
    const places = [...this.places].filter(([key]) => live.has(key))
    this.sync()
    this.open = null
    this.places.clear()
    for (const [key, place] of places) {
      this.append(key, this.store.read(place.segment, place.offset, place.sizeBytes))
    }
    this.sync()
    for (const name of old) {
      this.store.remove(name)
      this.sizes.delete(name)
    }
  }

  private check(bytes: Uint8Array): Uint8Array {
    return this.hasher.hash(bytes).subarray(0, CHECK_BYTES)
  }

  private recordOf(key: PageKey, plain: Uint8Array): Uint8Array {
    const small = this.codec.compress(plain)
    const packed = small.length < plain.length
    const body = packed ? small : plain
    const record = new Uint8Array(HEAD_BYTES + body.length)
    record.set(this.head(body.length, packed, bytesOfKey(key), this.check(body)))
    record.set(body, HEAD_BYTES)
    return record
  }

  private head(length: number, packed: boolean, hash: Uint8Array, check: Uint8Array): Uint8Array {
    const out = new ByteWriter()
    out.u32(length)
    out.u8(+packed)
    out.raw(hash)
    out.raw(check)
    out.raw(this.hasher.hash(out.take()).subarray(0, HEAD_CHECK_BYTES))
    return out.take()
  }

  private append(key: PageKey, record: Uint8Array): void {
    const segment = this.segmentToGrow()
    const offset = this.sizes.get(segment) as number
    try {
      this.store.append(segment, record)
    } catch (error) {
      // What was begun ends the segment.
      this.open = null
      throw error
    }
    this.places.set(key, { segment, offset, sizeBytes: record.length })
    this.sizes.set(segment, offset + record.length)
    this.unsynced = true
  }

  private segmentToGrow(): string {
    if (this.open !== null && (this.sizes.get(this.open) as number) < LIMIT_SEGMENT_BYTES) {
      return this.open
    }
    this.sync()
    const last = [...this.sizes.keys()].sort().at(-1)
    const name = `${Number.parseInt(last ?? '0', 10) + 1}`.padStart(8, '0')
    const header = new ByteWriter()
    header.u32(MAGIC)
    header.u32(VERSION)
    this.sizes.set(name, HEADER_BYTES)
    this.store.append(name, header.take())
    this.open = name
    return name
  }

  private reader({ segment, offset, sizeBytes }: Place): ByteReader {
    return new ByteReader(this.store.read(segment, offset, sizeBytes), 'RECORDING_DAMAGED')
  }

  private readHead(from: ByteReader, segment: string, offset: number) {
    const start = from.at
    const length = from.u32()
    const packed = from.u8() === 1
    const hash = from.raw(HASH_BYTES)
    const check = from.raw(CHECK_BYTES)
    from.raw(HEAD_CHECK_BYTES)
    const head = from.bytes.subarray(start, from.at)
    if (sameBytes(head, this.head(length, packed, hash, check))) {
      return { length, packed, hash, check }
    }
    throw damaged(where(segment, offset), 'a damaged record', 'what was written')
  }

  /** Takes in where the pages of a segment lie; one that was cut short ends its segment. */
  private scan(name: string, sizeBytes: number): void {
    this.sizes.set(name, sizeBytes)
    if (sizeBytes < HEADER_BYTES) return
    const { read } = this.store
    const header = new ByteReader(read(name, 0, HEADER_BYTES), 'RECORDING_DAMAGED')
    const [magic, version] = [header.u32(), header.u32()]
    if (magic !== MAGIC) throw damaged(where(name, 0), 'other bytes', 'a segment of pages')
    if (version !== VERSION) {
      throw damaged(where(name, 4), `version ${version}`, `version ${VERSION}`)
    }
    let seen = { at: 0, bytes: new Uint8Array(0) }
    for (let offset = HEADER_BYTES; offset + HEAD_BYTES <= sizeBytes; ) {
      if (offset + HEAD_BYTES > seen.at + seen.bytes.length || offset < seen.at) {
        const size = Math.min(SCAN_BYTES, sizeBytes - offset)
        seen = { at: offset, bytes: new Uint8Array(read(name, offset, size)) }
      }
      const from = new ByteReader(seen.bytes, 'RECORDING_DAMAGED', offset - seen.at)
      if (isZero(seen.bytes.subarray(from.at, from.at + HEAD_BYTES))) return
      const { length, hash } = this.readHead(from, name, offset)
      const end = offset + HEAD_BYTES + length
      if (end > sizeBytes) return
      this.places.set(pageKey(hash), { segment: name, offset, sizeBytes: end - offset })
      offset = end
    }
  }
}

const where = (segment: string, offset: number): string => `pages/${segment}, offset ${offset}`

const damaged = (at: string, found: string, expected: string): VacError =>
  new VacError('RECORDING_DAMAGED', { where: at, found, expected })
