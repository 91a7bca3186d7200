// Which words of a memory were written: a byte for each word of 4 bytes, in a memory of the host,
// so that compiled code sets them by its own stores. Most values of programs have 4 or 8 bytes.
import { hostGives } from './flat.ts'
import { PAGE_BYTES } from './page.ts'

export const WORD_BYTES = 4

/** Whoever flags words, and takes them later. */
export interface FlagUser {
  readonly collect: () => void
}

export class WordFlags {
  readonly host: WebAssembly.Memory
  private user: FlagUser | null = null
  private bytes: Uint8Array

  /** HOST_MEMORY where the host refuses. */
  constructor(sizePages: number) {
    const initial = flagPages(sizePages)
    this.host = hostGives(() => new WebAssembly.Memory({ initial }))
    this.bytes = new Uint8Array(this.host.buffer)
  }

  /** Has flags for all words of a memory of this size. HOST_MEMORY where the host refuses. */
  cover(sizePages: number): void {
    const missing = flagPages(sizePages) - this.bytes.length / PAGE_BYTES
    if (missing <= 0) return
    hostGives(() => this.host.grow(missing))
    this.bytes = new Uint8Array(this.host.buffer)
  }

  /** The flags are one user's from here on; the one before takes what is his. */
  lend(user: FlagUser): void {
    if (this.user === user) return
    this.settle()
    this.user = user
  }

  /** Whoever uses them takes what is his now. */
  settle(): void {
    this.user?.collect()
  }

  /** Bytes from `at` on are written. */
  set(at: number, sizeBytes: number): void {
    if (sizeBytes === 0) return
    const last = Math.floor((at + sizeBytes - 1) / WORD_BYTES)
    this.bytes.fill(1, Math.floor(at / WORD_BYTES), last + 1)
  }

  /** Calls `found` with the number of each flagged word, in order, and clears all flags. */
  take(found: (word: number) => void): void {
    const { bytes } = this
    // Of eight flags that are 0 or 1 the double is 0 only if all are.
    const eights = new Float64Array(bytes.buffer)
    for (let eight = 0; eight < eights.length; eight++) {
      if (eights[eight] === 0) continue
      for (let word = 8 * eight; word < 8 * eight + 8; word++) if (bytes[word] === 1) found(word)
      eights[eight] = 0
    }
  }
}

const flagPages = (sizePages: number): number => Math.ceil(sizePages / WORD_BYTES)
