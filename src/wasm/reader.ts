// Reads the primitives of the WebAssembly binary format (spec: Binary Format, Values).
// LEB128 may be padded up to the width's longest form, unlike the canonical rule of base/bytes.ts.
import { decodeUtf8 } from '../base/bytes.ts'
import { malformed } from './failures.ts'

export class WasmReader {
  readonly bytes: Uint8Array
  private readonly view: DataView
  /** Offset in the module of the next byte. */
  at: number
  readonly end: number

  /** Reads bytes[at, end); offsets stay those of the whole module. */
  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = at
    this.end = end
  }

  get left(): number {
    return this.end - this.at
  }
  get done(): boolean {
    return this.at === this.end
  }
  /** Fails as malformed at the next byte, or at a given offset. */
  fail(found: string, expected: string, offset = this.at): never {
    malformed(offset, found, expected)
  }
  private need(sizeBytes: number): number {
    const at = this.at
    if (sizeBytes > this.end - at) {
      this.fail('unexpected end of section or function', `${sizeBytes} more bytes`)
    }
    this.at = at + sizeBytes
    return at
  }

  u8(): number {
    if (this.at >= this.end) this.need(1)
    return this.bytes[this.at++]
  }
  /** The next byte, which stays; -1 at the end. */
  peek(): number {
    return this.at < this.end ? this.bytes[this.at] : -1
  }
  /** Four bytes as a signed number: the bits of an f32, or a lane of a v128. */
  word32(): number {
    return this.view.getInt32(this.need(4), true)
  }
  /** Eight bytes, signed: the bits of an f64. */
  word64(): bigint {
    return this.view.getBigInt64(this.need(8), true)
  }
  /** Bytes of the module itself, not a copy. */
  raw(sizeBytes: number): Uint8Array {
    const at = this.at
    this.skip(sizeBytes)
    return this.bytes.subarray(at, at + sizeBytes)
  }
  skip(sizeBytes: number): void {
    if (sizeBytes > this.left) this.fail('length out of bounds', `at most ${this.left} bytes`)
    this.at += sizeBytes
  }
  name(): string {
    const sizeBytes = this.u32()
    const at = this.at
    const text = decodeUtf8(this.raw(sizeBytes))
    if (text === null) this.fail('malformed UTF-8 encoding', 'a name in UTF-8', at)
    return text
  }
  /** The length of a list. Items take a byte at least: more items than bytes is malformed. */
  count(): number {
    const at = this.at
    const items = this.u32()
    if (items > this.left) {
      this.fail(`${items} items: length out of bounds`, `at most ${this.left}`, at)
    }
    return items
  }

  u32(): number {
    const start = this.at
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    const last = this.lastByte(start)
    if (last > 0x0f) this.tooLarge(start, 'u32')
    return (value | (last << 28)) >>> 0
  }
  s32(): number {
    const start = this.at
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return (value << (25 - shift)) >> (25 - shift)
    }
    const last = this.lastByte(start)
    const sign = last & 0x78
    if (sign !== 0 && sign !== 0x78) this.tooLarge(start, 's32')
    return value | (last << 28)
  }
  s33(): number {
    const start = this.at
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return (value << (25 - shift)) >> (25 - shift)
    }
    const last = this.lastByte(start)
    const sign = last & 0x70
    if (sign !== 0 && sign !== 0x70) this.tooLarge(start, 's33')
    return ((last << 25) >> 25) * 0x1000_0000 + value
  }
  u64(): bigint {
    const start = this.at
    let low = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8()
      low |= (byte & 0x7f) << shift
      if (byte < 0x80) return BigInt(low)
    }
    let value = BigInt(low)
    for (let shift = 28n; shift < 63n; shift += 7n) {
      const byte = this.u8()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    const last = this.lastByte(start)
    if (last > 0x01) this.tooLarge(start, 'u64')
    return value | (BigInt(last) << 63n)
  }
  s64(): bigint {
    const start = this.at
    let low = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8()
      low |= (byte & 0x7f) << shift
      if (byte < 0x80) return BigInt((low << (25 - shift)) >> (25 - shift))
    }
    let value = BigInt(low)
    for (let shift = 28; shift < 63; shift += 7) {
      const byte = this.u8()
      value |= BigInt(byte & 0x7f) << BigInt(shift)
      if (byte < 0x80) return BigInt.asIntN(shift + 7, value)
    }
    const last = this.lastByte(start)
    if (last !== 0 && last !== 0x7f) this.tooLarge(start, 's64')
    return BigInt.asIntN(64, value | (BigInt(last) << 63n))
  }

  private lastByte(start: number): number {
    const byte = this.u8()
    if (byte >= 0x80) {
      this.fail('integer representation too long', 'a last byte below 0x80', start)
    }
    return byte
  }
  private tooLarge(start: number, type: string): never {
    this.fail('integer too large', `a ${type}`, start)
  }
}
