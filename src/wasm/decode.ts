// Decodes a WebAssembly 3.0 module and validates everything but function bodies, which it only
// delimits. One pass in the order of the sections: what a rule may name is what stands before it.
import type { TableDef } from '../isa/program.ts'
import { isNullable } from '../isa/types.ts'
import { readConstExpr } from './const-expr.ts'
import { type Draft, newDraft } from './draft.ts'
import { CODE_OFFSET, codeOffsetBytes, LINES } from './dwarf/sections.ts'
import { readExports, readImports } from './externs.ts'
import { invalid, overLimit } from './failures.ts'
import { readGlobalType, readMemoryType, readTableType, readTagType } from './limits.ts'
import { type WasmModule, wasmLimits } from './module.ts'
import { readNames } from './names.ts'
import type { WasmReader } from './reader.ts'
import { openSection, SectionId, type Sections, splitSections } from './sections.ts'
import { readDatas, readElements } from './segments.ts'
import { readTypeIndex, readTypes, valTypeName } from './types.ts'

const nameSection = 'name'

/** Throws WASM_MALFORMED, WASM_INVALID, WASM_UNSUPPORTED or WASM_LIMIT, with the offset. */
export function decodeModule(bytes: Uint8Array): WasmModule {
  const sections = splitSections(bytes)
  const draft = newDraft(bytes)
  readSections(sections, draft)
  const names = sections.customs.find((custom) => custom.name === nameSection)
  return {
    ...draft,
    names: readNames(names?.bytes ?? null),
    customs: customsOf(sections),
  }
}

/** What debug sections say counts from the Code section: where that begins is kept beside them. */
function customsOf({ customs, known }: Sections): WasmModule['customs'] {
  const others = customs.filter(({ name }) => name !== nameSection && name !== CODE_OFFSET)
  const code = known.get(SectionId.code)
  if (code === undefined || !others.some(({ name }) => name === LINES)) return others
  return [...others, { name: CODE_OFFSET, bytes: codeOffsetBytes(code.start) }]
}

/** What reads each section, in the order of the binary format. */
const readers: readonly (readonly [number, (reader: WasmReader, draft: Draft) => void])[] = [
  [SectionId.type, (reader, draft) => readTypes(reader, draft.types)],
  [SectionId.import, readImports],
  [SectionId.function, readFunctions],
  [SectionId.table, readTables],
  [SectionId.memory, readMemories],
  [SectionId.tag, readTags],
  [SectionId.global, readGlobals],
  [SectionId.export, readExports],
  [SectionId.start, readStart],
  [SectionId.element, readElements],
  [SectionId.dataCount, readDataCount],
  [SectionId.code, readCode],
  [SectionId.data, readDatas],
]

function readSections(sections: Sections, draft: Draft): void {
  for (const [id, read] of readers) {
    const reader = openSection(draft.bytes, sections, id)
    if (reader === null) continue
    read(reader, draft)
    if (!reader.done) reader.fail('section size mismatch', 'the end of the section')
  }
}

/** The length of a list that joins `before` others in its index space. */
function countWithin(reader: WasmReader, what: string, before: number, limit: number): number {
  const at = reader.at
  const count = reader.count()
  if (before + count > limit) overLimit(at, what, before + count, limit)
  return count
}

function readFunctions(reader: WasmReader, draft: Draft): void {
  const { functionTypes, types } = draft
  let left = countWithin(reader, 'functions', functionTypes.length, wasmLimits.functions)
  for (; left > 0; left--) functionTypes.push(readTypeIndex(reader, types.length))
}

function readTables(reader: WasmReader, draft: Draft): void {
  const { tableTypes, tables } = draft
  let left = countWithin(reader, 'tables', tableTypes.length, wasmLimits.tables)
  for (; left > 0; left--) {
    const def = readTable(reader, draft)
    tableTypes.push(def.table)
    tables.push(def)
  }
}

const tableWithInit = 0x40

function readTable(reader: WasmReader, draft: Draft): TableDef {
  const at = reader.at
  if (reader.peek() === tableWithInit) {
    reader.u8()
    if (reader.u8() !== 0) reader.fail('malformed table', '0 after 0x40', reader.at - 1)
    const table = readTableType(reader, draft.types.length)
    return { table, init: readConstExpr(reader, draft, table.element) }
  }
  const table = readTableType(reader, draft.types.length)
  if (!isNullable(table.element)) {
    const found = `type mismatch: a table of ${valTypeName(table.element)} without initialiser`
    invalid(at, found, 'an initialiser')
  }
  return { table, init: null }
}

function readMemories(reader: WasmReader, draft: Draft): void {
  const { memoryTypes } = draft
  let left = countWithin(reader, 'memories', memoryTypes.length, wasmLimits.memories)
  for (; left > 0; left--) memoryTypes.push(readMemoryType(reader))
}

function readTags(reader: WasmReader, draft: Draft): void {
  const { tagTypes, types } = draft
  let left = countWithin(reader, 'tags', tagTypes.length, wasmLimits.tags)
  for (; left > 0; left--) tagTypes.push(readTagType(reader, types))
}

function readGlobals(reader: WasmReader, draft: Draft): void {
  const { globalTypes, globals, types } = draft
  let left = countWithin(reader, 'globals', globalTypes.length, wasmLimits.globals)
  for (; left > 0; left--) {
    const global = readGlobalType(reader, types.length)
    const init = readConstExpr(reader, draft, global.type)
    globalTypes.push(global)
    globals.push({ global, init })
  }
}

/** The start function takes and gives nothing. */
function readStart(reader: WasmReader, draft: Draft): void {
  const at = reader.at
  const index = reader.u32()
  const type = draft.types[draft.functionTypes[index]]
  if (type === undefined) invalid(at, `unknown function ${index}`, 'a start function')
  if (type.params.length + type.results.length > 0) {
    invalid(at, `start function ${index} with parameters or results`, 'neither')
  }
  draft.start = index
}

function readDataCount(reader: WasmReader, draft: Draft): void {
  draft.dataCount = reader.u32()
}

function readCode(reader: WasmReader, draft: Draft): void {
  const first = draft.importedFunctions
  const count = reader.count()
  for (let i = 0; i < count; i++) {
    const at = reader.at
    const sizeBytes = reader.u32()
    const start = reader.at
    reader.skip(sizeBytes)
    if (sizeBytes > wasmLimits.bodyBytes) {
      overLimit(at, 'bytes in a function', sizeBytes, wasmLimits.bodyBytes)
    }
    draft.bodies.push({ type: draft.functionTypes[first + i], start, end: reader.at })
  }
}
