// Function types across programs: equal types get one canonical number, whichever program declares
// them.
//
// Types are iso-recursive (WebAssembly 3.0, "Types: recursive types"): two recursive groups are
// the same where their definitions are the same text, with references into the group counted from
// its start and references out of it by canonical number. A type is then its group and its place
// in it.
import type { ExternType, Limits, TypeDef } from './program.ts'
import { HEAP_INDEX, Heap, heapOf, isNullable, isRef, refType, type ValType } from './types.ts'

/** See TypeRegistry.isPlain. */
export const isPlainType = ({
  params,
  results,
  groupSize,
  final,
  super: above,
}: TypeDef): boolean =>
  groupSize === 1 && final && above < 0 && [...params, ...results].every((type) => !isRef(type))

export class TypeRegistry {
  /** Canonical number of the first type of each group, by the group's text. */
  private readonly groups = new Map<string, number>()
  /** Declared supertype of each type, or -1. */
  private readonly supers: number[] = []

  private readonly plain: boolean[] = []

  /**
   * Is a type told apart by its parameters and results alone: closed, of numbers only, no part of a
   * group? WebAssembly hosts test calls of such types as the machine does.
   */
  isPlain(id: number): boolean {
    return this.plain[id]
  }

  /** Gives the canonical number of each of a program's types (which verify). */
  add(types: readonly TypeDef[]): Uint32Array {
    const ids = new Uint32Array(types.length)
    for (let start = 0; start < types.length; start += types[start].groupSize) {
      const group = types.slice(start, start + types[start].groupSize)
      const key = groupText(group, start, ids)
      let first = this.groups.get(key)
      if (first === undefined) {
        first = this.supers.length
        this.groups.set(key, first)
        for (const type of group) {
          const inGroup = type.super >= start
          this.plain.push(isPlainType(type))
          this.supers.push(inGroup ? first + type.super - start : superId(type, ids))
        }
      }
      for (let member = 0; member < group.length; member++) ids[start + member] = first + member
    }
    return ids
  }

  /** Is canonical type `a` the same as `b` or declared, at one or more removes, a subtype of it? */
  isSubtype(a: number, b: number): boolean {
    let type = a
    while (type !== b) {
      if (type < 0) return false
      type = this.supers[type]
    }
    return true
  }

  /**
   * Is a function of canonical type `actual` of a heap type of the program whose types have these
   * `ids`?
   */
  matchesRef(actual: number, heap: number, ids: Uint32Array): boolean {
    return heap >= HEAP_INDEX ? this.isSubtype(actual, ids[heap - HEAP_INDEX]) : heap === Heap.func
  }

  /** Is one heap type, with canonical numbers in place of indices, a subtype of another? */
  heapMatches(a: number, b: number): boolean {
    if (a === b) return true
    if (b >= HEAP_INDEX) {
      return a >= HEAP_INDEX ? this.isSubtype(a - HEAP_INDEX, b - HEAP_INDEX) : a === Heap.nofunc
    }
    if (a >= HEAP_INDEX) return b === Heap.func
    switch (b) {
      case Heap.func:
        return a === Heap.nofunc
      case Heap.extern:
        return a === Heap.noextern
      case Heap.exn:
        return a === Heap.noexn
      case Heap.any:
        return a >= Heap.eq && a <= Heap.none
      case Heap.eq:
        return a >= Heap.i31 && a <= Heap.none
      case Heap.i31:
      case Heap.struct:
      case Heap.array:
        return a === Heap.none
      default:
        return false
    }
  }

  /** Is one value type, by canonical numbers, a subtype of another? */
  valueMatches(a: ValType, b: ValType): boolean {
    if (!isRef(a) || !isRef(b)) return a === b
    if (isNullable(a) && !isNullable(b)) return false
    return this.heapMatches(heapOf(a), heapOf(b))
  }
}

/** A value type with canonical numbers in place of type indices. */
export function canonical(type: ValType, ids: Uint32Array): ValType {
  if (!isRef(type) || heapOf(type) < HEAP_INDEX) return type
  return refType(ids[heapOf(type) - HEAP_INDEX] + HEAP_INDEX, isNullable(type))
}

const superId = (type: TypeDef, ids: Uint32Array): number => (type.super < 0 ? -1 : ids[type.super])

function groupText(group: readonly TypeDef[], start: number, ids: Uint32Array): string {
  const value = (type: ValType): string => {
    if (!isRef(type) || heapOf(type) < HEAP_INDEX) return `${type}`
    const index = heapOf(type) - HEAP_INDEX
    const nullable = isNullable(type) ? '?' : '!'
    return index >= start ? `r${index - start}${nullable}` : `c${ids[index]}${nullable}`
  }
  const above = (type: TypeDef): string => {
    if (type.super < 0) return '-'
    return type.super >= start ? `r${type.super - start}` : `c${ids[type.super]}`
  }
  return group
    .map((type) => {
      const params = type.params.map(value).join(' ')
      return `${+type.final} ${above(type)}: ${params} -> ${type.results.map(value).join(' ')}`
    })
    .join('; ')
}

/**
 * Something to be imported, and the canonical numbers of the types of the program that it is part
 * of.
 */
export interface ExternIn {
  readonly extern: ExternType
  readonly ids: Uint32Array
}

/**
 * May `given` be linked where `wanted` is declared? (WebAssembly 3.0, "Matching: external types".)
 * Of a table or memory that exists, `min` is its present size.
 */
export function externMatches(registry: TypeRegistry, given: ExternIn, wanted: ExternIn): boolean {
  const a = given.extern
  const b = wanted.extern
  const same = (x: ValType, y: ValType): boolean =>
    canonical(x, given.ids) === canonical(y, wanted.ids)
  switch (b.kind) {
    case 'func':
      return a.kind === 'func' && registry.isSubtype(given.ids[a.type], wanted.ids[b.type])
    case 'tag':
      return a.kind === 'tag' && given.ids[a.type] === wanted.ids[b.type]
    case 'memory':
      return a.kind === 'memory' && limitsMatch(a.memory, b.memory)
    case 'table':
      return (
        a.kind === 'table' &&
        limitsMatch(a.table.limits, b.table.limits) &&
        same(a.table.element, b.table.element)
      )
    case 'global':
      if (a.kind !== 'global' || a.global.mutable !== b.global.mutable) return false
      if (b.global.mutable) return same(a.global.type, b.global.type)
      return registry.valueMatches(
        canonical(a.global.type, given.ids),
        canonical(b.global.type, wanted.ids),
      )
  }
}

function limitsMatch(given: Limits, wanted: Limits): boolean {
  if (given.wide !== wanted.wide || given.shared !== wanted.shared) return false
  if (given.min < wanted.min) return false
  return wanted.max === null || (given.max !== null && given.max <= wanted.max)
}
