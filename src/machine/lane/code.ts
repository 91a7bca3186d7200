// The lane of a function: its code in the fast form.

/**
 * The code of all lanes of a machine, one after the other. When it grows, `code` is another array.
 */
export class LaneSpace {
  code = new Int32Array(4096)
  /** Where the next lane begins. */
  next = 0

  add(words: Int32Array): void {
    const end = this.next + words.length
    if (end > this.code.length) {
      const grown = new Int32Array(Math.max(end, this.code.length * 2))
      grown.set(this.code)
      this.code = grown
    }
    this.code.set(words, this.next)
    this.next = end
  }
}

/**
 * A lane's code is a sequence of segments: straight stretches that are entered only at their first
 * instruction. A segment begins with two words, its ticks and its first pc; then come operations. A
 * segment's ticks are paid at its start.
 */
export interface Lane {
  readonly start: number
  /** Where the segment that begins at a pc lies in the code, or -1. */
  readonly entry: Int32Array
  /**
   * For each operation's place, from the start: its pc, and the ticks of its segment that come
   * after it.
   */
  readonly pcAt: Int32Array
  readonly ticksAfter: Int32Array
  /** Words that a frame counts against the stack limit. */
  readonly frameWords: number
  /** Halves of the parameters, of all locals, and of the whole frame with its operands. */
  readonly paramHalves: number
  readonly localHalves: number
  readonly roomHalves: number
  readonly resultWords: number
}
