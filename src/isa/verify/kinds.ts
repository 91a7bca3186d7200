// Kinds as stack words: what each 64-bit word of the operand stack holds, and which value types
// are well-formed.
import {
  HEAP_INDEX,
  Heap,
  heapOf,
  isRef,
  type Kind,
  Kinds,
  kindOf,
  type ValType,
} from '../types.ts'

/** A word's tag is its kind; a v128 is the two words `Kinds.v128`, V128_HIGH. 0 is no tag. */
export const V128_HIGH = 10
export const TAGS = 11

/** The tags of values, bottom first. */
export function tagsOf(kinds: readonly Kind[]): Uint8Array {
  let words = 0
  for (const kind of kinds) words += kind === Kinds.v128 ? 2 : 1
  const tags = new Uint8Array(words)
  let at = 0
  for (const kind of kinds) {
    tags[at++] = kind
    if (kind === Kinds.v128) tags[at++] = V128_HIGH
  }
  return tags
}

export const kindsOf = (types: readonly ValType[]): Kind[] => types.map(kindOf)

/** The values of the first `height` words. */
export function kindsOfTags(tags: Uint8Array, height: number): Kind[] {
  const kinds: Kind[] = []
  for (let at = 0; at < height; at++) if (tags[at] !== V128_HIGH) kinds.push(tags[at] as Kind)
  return kinds
}

export const isReferenceKind = (kind: number): boolean =>
  kind >= Kinds.funcref && kind <= Kinds.anyref

export const isKind = (kind: number): boolean =>
  Number.isInteger(kind) && kind >= Kinds.i32 && kind <= Kinds.anyref

/** Is this number a value type in a program with `typeCount` types? */
export function isValType(type: ValType, typeCount: number): boolean {
  if (!Number.isSafeInteger(type) || type < 1) return false
  if (!isRef(type)) return type <= Kinds.v128
  const heap = heapOf(type)
  return heap <= Heap.noexn || (heap >= HEAP_INDEX && heap < HEAP_INDEX + typeCount)
}
