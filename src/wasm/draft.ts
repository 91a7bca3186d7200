// A module while it is decoded: its lists grow section by section and become the WasmModule.
import type {
  DataSegments,
  ElementSegment,
  Export,
  GlobalDef,
  GlobalType,
  Import,
  Limits,
  TableDef,
  TableType,
  TypeDef,
} from '../isa/program.ts'
import type { FunctionBody } from './module.ts'

export interface Draft {
  readonly bytes: Uint8Array
  readonly types: TypeDef[]
  readonly imports: Import[]
  /** Index spaces, imported first: at any moment what the sections so far have brought in. */
  readonly functionTypes: number[]
  readonly tableTypes: TableType[]
  readonly memoryTypes: Limits[]
  readonly globalTypes: GlobalType[]
  readonly tagTypes: number[]
  importedFunctions: number
  readonly tables: TableDef[]
  readonly globals: GlobalDef[]
  readonly exports: Export[]
  start: number
  readonly elements: ElementSegment[]
  data: DataSegments
  dataCount: number
  readonly bodies: FunctionBody[]
  readonly declared: Set<number>
}

export const newDraft = (bytes: Uint8Array): Draft => ({
  bytes,
  types: [],
  imports: [],
  functionTypes: [],
  tableTypes: [],
  memoryTypes: [],
  globalTypes: [],
  tagTypes: [],
  importedFunctions: 0,
  tables: [],
  globals: [],
  exports: [],
  start: -1,
  elements: [],
  data: [],
  dataCount: -1,
  bodies: [],
  declared: new Set(),
})
