// Value types, as WebAssembly 3.0 names them, and the erased kinds that the machine's words have.

/**
 * A value type in one number. Low nibble: 1 i32, 2 i64, 3 f32, 4 f64, 5 v128, 14 (ref null ht), 15
 * (ref ht). For references the bits above hold the heap type: 0..15 an abstract one, 16 + n type
 * index n.
 */
export type ValType = number & { readonly __valType?: never }

export const I32 = 1
export const I64 = 2
export const F32 = 3
export const F64 = 4
export const V128 = 5
const REF_NULL = 14
const REF = 15

/** Abstract heap types; concrete ones are HEAP_INDEX + type index. */
export const Heap = {
  func: 0,
  nofunc: 1,
  extern: 2,
  noextern: 3,
  any: 4,
  eq: 5,
  i31: 6,
  struct: 7,
  array: 8,
  none: 9,
  exn: 10,
  noexn: 11,
} as const
export const HEAP_INDEX = 16

export const refType = (heap: number, nullable: boolean): ValType =>
  heap * 16 + (nullable ? REF_NULL : REF)
export const isRef = (type: ValType): boolean => (type & 15) >= REF_NULL
export const isNullable = (type: ValType): boolean => (type & 15) !== REF
export const heapOf = (type: ValType): number => Math.floor(type / 16)

export const FUNCREF = refType(Heap.func, true)
export const EXTERNREF = refType(Heap.extern, true)
export const EXNREF = refType(Heap.exn, true)
export const ANYREF = refType(Heap.any, true)

/**
 * What a machine word (or two, for v128) holds. The verifier works on kinds: nullability and
 * concrete heap types are erased, because every use of a reference checks at run time what safety
 * needs.
 */
export type Kind = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9
export const Kinds = {
  i32: 1,
  i64: 2,
  f32: 3,
  f64: 4,
  v128: 5,
  funcref: 6,
  externref: 7,
  exnref: 8,
  anyref: 9,
} as const
export const kindNames: readonly string[] = [
  '',
  'i32',
  'i64',
  'f32',
  'f64',
  'v128',
  'funcref',
  'externref',
  'exnref',
  'anyref',
]

/** Words (64 bit) that a value of this kind takes on the stack, in a local or a global. */
export const wordsOf = (kind: Kind): number => (kind === Kinds.v128 ? 2 : 1)
export const wordsOfAll = (kinds: readonly Kind[]): number => {
  let words = 0
  for (const kind of kinds) words += wordsOf(kind)
  return words
}

/** Concrete type indices are always function types: structs and arrays are refused at the door. */
export function kindOf(type: ValType): Kind {
  if (!isRef(type)) return type as Kind
  switch (heapOf(type)) {
    case Heap.extern:
    case Heap.noextern:
      return Kinds.externref
    case Heap.exn:
    case Heap.noexn:
      return Kinds.exnref
    case Heap.any:
    case Heap.eq:
    case Heap.i31:
    case Heap.struct:
    case Heap.array:
    case Heap.none:
      return Kinds.anyref
    default:
      return Kinds.funcref
  }
}
