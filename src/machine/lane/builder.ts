// Builds a lane: keeps the operand stack as names of slots and constants, and writes operations
// only where a value must really be computed or moved. Heights and slots are in words; the code
// names slots in halves.

import type { Lane, LaneSpace } from './code.ts'
import { laneOpByName } from './ops.ts'

const named = (name: string): number => laneOpByName.get(name) as number
const MOVE = named('move')
const MOVE2 = named('move2')
const CONST64 = named('const64')

/** `where` of an operand that is a constant: its value stands in `low` and `high`. */
const CONSTANT = -1

export class LaneBuilder {
  /** Ticks of the open segment so far; whether no segment is open; operand words now. */
  ticks = 0
  ended = true
  height = 0

  private code = new Int32Array(256)
  private pcAt = new Int32Array(256)
  private tickAt = new Int32Array(256)
  private length = 0
  private segment = 0
  private readonly entry: Int32Array
  private readonly fixups: { at: number; pc: number }[] = []
  private readonly holes: number[] = []
  private readonly localWords: number
  /** Of each operand word: the frame's word that holds it, or CONSTANT. */
  private readonly where: Int32Array
  private readonly low: Int32Array
  private readonly high: Int32Array
  /**
   * The last operation, where its result may still be sent elsewhere: place of its target, height,
   * words.
   */
  private lastAt = -1
  private lastEnd = -1
  private lastHeight = 0
  private lastWords = 0

  constructor(localWords: number, operandWords: number, instructions: number) {
    this.localWords = localWords
    this.where = new Int32Array(operandWords + 8)
    this.low = new Int32Array(operandWords + 8)
    this.high = new Int32Array(operandWords + 8)
    this.entry = new Int32Array(instructions + 1).fill(-1)
  }

  /** Opens a segment at a pc: everything stands in its own slot. */
  begin(pc: number, height: number): void {
    this.entry[pc] = this.length
    this.segment = this.length
    this.ended = false
    this.ticks = 0
    this.height = height
    for (let at = 0; at < height; at++) this.where[at] = this.localWords + at
    this.header(pc)
  }

  /** A segment's two words; its ticks are filled in when it ends. */
  header(pc: number): void {
    this.push(0)
    this.push(pc)
    this.lastAt = -1
  }

  tick(): void {
    this.ticks++
  }

  end(): void {
    this.code[this.segment] = this.ticks
    for (let at = this.segment; at < this.length; at++) {
      this.tickAt[at] = this.ticks - this.tickAt[at] - 1
    }
    this.ended = true
  }

  private push(word: number): void {
    if (this.length === this.code.length) {
      const size = this.length * 2
      this.code = doubled(this.code, size)
      this.pcAt = doubled(this.pcAt, size)
      this.tickAt = doubled(this.tickAt, size)
    }
    this.tickAt[this.length] = this.ticks
    this.code[this.length++] = word
  }

  emit(pc: number, op: number, ...operands: readonly number[]): void {
    const at = this.length
    this.push(op)
    this.pcAt[at] = pc
    for (const operand of operands) this.push(operand)
    this.lastAt = -1
  }

  /** An operation whose first operand is its result's slot: the next `words` of the stack. */
  emitTo(pc: number, op: number, words: number, ...operands: readonly number[]): void {
    this.emit(pc, op, this.slot(this.height), ...operands)
    this.produced(words, this.length - operands.length - 1)
  }

  /** The same with a number before the result's slot. */
  emitToSecond(
    pc: number,
    op: number,
    words: number,
    first: number,
    ...rest: readonly number[]
  ): void {
    this.emit(pc, op, first, this.slot(this.height), ...rest)
    this.produced(words, this.length - rest.length - 1)
  }

  private produced(words: number, targetAt: number): void {
    this.lastAt = targetAt
    this.lastEnd = this.length
    this.lastHeight = this.height
    this.lastWords = words
    for (let i = 0; i < words; i++) this.where[this.height + i] = this.localWords + this.height + i
    this.height += words
  }

  /** Half index of an operand's own slot. */
  slot(height: number): number {
    return (this.localWords + height) * 2
  }

