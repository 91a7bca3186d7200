// An index of writes: which words of 4 bytes of the machine's memories a run wrote, whatever was in
// them before. Without ticks, so it is cheap: it tells which of many intervals a note need look at.
import { ByteReader, ByteWriter } from '../base/bytes.ts'
import type { Memory } from '../memory/memory.ts'
import { PAGE_BYTES } from '../memory/page.ts'
import { WORD_BYTES } from '../memory/word-flags.ts'
import type { Machine } from './machine.ts'
import { step } from './step.ts'
import type { Watch } from './watch.ts'

/** Collects the words of all runs that it watches. */
export class WriteIndex implements Watch {
  readonly does = 'index'
  readonly stopped = false
  /** By memory: a bit for each word, the first in the lowest. */
  private readonly bits: Uint8Array[] = []
  /** Flags that were not looked at since: a run may be one of many. */
  private readonly flagged = new Map<Memory, number>()

  /** Was some byte of the word at an address written? */
  wrote(memory: number, address: number): boolean {
    this.collect()
    const word = Math.floor(address / WORD_BYTES)
    return (((this.bits[memory]?.[word >>> 3] ?? 0) >>> (word & 7)) & 1) === 1
  }

  /** Numbers of the written words of a memory, in order: the addresses divided by 4. */
  words(memory: number): number[] {
    this.collect()
    const found: number[] = []
    this.bits[memory]?.forEach((byte, at) => {
      for (let bit = 0; bit < 8; bit++) if ((byte >>> bit) & 1) found.push(8 * at + bit)
    })
    return found
  }

  /** Of each memory its bits, without zeros at the end. */
  encode(): Uint8Array {
    this.collect()
    const out = new ByteWriter()
    out.uleb(this.bits.length)
    for (let memory = 0; memory < this.bits.length; memory++) {
      const bits = this.bits[memory] ?? new Uint8Array(0)
      let length = bits.length
      while (length > 0 && bits[length - 1] === 0) length--
      out.blob(bits.subarray(0, length))
    }
    return out.take()
  }

  /** Errors: RECORDING_DAMAGED. */
  static decode(bytes: Uint8Array): WriteIndex {
    const from = new ByteReader(bytes, 'RECORDING_DAMAGED')
    const index = new WriteIndex()
    for (let left = from.uleb(); left > 0; left--) index.bits.push(from.blob())
    if (from.left > 0) from.fail(`${from.left} more bytes`, 'the end of the index')
    return index
  }

  begin(m: Machine): void {
    for (const memory of m.store.memories) {
      memory.wordFlags().lend(this)
      memory.witness = {
        read: () => {},
        write: (at, sizeBytes) => memory.wordFlags().set(at, sizeBytes),
      }
    }
  }

  end(m: Machine): void {
    m.store.memories.forEach((memory, number) => {
      memory.witness = null
      this.flagged.set(memory, number)
    })
  }

  readonly collect = (): void => {
    for (const [memory, number] of this.flagged) this.take(memory, number)
    this.flagged.clear()
  }

  private take(memory: Memory, number: number): void {
    const sizeBytes = (memory.sizePages * PAGE_BYTES) / (8 * WORD_BYTES)
    let bits = this.bits[number] ?? new Uint8Array(sizeBytes)
    if (bits.length < sizeBytes) {
      const grown = new Uint8Array(sizeBytes)
      grown.set(bits)
      bits = grown
    }
    this.bits[number] = bits
    memory.wordFlags().take((word) => {
      bits[word >>> 3] |= 1 << (word & 7)
    })
  }

  step(m: Machine): void {
    step(m)
  }

  settle(): void {}
  afterWall(): boolean {
    return false
  }
  note(): void {}
}
