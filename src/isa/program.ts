// The Atom program: the one program form. What front ends emit, the verifier checks, every engine
// runs.
import type { Kind, ValType } from './types.ts'

/**
 * A function type as declared: part of a recursive group, possibly open (not final) and with a
 * supertype.
 */
export interface TypeDef {
  readonly params: readonly ValType[]
  readonly results: readonly ValType[]
  /** Index of the first type of this type's recursive group, and the group's length. */
  readonly groupStart: number
  readonly groupSize: number
  readonly final: boolean
  /** Index of the declared supertype, or -1. */
  readonly super: number
}

/** Limits of a memory (in 64 KiB pages) or a table (in entries); max null = none declared. */
export interface Limits {
  readonly min: bigint
  readonly max: bigint | null
  /** True: 64-bit addresses. */
  readonly wide: boolean
  /** Memories only: declared shared (threads); refused unless it is matched by a shared import. */
  readonly shared: boolean
}
export interface TableType {
  readonly element: ValType
  readonly limits: Limits
}
export interface GlobalType {
  readonly type: ValType
  readonly mutable: boolean
}

export type ExternType =
  | { readonly kind: 'func'; readonly type: number }
  | { readonly kind: 'table'; readonly table: TableType }
  | { readonly kind: 'memory'; readonly memory: Limits }
  | { readonly kind: 'global'; readonly global: GlobalType }
  | { readonly kind: 'tag'; readonly type: number }

export interface Import {
  readonly module: string
  readonly name: string
  readonly extern: ExternType
}
export interface Export {
  readonly name: string
  readonly kind: ExternType['kind']
  readonly index: number
}

/**
 * Decoded instructions. The pc is the index of an instruction in its function, not a byte offset.
 * Instruction i has opcode op[i] and its immediates start at imm[at[i]]; how many words they take
 * and what they mean is said by the row's `imm` list (isa/table.ts).
 */
export interface Code {
  readonly op: Uint16Array
  readonly at: Uint32Array
  readonly imm: Int32Array
}

/** A jump target. Every target declares the full operand stack it is entered with, bottom first. */
export interface Label {
  readonly pc: number
  readonly stack: readonly Kind[]
}

/**
 * An exception handler over [from, to). Handlers are searched in order: innermost first. On a match
 * the operand stack is cut to the height of the label's stack less what is pushed; then the tag's
 * arguments are pushed (where the tag is given), then the exnref (where `ref`). A `refLocal` >= 0
 * gets the exnref too, free of ticks.
 */
export interface Handler {
  readonly from: number
  readonly to: number
  /** Tag index, or -1: any. */
  readonly tag: number
  readonly ref: boolean
  readonly refLocal: number
  readonly label: number
}

export interface FunctionDef {
  readonly type: number
  /** Declared locals after the parameters. References start as null, numbers as 0. */
  readonly locals: readonly ValType[]
  readonly code: Code
  readonly labels: readonly Label[]
  readonly handlers: readonly Handler[]
  /** Byte offset in the source of each instruction, or null. */
  readonly source: Uint32Array | null
}

/**
 * A constant expression: instructions of the ISA without control; evaluated at instantiation,
 * without ticks.
 */
export type ConstExpr = Code

export interface TableDef {
  readonly table: TableType
  readonly init: ConstExpr | null
}
export interface GlobalDef {
  readonly global: GlobalType
  readonly init: ConstExpr
}
export interface ElementSegment {
  readonly type: ValType
  readonly mode: 'active' | 'passive' | 'declared'
  readonly table: number
  readonly offset: ConstExpr | null
  readonly items: readonly ConstExpr[]
}
export interface DataSegment {
  readonly mode: 'active' | 'passive'
  readonly memory: number
  readonly offset: ConstExpr | null
  readonly bytes: Uint8Array
}
/** In order. An array will do; where there are tens of thousands, each is made when it is read. */
export interface DataSegments extends Iterable<DataSegment> {
  readonly length: number
}

/** Debug facts; never part of the program's hash. */
export interface ProgramNames {
  readonly module: string | null
  readonly functions: ReadonlyMap<number, string>
  readonly locals: ReadonlyMap<number, ReadonlyMap<number, string>>
  readonly globals: ReadonlyMap<number, string>
  readonly memories: ReadonlyMap<number, string>
  readonly tables: ReadonlyMap<number, string>
  readonly tags: ReadonlyMap<number, string>
}

/** What is asked about all functions together. */
export interface ProgramSummary {
  readonly instructions: number
  /** Numbers of the native calls, ascending. */
  readonly syscalls: readonly number[]
}

export interface Program {
  readonly types: readonly TypeDef[]
  readonly imports: readonly Import[]
  /**
   * Defined functions; index space = imported functions, then these. The same for the other lists.
   */
  readonly functions: readonly FunctionDef[]
  readonly tables: readonly TableDef[]
  readonly memories: readonly Limits[]
  readonly globals: readonly GlobalDef[]
  /** Type index of each defined tag. */
  readonly tags: readonly number[]
  readonly exports: readonly Export[]
  /** Function index run at instantiation, or -1. */
  readonly start: number
  readonly elements: readonly ElementSegment[]
  readonly data: DataSegments
  readonly names: ProgramNames
  /** Where it is known without a look at every function (isa/summary.ts). */
  readonly summary?: ProgramSummary
  /** SHA-256 of the file that it was translated from, where one is known: it names it as well. */
  readonly origin?: Uint8Array
  /** Other custom sections worth keeping (DWARF: `.debug_*`, `producers`), by name. */
  readonly customs: readonly { readonly name: string; readonly bytes: Uint8Array }[]
}
