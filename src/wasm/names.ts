// The name section (WebAssembly spec, appendix Custom Sections). Names are debug facts: a malformed
// name section is ignored as a whole, and the module stays good.
import { VacError } from '../base/errors.ts'
import type { ProgramNames } from '../isa/program.ts'
import { WasmReader } from './reader.ts'

type NameMap = Map<number, string>

const Subsection = {
  module: 0,
  functions: 1,
  locals: 2,
  tables: 5,
  memories: 6,
  globals: 7,
  tags: 11,
} as const

const noNames = () => ({
  module: null as string | null,
  functions: new Map() as NameMap,
  locals: new Map<number, NameMap>(),
  globals: new Map() as NameMap,
  memories: new Map() as NameMap,
  tables: new Map() as NameMap,
  tags: new Map() as NameMap,
})

/** The names of a name section's contents, or of none (null). */
export function readNames(bytes: Uint8Array | null): ProgramNames {
  if (bytes === null) return noNames()
  try {
    return readSubsections(new WasmReader(bytes))
  } catch (error) {
    if (error instanceof VacError) return noNames()
    throw error
  }
}

function readSubsections(reader: WasmReader): ProgramNames {
  const names = noNames()
  while (!reader.done) {
    const id = reader.u8()
    const sizeBytes = reader.u32()
    const part = new WasmReader(reader.raw(sizeBytes))
    switch (id) {
      case Subsection.module:
        names.module = part.name()
        break
      case Subsection.functions:
        names.functions = readNameMap(part)
        break
      case Subsection.locals:
        names.locals = readIndirectNameMap(part)
        break
      case Subsection.tables:
        names.tables = readNameMap(part)
        break
      case Subsection.memories:
        names.memories = readNameMap(part)
        break
      case Subsection.globals:
        names.globals = readNameMap(part)
        break
      case Subsection.tags:
        names.tags = readNameMap(part)
        break
      default:
        continue
    }
    if (!part.done) part.fail('bytes after the names', 'the end of the subsection')
  }
  return names
}

function readNameMap(reader: WasmReader): NameMap {
  const names: NameMap = new Map()
  for (let i = reader.count(); i > 0; i--) {
    const index = reader.u32()
    names.set(index, reader.name())
  }
  return names
}

function readIndirectNameMap(reader: WasmReader): Map<number, NameMap> {
  const maps = new Map<number, NameMap>()
  for (let i = reader.count(); i > 0; i--) {
    const index = reader.u32()
    maps.set(index, readNameMap(reader))
  }
  return maps
}
