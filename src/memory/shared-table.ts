// A table by number that forks for nothing: a radix tree whose nodes are copied on the first write
// after a fork. Numbers ascend without end, so emptied nodes are dropped.
import { assert } from '../base/errors.ts'
import type { Owner } from './page.ts'

const BITS = 6
const FAN_OUT = 1 << BITS

interface Node<T> {
  readonly owner: Owner
  /** Values at height 1, nodes above. */
  readonly slots: (Node<T> | T | null)[]
  /** Slots that are not null. */
  used: number
}

export class SharedTable<T extends object> {
  /** Records that carry this owner belong to this table alone. */
  owner: Owner = { owner: true }
  private root: Node<T> | null = null
  private height = 1
  /** Values in the table. */
  size = 0

  get(number: number): T | undefined {
    if (number < 0 || number >= FAN_OUT ** this.height) return undefined
    let node = this.root
    for (let level = this.height - 1; node !== null; level--) {
      const slot = node.slots[slotAt(number, level)]
      if (level === 0) return (slot as T | null) ?? undefined
      node = slot as Node<T> | null
    }
    return undefined
  }

  set(number: number, value: T): void {
    assert(Number.isSafeInteger(number) && number >= 0, `number ${number} of a table`)
    while (number >= FAN_OUT ** this.height) this.rise()
    let node = (this.root = this.own(this.root))
    for (let level = this.height - 1; level > 0; level--) {
      const at = slotAt(number, level)
      const below = node.slots[at] as Node<T> | null
      const child = this.own(below)
      if (below === null) node.used++
      node.slots[at] = child
      node = child
    }
    const at = slotAt(number, 0)
    if (node.slots[at] === null) {
      node.used++
      this.size++
    }
    node.slots[at] = value
  }

  delete(number: number): void {
    if (this.get(number) === undefined) return
    this.root = this.without(this.root as Node<T>, number, this.height - 1)
    this.size--
  }

  /** A table with the same values. From now on both copy before they write. */
  fork(): SharedTable<T> {
    const twin = new SharedTable<T>()
    twin.root = this.root
    twin.height = this.height
    twin.size = this.size
    this.owner = { owner: true }
    return twin
  }

  /** In ascending order of numbers. */
  *entries(): Generator<[number: number, value: T]> {
    if (this.root !== null) yield* below(this.root, this.height - 1, 0)
  }

  private without(node: Node<T>, number: number, level: number): Node<T> | null {
    const own = this.own(node)
    const at = slotAt(number, level)
    const rest = level === 0 ? null : this.without(own.slots[at] as Node<T>, number, level - 1)
    own.slots[at] = rest
    if (rest === null) own.used--
    return own.used === 0 ? null : own
  }

  private own(node: Node<T> | null): Node<T> {
    if (node === null) return { owner: this.owner, slots: new Array(FAN_OUT).fill(null), used: 0 }
    if (node.owner === this.owner) return node
    return { owner: this.owner, slots: node.slots.slice(), used: node.used }
  }

  private rise(): void {
    this.height++
    if (this.root === null) return
    const above = this.own(null)
    above.slots[0] = this.root
    above.used = 1
    this.root = above
  }
}

const slotAt = (number: number, level: number): number =>
  Math.floor(number / FAN_OUT ** level) % FAN_OUT

function* below<T extends object>(
  node: Node<T>,
  level: number,
  first: number,
): Generator<[number, T]> {
  for (let i = 0; i < FAN_OUT; i++) {
    const slot = node.slots[i]
    if (slot === null) continue
    const at = first + i * FAN_OUT ** level
    if (level === 0) yield [at, slot as T]
    else yield* below(slot as Node<T>, level - 1, at)
  }
}
