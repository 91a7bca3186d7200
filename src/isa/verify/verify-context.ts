// A program's index spaces, flattened for verification: imports first, then definitions; types
// erased to kinds.
import { VacError } from '../../base/errors.ts'
import type { ExternType, GlobalType, Limits, Program, TableType } from '../program.ts'
import { kindOf } from '../types.ts'
import { kindsOf, tagsOf } from './kinds.ts'

export class ProgramContext {
  readonly program: Program
  readonly importedFunctions: number
  readonly importedGlobals: number
  /** Type index of each function and tag. */
  readonly functionTypes: Uint32Array
  readonly tagTypes: Uint32Array
  /** 1: 64-bit addresses. */
  readonly memoryWide: Uint8Array
  readonly tableWide: Uint8Array
  readonly tableKinds: Uint8Array
  readonly globalKinds: Uint8Array
  readonly globalMutable: Uint8Array
  readonly elementKinds: Uint8Array
  private readonly paramTags: (Uint8Array | undefined)[]
  private readonly resultTags: (Uint8Array | undefined)[]

  constructor(program: Program) {
    this.program = program
    const externs = program.imports.map((row) => row.extern)
    const pick = <K extends ExternType['kind']>(kind: K) =>
      externs.filter((row): row is Extract<ExternType, { kind: K }> => row.kind === kind)
    const functions = pick('func').map((row) => row.type)
    const globals: GlobalType[] = pick('global').map((row) => row.global)
    this.importedFunctions = functions.length
    this.importedGlobals = globals.length
    for (const def of program.functions) functions.push(def.type)
    for (const def of program.globals) globals.push(def.global)
    const tags = pick('tag').map((row) => row.type)
    for (const type of program.tags) tags.push(type)
    const memories: Limits[] = pick('memory').map((row) => row.memory)
    for (const memory of program.memories) memories.push(memory)
    const tables: TableType[] = pick('table').map((row) => row.table)
    for (const def of program.tables) tables.push(def.table)

    this.functionTypes = Uint32Array.from(functions)
    this.tagTypes = Uint32Array.from(tags)
    this.memoryWide = Uint8Array.from(memories, (memory) => +memory.wide)
    this.tableWide = Uint8Array.from(tables, (type) => +type.limits.wide)
    this.tableKinds = Uint8Array.from(tables, (type) => kindOf(type.element))
    this.globalKinds = Uint8Array.from(globals, (global) => kindOf(global.type))
    this.globalMutable = Uint8Array.from(globals, (global) => +global.mutable)
    this.elementKinds = Uint8Array.from(program.elements, (segment) => kindOf(segment.type))
    this.paramTags = new Array(program.types.length)
    this.resultTags = new Array(program.types.length)
  }

  /** Word tags of a type's parameters, bottom first. */
  params(type: number): Uint8Array {
    return (this.paramTags[type] ??= tagsOf(kindsOf(this.program.types[type].params)))
  }
  results(type: number): Uint8Array {
    return (this.resultTags[type] ??= tagsOf(kindsOf(this.program.types[type].results)))
  }

  /** How a function is called in messages; `index` counts imports. */
  functionName(index: number): string {
    const name = this.program.names.functions.get(index)
    return name === undefined ? `function ${index}` : `function ${index} (${name})`
  }
}

export function invalid(where: string, found: string, expected: string): never {
  throw new VacError('ATOM_INVALID', { where, found, expected })
}
