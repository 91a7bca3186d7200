// Value types, heap types and the type section (spec: Binary Format, Types).
import type { TypeDef } from '../isa/program.ts'
import {
  F32,
  F64,
  HEAP_INDEX,
  Heap,
  heapOf,
  I32,
  I64,
  isNullable,
  isRef,
  refType,
  V128,
  type ValType,
} from '../isa/types.ts'
import { invalid, overLimit, unsupported } from './failures.ts'
import { wasmLimits } from './module.ts'
import type { WasmReader } from './reader.ts'
import { isSignatureBelow } from './subtyping.ts'

const numberTypes: ReadonlyMap<number, ValType> = new Map([
  [0x7f, I32],
  [0x7e, I64],
  [0x7d, F32],
  [0x7c, F64],
  [0x7b, V128],
])

const heapTypes: ReadonlyMap<number, number> = new Map([
  [0x74, Heap.noexn],
  [0x73, Heap.nofunc],
  [0x72, Heap.noextern],
  [0x71, Heap.none],
  [0x70, Heap.func],
  [0x6f, Heap.extern],
  [0x6e, Heap.any],
  [0x6d, Heap.eq],
  [0x6c, Heap.i31],
  [0x6b, Heap.struct],
  [0x6a, Heap.array],
  [0x69, Heap.exn],
])

/** Is a byte the first of a value type. */
export const startsValType = (byte: number): boolean =>
  numberTypes.has(byte) || heapTypes.has(byte) || byte === 0x63 || byte === 0x64

/** A heap type; concrete ones must name a type below `typeLimit`. */
export function readHeapType(reader: WasmReader, typeLimit: number): number {
  const at = reader.at
  const abstract = heapTypes.get(reader.peek())
  if (abstract !== undefined) {
    reader.u8()
    return abstract
  }
  const index = reader.s33()
  if (index < 0) reader.fail('malformed heap type', 'a heap type', at)
  return HEAP_INDEX + checkType(at, index, typeLimit)
}

/** A value type; concrete reference types must name a type below `typeLimit`. */
export function readValType(reader: WasmReader, typeLimit: number): ValType {
  const at = reader.at
  const byte = reader.u8()
  const number = numberTypes.get(byte)
  if (number !== undefined) return number
  const heap = heapTypes.get(byte)
  if (heap !== undefined) return refType(heap, true)
  if (byte === 0x63 || byte === 0x64) return refType(readHeapType(reader, typeLimit), byte === 0x63)
  reader.fail(`0x${byte.toString(16)}: malformed value type`, 'a value type', at)
}

export function readRefType(reader: WasmReader, typeLimit: number): ValType {
  const at = reader.at
  const type = readValType(reader, typeLimit)
  if (!isRef(type)) reader.fail('malformed reference type', 'a reference type', at)
  return type
}

/** A type index that must lie below `typeLimit`. */
export function readTypeIndex(reader: WasmReader, typeLimit: number): number {
  const at = reader.at
  return checkType(at, reader.u32(), typeLimit)
}

function checkType(at: number, index: number, typeLimit: number): number {
  if (index >= typeLimit) invalid(at, `unknown type ${index}`, `a type below ${typeLimit}`)
  return index
}

/** 0 immutable, 1 mutable. */
export function readMutability(reader: WasmReader): boolean {
  const at = reader.at
  const byte = reader.u8()
  if (byte > 1) reader.fail(`0x${byte.toString(16)}: malformed mutability`, '0 or 1', at)
  return byte === 1
}

