// Writes host WebAssembly: bytes and LEB128 numbers, with insertion in the middle of what is
// already there (an operand that must be read before the code of the one above it).

export class CodeWriter {
  bytes: Uint8Array<ArrayBuffer>
  length = 0
  /** Where an `if` begins that is hardly ever entered, in order. */
  unlikely: number[] = []

  constructor(sizeBytes = 4096) {
    this.bytes = new Uint8Array(sizeBytes)
  }

  private need(sizeBytes: number): void {
    if (this.length + sizeBytes <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + sizeBytes))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }

  u8(byte: number): void {
    if (this.length === this.bytes.length) this.need(1)
    this.bytes[this.length++] = byte
  }

  /** Opens an `if` without operands or results that is hardly ever entered. */
  unlikelyIf(): void {
    this.unlikely.push(this.length)
    this.u8(0x04)
    this.u8(0x40)
  }

  /** An opcode and one index below 2^32. */
  op1(byte: number, index: number): void {
    this.u8(byte)
    this.uleb(index)
  }

  /** LEB128 of an unsigned number below 2^32. */
  uleb(value: number): void {
    let left = value >>> 0
    for (; left >= 0x80; left >>>= 7) this.u8((left & 0x7f) | 0x80)
    this.u8(left)
  }

  /** LEB128 of an unsigned 64-bit number in two halves. */
  uleb64(low: number, high: number): void {
    if (high === 0) return this.uleb(low)
    let rest = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
    for (; rest >= 0x80n; rest >>= 7n) this.u8(Number(rest & 0x7fn) | 0x80)
    this.u8(Number(rest))
  }

  /** LEB128 of a signed 32-bit number. */
  sleb(value: number): void {
    let left = value | 0
    while (left < -64 || left > 63) {
      this.u8((left & 0x7f) | 0x80)
      left >>= 7
    }
    this.u8(left & 0x7f)
  }

  /** LEB128 of a signed 64-bit number in two halves. */
  sleb64(low: number, high: number): void {
    if (high === low >> 31) return this.sleb(low)
    let rest = BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low >>> 0))
    while (rest < -64n || rest > 63n) {
      this.u8(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    this.u8(Number(rest & 0x7fn))
  }

  /** An `i64.const` where `wide`, else an `i32.const`. */
  integer(wide: boolean, value: bigint): void {
    const low = Number(BigInt.asIntN(32, value))
    this.u8(wide ? 0x42 : 0x41)
    if (wide) this.sleb64(low, Number(BigInt.asIntN(32, value >> 32n)))
    else this.sleb(low)
  }

  /** 32 bits, little-endian. */
  u32(value: number): void {
    this.need(4)
    const { bytes, length } = this
    bytes[length] = value
    bytes[length + 1] = value >> 8
    bytes[length + 2] = value >> 16
    bytes[length + 3] = value >> 24
    this.length += 4
  }

  raw(bytes: Uint8Array): void {
    this.need(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  /** Length-prefixed text, ASCII. */
  name(text: string): void {
    this.uleb(text.length)
    for (let at = 0; at < text.length; at++) this.u8(text.charCodeAt(at))
  }

  /** Length-prefixed bytes. */
  blob(from: CodeWriter): void {
    this.uleb(from.length)
    this.raw(from.bytes.subarray(0, from.length))
  }

  /** A section: its number and what `write` writes, length-prefixed. */
  section(id: number, write: (body: CodeWriter) => void): void {
    const body = new CodeWriter()
    write(body)
    this.u8(id)
    this.blob(body)
  }

  /** Moves the bytes written since `from` to `to`, before what was written there. */
  moveTo(to: number, from: number): void {
    const moved = this.bytes.slice(from, this.length)
    this.bytes.copyWithin(to + moved.length, to, from)
    this.bytes.set(moved, to)
    const { unlikely } = this
    for (let at = unlikely.length - 1; at >= 0 && unlikely[at] >= to; at--) {
      unlikely[at] += moved.length
    }
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.length)
  }
}
