// Basic blocks of a verified function, with the edges that liveness flows along, backwards.
import type { FunctionDef } from '../program.ts'
import { Flow, flowByCode, Targets, targetsByCode, throwsByCode } from './verify-flow.ts'

/** Lists in one array: those of i are items[start[i]] to items[start[i + 1]], exclusive. */
export interface Lists {
  readonly start: Uint32Array
  readonly items: Uint32Array
}

export interface Blocks {
  readonly count: number
  /** First pc of each block, and one past the last block's end. */
  readonly startPc: Uint32Array
  /** By pc. */
  readonly blockAt: Uint32Array
  readonly successors: Lists
  readonly predecessors: Lists
  /**
   * Blocks that begin with an instruction that may throw into a handler, ascending. Every such
   * instruction begins a block, so within a block control never leaves for a handler.
   */
  readonly throwing: Uint32Array
  /** The positions in `throwing` that handler h covers: from[h] to to[h], exclusive. */
  readonly from: Uint32Array
  readonly to: Uint32Array
  /** Handlers by the block of their label. */
  readonly handlersAt: Lists
}

export function findBlocks(def: FunctionDef): Blocks {
  const { op } = def.code
  const covered = coveredPcs(def)
  const leader = new Uint8Array(op.length)
  leader[0] = 1
  for (const { pc } of def.labels) if (pc < op.length) leader[pc] = 1
  for (let pc = 0; pc < op.length; pc++) {
    const flow = flowByCode[op[pc]]
    const splits = flow === Flow.jump || flow === Flow.branch || flow === Flow.end
    if (splits && pc + 1 < op.length) leader[pc + 1] = 1
    if (covered !== null && covered[pc] === 1 && throwsByCode[op[pc]] === 1) leader[pc] = 1
  }

  const blockAt = new Uint32Array(op.length)
  let count = 0
  for (let pc = 0; pc < op.length; pc++) {
    count += leader[pc]
    blockAt[pc] = count - 1
  }
  const startPc = new Uint32Array(count + 1)
  for (let pc = op.length - 1; pc >= 0; pc--) startPc[blockAt[pc]] = pc
  startPc[count] = op.length

  const { from, to } = successorEdges(def, startPc, blockAt)
  const throwing = throwingBlocks(def, startPc, covered)
  const throwingPc = throwing.map((block) => startPc[block])
  const { handlers } = def
  const labelBlocks: number[] = []
  const handlerNumbers: number[] = []
  handlers.forEach(({ label }, number) => {
    const { pc } = def.labels[label]
    if (pc === op.length) return
    labelBlocks.push(blockAt[pc])
    handlerNumbers.push(number)
  })
  return {
    count,
    startPc,
    blockAt,
    successors: listsOf(from, to, count),
    predecessors: listsOf(to, from, count),
    throwing,
    from: Uint32Array.from(handlers, (handler) => firstAtLeast(throwingPc, handler.from)),
    to: Uint32Array.from(handlers, (handler) => firstAtLeast(throwingPc, handler.to)),
    handlersAt: listsOf(labelBlocks, handlerNumbers, count),
  }
}

/** 1 at each pc that a handler covers; null where there is none. */
function coveredPcs({ code, handlers }: FunctionDef): Uint8Array | null {
  if (handlers.length === 0) return null
  const change = new Int32Array(code.op.length + 1)
  for (const { from, to } of handlers) {
    change[from]++
    change[to]--
  }
  const covered = new Uint8Array(code.op.length)
  let depth = 0
  for (let pc = 0; pc < covered.length; pc++) {
    depth += change[pc]
    covered[pc] = +(depth > 0)
  }
  return covered
}

function throwingBlocks(
  def: FunctionDef,
  startPc: Uint32Array,
  covered: Uint8Array | null,
): Uint32Array {
  if (covered === null) return new Uint32Array(0)
  const blocks: number[] = []
  for (let block = 0; block < startPc.length - 1; block++) {
    const pc = startPc[block]
    if (covered[pc] === 1 && throwsByCode[def.code.op[pc]] === 1) blocks.push(block)
  }
  return Uint32Array.from(blocks)
}

function successorEdges(def: FunctionDef, startPc: Uint32Array, blockAt: Uint32Array) {
  const { op, at, imm } = def.code
  const from: number[] = []
  const to: number[] = []
  const add = (block: number, pc: number): void => {
    if (pc === op.length) return
    from.push(block)
    to.push(blockAt[pc])
  }
  for (let block = 0; block < startPc.length - 1; block++) {
    const pc = startPc[block + 1] - 1
    const code = op[pc]
    const flow = flowByCode[code]
    if (flow !== Flow.jump && flow !== Flow.end) add(block, pc + 1)
    const targets = targetsByCode[code]
    if (targets === Targets.none) continue
    const first = targets === Targets.one ? at[pc] : at[pc] + 2
    const last = targets === Targets.one ? first : first + imm[at[pc] + 1]
    for (let k = first; k <= last; k++) add(block, def.labels[imm[k]].pc)
  }
  return { from, to }
}

/** Groups values by key, in order. */
export function listsOf(
  keys: ArrayLike<number>,
  values: ArrayLike<number>,
  keyCount: number,
): Lists {
  const start = new Uint32Array(keyCount + 1)
  for (let k = 0; k < keys.length; k++) start[keys[k] + 1]++
  for (let key = 0; key < keyCount; key++) start[key + 1] += start[key]
  const next = start.slice()
  const items = new Uint32Array(keys.length)
  for (let k = 0; k < keys.length; k++) items[next[keys[k]]++] = values[k]
  return { start, items }
}

function firstAtLeast(sorted: Uint32Array, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}
