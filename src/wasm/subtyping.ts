// When one value type can stand for another (spec: Matching). Types are compared iso-recursively:
// two recursive groups that are written alike are the same, and so are their types, place by place.
import { assert } from '../base/errors.ts'
import type { TypeDef } from '../isa/program.ts'
import { HEAP_INDEX, Heap, heapOf, isNullable, isRef, type ValType } from '../isa/types.ts'

/** For each type the least index of an equal one. Grows with its list of types. */
class Canon {
  readonly ids: number[] = []
  private readonly groups = new Map<string, number>()

  extend(types: readonly TypeDef[]): void {
    while (this.ids.length < types.length) {
      const start = this.ids.length
      const size = types[start].groupSize
      assert(size > 0 && start + size <= types.length, 'types come in whole groups')
      const key = this.groupKey(types, start, size)
      const same = this.groups.get(key) ?? start
      this.groups.set(key, same)
      for (let i = 0; i < size; i++) this.ids.push(same + i)
    }
  }
  private groupKey(types: readonly TypeDef[], start: number, size: number): string {
    const parts: string[] = []
    const index = (i: number): string => (i >= start ? `r${i - start}` : `${this.ids[i]}`)
    const value = (type: ValType): string => {
      if (!isRef(type) || heapOf(type) < HEAP_INDEX) return `v${type}`
      return `${isNullable(type) ? 'n' : 'o'}${index(heapOf(type) - HEAP_INDEX)}`
    }
    for (const type of types.slice(start, start + size)) {
      parts.push(type.final ? 'final' : 'open', type.super < 0 ? '-' : index(type.super))
      parts.push(...type.params.map(value), '>', ...type.results.map(value), ';')
    }
    return parts.join(' ')
  }
}

/** Worked out once for each list of types; a list only grows, by whole groups. */
const memo = new WeakMap<readonly TypeDef[], Canon>()

/** For each type the least index of an equal type: equal ids, equal types. */
export function canonicalIds(types: readonly TypeDef[]): readonly number[] {
  let canon = memo.get(types)
  if (canon === undefined) memo.set(types, (canon = new Canon()))
  canon.extend(types)
  return canon.ids
}

/** Is type index `a` the type index `b`, or declared (by a chain of supertypes) below it. */
export function isTypeBelow(types: readonly TypeDef[], a: number, b: number): boolean {
  if (a === b) return true
  const ids = canonicalIds(types)
  const goal = ids[b]
  for (let i = a; i >= 0; i = types[i].super) if (ids[i] === goal) return true
  return false
}

/** The abstract heap types above each abstract one, itself left out. */
const above: ReadonlyMap<number, readonly number[]> = new Map([
  [Heap.nofunc, [Heap.func]],
  [Heap.noextern, [Heap.extern]],
  [Heap.noexn, [Heap.exn]],
  [Heap.eq, [Heap.any]],
  [Heap.i31, [Heap.eq, Heap.any]],
  [Heap.struct, [Heap.eq, Heap.any]],
  [Heap.array, [Heap.eq, Heap.any]],
  [Heap.none, [Heap.i31, Heap.struct, Heap.array, Heap.eq, Heap.any]],
])

/** Concrete types are function types: structs and arrays are refused at the door. */
export function isHeapSubtype(types: readonly TypeDef[], a: number, b: number): boolean {
  if (a === b) return true
  if (a >= HEAP_INDEX) {
    return b >= HEAP_INDEX ? isTypeBelow(types, a - HEAP_INDEX, b - HEAP_INDEX) : b === Heap.func
  }
  if (b >= HEAP_INDEX) return a === Heap.nofunc
  return above.get(a)?.includes(b) ?? false
}

export function isSubtype(types: readonly TypeDef[], a: ValType, b: ValType): boolean {
  if (a === b) return true
  if (!isRef(a) || !isRef(b)) return false
  if (isNullable(a) && !isNullable(b)) return false
  return isHeapSubtype(types, heapOf(a), heapOf(b))
}

/** Do the parameters and results of `sub` fit where those of `base` are expected. */
export function isSignatureBelow(types: readonly TypeDef[], sub: TypeDef, base: TypeDef): boolean {
  if (sub.params.length !== base.params.length) return false
  if (sub.results.length !== base.results.length) return false
  return (
    sub.params.every((type, i) => isSubtype(types, base.params[i], type)) &&
    sub.results.every((type, i) => isSubtype(types, type, base.results[i]))
  )
}
