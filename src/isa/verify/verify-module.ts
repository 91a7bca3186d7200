// Verifies a program but for its functions' bodies: types, index spaces, limits, segments, exports.

import type { ConstExpr, ExternType, Limits, Program } from '../program.ts'
import { isRef, Kinds, kindNames, kindOf, wordsOfAll } from '../types.ts'
import { isValType } from './kinds.ts'
import { verifyConst } from './verify-const.ts'
import { invalid, ProgramContext } from './verify-context.ts'

/** Most words of a type's parameters, or of its results. */
export const MAX_SIGNATURE_WORDS = 2048
/** Most types: a reference type with a type's index is one 32-bit immediate. */
export const MAX_TYPES = 2 ** 24
/** Longest chain of supertypes: a checked call climbs it within one tick. */
export const MAX_SUPERTYPES = 63
const MAX_PAGES = 2n ** 16n
const MAX_PAGES_WIDE = 2n ** 48n
const MAX_ENTRIES = 2n ** 32n - 1n
const MAX_ENTRIES_WIDE = 2n ** 64n - 1n

/** Throws ATOM_INVALID, or gives the index spaces. */
export function verifyModule(program: Program): ProgramContext {
  verifyTypes(program)
  program.imports.forEach((row, number) => {
    verifyExtern(program, row.extern, `import ${number} (${row.module}.${row.name})`)
  })
  program.tables.forEach((def, number) => {
    verifyExtern(program, { kind: 'table', table: def.table }, `table definition ${number}`)
  })
  program.memories.forEach((memory, number) => {
    verifyExtern(program, { kind: 'memory', memory }, `memory definition ${number}`)
  })
  program.globals.forEach((def, number) => {
    verifyExtern(program, { kind: 'global', global: def.global }, `global definition ${number}`)
  })
  program.tags.forEach((type, number) => {
    verifyExtern(program, { kind: 'tag', type }, `tag definition ${number}`)
  })
  program.functions.forEach((def, number) => {
    checkIndex(def.type, program.types.length, 'type', `function definition ${number}`)
  })
  program.elements.forEach((segment, number) => {
    checkReference(program, segment.type, `element segment ${number}`)
  })
  const context = new ProgramContext(program)
  verifyInitialisers(context)
  verifyElements(context)
  verifyData(context)
  verifyExports(context)
  verifyStart(context)
  return context
}

function checkIndex(value: number, count: number, what: string, where: string): void {
  if (!Number.isInteger(value) || value < 0 || value >= count) {
    invalid(where, `${what} ${value}`, `a ${what} below ${count}`)
  }
}

function checkType(type: number, typeCount: number, where: string): void {
  if (!isValType(type, typeCount)) invalid(where, `type ${type}`, 'a value type')
}
function checkReference(program: Program, type: number, where: string): void {
  checkType(type, program.types.length, where)
  if (!isRef(type)) invalid(where, kindNames[kindOf(type)], 'a reference type')
}

function verifyTypes({ types }: Program): void {
  if (types.length > MAX_TYPES) invalid('types', `${types.length}`, `at most ${MAX_TYPES}`)
  const depths = new Uint8Array(types.length)
  let end = 0
  for (let index = 0; index < types.length; index++) {
    const type = types[index]
    const where = `type ${index}`
    const start = index < end ? types[index - 1].groupStart : index
    if (index >= end) end = index + type.groupSize
    const sized = Number.isInteger(end) && end > index && end <= types.length
    if (!sized || type.groupStart !== start || type.groupStart + type.groupSize !== end) {
      invalid(where, `group ${type.groupStart} + ${type.groupSize}`, 'groups one after another')
    }
    // A type sees its own group and what comes before.
    for (const value of type.params) checkType(value, end, where)
    for (const value of type.results) checkType(value, end, where)
    for (const side of [type.params, type.results]) {
      const words = wordsOfAll(side.map(kindOf))
      if (words > MAX_SIGNATURE_WORDS) {
        invalid(where, `${words} words`, `at most ${MAX_SIGNATURE_WORDS}`)
      }
    }
    if (type.super !== -1) depths[index] = verifySuper(types, index, depths, where)
  }
}

/**
 * A subtype has the kinds of its supertype, so that a call through the supertype is safe. Gives
 * its depth.
 */
function verifySuper(
  types: Program['types'],
  index: number,
  depths: Uint8Array,
  where: string,
): number {
  const own = types[index]
  checkIndex(own.super, index, 'earlier type', where)
  const parent = types[own.super]
  if (parent.final) invalid(where, `final supertype ${own.super}`, 'an open one')
  const same = (a: readonly number[], b: readonly number[]): boolean =>
    a.length === b.length && a.every((type, at) => kindOf(type) === kindOf(b[at]))
  if (!same(own.params, parent.params) || !same(own.results, parent.results)) {
    invalid(where, `other kinds than supertype ${own.super}`, 'the same kinds')
  }
  if (depths[own.super] === MAX_SUPERTYPES) {
    invalid(where, 'more supertypes', `at most ${MAX_SUPERTYPES}`)
  }
  return depths[own.super] + 1
}

