// A variable as it stands in a frame: its type, its value in words, its parts.
import { Attribute, Tag } from './constants.ts'
import { DamagedDebugData, DebugReader, orWhereDamaged } from './debug-reader.ts'
import type { Entry } from './entries.ts'
import { type FrameValues, inMemory, type Storage, within } from './storage.ts'
import {
  arrayCounts,
  isPointer,
  isRecord,
  plainType,
  typeBytes,
  typeName,
  typeOf,
} from './types.ts'
import { baseNumber, baseText, enumText, integerOf, quoted } from './value-text.ts'

export interface Variable {
  readonly name: string
  readonly type: string
  /** In words; `optimized out` where the compiler kept it nowhere. */
  readonly value: string
  /** Of a number, a pointer or an enumeration; null: it is none, or is not known. */
  readonly number: bigint | number | null
  /** In memory 0; null: it lies in locals, or nowhere. */
  readonly address: number | null
  /** 0: not known. */
  readonly sizeBytes: number
  /**
   * Members, elements, what a pointer points to. They are read when they are asked for, of the
   * machine as it stands then.
   */
  readonly children: readonly Variable[]
}

const OPTIMIZED_OUT = 'optimized out'
const NOT_IN_MEMORY = 'not in memory'
const DAMAGED = 'not known'
const MOST_CHILDREN = 256
const MOST_SHOWN = 8
const MOST_TEXT_BYTES = 80
const MOST_VALUE_BYTES = 64
/** Levels of records and arrays whose values stand in one text. */
const LEVELS = 2

interface Place {
  readonly frame: FrameValues
  /** null: the variable is nowhere. */
  readonly storage: Storage | null
}

/** A variable of a type at a place. `dimension` counts those of an array that are behind it. */
export function variableOf(
  name: string,
  type: Entry | null,
  place: Place,
  dimension = 0,
): Variable {
  return new TypedVariable(name, type, place, dimension)
}

class TypedVariable implements Variable {
  readonly name: string
  private readonly entry: Entry | null
  private readonly place: Place
  private readonly dimension: number
  private parts: readonly TypedVariable[] | null = null

  constructor(name: string, entry: Entry | null, place: Place, dimension: number) {
    this.name = name
    this.entry = entry
    this.place = place
    this.dimension = dimension
  }

  get type(): string {
    return orWhereDamaged('?', () => {
      const { dimension, plain } = this
      if (dimension === 0 || plain === null) return typeName(this.entry)
      const counts = arrayCounts(plain).slice(dimension)
      const element = typeName(plain.reference(Attribute.type))
      return `${element}${counts.map((count) => `[${count ?? ''}]`).join('')}`
    })
  }
  get value(): string {
    return orWhereDamaged(DAMAGED, () => this.text(LEVELS))
  }
  get number(): bigint | number | null {
    return orWhereDamaged(null, () => {
      const { plain } = this
      if (plain === null || isRecord(plain.tag) || plain.tag === Tag.arrayType) return null
      const bytes = this.place.storage?.read(0, valueBytes(plain)) ?? null
      if (bytes === null) return null
      if (isPointer(plain.tag)) return integerOf(bytes, false)
      return plain.tag === Tag.enumerationType ? integerOf(bytes, true) : baseNumber(plain, bytes)
    })
  }
  get address(): number | null {
    return this.place.storage?.address ?? null
  }
  get sizeBytes(): number {
    return orWhereDamaged(0, () => this.size())
  }
  get children(): readonly TypedVariable[] {
    return (this.parts ??= orWhereDamaged([], () => this.partsOf()))
  }

  private get plain(): Entry | null {
    return plainType(this.entry)
  }
  private size(): number {
    const { plain, dimension } = this
    if (plain?.tag !== Tag.arrayType || dimension === 0) return typeBytes(plain)
    const counts = arrayCounts(plain).slice(dimension)
    const element = typeBytes(plain.reference(Attribute.type))
    return counts.reduce<number>((size, count) => size * (count ?? 0), element)
  }

