// Little-endian byte reading and writing, bounded and coded: every format of VAC goes through
// these.
import { assert, VacError } from './errors.ts'

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const utf8Encoder = new TextEncoder()

export const utf8 = (text: string): Uint8Array => utf8Encoder.encode(text)

/** Decodes UTF-8; returns null where the bytes are not valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return utf8Decoder.decode(bytes)
  } catch {
    return null
  }
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) >= 0x80) return false
  return true
}

/** Lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

/** One after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at])

/** The bytes of hexadecimal digits, two a byte. Not `Uint8Array.fromHex`: Node 24 has none. */
export function bytesOfHex(text: string): Uint8Array {
  assert(/^([0-9a-f]{2})*$/i.test(text), 'pairs of hexadecimal digits')
  const bytes = new Uint8Array(text.length / 2)
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16)
  }
  return bytes
}

/**
 * A growing byte buffer. Integers are little-endian; `u` and `s` prefixes give LEB128. There is no
 * view of the buffer: hosts keep small arrays among their objects until someone asks for it.
 */
export class ByteWriter {
  private bytes = new Uint8Array(64)
  length = 0

  /** May replace the buffer: call it before naming `bytes` in an expression. */
  private room(sizeBytes: number): number {
    const at = this.length
    if (at + sizeBytes > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.bytes.length * 2, at + sizeBytes))
      grown.set(this.bytes.subarray(0, at))
      this.bytes = grown
    }
    this.length = at + sizeBytes
    return at
  }

  /** Makes room for so many bytes more, at once. */
  reserve(sizeBytes: number): void {
    this.length = this.room(sizeBytes)
  }

  u8(value: number): void {
    const at = this.room(1)
    this.bytes[at] = value
  }
  u16(value: number): void {
    const at = this.room(2)
    this.bytes[at] = value
    this.bytes[at + 1] = value >>> 8
  }
  u32(value: number): void {
    const at = this.room(4)
    for (let byte = 0; byte < 4; byte++) this.bytes[at + byte] = value >>> (8 * byte)
  }
  u64(value: bigint): void {
    this.u32(Number(BigInt.asUintN(32, value)))
    this.u32(Number(BigInt.asUintN(32, value >> 32n)))
  }
  /** LEB128 of an unsigned number below 2^53 or a bigint below 2^64. */
  uleb(value: number | bigint): void {
    if (typeof value === 'number' && value >>> 0 === value) {
      let left = value
      for (; left >= 0x80; left >>>= 7) this.u8((left & 0x7f) | 0x80)
      this.u8(left)
      return
    }
    let rest = BigInt(value)
    while (rest >= 0x80n) {
      this.u8(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    this.u8(Number(rest))
  }
  raw(bytes: Uint8Array): void {
    const at = this.room(bytes.length)
    this.bytes.set(bytes, at)
  }
  /** Length-prefixed bytes (LEB128 length). */
  blob(bytes: Uint8Array): void {
    this.uleb(bytes.length)
    this.raw(bytes)
  }
  text(value: string): void {
    // Names are short and plain: no encoder is asked for them.
    if (value.length >= 0x80 || !isAscii(value)) return this.blob(utf8(value))
    this.u8(value.length)
    for (let at = 0; at < value.length; at++) this.u8(value.charCodeAt(at))
  }
  /** Begins anew in the same buffer. */
  clear(): void {
    this.length = 0
  }
  /** What was written, until more is. */
  get written(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }
  /** A copy of what was written. */
  take(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }
}

/**
 * Reads what ByteWriter writes; throws the given error code with the offset at the first bad byte.
 */
export class ByteReader {
  readonly bytes: Uint8Array
  private readonly code: string
  at: number
  readonly end: number

  constructor(bytes: Uint8Array, code: string, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.code = code
    this.at = at
    this.end = end
  }

  fail(found: string, expected: string): never {
    throw new VacError(this.code, { found, expected, where: `offset ${this.at}` })
  }
  private need(sizeBytes: number): number {
    const at = this.at
    if (sizeBytes > this.end - at) this.fail('the end of the data', `${sizeBytes} more bytes`)
    this.at = at + sizeBytes
    return at
  }
  get left(): number {
    return this.end - this.at
  }
  u8(): number {
    return this.bytes[this.need(1)]
  }
  u16(): number {
    const at = this.need(2)
    return this.bytes[at] | (this.bytes[at + 1] << 8)
  }
  u32(): number {
    return this.wordAt(this.need(4))
  }
  u64(): bigint {
    const at = this.need(8)
    return BigInt(this.wordAt(at)) | (BigInt(this.wordAt(at + 4)) << 32n)
  }
  private wordAt(at: number): number {
    const { bytes } = this
    const low = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16)
    return (low | (bytes[at + 3] << 24)) >>> 0
  }
  /** A canonical (shortest form) LEB128 below 2^64. */
  ulebBig(): bigint {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.u8()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) {
        if (byte === 0 && shift > 0n) this.fail('a padded LEB128', 'the shortest form')
        break
      }
      if (shift >= 63n) this.fail('an over-long LEB128', 'at most 10 bytes')
    }
    if (value >= 1n << 64n) this.fail('a LEB128 of 2^64 or more', 'a u64')
    return value
  }
  /** A canonical LEB128 that must not exceed `limit`. */
  uleb(limit = Number.MAX_SAFE_INTEGER): number {
    const first = this.at < this.end ? this.bytes[this.at] : 0x80
    if (first < 0x80 && first <= limit) {
      this.at++
      return first
    }
    const value = this.ulebBig()
    if (value > BigInt(limit)) this.fail(`${value}`, `at most ${limit}`)
    return Number(value)
  }
  raw(sizeBytes: number): Uint8Array {
    const at = this.need(sizeBytes)
    return this.bytes.subarray(at, at + sizeBytes)
  }
  blob(limit = Number.MAX_SAFE_INTEGER): Uint8Array {
    return this.raw(this.uleb(limit))
  }
  text(limit = 1 << 20): string {
    const text = decodeUtf8(this.blob(limit))
    if (text === null) this.fail('bytes that are not UTF-8', 'UTF-8 text')
    return text
  }
}
