// A function's labels for the linear pass: each one's stack as a node of the trie, and their order
// by pc.
import type { Label } from '../program.ts'
import { type Kind, kindNames, wordsOfAll } from '../types.ts'
import { MAX_OPERAND_WORDS, type StackTrie } from './verify-stack.ts'

/**
 * Most instructions, immediate words, labels or handlers of one function; two such fit one exact
 * double.
 */
export const MAX_CODE_WORDS = 2 ** 26

export class LabelTable {
  readonly labels: readonly Label[]
  /** Node and height of each label's stack. */
  readonly node: Int32Array
  readonly words: Uint32Array
  /** Height of the highest. */
  mostWords = 0
  /** pc x 2^26 + number, ascending. */
  private readonly order: Float64Array

  /** `length` is that of the code; a label there has the results for its stack. */
  constructor(
    labels: readonly Label[],
    length: number,
    results: readonly Kind[],
    trie: StackTrie,
    fail: (found: string, expected: string) => never,
  ) {
    this.labels = labels
    this.node = new Int32Array(labels.length)
    this.words = new Uint32Array(labels.length)
    this.order = new Float64Array(labels.length)
    const end = trie.insert(results)
    for (let number = 0; number < labels.length; number++) {
      const { pc, stack } = labels[number]
      if (!(Number.isInteger(pc) && pc >= 0 && pc <= length)) {
        fail(`label ${number} at ${pc}`, `a label within 0 to ${length}`)
      }
      const words = wordsOfAll(stack)
      if (words > MAX_OPERAND_WORDS) {
        fail(`label ${number} with ${words} words`, `at most ${MAX_OPERAND_WORDS}`)
      }
      const node = trie.insert(stack)
      if (node < 0) fail(`label ${number}`, 'a stack of known kinds')
      if (pc === length && node !== end) {
        fail(`label ${number} at the end with ${namesOfKinds(stack)}`, namesOfKinds(results))
      }
      this.node[number] = node
      this.words[number] = words
      this.order[number] = pc * MAX_CODE_WORDS + number
      if (words > this.mostWords) this.mostWords = words
    }
    this.order.sort()
  }

  /** Number of the label at a position in order of pc. */
  at(position: number): number {
    return this.order[position] % MAX_CODE_WORDS
  }
  /** Its pc; infinite after the last. */
  pcAt(position: number): number {
    if (position >= this.order.length) return Infinity
    return Math.floor(this.order[position] / MAX_CODE_WORDS)
  }
  /** Position of the last label at or before pc, or -1. */
  lastUpTo(pc: number): number {
    let low = 0
    let high = this.order.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.pcAt(middle) <= pc) low = middle + 1
      else high = middle
    }
    return low - 1
  }
  text(label: number): string {
    return namesOfKinds(this.labels[label].stack)
  }
}

const namesOfKinds = (kinds: readonly Kind[]): string =>
  `[${kinds.map((kind) => kindNames[kind]).join(' ')}]`