  private text(levels: number): string {
    const { plain } = this
    const { storage } = this.place
    if (storage === null) return OPTIMIZED_OUT
    if (plain === null) return 'void'
    if (isRecord(plain.tag)) return this.recordText(plain, levels)
    if (plain.tag === Tag.arrayType) return this.arrayText(plain, levels)
    const bytes = storage.read(0, valueBytes(plain))
    if (bytes === null) return storage.address === null ? OPTIMIZED_OUT : NOT_IN_MEMORY
    if (isPointer(plain.tag)) return this.pointerText(plain, bytes)
    if (plain.tag === Tag.enumerationType) return enumText(plain, bytes)
    return baseText(plain, bytes)
  }

  private pointerText(plain: Entry, bytes: Uint8Array): string {
    const address = Number(integerOf(bytes, false))
    if (address === 0) return 'null'
    const shown = `0x${address.toString(16)}`
    return isText(plain) ? `${shown} ${this.textAt(inMemory(this.place.frame, address))}` : shown
  }
  private recordText(plain: Entry, levels: number): string {
    if (plain.text(Attribute.name) === '&str') return this.stringSliceText()
    if (levels === 0) return '{...}'
    const parts = this.children.slice(0, MOST_SHOWN)
    const texts = parts.map((part) => `${part.name} = ${part.text(levels - 1)}`)
    if (this.children.length > MOST_SHOWN) texts.push('...')
    return this.isGone(levels) ? OPTIMIZED_OUT : `{${texts.join(', ')}}`
  }
  private arrayText(plain: Entry, levels: number): string {
    const { storage } = this.place
    const isLast = arrayCounts(plain).length <= this.dimension + 1
    if (isText(plain) && isLast && storage !== null) return this.textAt(storage, this.size())
    if (levels === 0) return '[...]'
    const parts = this.children.slice(0, MOST_SHOWN)
    const texts = parts.map((part) => part.text(levels - 1))
    if (this.children.length > MOST_SHOWN) texts.push('...')
    return this.isGone(levels) ? OPTIMIZED_OUT : `[${texts.join(', ')}]`
  }
  /** Is no part of a record or an array to be told? */
  private isGone(levels: number): boolean {
    const parts = this.children.slice(0, MOST_SHOWN)
    return parts.length > 0 && parts.every((part) => part.text(levels - 1) === OPTIMIZED_OUT)
  }
  /** Up to a zero byte, or so many bytes. */
  private textAt(storage: Storage, mostBytes = Number.POSITIVE_INFINITY): string {
    const bytes: number[] = []
    for (let at = 0; at < mostBytes; at++) {
      const byte = storage.read(at, 1)?.[0]
      if (byte === undefined && at === 0) {
        return storage.address === null ? OPTIMIZED_OUT : NOT_IN_MEMORY
      }
      if (byte === undefined || byte === 0) break
      if (bytes.length === MOST_TEXT_BYTES) return `${quoted(bytes)}...`
      bytes.push(byte)
    }
    return quoted(bytes)
  }
  /** Rust: a pointer and a length. */
  private stringSliceText(): string {
    const [pointer, length] = ['data_ptr', 'length'].map((name) => {
      const part = this.children.find((child) => child.name === name)
      const bytes = part?.place.storage?.read(0, valueBytes(part.plain)) ?? null
      return bytes === null ? null : Number(integerOf(bytes, false))
    })
    if (pointer === null || length === null) return OPTIMIZED_OUT
    return this.textAt(inMemory(this.place.frame, pointer), length)
  }

  private partsOf(): TypedVariable[] {
    const { plain } = this
    const { storage, frame } = this.place
    if (plain === null || storage === null) return []
    if (isRecord(plain.tag)) return members(plain, { frame, storage })
    if (plain.tag === Tag.arrayType) return this.elements(plain)
    return isPointer(plain.tag) ? this.pointed(plain) : []
  }