function verifyExtern(program: Program, extern: ExternType, where: string): void {
  switch (extern.kind) {
    case 'func':
      return checkIndex(extern.type, program.types.length, 'type', where)
    case 'tag': {
      checkIndex(extern.type, program.types.length, 'type', where)
      const { results } = program.types[extern.type]
      if (results.length > 0) invalid(where, `${results.length} results`, 'none: it is a tag')
      return
    }
    case 'table': {
      const { element, limits } = extern.table
      checkReference(program, element, where)
      if (limits.shared) invalid(where, 'a shared table', 'a table that is not')
      return verifyLimits(limits, limits.wide ? MAX_ENTRIES_WIDE : MAX_ENTRIES, where)
    }
    case 'memory': {
      const { memory } = extern
      if (memory.shared && memory.max === null) invalid(where, 'no maximum', 'one: it is shared')
      return verifyLimits(memory, memory.wide ? MAX_PAGES_WIDE : MAX_PAGES, where)
    }
    case 'global':
      return checkType(extern.global.type, program.types.length, where)
    default:
      return invalid(where, `kind ${(extern as { kind: string }).kind}`, 'a kind of import')
  }
}

function verifyLimits(limits: Limits, most: bigint, where: string): void {
  const { min, max } = limits
  if (min < 0n || min > most) invalid(where, `a minimum of ${min}`, `at most ${most}`)
  if (max === null) return
  if (max > most) invalid(where, `a maximum of ${max}`, `at most ${most}`)
  if (max < min) invalid(where, `a maximum of ${max}`, `at least the minimum, ${min}`)
}

/**
 * Tables are made before globals are set: theirs see imported globals only, a global's those
 * before it.
 */
function verifyInitialisers(context: ProgramContext): void {
  const { program, importedGlobals } = context
  program.tables.forEach(({ table, init }, number) => {
    if (init === null) return
    const where = `table definition ${number}`
    verifyConst(context, init, kindOf(table.element), importedGlobals, where)
  })
  program.globals.forEach(({ global, init }, number) => {
    const where = `global definition ${number}`
    verifyConst(context, init, kindOf(global.type), importedGlobals + number, where)
  })
}

function verifyOffset(
  context: ProgramContext,
  offset: ConstExpr | null,
  wide: number,
  where: string,
): void {
  if (offset === null) return invalid(where, 'no offset', 'one: it is active')
  const kind = wide === 1 ? Kinds.i64 : Kinds.i32
  verifyConst(context, offset, kind, context.globalKinds.length, `${where}, offset`)
}

function verifyElements(context: ProgramContext): void {
  const { program, tableKinds, tableWide, globalKinds } = context
  program.elements.forEach((segment, number) => {
    const where = `element segment ${number}`
    const kind = kindOf(segment.type)
    if (segment.mode === 'active') {
      checkIndex(segment.table, tableKinds.length, 'table', where)
      if (tableKinds[segment.table] !== kind) {
        invalid(where, kindNames[kind], `${kindNames[tableKinds[segment.table]]}, as its table`)
      }
      verifyOffset(context, segment.offset, tableWide[segment.table], where)
    } else if (segment.mode !== 'passive' && segment.mode !== 'declared') {
      invalid(where, `mode ${segment.mode}`, 'active, passive or declared')
    }
    segment.items.forEach((item, at) => {
      verifyConst(context, item, kind, globalKinds.length, `${where}, item ${at}`)
    })
  })
}

function verifyData(context: ProgramContext): void {
  const { program, memoryWide } = context
  let number = 0
  for (const segment of program.data) {
    const where = `data segment ${number++}`
    if (segment.mode === 'active') {
      checkIndex(segment.memory, memoryWide.length, 'memory', where)
      verifyOffset(context, segment.offset, memoryWide[segment.memory], where)
    } else if (segment.mode !== 'passive') {
      invalid(where, `mode ${segment.mode}`, 'active or passive')
    }
  }
}

function verifyExports(context: ProgramContext): void {
  const counts: Readonly<Record<string, number>> = {
    func: context.functionTypes.length,
    table: context.tableKinds.length,
    memory: context.memoryWide.length,
    global: context.globalKinds.length,
    tag: context.tagTypes.length,
  }
  const names = new Set<string>()
  context.program.exports.forEach(({ name, kind, index }, number) => {
    const where = `export ${number} (${name})`
    if (names.has(name)) invalid(where, 'a name that is taken', 'another name')
    names.add(name)
    checkIndex(index, counts[kind] ?? 0, kind, where)
  })
}

function verifyStart(context: ProgramContext): void {
  const { program, functionTypes } = context
  if (program.start === -1) return
  checkIndex(program.start, functionTypes.length, 'function', 'start')
  const { params, results } = program.types[functionTypes[program.start]]
  if (params.length + results.length > 0) {
    invalid('start', `function ${program.start} with operands`, 'one of no parameters and results')
  }
}
