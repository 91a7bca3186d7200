// The operand stack of the verifier, and the trie of label stacks that makes comparing two stacks
// one comparison.

import { type Kind, Kinds, kindNames } from '../types.ts'
import { isKind, kindsOfTags, TAGS, V128_HIGH } from './kinds.ts'

/** Most words on an operand stack. */
export const MAX_OPERAND_WORDS = 1 << 16

/**
 * Every prefix of every label's stack is one node; equal stacks are equal nodes. Nodes are made
 * for labels only, so their number is bounded by the program's size whatever the code does.
 */
export class StackTrie {
  private child = new Int32Array(64 * TAGS)
  parent: Int32Array = new Int32Array(64)
  tag: Uint8Array = new Uint8Array(64)
  /** Free for the user of the trie: the last instruction that looked at a node. */
  seen: Int32Array = new Int32Array(64)
  private count = 1

  clear(): void {
    this.count = 1
    this.seen[0] = -1
    this.child.fill(0, 0, TAGS)
  }
  /** The node of a prefix one word longer, or -1. */
  find(node: number, tag: number): number {
    return node < 0 ? -1 : this.child[node * TAGS + tag] || -1
  }
  private extend(node: number, tag: number): number {
    const found = this.child[node * TAGS + tag]
    if (found !== 0) return found
    const made = this.count++
    if (made === this.tag.length) this.grow()
    this.child.fill(0, made * TAGS, (made + 1) * TAGS)
    this.seen[made] = -1
    this.child[node * TAGS + tag] = made
    this.parent[made] = node
    this.tag[made] = tag
    return made
  }
  private grow(): void {
    const size = this.tag.length * 2
    const { child, parent, tag, seen } = this
    this.child = new Int32Array(size * TAGS)
    this.child.set(child)
    this.parent = new Int32Array(size)
    this.parent.set(parent)
    this.tag = new Uint8Array(size)
    this.tag.set(tag)
    this.seen = new Int32Array(size)
    this.seen.set(seen)
  }
  /** The node of a stack of values; -1 where one is of no kind. */
  insert(kinds: readonly Kind[]): number {
    let node = 0
    for (const kind of kinds) {
      if (!isKind(kind)) return -1
      node = this.extend(node, kind)
      if (kind === Kinds.v128) node = this.extend(node, V128_HIGH)
    }
    return node
  }
}

export class OperandStack {
  readonly trie = new StackTrie()
  readonly tags = new Uint8Array(MAX_OPERAND_WORDS)
  height = 0
  /** nodes[h] is the node of the lowest h words (-1: of no label), right for h <= known. */
  private readonly nodes = new Int32Array(MAX_OPERAND_WORDS + 1)
  private known = 0

  clear(): void {
    this.trie.clear()
    this.height = 0
    this.known = 0
  }
  /** Cuts the stack to `height` words. */
  cut(height: number): void {
    this.height = height
    if (height < this.known) this.known = height
  }
  nodeAt(height: number): number {
    const { nodes, tags, trie } = this
    for (let h = this.known; h < height; h++) nodes[h + 1] = trie.find(nodes[h], tags[h])
    if (height > this.known) this.known = height
    return nodes[height]
  }
  /** Makes the stack that of a label; words shared with the present one cost nothing. */
  load(node: number, height: number): void {
    const { nodes, tags, trie } = this
    let h = height
    for (let n = node; h > 0 && !(h <= this.known && nodes[h] === n); n = trie.parent[n]) {
      nodes[h] = n
      tags[--h] = trie.tag[n]
    }
    this.height = height
    this.known = height
  }
  kinds(): Kind[] {
    return kindsOfTags(this.tags, this.height)
  }
  /** The topmost values, for messages. */
  toString(): string {
    const low = Math.max(0, this.height - 8)
    return (low > 0 ? '[... ' : '[') + `${namesOf(this.tags.subarray(low, this.height))}]`
  }
}

export const namesOf = (tags: Uint8Array): string =>
  kindsOfTags(tags, tags.length)
    .map((kind) => kindNames[kind])
    .join(' ')
