// Checkpoints as files (spec/checkpoint.md): a descriptor in JSON, and an image with what differs
// from another checkpoint, its base. The pages lie in the vault.
import { ByteReader, ByteWriter, decodeUtf8, hex, sameBytes, utf8 } from '../../base/bytes.ts'
import type { Codec } from '../../base/codec.ts'
import { VacError } from '../../base/errors.ts'
import { HASH_BYTES, type Hasher } from '../../base/hasher.ts'
import type { Image } from '../../machine/state/image.ts'
import { decodeImage, encodeImage } from '../../machine/state/image-bytes.ts'

/** Where descriptors and images lie: small files, each written whole. */
export interface SmallFiles {
  readonly list: () => readonly string[]
  readonly read: (name: string) => Uint8Array
  /** Once it returns the file is there for good; a kill before leaves none, or the old one. */
  readonly write: (name: string, bytes: Uint8Array) => void
  readonly remove: (name: string) => void
}

export interface Descriptor {
  readonly tick: number
  /** Virtual nanoseconds since 1970, in decimal. */
  readonly vtime: string
  /** Root of the state, 64 hex digits. */
  readonly root: string
  /** Inputs of the lineage that the machine had been given. */
  readonly inputs: number
  /** The tick of the checkpoint that the image is written against; null: the first state. */
  readonly base: number | null
  /** Name and SHA-256 of the image's file. */
  readonly image: string
  readonly imageHash: string
}

const MAGIC = 'vac.checkpoint'
const VERSION = 0
const IMAGE_MAGIC = 0x4d495600 // NUL VIM
const IMAGE_VERSION = 0
const LIMIT_IMAGE_BYTES = 2 ** 31
const SUFFIX = '.dc.json'

export const descriptorName = (tick: number): string => `${`${tick}`.padStart(16, '0')}${SUFFIX}`
export const imageName = (tick: number, base: number | null): string =>
  `${`${tick}`.padStart(16, '0')}-${base ?? 'first'}.vacimg`

export const isDescriptor = (name: string): boolean => name.endsWith(SUFFIX)

function jsonOf({ tick, vtime, root, inputs, base, image, imageHash }: Descriptor): string {
  const fields = { magic: MAGIC, version: VERSION, tick, vtime, root, inputs, base }
  return JSON.stringify({ ...fields, image: { file: image, sha256: imageHash } }, null, 2)
}

/** One form: the fields in this order, and last the SHA-256 of the text without it. */
export function encodeDescriptor(descriptor: Descriptor, hasher: Hasher): Uint8Array {
  const text = jsonOf(descriptor)
  const hash = hex(hasher.hash(utf8(text)))
  return utf8(`${text.slice(0, -2)},\n  "sha256": "${hash}"\n}\n`)
}

/** Errors: RECORDING_DAMAGED. */
export function decodeDescriptor(bytes: Uint8Array, name: string, hasher: Hasher): Descriptor {
  const damaged = (found: string): never => {
    throw new VacError('RECORDING_DAMAGED', {
      where: name,
      found,
      expected: 'the descriptor that was written',
    })
  }
  const text = decodeUtf8(bytes)
  let fields: Record<string, unknown>
  try {
    fields = JSON.parse(text ?? '')
  } catch {
    return damaged('no JSON')
  }
  if (typeof fields !== 'object' || fields === null) return damaged('no object')
  const { magic, version, tick, vtime, root, inputs, base, image } = fields
  if (magic !== MAGIC) damaged('another file')
  if (version !== VERSION) damaged(`version ${version}`)
  const { file, sha256 } = (image ?? {}) as Record<string, unknown>
  const descriptor = { tick, vtime, root, inputs, base, image: file, imageHash: sha256 }
  const typed =
    Number.isSafeInteger(tick) &&
    Number.isSafeInteger(inputs) &&
    (base === null || (Number.isSafeInteger(base) && (base as number) < (tick as number))) &&
    [vtime, root, file, sha256].every((one) => typeof one === 'string')
  if (!typed) return damaged('other fields')
  const known = descriptor as unknown as Descriptor
  if (!sameBytes(bytes, encodeDescriptor(known, hasher))) return damaged('another text')
  if (!/^[0-9a-z-]+\.vacimg$/.test(known.image)) return damaged(`the image ${known.image}`)
  return known
}

export interface Host {
  readonly hasher: Hasher
  readonly codec: Codec
}

/** `root`, `baseRoot`: of the two states; of the first state zeros. */
export function encodeImageFile(image: Image, base: Image, roots: Roots, { codec }: Host) {
  const out = new ByteWriter()
  out.u32(IMAGE_MAGIC)
  out.u32(IMAGE_VERSION)
  out.raw(roots.own)
  out.raw(roots.base)
  out.raw(codec.compress(encodeImage(image, base)))
  return out.take()
}

export interface Roots {
  readonly own: Uint8Array
  readonly base: Uint8Array
}
export const NO_ROOT = new Uint8Array(HASH_BYTES)

/** Errors: RECORDING_DAMAGED. */
export function decodeImageFile(
  bytes: Uint8Array,
  descriptor: Descriptor,
  base: Image,
  { hasher, codec }: Host,
): Image {
  const where = descriptor.image
  const expected = 'the image that was written'
  if (hex(hasher.hash(bytes)) !== descriptor.imageHash) {
    throw new VacError('RECORDING_DAMAGED', { where, found: 'other bytes', expected })
  }
  const from = new ByteReader(bytes, 'RECORDING_DAMAGED')
  if (from.u32() !== IMAGE_MAGIC) from.fail('other bytes', 'an image')
  const version = from.u32()
  if (version !== IMAGE_VERSION) from.fail(`version ${version}`, `version ${IMAGE_VERSION}`)
  if (hex(from.raw(HASH_BYTES)) !== descriptor.root) from.fail('another root', descriptor.root)
  from.raw(HASH_BYTES)
  return decodeImage(codec.decompress(from.raw(from.left), LIMIT_IMAGE_BYTES), base)
}
