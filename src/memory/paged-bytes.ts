// Byte-wise access to paged memory, off the hot path: what crosses pages, bulk operations, the
// wall's transfers. Offsets are numbers below 2^53. Bounds are the caller's duty; a miss is an
// assertion.
import { assert } from '../base/errors.ts'
import { PAGE_BYTES, type Page } from './page.ts'

export abstract class PagedBytes {
  /** The page as it reads now; undefined = out of bounds. */
  abstract readable(pageNumber: number): Page | undefined
  /** The page for writing: private to this memory, its hash invalid. It must be in bounds. */
  abstract writable(pageNumber: number): Page

  /** A copy of `sizeBytes` bytes. */
  readBytes(at: number, sizeBytes: number): Uint8Array {
    const out = new Uint8Array(sizeBytes)
    for (let done = 0; done < sizeBytes; ) {
      const offset = (at + done) % PAGE_BYTES
      const chunk = Math.min(sizeBytes - done, PAGE_BYTES - offset)
      out.set(this.pageAt(at + done).u8.subarray(offset, offset + chunk), done)
      done += chunk
    }
    return out
  }

  writeBytes(at: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const offset = (at + done) % PAGE_BYTES
      const chunk = Math.min(bytes.length - done, PAGE_BYTES - offset)
      const part = chunk === bytes.length ? bytes : bytes.subarray(done, done + chunk)
      this.writable(pageNumberOf(at + done)).u8.set(part, offset)
      done += chunk
    }
  }

  fill(at: number, value: number, sizeBytes: number): void {
    for (let done = 0; done < sizeBytes; ) {
      const offset = (at + done) % PAGE_BYTES
      const chunk = Math.min(sizeBytes - done, PAGE_BYTES - offset)
      this.writable(pageNumberOf(at + done)).u8.fill(value, offset, offset + chunk)
      done += chunk
    }
  }

  /** Copies from `from` (this memory or another) as if through a buffer: overlap is safe. */
  copy(to: number, at: number, sizeBytes: number, from: PagedBytes = this): void {
    if (from === this && to > at && to < at + sizeBytes) this.copyDown(to, at, sizeBytes)
    else this.copyUp(to, at, sizeBytes, from)
  }

  /** Little-endian, unaligned, zero-extended; 1 to 8 bytes. */
  load(at: number, sizeBytes: number): bigint {
    let value = 0n
    for (let i = sizeBytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.loadByte(at + i))
    return value
  }

  /** Little-endian, unaligned, zero-extended; 1 to 4 bytes. */
  loadInt(at: number, sizeBytes: number): number {
    let value = 0
    for (let i = sizeBytes - 1; i >= 0; i--) value = value * 256 + this.loadByte(at + i)
    return value
  }

  /** Little-endian, unaligned; the low 1 to 8 bytes of the value. */
  store(at: number, sizeBytes: number, value: bigint): void {
    let rest = value
    for (let i = 0; i < sizeBytes; i++, rest >>= 8n) this.storeByte(at + i, Number(rest & 0xffn))
  }

  /** Little-endian, unaligned; the low 1 to 4 bytes of the value. */
  storeInt(at: number, sizeBytes: number, value: number): void {
    for (let i = 0; i < sizeBytes; i++) this.storeByte(at + i, (value >>> (8 * i)) & 0xff)
  }

  loadByte(at: number): number {
    return this.pageAt(at).u8[at % PAGE_BYTES]
  }

  storeByte(at: number, value: number): void {
    this.writable(pageNumberOf(at)).u8[at % PAGE_BYTES] = value
  }

  private pageAt(at: number): Page {
    const page = this.readable(pageNumberOf(at))
    assert(page !== undefined, `offset ${at} is in bounds`)
    return page
  }

  private copyUp(to: number, at: number, sizeBytes: number, from: PagedBytes): void {
    for (let done = 0; done < sizeBytes; ) {
      const target = (to + done) % PAGE_BYTES
      const source = (at + done) % PAGE_BYTES
      const chunk = Math.min(sizeBytes - done, PAGE_BYTES - target, PAGE_BYTES - source)
      this.move(to + done, at + done, chunk, from)
      done += chunk
    }
  }

  private copyDown(to: number, at: number, sizeBytes: number): void {
    for (let left = sizeBytes; left > 0; ) {
      const target = (to + left - 1) % PAGE_BYTES
      const source = (at + left - 1) % PAGE_BYTES
      const chunk = Math.min(left, target + 1, source + 1)
      left -= chunk
      this.move(to + left, at + left, chunk, this)
    }
  }

  /** One run that stays inside a page on both sides. */
  private move(to: number, at: number, sizeBytes: number, from: PagedBytes): void {
    // The target first: making it writable may replace the page that the source is read from.
    const target = this.writable(pageNumberOf(to))
    const source = from.pageAt(at)
    const start = at % PAGE_BYTES
    // `set` between views of one buffer copies as if through a third one.
    target.u8.set(source.u8.subarray(start, start + sizeBytes), to % PAGE_BYTES)
  }
}

const pageNumberOf = (at: number): number => Math.floor(at / PAGE_BYTES)
