// What the decoder hands to the validator and translator: a WebAssembly module with its index
// spaces resolved.
import type {
  DataSegments,
  ElementSegment,
  Export,
  GlobalDef,
  GlobalType,
  Import,
  Limits,
  ProgramNames,
  TableDef,
  TableType,
  TypeDef,
} from '../isa/program.ts'

export interface FunctionBody {
  readonly type: number
  /** Offsets in the module: of the body's first byte (its locals), and one past its last. */
  readonly start: number
  readonly end: number
}

export interface WasmModule {
  readonly bytes: Uint8Array
  readonly types: readonly TypeDef[]
  readonly imports: readonly Import[]
  /** Index spaces: imported first, then defined. */
  readonly functionTypes: readonly number[]
  readonly tableTypes: readonly TableType[]
  readonly memoryTypes: readonly Limits[]
  readonly globalTypes: readonly GlobalType[]
  readonly tagTypes: readonly number[]
  readonly importedFunctions: number
  readonly tables: readonly TableDef[]
  readonly globals: readonly GlobalDef[]
  readonly exports: readonly Export[]
  readonly start: number
  readonly elements: readonly ElementSegment[]
  readonly data: DataSegments
  /** The data count section's number, or -1. */
  readonly dataCount: number
  readonly bodies: readonly FunctionBody[]
  /** Functions that `ref.func` may name in a body: those in exports, segments and initialisers. */
  readonly declared: ReadonlySet<number>
  readonly names: ProgramNames
  readonly customs: readonly { readonly name: string; readonly bytes: Uint8Array }[]
}

/** Limits of this implementation; exceeding one is WASM_LIMIT with the offset. */
export const wasmLimits = {
  moduleBytes: 256 * 1024 * 1024,
  types: 1_000_000,
  functions: 1_000_000,
  imports: 1_000_000,
  exports: 1_000_000,
  globals: 1_000_000,
  tables: 100_000,
  memories: 100_000,
  tags: 1_000_000,
  segments: 1_000_000,
  locals: 50_000,
  params: 1_000,
  results: 1_000,
  /** Levels of declared subtypes; the JavaScript interface of WebAssembly has the same. */
  subtypeDepth: 63,
  bodyBytes: 16 * 1024 * 1024,
  nesting: 100_000,
} as const
