// Reads the bytes of debug sections (DWARF 5, 7.4 and 7.6). Nobody has checked them: whatever does
// not fit is DamagedDebugData, which the doors of this folder turn into "not known".
import { decodeUtf8 } from '../../base/bytes.ts'

export class DamagedDebugData extends Error {}

/** What `work` gives, or `otherwise` where the debug data is damaged. */
export function orWhereDamaged<T>(otherwise: T, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof DamagedDebugData) return otherwise
    throw error
  }
}

export class DebugReader {
  readonly bytes: Uint8Array
  private readonly view: DataView
  at: number
  readonly end: number

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    if (!(at >= 0 && at <= end && end <= bytes.length)) throw new DamagedDebugData('a bad offset')
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = at
    this.end = end
  }

  get done(): boolean {
    return this.at >= this.end
  }
  skip(sizeBytes: number): number {
    const { at } = this
    if (!(sizeBytes >= 0 && sizeBytes <= this.end - at)) throw new DamagedDebugData('the end')
    this.at = at + sizeBytes
    return at
  }
  u8(): number {
    return this.bytes[this.skip(1)]
  }
  s8(): number {
    return this.view.getInt8(this.skip(1))
  }
  u16(): number {
    return this.view.getUint16(this.skip(2), true)
  }
  u24(): number {
    return this.u16() + this.u8() * 0x1_0000
  }
  u32(): number {
    return this.view.getUint32(this.skip(4), true)
  }
  u64(): bigint {
    return this.view.getBigUint64(this.skip(8), true)
  }
  /** Eight bytes that count something: above 2^53 they are damage to whoever uses them. */
  wide(): number {
    return Number(this.u64())
  }
  raw(sizeBytes: number): Uint8Array {
    const at = this.skip(sizeBytes)
    return this.bytes.subarray(at, at + sizeBytes)
  }
  skipLeb(): void {
    while (this.u8() >= 0x80);
  }
  /** Exact up to 2^53. */
  uleb(): number {
    let value = 0
    for (let weight = 1; ; weight *= 128) {
      const byte = this.u8()
      value += (byte & 0x7f) * weight
      if (byte < 0x80) return value
    }
  }
  /** Exact between -2^53 and 2^53. */
  sleb(): number {
    let value = 0
    for (let weight = 1; ; weight *= 128) {
      const byte = this.u8()
      value += (byte & 0x7f) * weight
      if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - weight * 128
    }
  }
  /** 64 bits of it. */
  ulebBig(): bigint {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.u8()
      if (shift < 64n) value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
  }
  slebBig(): bigint {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.u8()
      if (shift < 64n) value |= BigInt(byte & 0x7f) << shift
      if (byte >= 0x80) continue
      return BigInt.asIntN(64, (byte & 0x40) === 0 ? value : value - (128n << shift))
    }
  }
  skipText(): void {
    const end = this.bytes.indexOf(0, this.at)
    if (end < 0 || end >= this.end) throw new DamagedDebugData('a text without end')
    this.at = end + 1
  }
  /** Up to a zero byte. */
  text(): string {
    const { at } = this
    this.skipText()
    const bytes = this.bytes.subarray(at, this.at - 1)
    return decodeUtf8(bytes) ?? Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  }
  /** An unsigned integer of 1, 2, 4 or 8 bytes: an address, or an offset. */
  uint(sizeBytes: number): number {
    if (sizeBytes === 4) return this.u32()
    if (sizeBytes === 8) return this.wide()
    if (sizeBytes === 2) return this.u16()
    if (sizeBytes === 1) return this.u8()
    throw new DamagedDebugData('an unknown size')
  }
  /** The length of a unit, and how large its offsets are; the reader of what is in it. */
  unit(): { body: DebugReader; offsetBytes: number } {
    const short = this.u32()
    const offsetBytes = short === 0xffff_ffff ? 8 : 4
    const length = offsetBytes === 8 ? this.wide() : short
    const at = this.skip(length)
    return { body: new DebugReader(this.bytes, at, at + length), offsetBytes }
  }
}
