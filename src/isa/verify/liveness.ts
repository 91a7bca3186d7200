// Which locals are live: read on some path before they are written. A local that is not live is
// encoded as 0 in the machine's state (semantics, item 4), so the rule here is part of the
// specification:
//
//   local.get reads its local, rethrow too; local.set and local.tee write theirs. Control goes as
//   flow and labels say. Any call, sys, throw, rethrow and throw_ref may also go to the label of
//   every handler that covers it, whatever the tag; on that way the handler's refLocal is written.
//   Traps go nowhere. A frame waiting for a call needs what is live at its return pc and what those
//   handlers of the call need.
//
// Locals are solved 32 at a time, a bit each, by spreading from the blocks that read them. A
// block's word changes at most 32 times, so the worst case is locals x edges whatever the control
// flow is. Only locals that some block reads before it writes them take part; the others live
// within one block, and a query sees them there.
import type { FunctionFacts } from '../facts.ts'
import type { FunctionDef, Program } from '../program.ts'
import { opcode } from '../table.ts'
import { type Blocks, findBlocks, type Lists, listsOf } from './liveness-blocks.ts'
import { PositionSet, postorder } from './liveness-order.ts'

/** Solved words kept (64 MiB): above, each query solves again. */
const MAX_KEPT_WORDS = 1 << 24

const localGet = opcode('local.get')
const localSet = opcode('local.set')
const localTee = opcode('local.tee')
const rethrow = opcode('rethrow')

const reads = (code: number): boolean => code === localGet || code === rethrow
const writes = (code: number): boolean => code === localSet || code === localTee

/** The liveness of one verified function, solved once; queries cost the length of a block. */
export class Liveness {
  private readonly def: FunctionDef
  private readonly blocks: Blocks
  private readonly localCount: number
  /** Locals that take part, 32 a column: number of each + 1, or 0. */
  private readonly rank: Uint32Array
  private readonly exposed: Uint32Array
  private readonly columnCount: number
  /** By column: (block, bit) pairs, packed as block x 32 + bit. */
  private readonly readAt: Lists
  private readonly writtenAt: Lists
  /** By column, a word for each block: the locals live at its start. null: too many to keep. */
  private readonly kept: Uint32Array[] | null
  private readonly work: Work

  /** `index` counts defined functions; more than `mostWords` solved words are not kept. */
  constructor(program: Program, index: number, facts: FunctionFacts, mostWords = MAX_KEPT_WORDS) {
    this.def = program.functions[index]
    this.localCount = facts.localKinds.length
    this.blocks = findBlocks(this.def)
    const { first, written } = scan(this.def, this.blocks, this.localCount)
    this.rank = new Uint32Array(this.localCount)
    const exposed: number[] = []
    for (const local of first.locals) {
      if (this.rank[local] === 0) this.rank[local] = exposed.push(local)
    }
    this.exposed = Uint32Array.from(exposed)
    this.columnCount = Math.ceil(exposed.length / 32)
    this.readAt = this.byColumn(first)
    this.writtenAt = this.byColumn(written)
    this.work = new Work(this.blocks)
    const fits = this.columnCount * this.blocks.count <= mostWords
    this.kept = fits ? Array.from({ length: this.columnCount }, (_, c) => this.solve(c)) : null
  }

  private byColumn({ blocks, locals }: Accesses): Lists {
    const columns: number[] = []
    const packed: number[] = []
    for (let k = 0; k < locals.length; k++) {
      const number = this.rank[locals[k]] - 1
      if (number < 0) continue
      columns.push(number >>> 5)
      packed.push(blocks[k] * 32 + (number & 31))
    }
    return listsOf(columns, packed, this.columnCount)
  }

  /** Is anything kept, or is every query solved again? For tests. */
  get keeps(): boolean {
    return this.kept !== null
  }

  /** 1 for each local that is live before the instruction at pc. */
  liveLocals(pc: number): Uint8Array {
    const { blocks, def } = this
    const live = new Uint8Array(this.localCount)
    const block = blocks.blockAt[pc]
    if (pc === blocks.startPc[block]) {
      this.addBlocks([block], live)
      return live
    }
    const { start, items } = blocks.successors
    this.addBlocks(items.subarray(start[block], start[block + 1]), live)
    const { op, at, imm } = def.code
    for (let q = blocks.startPc[block + 1] - 1; q >= pc; q--) {
      if (reads(op[q])) live[imm[at[q]]] = 1
      else if (writes(op[q])) live[imm[at[q]]] = 0
    }
    return live
  }

  /**
   * 1 for each local that a frame needs whose call returns to `returnPc`: what is live there, and
   * what the handlers that cover the call need. A call reads and writes no local, so that is what
   * is live before the call.
   */
  liveAfterCall(returnPc: number): Uint8Array {
    return this.liveLocals(returnPc - 1)
  }

  /** Adds what is live at the start of any of the blocks. */
  private addBlocks(blocks: ArrayLike<number>, live: Uint8Array): void {
    for (let column = 0; column < this.columnCount; column++) {
      const words = this.kept === null ? this.solve(column) : this.kept[column]
      let word = 0
      for (let k = 0; k < blocks.length; k++) word |= words[blocks[k]]
      for (; word !== 0; word &= word - 1) {
        live[this.exposed[column * 32 + 31 - Math.clz32(word & -word)]] = 1
      }
    }
  }

