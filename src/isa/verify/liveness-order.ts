// In which order liveness looks at blocks: those that control comes to last come first, so that
// what a block needs has mostly arrived when it is looked at.
import type { Blocks } from './liveness-blocks.ts'

/**
 * Position of each block in depth-first postorder: from the handlers, then from the entry, then
 * the rest.
 */
export function postorder({ count, successors, handlersAt }: Blocks): Uint32Array {
  const { start, items } = successors
  const position = new Uint32Array(count)
  const seen = new Uint8Array(count)
  const next = start.slice(0, count)
  const path = new Uint32Array(count)
  let finished = 0
  const visit = (root: number): void => {
    if (seen[root] === 1) return
    seen[root] = 1
    path[0] = root
    for (let depth = 0; depth >= 0; ) {
      const block = path[depth]
      if (next[block] === start[block + 1]) {
        position[block] = finished++
        depth--
        continue
      }
      const successor = items[next[block]++]
      if (seen[successor] === 1) continue
      seen[successor] = 1
      path[++depth] = successor
    }
  }
  for (let block = 0; block < count; block++) {
    if (handlersAt.start[block] < handlersAt.start[block + 1]) visit(block)
  }
  for (let block = 0; block < count; block++) visit(block)
  return position
}

/**
 * A set of numbers below `size`, as bits with a summary of 32 words in one above; all steps are
 * O(log size).
 */
export class PositionSet {
  private readonly levels: Uint32Array[] = []

  constructor(size: number) {
    let words = Math.max(1, Math.ceil(size / 32))
    for (; ; words = Math.ceil(words / 32)) {
      this.levels.push(new Uint32Array(words))
      if (words === 1) return
    }
  }
  add(value: number): void {
    let at = value
    for (const level of this.levels) {
      const word = level[at >>> 5]
      level[at >>> 5] = word | (1 << (at & 31))
      if (word !== 0) return
      at >>>= 5
    }
  }
  delete(value: number): void {
    let at = value
    for (const level of this.levels) {
      if ((level[at >>> 5] &= ~(1 << (at & 31))) !== 0) return
      at >>>= 5
    }
  }
  /** The least member >= `from`, or -1. */
  next(from: number): number {
    const { levels } = this
    let at = from
    for (let depth = 0; depth < levels.length; depth++) {
      const index = at >>> 5
      if (index >= levels[depth].length) return -1
      const rest = levels[depth][index] & (-1 << (at & 31))
      if (rest === 0) {
        at = index + 1
        continue
      }
      at = index * 32 + 31 - Math.clz32(rest & -rest)
      while (depth-- > 0) {
        const word = levels[depth][at]
        at = at * 32 + 31 - Math.clz32(word & -word)
      }
      return at
    }
    return -1
  }
}
