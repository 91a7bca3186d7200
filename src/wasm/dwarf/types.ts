// Types of variables (DWARF 5, 5): their names, sizes and parts.
import { Attribute, Tag } from './constants.ts'
import type { Entry } from './entries.ts'

/** Longest chain of typedefs, qualifiers and pointers that is followed. */
const MOST_HOPS = 64

/** The type of a variable, a member or what a type is made of; null: none, such as void. */
export const typeOf = (entry: Entry): Entry | null => {
  const own = entry.reference(Attribute.type)
  if (own !== null) return own
  const origin =
    entry.reference(Attribute.abstractOrigin) ?? entry.reference(Attribute.specification)
  return origin?.reference(Attribute.type) ?? null
}

const isAlias = (tag: number): boolean => tag === Tag.typedef || tag in qualifiers

const qualifiers: Readonly<Record<number, string>> = {
  [Tag.constType]: 'const',
  [Tag.volatileType]: 'volatile',
  [Tag.restrictType]: 'restrict',
  [Tag.atomicType]: '_Atomic',
}

/** Without typedefs and qualifiers; null: void, or endless. */
export function plainType(type: Entry | null): Entry | null {
  let plain = type
  for (let left = MOST_HOPS; plain !== null && isAlias(plain.tag); left--) {
    if (left === 0) return null
    plain = plain.reference(Attribute.type)
  }
  return plain
}

const keywords: Readonly<Record<number, string>> = {
  [Tag.structureType]: 'struct',
  [Tag.classType]: 'class',
  [Tag.unionType]: 'union',
  [Tag.enumerationType]: 'enum',
}

export const isPointer = (tag: number): boolean =>
  tag === Tag.pointerType || tag === Tag.referenceType || tag === Tag.rvalueReferenceType
export const isRecord = (tag: number): boolean =>
  tag === Tag.structureType || tag === Tag.classType || tag === Tag.unionType

/** As in C: `const char *`, `struct node [4]`. */
export function typeName(type: Entry | null, hops = MOST_HOPS): string {
  if (type === null) return 'void'
  if (hops === 0) return '...'
  const { tag } = type
  const name = type.text(Attribute.name)
  const target = (): string => typeName(type.reference(Attribute.type), hops - 1)
  const keyword = keywords[tag]
  if (keyword !== undefined) return name === null ? `${keyword} {...}` : `${keyword} ${name}`
  if (name !== null) return name
  if (tag in qualifiers) return qualified(type, qualifiers[tag], target())
  if (isPointer(tag)) {
    const mark = tag === Tag.pointerType ? '*' : tag === Tag.referenceType ? '&' : '&&'
    const pointed = target()
    return /[*&]$/.test(pointed) ? `${pointed}${mark}` : `${pointed} ${mark}`
  }
  if (tag === Tag.arrayType) {
    const counts = arrayCounts(type).map((count) => `[${count ?? ''}]`)
    return `${target()}${counts.join('')}`
  }
  return tag === Tag.subroutineType ? `${target()} ()` : '?'
}

/** A qualified pointer has its qualifier behind it. */
const qualified = (type: Entry, qualifier: string, target: string): string =>
  isPointer(type.reference(Attribute.type)?.tag ?? 0)
    ? `${target}${qualifier}`
    : `${qualifier} ${target}`

/** Elements in each dimension; null: not known. */
export function arrayCounts(type: Entry): (number | null)[] {
  const counts: (number | null)[] = []
  for (const child of type.children()) {
    if (child.tag !== Tag.subrangeType) continue
    const upper = child.constant(Attribute.upperBound)
    counts.push(child.constant(Attribute.count) ?? (upper === null ? null : upper + 1))
  }
  return counts
}

/** 0: not known. */
export function typeBytes(type: Entry | null, hops = MOST_HOPS): number {
  const plain = plainType(type)
  if (plain === null || hops === 0) return 0
  const own = plain.constant(Attribute.byteSize)
  if (own !== null) return own
  if (isPointer(plain.tag)) return plain.unit.addressBytes
  const element = plain.reference(Attribute.type)
  if (plain.tag === Tag.enumerationType) return typeBytes(element, hops - 1)
  if (plain.tag !== Tag.arrayType) return 0
  return arrayCounts(plain).reduce<number>(
    (size, count) => size * (count ?? 0),
    typeBytes(element, hops - 1),
  )
}
