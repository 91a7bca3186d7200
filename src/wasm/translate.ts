// The front end's door: a WebAssembly module in, a program out.
import { VacError } from '../base/errors.ts'
import { CodeBuilder } from '../isa/code-builder.ts'
import type { ExternType, FunctionDef, Program, ProgramSummary } from '../isa/program.ts'
import { translateBody } from './body.ts'
import { decodeModule } from './decode.ts'
import { LaterFunction } from './later-function.ts'
import type { WasmModule } from './module.ts'

/**
 * `origin`: the SHA-256 of the bytes, where it is known. Throws WASM_MALFORMED, WASM_INVALID,
 * WASM_UNSUPPORTED or WASM_LIMIT, with the offset.
 */
export function translate(bytes: Uint8Array, origin: Uint8Array | null = null): Program {
  const module = decodeModule(bytes)
  const functions = translateBodies(module)
  const instructions = functions.reduce((sum, { code }) => sum + code.op.length, 0)
  return programOf(module, functions, { instructions, syscalls: [] }, origin)
}

/**
 * The same program of bytes that `translate` took before, with so many instructions: a function is
 * translated when it is first looked at. The bytes must not change.
 */
export function translateLater(
  bytes: Uint8Array,
  instructions: number,
  origin: Uint8Array,
): Program {
  const module = decodeModule(bytes)
  const functions = module.bodies.map((_, index) => new LaterFunction(module, index))
  return programOf(module, functions, { instructions, syscalls: [] }, origin)
}

function programOf(
  module: WasmModule,
  functions: readonly FunctionDef[],
  summary: ProgramSummary,
  origin: Uint8Array | null,
): Program {
  const imported = (kind: ExternType['kind']): number =>
    module.imports.filter((entry) => entry.extern.kind === kind).length
  return {
    types: module.types,
    imports: module.imports,
    functions,
    tables: module.tables,
    memories: module.memoryTypes.slice(imported('memory')),
    globals: module.globals,
    tags: module.tagTypes.slice(imported('tag')),
    exports: module.exports,
    start: module.start,
    elements: module.elements,
    data: module.data,
    names: module.names,
    summary,
    ...(origin === null ? {} : { origin }),
    customs: module.customs,
  }
}

/** A malformed body wins over an invalid one before it: bytes that are no module are not judged. */
function translateBodies(module: WasmModule): FunctionDef[] {
  const builder = new CodeBuilder()
  const functions: FunctionDef[] = []
  let firstInvalid: VacError | null = null
  for (let index = 0; index < module.bodies.length; index++) {
    try {
      const body = translateBody(module, index, builder)
      if (firstInvalid === null) functions.push(body)
    } catch (error) {
      if (!(error instanceof VacError) || error.code === 'WASM_MALFORMED') throw error
      firstInvalid ??= error
    }
  }
  if (firstInvalid !== null) throw firstInvalid
  return functions
}
