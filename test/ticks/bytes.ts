// Reading and writing the few forms of WebAssembly's binary format that the rewriter needs.

export class Cursor {
  readonly bytes: Uint8Array
  at: number
  readonly end: number

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }
  byte(): number {
    if (this.at >= this.end) throw new Error(`ended at ${this.at}`)
    return this.bytes[this.at++]
  }
  /** An unsigned number; above 2^53 only its length is right. */
  unsigned(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte()
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  /** Passes over a number of any size and sign. */
  skipNumber(): void {
    while (this.byte() >= 128);
  }
  skip(sizeBytes: number): void {
    this.at += sizeBytes
  }
  name(): string {
    const sizeBytes = this.unsigned()
    const start = this.at
    this.at += sizeBytes
    return new TextDecoder().decode(this.bytes.subarray(start, this.at))
  }
  /** A value type: one byte, or two with a heap type behind (ref null ht, ref ht). */
  skipType(): void {
    const byte = this.byte()
    if (byte === 0x63 || byte === 0x64) this.skipNumber()
  }
}

export function unsigned(value: number): number[] {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest]
    bytes.push((rest % 128) + 128)
  }
}

/** A number that is not negative as a signed one. */
export function signed(value: number): number[] {
  const bytes = unsigned(value)
  const last = bytes.length - 1
  if (bytes[last] < 64) return bytes
  bytes[last] += 128
  return [...bytes, 0]
}

/** Grows as it is written to. */
export class Output {
  private bytes = new Uint8Array(1024)
  length = 0

  put(...bytes: number[]): void {
    this.append(bytes)
  }
  append(bytes: ArrayLike<number>): void {
    if (this.length + bytes.length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + bytes.length))
      grown.set(this.bytes.subarray(0, this.length))
      this.bytes = grown
    }
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }
  take(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }
}
