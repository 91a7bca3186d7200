// The control flow of a function as a graph: its basic blocks and, in a resumable body, the nodes
// through which a loop in the middle of it is entered.
import type { FunctionDef, Handler } from '../isa/program.ts'
import { table } from '../isa/table.ts'
import { Flow, flowByCode, Targets, targetsByCode } from '../isa/verify/verify-flow.ts'
import { catchesOf } from './catches.ts'

/** The successor of a node that leaves the function. */
export const LEAVE = -1

/** What a node does: a block's instructions; choose where to resume; load what stands there. */
export type NodeKind = 'code' | 'dispatch' | 'pad'

export interface GraphNode {
  readonly kind: NodeKind
  /** Instructions [from, to); of a pad: the pc that it leads to, twice. */
  readonly from: number
  readonly to: number
  /** It goes to one of its successors by number: each is reached by a branch. */
  readonly isTable: boolean
  /** By edge: those of a conditional jump are [taken, next]; handlers come last. */
  successors: number[]
  /** Where an exception goes that its last instruction throws, innermost first. */
  readonly catches: readonly Handler[]
}

export interface Graph {
  readonly nodes: GraphNode[]
  /** The node that begins at a pc, or -1. */
  readonly at: Int32Array
  /** Where a body begins. */
  readonly entry: number
}

/**
 * Rows that compiled code leaves to the interpreter: rare, or more than one tick, or at home in the
 * machine's own tables. They end a block.
 */
const leftRows: readonly RegExp[] = [
  /^(return_call_indirect|call_ref|return_call_ref|sys)$/,
  /^(table\.|memory\.init|data\.drop|elem\.drop|far\.|jump_on_|ref\.(test|cast|as_non_null|eq))/,
  /^(any\.convert|extern\.convert|i31\.|ref\.i31|i16x8\.relaxed_dot|i32x4\.relaxed_dot)/,
]
const left: Uint8Array = makeLeft()
function makeLeft(): Uint8Array {
  const byCode = new Uint8Array(0x800)
  for (const { name, code, glyph } of table) {
    byCode[code] = +(glyph !== undefined || leftRows.some((rows) => rows.test(name)))
  }
  return byCode
}
export const isLeft = (code: number): boolean => left[code] === 1

/**
 * Blocks begin at pc 0, at labels and behind whatever moves control. `whole`: with the ways on from
 * what compiled code leaves to the interpreter.
 */
export function blocksOf(def: FunctionDef, whole: boolean): Graph {
  const { op } = def.code
  const { length } = op
  const caught = catchesOf(def)
  const leader = new Uint8Array(length + 1)
  leader[0] = 1
  for (const { pc } of def.labels) leader[pc] = 1
  for (let pc = 0; pc < length; pc++) if (splits(op[pc])) leader[pc + 1] = 1
  for (const pc of caught.keys()) leader[pc + 1] = 1
  const at = new Int32Array(length + 1).fill(-1)
  const nodes: GraphNode[] = []
  for (let pc = 0; pc < length; ) {
    const from = pc++
    while (pc < length && leader[pc] === 0) pc++
    at[from] = nodes.length
    const isTable = targetsByCode[op[pc - 1]] === Targets.table
    const catches = caught.get(pc - 1) ?? []
    nodes.push({ kind: 'code', from, to: pc, isTable, successors: [], catches })
  }
  for (const node of nodes) {
    if (!whole && isLeft(op[node.to - 1])) continue
    node.successors = successorsOf(def, node.to - 1, at)
    for (const { label } of node.catches)
      node.successors.push(nodeAt(def, def.labels[label].pc, at))
  }
  return { nodes, at, entry: 0 }
}

function splits(code: number): boolean {
  const flow = flowByCode[code]
  return flow === Flow.jump || flow === Flow.branch || flow === Flow.end || isLeft(code)
}

const nodeAt = ({ code }: FunctionDef, pc: number, at: Int32Array): number =>
  pc === code.op.length ? LEAVE : at[pc]

function successorsOf(def: FunctionDef, pc: number, at: Int32Array): number[] {
  const { code, labels } = def
  const { op, imm } = code
  const flow = flowByCode[op[pc]]
  const successors: number[] = []
  const targets = targetsByCode[op[pc]]
  if (targets !== Targets.none) {
    const first = targets === Targets.one ? code.at[pc] : code.at[pc] + 2
    const last = targets === Targets.one ? first : first + imm[code.at[pc] + 1]
    for (let k = first; k <= last; k++) successors.push(nodeAt(def, labels[imm[k]].pc, at))
  }
  if (flow !== Flow.jump && flow !== Flow.end) successors.push(nodeAt(def, pc + 1, at))
  return successors
}

/**
 * The graph of a resumable body. `loopOf` gives each header's enclosing header (or -1), outer ones
 * first in `headers`. From the new entry, dispatch nodes lead from loop to loop inwards, so every
 * loop still has one way in; the last step is a pad, which loads what stands there.
 */
export function resumable(
  graph: Graph,
  headers: readonly number[],
  loopOf: ReadonlyMap<number, number>,
): Graph {
  const nodes = graph.nodes.map((node) => ({ ...node, successors: node.successors.slice() }))
  const add = (kind: NodeKind, pc: number): number =>
    nodes.push({
      kind,
      from: pc,
      to: pc,
      isTable: kind === 'dispatch',
      successors: [],
      catches: [],
    }) - 1
  const entry = add('dispatch', 0)
  const outer = new Set(headers.map((header) => loopOf.get(header) as number))
  const dispatchOf = new Map<number, number>([[-1, entry]])
  for (const header of headers) {
    if (outer.has(header)) dispatchOf.set(header, add('dispatch', nodes[header].from))
  }
  for (const node of nodes) {
    node.successors = node.successors.map((to) => (to === LEAVE ? to : (dispatchOf.get(to) ?? to)))
  }
  for (const [header, dispatch] of dispatchOf) {
    if (header >= 0) nodes[dispatch].successors.push(header)
  }
  for (const header of headers) {
    const parent = nodes[dispatchOf.get(loopOf.get(header) as number) as number]
    const pad = add('pad', nodes[header].from)
    const own = dispatchOf.get(header)
    nodes[pad].successors.push(own ?? header)
    parent.successors.push(pad)
    if (own !== undefined) parent.successors.push(own)
  }
  return { nodes, at: graph.at, entry }
}

/**
 * An unstructured graph, or a loop with two ways in: one loop around a dispatcher that goes to any
 * node by its number. Pads for the entries come last, in their order.
 */
export function dispatched(graph: Graph, entries: readonly number[]): Graph {
  const nodes = graph.nodes.slice()
  for (const pc of entries) {
    const successors = [graph.at[pc]]
    nodes.push({ kind: 'pad', from: pc, to: pc, isTable: false, successors, catches: [] })
  }
  const successors = nodes.map((_, node) => node)
  nodes.push({ kind: 'dispatch', from: 0, to: 0, isTable: true, successors, catches: [] })
  return { nodes, at: graph.at, entry: nodes.length - 1 }
}

/** The successor of a dispatch node through which the entry at a pc is reached. */
export function wayTo({ nodes }: Graph, dispatch: number, pc: number): number {
  const leads = (to: number): boolean => {
    const { kind, from, successors } = nodes[to]
    return kind === 'pad' ? from === pc : kind === 'dispatch' && successors.some(leads)
  }
  const { successors } = nodes[dispatch]
  return successors.find(leads) ?? successors[0]
}