  private solve(column: number): Uint32Array {
    const { readAt, writtenAt, def, rank } = this
    const refBit = (handler: number): number => {
      const local = def.handlers[handler].refLocal
      const number = local < 0 ? 0 : rank[local]
      return number !== 0 && (number - 1) >>> 5 === column ? 1 << ((number - 1) & 31) : 0
    }
    const of = ({ start, items }: Lists): Uint32Array =>
      items.subarray(start[column], start[column + 1])
    return this.work.solve(of(readAt), of(writtenAt), refBit)
  }
}

/** Pairs of a block and a local. */
interface Accesses {
  readonly blocks: number[]
  readonly locals: number[]
}

/**
 * Locals that a block reads before it writes them, and locals that it writes; each once a block.
 */
function scan(
  { code: { op, at, imm } }: FunctionDef,
  { blockAt }: Blocks,
  localCount: number,
): { first: Accesses; written: Accesses } {
  const readIn = new Int32Array(localCount).fill(-1)
  const writtenIn = new Int32Array(localCount).fill(-1)
  const first: Accesses = { blocks: [], locals: [] }
  const written: Accesses = { blocks: [], locals: [] }
  for (let pc = 0; pc < op.length; pc++) {
    const code = op[pc]
    const block = blockAt[pc]
    const local = imm[at[pc]]
    if (reads(code)) {
      if (readIn[local] === block || writtenIn[local] === block) continue
      readIn[local] = block
      first.blocks.push(block)
      first.locals.push(local)
    } else if (writes(code) && writtenIn[local] !== block) {
      writtenIn[local] = block
      written.blocks.push(block)
      written.locals.push(local)
    }
  }
  return { first, written }
}

/**
 * Spreads one column. What a handler's label needs goes through a segment tree over the T throwing
 * blocks: nodes 1 .. 2T - 1, from a handler to the few nodes that make up its range, from a node
 * to its two halves, from a leaf to its block. So nested handlers cost their number, not handlers
 * x instructions.
 */
class Work {
  private readonly blocks: Blocks
  /** Position of each block in the order of work, and back. */
  private readonly position: Uint32Array
  private readonly blockIn: Uint32Array
  private readonly waiting: PositionSet
  private readonly killed: Uint32Array
  private readonly tree: Uint32Array
  private live: Uint32Array = new Uint32Array(0)

  constructor(blocks: Blocks) {
    this.blocks = blocks
    this.position = postorder(blocks)
    this.blockIn = new Uint32Array(blocks.count)
    this.position.forEach((position, block) => {
      this.blockIn[position] = block
    })
    this.waiting = new PositionSet(blocks.count)
    this.killed = new Uint32Array(blocks.count)
    this.tree = new Uint32Array(blocks.throwing.length * 2)
  }

  /** Gives the bits live at each block's start, from packed reads and writes. */
  solve(reads: Uint32Array, writes: Uint32Array, refBit: (handler: number) => number): Uint32Array {
    const { blocks, killed, waiting } = this
    this.live = new Uint32Array(blocks.count)
    this.tree.fill(0)
    for (const write of writes) killed[write >>> 5] |= 1 << (write & 31)
    for (const read of reads) this.addBlock(read >>> 5, 1 << (read & 31))
    let from = 0
    for (;;) {
      let position = waiting.next(from)
      if (position < 0 && (position = waiting.next(0)) < 0) break
      waiting.delete(position)
      this.spread(this.blockIn[position], refBit)
      from = position + 1
    }
    for (const write of writes) killed[write >>> 5] = 0
    return this.live
  }

  private spread(block: number, refBit: (handler: number) => number): void {
    const { predecessors, handlersAt, from, to, throwing } = this.blocks
    const word = this.live[block]
    for (let k = predecessors.start[block]; k < predecessors.start[block + 1]; k++) {
      const before = predecessors.items[k]
      this.addBlock(before, word & ~this.killed[before])
    }
    for (let k = handlersAt.start[block]; k < handlersAt.start[block + 1]; k++) {
      const handler = handlersAt.items[k]
      const bits = word & ~refBit(handler)
      let low = from[handler] + throwing.length
      let high = to[handler] + throwing.length
      for (; low < high; low >>>= 1, high >>>= 1) {
        if ((low & 1) === 1) this.addTree(low++, bits)
        if ((high & 1) === 1) this.addTree(--high, bits)
      }
    }
  }

  private addBlock(block: number, bits: number): void {
    if ((bits & ~this.live[block]) === 0) return
    this.live[block] |= bits
    this.waiting.add(this.position[block])
  }
  private addTree(node: number, bits: number): void {
    const fresh = bits & ~this.tree[node]
    if (fresh === 0) return
    this.tree[node] |= fresh
    const { throwing } = this.blocks
    if (node >= throwing.length) return this.addBlock(throwing[node - throwing.length], fresh)
    this.addTree(node * 2, fresh)
    this.addTree(node * 2 + 1, fresh)
  }
}