/** The type section: recursive groups of function types. */
export function readTypes(reader: WasmReader, types: TypeDef[]): void {
  const depths: number[] = []
  for (let groups = reader.count(); groups > 0; groups--) {
    const at = reader.at
    const start = types.length
    const isGroup = reader.peek() === 0x4e
    if (isGroup) reader.u8()
    const size = isGroup ? reader.count() : 1
    if (start + size > wasmLimits.types) overLimit(at, 'types', start + size, wasmLimits.types)
    const places: number[] = []
    const group: TypeDef[] = []
    for (let i = 0; i < size; i++) {
      places.push(reader.at)
      const type = readSubType(reader, start + i, start, size)
      const depth = type.super === noSuper ? 0 : depths[type.super] + 1
      const limit = wasmLimits.subtypeDepth
      if (depth > limit) overLimit(places[i], 'levels of supertypes', depth, limit)
      depths.push(depth)
      group.push(type)
    }
    for (const type of group) types.push(type)
    for (let i = 0; i < size; i++) checkSuper(types, start + i, places[i])
  }
}

const noSuper = -1

function readSubType(
  reader: WasmReader,
  index: number,
  groupStart: number,
  groupSize: number,
): TypeDef {
  const form = reader.peek()
  const isSub = form === 0x50 || form === 0x4f
  let base = noSuper
  if (isSub) {
    reader.u8()
    const at = reader.at
    const supers = reader.count()
    // A supertype stands before its subtype, even in a recursive group: chains of them end.
    for (let i = 0; i < supers; i++) base = readTypeIndex(reader, index)
    if (supers > 1) invalid(at, `sub type with ${supers} supertypes`, 'at most one')
  }
  const signature = readComposite(reader, groupStart + groupSize)
  return { ...signature, groupStart, groupSize, final: form !== 0x50, super: base }
}

function readComposite(reader: WasmReader, typeLimit: number): Pick<TypeDef, 'params' | 'results'> {
  const at = reader.at
  const form = reader.u8()
  if (form === 0x60) {
    const params = readResultType(reader, typeLimit, 'parameters', wasmLimits.params)
    const results = readResultType(reader, typeLimit, 'results', wasmLimits.results)
    return { params, results }
  }
  if (form === 0x5e || form === 0x5f) {
    const fields = form === 0x5f ? reader.count() : 1
    for (let i = 0; i < fields; i++) readField(reader, typeLimit)
    const name = form === 0x5f ? 'a struct type' : 'an array type'
    unsupported(at, name, 'compile without garbage-collected structs and arrays')
  }
  reader.fail(`0x${form.toString(16)}: malformed type`, 'a function, struct or array type', at)
}

function readField(reader: WasmReader, typeLimit: number): void {
  const isPacked = reader.peek() === 0x78 || reader.peek() === 0x77
  if (isPacked) reader.u8()
  else readValType(reader, typeLimit)
  readMutability(reader)
}

function readResultType(
  reader: WasmReader,
  typeLimit: number,
  what: string,
  limit: number,
): ValType[] {
  const at = reader.at
  const length = reader.count()
  if (length > limit) overLimit(at, what, length, limit)
  const types: ValType[] = []
  for (let i = 0; i < length; i++) types.push(readValType(reader, typeLimit))
  return types
}

/** A declared supertype is open and its subtype's signature fits where its own is expected. */
function checkSuper(types: readonly TypeDef[], index: number, at: number): void {
  const type = types[index]
  if (type.super === noSuper) return
  const base = types[type.super]
  const mismatch = `sub type ${index} does not match super type ${type.super}`
  if (base.final) invalid(at, mismatch, 'a supertype that is not final')
  if (!isSignatureBelow(types, type, base)) invalid(at, mismatch, 'a signature that matches')
}

const numberNames = ['', 'i32', 'i64', 'f32', 'f64', 'v128']
const heapNames = new Map(Object.entries(Heap).map(([name, heap]) => [heap as number, name]))

/** A value type as the text format writes it: `i32`, `(ref null func)`, `(ref 3)`. */
export function valTypeName(type: ValType): string {
  if (!isRef(type)) return numberNames[type] ?? `type ${type}`
  const heap = heapOf(type)
  const name = heapNames.get(heap) ?? `${heap - HEAP_INDEX}`
  return `(ref ${isNullable(type) ? 'null ' : ''}${name})`
}