  private elements(plain: Entry): TypedVariable[] {
    const { frame, storage } = this.place
    const { dimension } = this
    const counts = arrayCounts(plain)
    const count = Math.min(counts[dimension] ?? 0, MOST_CHILDREN)
    const isLast = dimension + 1 >= counts.length
    const element = plain.reference(Attribute.type)
    const size = counts
      .slice(dimension + 1)
      .reduce<number>((sum, inner) => sum * (inner ?? 0), typeBytes(element))
    return Array.from({ length: count }, (_, at) => {
      const part = { frame, storage: storage === null ? null : within(storage, at * size) }
      return isLast
        ? new TypedVariable(`[${at}]`, element, part, 0)
        : new TypedVariable(`[${at}]`, plain, part, dimension + 1)
    })
  }

  /** The members of a record that is pointed to, or the value. */
  private pointed(plain: Entry): TypedVariable[] {
    const bytes = this.place.storage?.read(0, valueBytes(plain)) ?? null
    const target = plain.reference(Attribute.type)
    const type = plainType(target)
    const address = bytes === null ? 0 : Number(integerOf(bytes, false))
    if (type === null || address === 0 || type.tag === Tag.subroutineType) return []
    const { frame } = this.place
    const place = { frame, storage: inMemory(frame, address) }
    if (isRecord(type.tag)) return members(type, place)
    return isText(plain) ? [] : [new TypedVariable(`*${this.name}`, target, place, 0)]
  }
}

function members(record: Entry, { frame, storage }: Place): TypedVariable[] {
  const found: TypedVariable[] = []
  for (const child of record.children()) {
    if (found.length === MOST_CHILDREN || storage === null) break
    const isBase = child.tag === Tag.inheritance
    const isStatic = child.has(Attribute.declaration)
    if ((child.tag !== Tag.member && !isBase) || isStatic) continue
    const type = typeOf(child)
    const name = child.text(Attribute.name) ?? (isBase ? typeName(type) : '(unnamed)')
    const place = { frame, storage: memberStorage(child, storage) }
    found.push(new TypedVariable(name, type, place, 0))
  }
  return found
}

function memberStorage(member: Entry, storage: Storage): Storage {
  const bits = member.constant(Attribute.bitSize)
  if (bits === null) return within(storage, memberOffset(member))
  return bitField(member, storage, bits)
}

/** A number, or in old data an expression that adds one. */
function memberOffset(member: Entry): number {
  const expression = member.raw(Attribute.memberLocation)?.bytes ?? null
  if (expression === null || member.constant(Attribute.memberLocation) !== null) {
    return member.constant(Attribute.memberLocation) ?? 0
  }
  const r = new DebugReader(expression)
  return r.u8() === 0x23 ? r.uleb() : 0
}

/** The bits of a field, widened to the bytes of its type. */
function bitField(member: Entry, storage: Storage, bits: number): Storage {
  const type = plainType(typeOf(member))
  const first = member.constant(Attribute.dataBitOffset) ?? memberOffset(member) * 8
  const from = Math.floor(first / 8)
  const covered = Math.ceil((first + bits) / 8) - from
  const signed = [5, 6].includes(type?.constant(Attribute.encoding) ?? 0)
  const read = (offset: number, sizeBytes: number): Uint8Array | null => {
    const bytes = covered > 16 || sizeBytes > 16 ? null : storage.read(from, covered)
    if (bytes === null) return null
    const raw = integerOf(bytes, false) >> BigInt(first % 8)
    const value = signed ? BigInt.asIntN(bits, raw) : BigInt.asUintN(bits, raw)
    return Uint8Array.from({ length: sizeBytes }, (_, at) =>
      Number(BigInt.asUintN(8, value >> BigInt(8 * (offset + at)))),
    )
  }
  return { address: null, read }
}

/** Of a number or a pointer: more bytes than any has are damage. */
function valueBytes(plain: Entry | null): number {
  const size = typeBytes(plain)
  if (size > MOST_VALUE_BYTES) throw new DamagedDebugData('a large value')
  return size
}

/** Does a pointer or an array hold text? Only what the source calls a char is one. */
function isText(type: Entry): boolean {
  let target = type.reference(Attribute.type)
  for (let left = 4; target !== null && left > 0; left--) {
    if (target.tag === Tag.baseType) return /\bchar$/.test(target.text(Attribute.name) ?? '')
    if (target.tag !== Tag.constType && target.tag !== Tag.volatileType) return false
    target = target.reference(Attribute.type)
  }
  return false
}
