// The bytes of a memory in one host memory, so that compiled code reaches them by its own loads and
// stores. Compiled code leaves no trace of what it wrote: sealing compares with what was kept.
import { VacError } from '../base/errors.ts'
import { PAGE_BYTES, type Page } from './page.ts'

const PAGE_WORDS = PAGE_BYTES / 4

/** Has a page the bytes that begin at an address of a buffer? Hosts may know a faster way. */
export type SamePage = (buffer: ArrayBufferLike, at: number, page: Page) => boolean

export class FlatBytes {
  readonly host: WebAssembly.Memory
  readonly wide: boolean
  private readonly same: SamePage

  /** All 0. `wide`: addresses have 64 bits. HOST_MEMORY where the host refuses. */
  constructor(sizePages: number, wide: boolean, same: SamePage = samePageAt) {
    this.wide = wide
    this.same = same
    this.host = hostGives(() =>
      wide
        ? new WebAssembly.Memory({ initial: BigInt(sizePages), address: 'i64' })
        : new WebAssembly.Memory({ initial: sizePages }),
    )
  }

  /** All views are dead from now on. HOST_MEMORY where the host refuses: then nothing changed. */
  grow(deltaPages: number): void {
    hostGives(() => (this.wide ? this.host.grow(BigInt(deltaPages)) : this.host.grow(deltaPages)))
  }

  /** A page whose views lie over the host memory, until it grows. */
  view(pageNumber: number): Page {
    const { buffer } = this.host
    const at = pageNumber * PAGE_BYTES
    return {
      u8: new Uint8Array(buffer, at, PAGE_BYTES),
      i16: new Int16Array(buffer, at, PAGE_BYTES / 2),
      i32: this.words(pageNumber),
      hash: null,
      owner: null,
    }
  }

  words(pageNumber: number): Int32Array {
    return new Int32Array(this.host.buffer, pageNumber * PAGE_BYTES, PAGE_WORDS)
  }

  isPage(pageNumber: number, page: Page): boolean {
    return this.same(this.host.buffer, pageNumber * PAGE_BYTES, page)
  }
}

const samePageAt: SamePage = (buffer, at, { i32 }) =>
  sameWords(new Int32Array(buffer, at, PAGE_WORDS), i32)

/** Are the words of two pages equal? Four at a time: 6 GB/s. */
export function sameWords(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < PAGE_WORDS; i += 4) {
    const first = (a[i] ^ b[i]) | (a[i + 1] ^ b[i + 1])
    const second = (a[i + 2] ^ b[i + 2]) | (a[i + 3] ^ b[i + 3])
    if ((first | second) !== 0) return false
  }
  return true
}

/** What the host cannot give is a RangeError, or, beyond its own bounds, a TypeError. */
export function hostGives<T>(allocate: () => T): T {
  try {
    return allocate()
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error
    throw new VacError('HOST_MEMORY', { found: error.message, expected: 'room for the guest' })
  }
}
