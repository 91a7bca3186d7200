// Structured control from a graph, by dominators (Ramsey, "Beyond Relooper", ICFP 2022). A node
// that several edges reach is emitted behind a block that ends where it begins, inside its
// immediate dominator; a loop's header opens a loop. One difference: what a loop's nodes dominate
// outside of the loop is emitted behind it and not within, so that the host sees loops as they are.
import type { Graph, GraphNode } from './graph.ts'
import { LEAVE } from './graph.ts'

export interface Structure {
  /** Nodes in reverse postorder, and each one's position there (-1: not reachable). */
  readonly order: Int32Array
  readonly position: Int32Array
  /** 1 where a node heads a loop. */
  readonly isHeader: Uint8Array
  /** 1 where a node is reached by a branch to its block, and not emitted where it is reached. */
  readonly hasLabel: Uint8Array
  /** Labelled nodes that are emitted within a node's loop or right behind it, last ones first. */
  readonly followers: readonly (readonly number[])[]
  /** Labelled nodes that are emitted behind a header's loop, last ones first. */
  readonly after: readonly (readonly number[])[]
  /** Headers, outer ones first, and each one's enclosing header or -1. */
  readonly headers: readonly number[]
  readonly loopOf: ReadonlyMap<number, number>
}

/** null where a loop can be entered in two places. */
export function structureOf(graph: Graph): Structure | null {
  const { order, position } = reversePostorder(graph)
  const predecessors = predecessorsOf(graph, position)
  const idom = dominators(order, position, predecessors)
  const count = graph.nodes.length
  const isHeader = new Uint8Array(count)
  const forward = new Int32Array(count)
  for (const node of order) {
    for (const to of graph.nodes[node].successors) {
      if (to === LEAVE) continue
      if (position[to] > position[node]) forward[to]++
      else if (dominates(idom, position, to, node)) isHeader[to] = 1
      else return null
    }
  }
  const { headerOf, headers } = loops(graph, order, position, predecessors, isHeader)
  const hasLabel = new Uint8Array(count)
  const followers: number[][] = Array.from({ length: count }, () => [])
  const after: number[][] = Array.from({ length: count }, () => [])
  const inLoop = (node: number, header: number): boolean => {
    for (let at = isHeader[node] === 1 ? node : headerOf[node]; at >= 0; at = headerOf[at]) {
      if (at === header) return true
    }
    return false
  }
  for (const node of order) {
    for (const to of branchedTo(graph.nodes[node])) if (to !== LEAVE) hasLabel[to] = 1
  }
  for (let at = order.length - 1; at > 0; at--) {
    const node = order[at]
    if (forward[node] > 1) hasLabel[node] = 1
    let parent = idom[node]
    let header = isHeader[parent] === 1 ? parent : headerOf[parent]
    let outside = false
    for (; header >= 0 && !inLoop(node, header); header = headerOf[header]) {
      outside = true
      parent = header
    }
    if (outside) {
      hasLabel[node] = 1
      after[parent].push(node)
    } else if (hasLabel[node] === 1) followers[parent].push(node)
  }
  const loopOf = new Map(headers.map((header) => [header, headerOf[header]]))
  return { order, position, isHeader, hasLabel, followers, after, headers, loopOf }
}

/** Successors that are reached by a branch, whatever else leads to them. */
export const branchedTo = ({ isTable, successors, catches }: GraphNode): readonly number[] =>
  isTable ? successors : successors.slice(successors.length - catches.length)

/** Of a dispatched graph: every node but the dispatcher follows it, in any order. */
export function dispatchedStructure({ nodes, entry }: Graph): Structure {
  const others = nodes.map((_, node) => node).filter((node) => node !== entry)
  const isHeader = new Uint8Array(nodes.length)
  isHeader[entry] = 1
  const followers: number[][] = nodes.map(() => [])
  followers[entry] = others.slice().reverse()
  const position = Int32Array.from(nodes, (_, node) => (node === entry ? 0 : node + 1))
  return {
    order: Int32Array.from([entry, ...others]),
    position,
    isHeader,
    hasLabel: new Uint8Array(nodes.length).fill(1),
    followers,
    after: nodes.map(() => []),
    headers: [],
    loopOf: new Map(),
  }
}

function reversePostorder({ nodes, entry }: Graph): { order: Int32Array; position: Int32Array } {
  const position = new Int32Array(nodes.length).fill(-1)
  const seen = new Uint8Array(nodes.length)
  const post: number[] = []
  const stack: number[] = [entry]
  const next: number[] = [0]
  seen[entry] = 1
  while (stack.length > 0) {
    const top = stack.length - 1
    const { successors } = nodes[stack[top]]
    if (next[top] === successors.length) {
      post.push(stack.pop() as number)
      next.pop()
      continue
    }
    const to = successors[next[top]++]
    if (to === LEAVE || seen[to] === 1) continue
    seen[to] = 1
    stack.push(to)
    next.push(0)
  }
  const order = Int32Array.from(post.reverse())
  order.forEach((node, at) => {
    position[node] = at
  })
  return { order, position }
}

function predecessorsOf({ nodes }: Graph, position: Int32Array): number[][] {
  const lists: number[][] = nodes.map(() => [])
  nodes.forEach(({ successors }, node) => {
    if (position[node] < 0) return
    for (const to of successors) if (to !== LEAVE) lists[to].push(node)
  })
  return lists
}

/** Immediate dominators (Cooper, Harvey, Kennedy 2001); the entry's is itself. */
function dominators(
  order: Int32Array,
  position: Int32Array,
  predecessors: readonly number[][],
): Int32Array {
  const idom = new Int32Array(position.length).fill(-1)
  idom[order[0]] = order[0]
  for (let changed = true; changed; ) {
    changed = false
    for (let at = 1; at < order.length; at++) {
      const node = order[at]
      let found = -1
      for (const before of predecessors[node]) {
        if (idom[before] < 0) continue
        found = found < 0 ? before : meet(idom, position, before, found)
      }
      if (idom[node] !== found) {
        idom[node] = found
        changed = true
      }
    }
  }
  return idom
}

function meet(idom: Int32Array, position: Int32Array, a: number, b: number): number {
  while (a !== b) {
    while (position[a] > position[b]) a = idom[a]
    while (position[b] > position[a]) b = idom[b]
  }
  return a
}

function dominates(idom: Int32Array, position: Int32Array, above: number, node: number): boolean {
  while (position[node] > position[above]) node = idom[node]
  return node === above
}

/** Innermost header of each node's loop (a header's: of the loop around its own), or -1. */
function loops(
  graph: Graph,
  order: Int32Array,
  position: Int32Array,
  predecessors: readonly number[][],
  isHeader: Uint8Array,
): { headerOf: Int32Array; headers: number[] } {
  const headerOf = new Int32Array(graph.nodes.length).fill(-1)
  /** Outermost loop found so far that holds a node, with path halving. */
  const top = Int32Array.from({ length: graph.nodes.length }, (_, node) => node)
  const find = (node: number): number => {
    while (top[node] !== node) node = top[node] = top[top[node]]
    return node
  }
  const headers: number[] = []
  for (let at = order.length - 1; at >= 0; at--) {
    const header = order[at]
    if (isHeader[header] === 0) continue
    headers.push(header)
    const work: number[] = []
    for (const before of predecessors[header]) {
      if (position[before] >= at) work.push(before)
    }
    while (work.length > 0) {
      const node = find(work.pop() as number)
      if (node === header) continue
      headerOf[node] = header
      top[node] = header
      for (const before of predecessors[node]) work.push(before)
    }
  }
  return { headerOf, headers: headers.reverse() }
}
