// What a module takes in and gives out: the import and export sections.
import type { Export, ExternType } from '../isa/program.ts'
import type { Draft } from './draft.ts'
import { invalid, overLimit } from './failures.ts'
import { readGlobalType, readMemoryType, readTableType, readTagType } from './limits.ts'
import { wasmLimits } from './module.ts'
import type { WasmReader } from './reader.ts'
import { readTypeIndex } from './types.ts'

const kinds: readonly ExternType['kind'][] = ['func', 'table', 'memory', 'global', 'tag']

export function readImports(reader: WasmReader, draft: Draft): void {
  const at = reader.at
  const count = reader.count()
  if (count > wasmLimits.imports) overLimit(at, 'imports', count, wasmLimits.imports)
  for (let i = 0; i < count; i++) {
    const module = reader.name()
    const name = reader.name()
    draft.imports.push({ module, name, extern: readExternType(reader, draft) })
  }
  draft.importedFunctions = draft.functionTypes.length
}

/** Reads an import's type and gives it the next index of its kind. */
function readExternType(reader: WasmReader, draft: Draft): ExternType {
  const at = reader.at
  const kind = kinds[reader.u8()]
  switch (kind) {
    case 'func': {
      const type = readTypeIndex(reader, draft.types.length)
      draft.functionTypes.push(type)
      return { kind, type }
    }
    case 'table': {
      const table = readTableType(reader, draft.types.length)
      draft.tableTypes.push(table)
      return { kind, table }
    }
    case 'memory': {
      const memory = readMemoryType(reader)
      draft.memoryTypes.push(memory)
      return { kind, memory }
    }
    case 'global': {
      const global = readGlobalType(reader, draft.types.length)
      draft.globalTypes.push(global)
      return { kind, global }
    }
    case 'tag': {
      const type = readTagType(reader, draft.types)
      draft.tagTypes.push(type)
      return { kind, type }
    }
    default:
      reader.fail('malformed import kind', '0 to 4', at)
  }
}

export function readExports(reader: WasmReader, draft: Draft): void {
  const at = reader.at
  const count = reader.count()
  if (count > wasmLimits.exports) overLimit(at, 'exports', count, wasmLimits.exports)
  const seen = new Set<string>()
  for (let i = 0; i < count; i++) {
    const place = reader.at
    const exported = readExport(reader, draft)
    const { name } = exported
    if (seen.has(name)) {
      invalid(place, `duplicate export name ${JSON.stringify(name)}`, 'a name of its own')
    }
    seen.add(name)
    if (exported.kind === 'func') draft.declared.add(exported.index)
    draft.exports.push(exported)
  }
}

function readExport(reader: WasmReader, draft: Draft): Export {
  const name = reader.name()
  const at = reader.at
  const kind = kinds[reader.u8()]
  if (kind === undefined) reader.fail('malformed export kind', '0 to 4', at)
  const place = reader.at
  const index = reader.u32()
  const [what, length] = indexSpace(draft, kind)
  if (index >= length) invalid(place, `unknown ${what} ${index}`, `a ${what} below ${length}`)
  return { name, kind, index }
}

function indexSpace(draft: Draft, kind: ExternType['kind']): readonly [string, number] {
  switch (kind) {
    case 'func':
      return ['function', draft.functionTypes.length]
    case 'table':
      return ['table', draft.tableTypes.length]
    case 'memory':
      return ['memory', draft.memoryTypes.length]
    case 'global':
      return ['global', draft.globalTypes.length]
    case 'tag':
      return ['tag', draft.tagTypes.length]
  }
}
