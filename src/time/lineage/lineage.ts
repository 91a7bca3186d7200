// The lineage of a run as a file that only grows (spec/lineage.md): a header, then blocks of beams.
// A run that was killed leaves a file whose whole blocks are good; every byte stands under a hash.
import { ByteReader, ByteWriter, sameBytes } from '../../base/bytes.ts'
import type { Codec } from '../../base/codec.ts'
import type { Hasher } from '../../base/hasher.ts'
import { type Beam, BeamKind, isBeamKind, isInput } from './beam.ts'
import { Chain, KEY_BYTES } from './chain.ts'

const MAGIC = 0x4c425600 // NUL VBL
const VERSION = 0
const HASH_BYTES = 32
/** Of an effect whose payload is not kept: enough to name the first beam that differs. */
const PREFIX_BYTES = 4
const KEPT = 0x80
const CHECK_BYTES = 8
const BLOCK_HEAD_BYTES = 4 + 1 + 4 + HASH_BYTES + CHECK_BYTES
const LIMIT_BLOCK_BYTES = 1 << 28
/** A block is written when it holds so much. */
const BLOCK_BYTES = 1 << 16

export interface LineageHeader {
  /** SHA-256 of the file with the state in which the recording begins. */
  readonly begin: Uint8Array
  /** Names of the capabilities that the run had. */
  readonly grants: readonly string[]
  /** From which the salts of the commitments come. */
  readonly key: Uint8Array
}

/** A beam as it is stored: of an effect the payload may be left out. */
export interface StoredBeam {
  readonly tick: number
  readonly kind: number
  readonly payload: Uint8Array | null
  /** The first bytes of its commitment, where there is no payload. */
  readonly prefix: Uint8Array | null
}

export interface Host {
  readonly hasher: Hasher
  readonly codec: Codec
}

function encodeHeader({ begin, grants, key }: LineageHeader): Uint8Array {
  const out = new ByteWriter()
  out.u32(MAGIC)
  out.u32(VERSION)
  out.raw(begin)
  out.raw(key)
  out.uleb(grants.length)
  for (const grant of grants) out.text(grant)
  return out.take()
}

export class LineageWriter {
  private readonly host: Host
  private readonly append: (bytes: Uint8Array) => void
  /** Are the payloads of effects kept too? */
  private readonly full: boolean
  private readonly chain: Chain
  private block = new ByteWriter()
  private beams = 0
  private tick = 0

  /** `append` takes the file's bytes as they come; the header at once. */
  constructor(
    host: Host,
    header: LineageHeader,
    append: (bytes: Uint8Array) => void,
    full: boolean,
  ) {
    this.host = host
    this.append = append
    this.full = full
    const bytes = encodeHeader(header)
    this.chain = new Chain(host.hasher, header.key, bytes)
    append(bytes)
    append(host.hasher.hash(bytes))
  }

  get length(): number {
    return this.chain.length
  }

  add(beam: Beam): void {
    const { block, chain } = this
    const commitment = chain.commit(beam)
    chain.link(beam, commitment)
    const kept = this.full || isInput(beam.kind) || beam.kind === BeamKind.end
    block.uleb(beam.tick - this.tick)
    block.u8(beam.kind | (kept ? KEPT : 0))
    if (kept) block.blob(beam.payload)
    else for (let at = 0; at < PREFIX_BYTES; at++) block.u8(commitment[at])
    this.tick = beam.tick
    this.beams++
    if (block.length >= BLOCK_BYTES) this.flush()
  }

  /** Hands on what was added since. */
  flush(): void {
    if (this.beams === 0) return
    const { codec, hasher } = this.host
    const plain = this.block.take()
    const packed = codec.compress(plain)
    const isPacked = packed.length < plain.length
    const body = isPacked ? packed : plain
    this.append(blockHead(hasher, body.length, isPacked, this.beams, this.chain.head))
    this.append(hasher.hash(body))
    this.append(body)
    this.block = new ByteWriter()
    this.beams = 0
  }
}

/** What a block begins with: its size and last link, under a check of their own. */
function blockHead(
  hasher: Hasher,
  length: number,
  packed: boolean,
  beams: number,
  link: Uint8Array,
): Uint8Array {
  const out = new ByteWriter()
  out.u32(length)
  out.u8(+packed)
  out.u32(beams)
  out.raw(link)
  out.raw(hasher.hash(out.take()).subarray(0, CHECK_BYTES))
  return out.take()
}