  isConstant(height: number): boolean {
    return this.where[height] === CONSTANT
  }
  /** A constant's words for the code: its low half, and its high one where it is `wide`. */
  constant(height: number, wide: boolean): number[] {
    return wide ? [this.low[height], this.high[height]] : [this.low[height]]
  }

  pushConstant(low: number, high: number): void {
    this.where[this.height] = CONSTANT
    this.low[this.height] = low
    this.high[this.height] = high
    this.height++
  }

  pushLocal(word: number, words: number): void {
    for (let i = 0; i < words; i++) this.where[this.height++] = word + i
  }

  popTo(height: number): void {
    this.height = height
  }

  /** Half index of where an operand's word is; a constant is put into its slot first. */
  operand(pc: number, height: number): number {
    if (this.where[height] === CONSTANT) this.settle(pc, height)
    return this.where[height] * 2
  }

  /** The same for a vector: both words next to each other. */
  operand2(pc: number, height: number): number {
    if (this.where[height] === CONSTANT || this.where[height + 1] !== this.where[height] + 1) {
      this.settle(pc, height)
      this.settle(pc, height + 1)
    }
    return this.where[height] * 2
  }

  /** Puts an operand's word where the canonical state has it. */
  private settle(pc: number, height: number): void {
    const own = this.localWords + height
    if (this.where[height] === own) return
    if (this.where[height] === CONSTANT) {
      this.emit(pc, CONST64, own * 2, this.low[height], this.high[height])
    } else {
      this.emit(pc, MOVE, own * 2, this.where[height] * 2)
    }
    this.where[height] = own
  }

  /** Puts all operands where the canonical state has them. */
  flush(pc: number): void {
    for (let at = 0; at < this.height; at++) this.settle(pc, at)
  }

  /** Pops the top into a local. */
  setLocal(pc: number, word: number, words: number): void {
    const height = this.height - words
    for (let at = 0; at < height; at++) {
      if (this.where[at] >= word && this.where[at] < word + words) this.settle(pc, at)
    }
    const redirect =
      this.lastAt >= 0 &&
      this.lastEnd === this.length &&
      this.lastHeight === height &&
      this.lastWords === words &&
      this.where[height] === this.localWords + height
    if (redirect) this.code[this.lastAt] = word * 2
    else if (words === 2) this.emit(pc, MOVE2, word * 2, this.operand2(pc, height))
    else if (this.where[height] === CONSTANT) {
      this.emit(pc, CONST64, word * 2, this.low[height], this.high[height])
    } else if (this.where[height] !== word) {
      this.emit(pc, MOVE, word * 2, this.where[height] * 2)
    }
    this.lastAt = -1
    this.height = height
  }

  /** Moves settled operand words down the stack. */
  moveDown(pc: number, to: number, from: number, words: number): void {
    for (let i = 0; i < words; i++) this.emit(pc, MOVE, this.slot(to + i), this.slot(from + i))
  }

  /** A target: the segment that begins at a pc. */
  target(pc: number): void {
    this.fixups.push({ at: this.length, pc })
    this.push(0)
  }

  /** A target to be filled in with a place in the code. */
  hole(): number {
    this.push(0)
    return this.length - 1
  }
  fill(hole: number): void {
    this.holes.push(hole)
    this.code[hole] = this.length
  }

  /** Places the code in the machine's lane space: targets and entries become places there. */
  take(space: LaneSpace): Pick<Lane, 'start' | 'entry' | 'pcAt' | 'ticksAfter'> {
    const { code, entry, length } = this
    const start = space.next
    for (let pc = 0; pc < entry.length; pc++) if (entry[pc] >= 0) entry[pc] += start
    for (const { at, pc } of this.fixups) code[at] = entry[pc]
    for (const at of this.holes) code[at] += start
    space.add(code.subarray(0, length))
    return {
      start,
      entry,
      pcAt: this.pcAt.slice(0, length),
      ticksAfter: this.tickAt.slice(0, length),
    }
  }
}

function doubled(from: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(size)
  to.set(from)
  return to
}
