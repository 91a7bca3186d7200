// The machine's store: instances and the entities that they share. Entities are numbered in order
// of creation; an instance maps its own index spaces to those numbers. A memory's number is its
// shard.
import type { FunctionFacts } from '../isa/facts.ts'
import type { FunctionDef, GlobalType, Program, TableType } from '../isa/program.ts'
import { type Kind, kindOf, wordsOfAll } from '../isa/types.ts'
import type { Memory } from '../memory/memory.ts'
import type { HostFunction } from './host-function.ts'
import type { Lane } from './lane/code.ts'

/**
 * A reference to a function in one word: low half the function, high half the instance + 1. 0 is
 * null.
 */
export interface FunctionInstance {
  readonly instance: number
  /** In the instance's function index space. */
  readonly index: number
  /** Canonical type number (TypeRegistry). */
  readonly typeId: number
  readonly paramKinds: readonly Kind[]
  readonly resultKinds: readonly Kind[]
  readonly paramWords: number
  readonly resultWords: number
  /** null: a function of the wall. */
  readonly def: FunctionDef | null
  readonly host: HostFunction | null
  /** Made at the first call. */
  facts: FunctionFacts | null
  /** The fast form, made at the first call. */
  lane: Lane | null
}

export interface TableEntity {
  readonly type: TableType
  readonly kind: Kind
  /** Two 32-bit halves an entry; capacity may exceed the size. */
  words: Int32Array
  size: number
  /** Entries [from, to) were written since the fast engine looked: a host fact. */
  changedFrom: number
  changedTo: number
}

/** Tells the fast engine that entries of a table were written. */
export function noteChange(table: TableEntity, from: number, to: number): void {
  if (from < table.changedFrom) table.changedFrom = from
  if (to > table.changedTo) table.changedTo = to
}

/** Two words (four halves) of Store.globalWords belong to each global, at 4 x its number. */
export interface GlobalEntity {
  readonly type: GlobalType
  readonly kind: Kind
}

export interface TagEntity {
  readonly typeId: number
  readonly paramKinds: readonly Kind[]
  readonly paramWords: number
}

/** An exception: a tag and its arguments. An exnref is its number in Store.exceptions + 1. */
export interface Exception {
  readonly tag: number
  readonly words: BigInt64Array
}

export interface Instance {
  readonly program: Program
  /** Number in Store.programs. */
  readonly programNumber: number
  /** Index spaces, imports first. */
  readonly functions: FunctionInstance[]
  readonly tables: Uint32Array
  readonly memories: Uint32Array
  readonly globals: Uint32Array
  readonly tags: Uint32Array
  /** Canonical type number of each type. */
  readonly typeIds: Uint32Array
  /** Element segments as reference words (two halves an entry); null once dropped. */
  readonly elements: (Int32Array | null)[]
  /** Data segments; null once dropped. */
  readonly data: (Uint8Array | null)[]
}

/** The hash of a program, or what computes it: it is seldom asked for. */
export type ProgramHash = Uint8Array | (() => Uint8Array)

/** Exceptions in the store before the first look for those that nothing reaches. */
export const FIRST_COLLECTION = 4096

export interface Store {
  readonly programs: { readonly program: Program; readonly hash: Uint8Array }[]
  /** Instance 0 is the wall: its functions are those that imports resolved to. */
  readonly instances: Instance[]
  readonly memories: Memory[]
  readonly tables: TableEntity[]
  readonly globals: GlobalEntity[]
  /** Four halves a global. */
  globalWords: Int32Array
  readonly tags: TagEntity[]
  readonly exceptions: Exception[]
  /**
   * Numbers of exceptions that nothing reaches, to be taken again; when to look for such
   * (exceptions.ts).
   */
  readonly freeExceptions: number[]
  exceptionLimit: number
}

/** Of 64 KiB, of all memories together. */
export const memoryPages = ({ memories }: Store): number =>
  memories.reduce((sum, { sizePages }) => sum + sizePages, 0)

/** Adds the functions that a program defines to those that an instance imports. */
export function pushDefined(
  functions: FunctionInstance[],
  program: Program,
  typeIds: Uint32Array,
  instance: number,
): void {
  // Functions are many, their types few.
  const shapes = program.types.map(({ params, results }) => {
    const paramKinds = params.map(kindOf)
    const resultKinds = results.map(kindOf)
    return { paramKinds, resultKinds, words: [wordsOfAll(paramKinds), wordsOfAll(resultKinds)] }
  })
  for (const def of program.functions) {
    const { paramKinds, resultKinds, words } = shapes[def.type]
    functions.push({
      instance,
      index: functions.length,
      typeId: typeIds[def.type],
      paramKinds,
      resultKinds,
      paramWords: words[0],
      resultWords: words[1],
      def,
      host: null,
      facts: null,
      lane: null,
    })
  }
}