/** So many beams came to a link of the chain. */
export interface Mark {
  readonly beams: number
  readonly link: Uint8Array
}

export interface Lineage {
  readonly header: LineageHeader
  readonly beams: readonly StoredBeam[]
  /** Links of the chain that are stored: whoever makes the beams again comes to them. */
  readonly marks: readonly Mark[]
  /** A chain that has not begun, for whoever makes the beams again. */
  readonly chain: () => Chain
  /** Beams at its beginning that are those of other lineages: the chain is of those behind. */
  readonly inherited: number
  /** Where a file that was cut short ends, in bytes; null: it ends with a whole block. */
  readonly cutAt: number | null
}

/**
 * Reads a lineage. What follows the last whole block was being written when the run ended, and is
 * no part of it. Errors: RECORDING_DAMAGED, with the offset.
 */
export function readLineage(bytes: Uint8Array, host: Host): Lineage {
  const from = new ByteReader(bytes, 'RECORDING_DAMAGED')
  const header = readHeader(from, host)
  const headerBytes = bytes.subarray(0, from.at - HASH_BYTES)
  const chain = (): Chain => new Chain(host.hasher, header.key, headerBytes)
  const beams: StoredBeam[] = []
  const marks: Mark[] = []
  while (from.left > 0) {
    const start = from.at
    const block = readBlock(from, host)
    if (block === null) return { header, beams, marks, chain, inherited: 0, cutAt: start }
    readBeams(block, beams)
    marks.push({ beams: beams.length, link: block.link })
  }
  return { header, beams, marks, chain, inherited: 0, cutAt: null }
}

function readHeader(from: ByteReader, { hasher }: Host): LineageHeader {
  if (from.u32() !== MAGIC) from.fail('other bytes', 'a lineage')
  const version = from.u32()
  if (version !== VERSION) from.fail(`version ${version}`, `version ${VERSION}`)
  const begin = from.raw(HASH_BYTES).slice()
  const key = from.raw(KEY_BYTES).slice()
  const grants: string[] = []
  for (let left = from.uleb(1000); left > 0; left--) grants.push(from.text(256))
  const hash = hasher.hash(from.bytes.subarray(0, from.at))
  if (!sameBytes(from.raw(HASH_BYTES), hash)) from.fail('another header', 'what was written')
  return { begin, key, grants }
}

interface Block {
  readonly beams: number
  readonly link: Uint8Array
  readonly plain: Uint8Array
}

/** null: the file ends within it. */
function readBlock(from: ByteReader, { hasher, codec }: Host): Block | null {
  const start = from.at
  if (from.left < BLOCK_HEAD_BYTES || isZero(from.bytes.subarray(start))) return null
  const damaged = (): never => {
    from.at = start
    return from.fail('a damaged block of beams', 'what was written')
  }
  const length = from.u32()
  const packed = from.u8() === 1
  const beams = from.u32()
  const link = from.raw(HASH_BYTES).slice()
  from.raw(CHECK_BYTES)
  const head = from.bytes.subarray(start, from.at)
  if (!sameBytes(head, blockHead(hasher, length, packed, beams, link))) damaged()
  if (from.left < HASH_BYTES + length) return null
  const hash = from.raw(HASH_BYTES)
  const body = from.raw(length)
  if (!sameBytes(hash, hasher.hash(body))) damaged()
  return { beams, link, plain: packed ? codec.decompress(body, LIMIT_BLOCK_BYTES) : body }
}

/** Some file systems leave zeros where the machine lost power. */
const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0)

function readBeams({ plain, beams: count }: Block, beams: StoredBeam[]): void {
  const from = new ByteReader(plain, 'RECORDING_DAMAGED')
  let tick = beams.length === 0 ? 0 : beams[beams.length - 1].tick
  for (let left = count; left > 0; left--) {
    tick += from.uleb()
    const byte = from.u8()
    const kind = byte & ~KEPT
    if (!isBeamKind(kind)) from.fail(`a beam of kind ${kind}`, 'a known kind')
    const kept = (byte & KEPT) !== 0
    if (!kept && isInput(kind)) from.fail('an input without its payload', 'its payload')
    const payload = kept ? from.blob().slice() : null
    const prefix = kept ? null : from.raw(PREFIX_BYTES).slice()
    beams.push({ tick, kind, payload, prefix })
  }
  if (from.left > 0) from.fail(`${from.left} bytes behind the last beam`, 'none')
}
