// What the generator knows of a program while it writes its functions: the index spaces with sizes
// that hold.
import type { TypeDef } from '../../src/isa/program.ts'
import { type Kind, kindOf } from '../../src/isa/types.ts'

export interface TableShape {
  readonly kind: Kind
  readonly wide: boolean
  /** Entries that it has at least. */
  readonly size: number
  /** Type of the function in each of the first slots; no generated instruction writes there. */
  readonly callable: readonly number[]
}
export interface MemoryShape {
  readonly wide: boolean
  /** 64 KiB pages that it has at least: a power of two. */
  readonly pages: number
}
export interface GlobalShape {
  readonly kind: Kind
  readonly mutable: boolean
}
/** Segments that may be dropped (or are from the start) have 0 entries. */
export interface SegmentShape {
  readonly kind: Kind
  readonly length: number
  readonly droppable: boolean
}

export interface Shape {
  readonly types: readonly TypeDef[]
  /** Type of each function; `callable`: generated code may call it. */
  readonly functions: readonly { readonly type: number; readonly callable: boolean }[]
  readonly memories: readonly MemoryShape[]
  readonly tables: readonly TableShape[]
  readonly globals: readonly GlobalShape[]
  /** Type of each tag. */
  readonly tags: readonly number[]
  readonly elements: readonly SegmentShape[]
  readonly data: readonly SegmentShape[]
  /** Pages of every shard of the world so far. */
  readonly shards: readonly number[]
  /** Private globals: calls left, and the pass of the outermost loop. */
  readonly fuel: number
  readonly pass: number
  readonly passes: number
}

export const paramsOf = (shape: Shape, type: number): Kind[] => shape.types[type].params.map(kindOf)
export const resultsOf = (shape: Shape, type: number): Kind[] =>
  shape.types[type].results.map(kindOf)

export const sameKinds = (a: readonly Kind[], b: readonly Kind[]): boolean =>
  a.length === b.length && a.every((kind, at) => kind === b[at])
