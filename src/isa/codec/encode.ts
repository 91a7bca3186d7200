// Writes an Atom program in its binary form (spec/program.md): one byte string for each program.
import { ByteWriter } from '../../base/bytes.ts'
import { assert } from '../../base/errors.ts'
import type {
  DataSegment,
  ElementSegment,
  ExternType,
  FunctionDef,
  GlobalDef,
  Handler,
  Import,
  Label,
  Limits,
  Program,
  ProgramNames,
  TableDef,
  TypeDef,
} from '../program.ts'
import type { ValType } from '../types.ts'
import { writeCode, writeIndex, writeOptional, writeUleb } from './encode-code.ts'

/** NUL, then ATM. */
export const MAGIC: readonly number[] = [0x00, 0x41, 0x54, 0x4d]
export const VERSION = 1

/**
 * Section ids, in the order of the file. From `names` on they are debug facts, outside the
 * canonical part.
 */
export const sections = {
  types: 1,
  imports: 2,
  functions: 3,
  tables: 4,
  memories: 5,
  globals: 6,
  tags: 7,
  exports: 8,
  start: 9,
  elements: 10,
  data: 11,
  names: 64,
  sources: 65,
  customs: 66,
} as const

export const externKinds: readonly ExternType['kind'][] = [
  'func',
  'table',
  'memory',
  'global',
  'tag',
]
export const elementModes: readonly ElementSegment['mode'][] = ['active', 'passive', 'declared']
export const dataModes: readonly DataSegment['mode'][] = ['active', 'passive']
/**
 * Sub-sections of the names section after the program's own name (0), in order; `locals` is nested.
 */
export const nameSpaces = [
  'functions',
  'locals',
  'globals',
  'memories',
  'tables',
  'tags',
] as const satisfies readonly (keyof ProgramNames)[]

/**
 * `canonical` leaves out names, source maps and custom sections: what the program's hash is taken
 * over, so that stripping or adding debug facts does not change it.
 */
export function encodeProgram(program: Program, part: 'all' | 'canonical' = 'all'): Uint8Array {
  const w = new ByteWriter()
  w.raw(Uint8Array.from(MAGIC))
  w.u32(VERSION)
  section(w, sections.types, program.types.length, (s) => writeTypes(s, program.types))
  list(w, sections.imports, program.imports, writeImport)
  list(w, sections.functions, program.functions, writeFunction)
  list(w, sections.tables, program.tables, writeTable)
  list(w, sections.memories, program.memories, writeLimits)
  list(w, sections.globals, program.globals, writeGlobal)
  list(w, sections.tags, program.tags, writeIndex)
  list(w, sections.exports, program.exports, (s, row) => {
    s.text(row.name)
    s.u8(externKinds.indexOf(row.kind))
    writeIndex(s, row.index)
  })
  section(w, sections.start, program.start + 1, (s) => writeIndex(s, program.start))
  list(w, sections.elements, program.elements, writeElement)
  list(w, sections.data, program.data, writeData)
  if (part === 'canonical') return w.take()
  writeNames(w, program.names)
  writeSources(w, program.functions)
  list(w, sections.customs, program.customs, (s, row) => {
    s.text(row.name)
    s.blob(row.bytes)
  })
  return w.take()
}

/** A section with id and length; nothing where it has no items. */
function section(w: ByteWriter, id: number, count: number, fill: (s: ByteWriter) => void): void {
  if (count === 0) return
  const s = new ByteWriter()
  fill(s)
  w.u8(id)
  w.blob(s.take())
}

function list<T>(
  w: ByteWriter,
  id: number,
  items: Iterable<T> & { readonly length: number },
  write: (s: ByteWriter, item: T) => void,
): void {
  section(w, id, items.length, (s) => writeList(s, items, write))
}

function writeList<T>(
  w: ByteWriter,
  items: Iterable<T> & { readonly length: number },
  write: (w: ByteWriter, item: T) => void,
): void {
  writeIndex(w, items.length)
  for (const item of items) write(w, item)
}

/** A value type is written as its number. */
const writeValType = (w: ByteWriter, type: ValType): void => writeIndex(w, type)

function writeTypes(w: ByteWriter, types: readonly TypeDef[]): void {
  let groups = 0
  for (let i = 0; i < types.length; i += types[i].groupSize) {
    const { groupSize } = types[i]
    assert(groupSize > 0 && i + groupSize <= types.length, `type ${i} has a broken group`)
    groups++
  }
  writeIndex(w, groups)
  for (let i = 0; i < types.length; i++) {
    const type = types[i]
    if (type.groupStart === i) writeIndex(w, type.groupSize)
    else assert(type.groupStart === types[i - 1].groupStart, `type ${i} has a broken group`)
    w.u8(type.final ? 1 : 0)
    writeOptional(w, type.super)
    writeList(w, type.params, writeValType)
    writeList(w, type.results, writeValType)
  }
}

function writeLimits(w: ByteWriter, limits: Limits): void {
  w.u8((limits.max === null ? 0 : 1) | (limits.wide ? 2 : 0) | (limits.shared ? 4 : 0))
  w.uleb(limits.min)
  if (limits.max !== null) w.uleb(limits.max)
}

function writeImport(w: ByteWriter, { module, name, extern }: Import): void {
  w.text(module)
  w.text(name)
  w.u8(externKinds.indexOf(extern.kind))
  switch (extern.kind) {
    case 'func':
    case 'tag':
      writeIndex(w, extern.type)
      break
    case 'table':
      writeValType(w, extern.table.element)
      writeLimits(w, extern.table.limits)
      break
    case 'memory':
      writeLimits(w, extern.memory)
      break
    case 'global':
      writeValType(w, extern.global.type)
      w.u8(extern.global.mutable ? 1 : 0)
  }
}

function writeTable(w: ByteWriter, { table, init }: TableDef): void {
  writeValType(w, table.element)
  writeLimits(w, table.limits)
  w.u8(init === null ? 0 : 1)
  if (init !== null) writeCode(w, init)
}

function writeGlobal(w: ByteWriter, { global, init }: GlobalDef): void {
  writeValType(w, global.type)
  w.u8(global.mutable ? 1 : 0)
  writeCode(w, init)
}

function writeLabel(w: ByteWriter, label: Label): void {
  writeIndex(w, label.pc)
  writeList(w, label.stack, (s, kind) => s.u8(kind))
}

function writeHandler(w: ByteWriter, handler: Handler): void {
  writeIndex(w, handler.from)
  writeIndex(w, handler.to)
  writeOptional(w, handler.tag)
  w.u8(handler.ref ? 1 : 0)
  writeOptional(w, handler.refLocal)
  writeIndex(w, handler.label)
}

function writeFunction(w: ByteWriter, def: FunctionDef): void {
  const body = new ByteWriter()
  writeIndex(body, def.type)
  writeList(body, def.locals, writeValType)
  writeList(body, def.labels, writeLabel)
  writeList(body, def.handlers, writeHandler)
  writeCode(body, def.code)
  w.blob(body.take())
}

/** Table and offset mean nothing unless the segment is active: they are not written then. */
function writeElement(w: ByteWriter, segment: ElementSegment): void {
  w.u8(elementModes.indexOf(segment.mode))
  writeValType(w, segment.type)
  if (segment.mode === 'active') {
    assert(segment.offset !== null, 'an active element segment has no offset')
    writeIndex(w, segment.table)
    writeCode(w, segment.offset)
  }
  writeList(w, segment.items, writeCode)
}

function writeData(w: ByteWriter, segment: DataSegment): void {
  w.u8(dataModes.indexOf(segment.mode))
  if (segment.mode === 'active') {
    assert(segment.offset !== null, 'an active data segment has no offset')
    writeIndex(w, segment.memory)
    writeCode(w, segment.offset)
  }
  w.blob(segment.bytes)
}

/** By index. */
export const sorted = <T>(map: ReadonlyMap<number, T>): [number, T][] =>
  [...map].sort(([a], [b]) => a - b)

function writeNameMap(w: ByteWriter, map: ReadonlyMap<number, string>): void {
  writeList(w, sorted(map), (s, [index, name]) => {
    writeIndex(s, index)
    s.text(name)
  })
}

function writeNames(w: ByteWriter, names: ProgramNames): void {
  const s = new ByteWriter()
  const { module } = names
  if (module !== null) section(s, 0, 1, (part) => part.text(module))
  nameSpaces.forEach((space, i) => {
    if (space === 'locals') {
      const filled = sorted(names.locals).filter(([, locals]) => locals.size > 0)
      list(s, i + 1, filled, (part, [index, locals]) => {
        writeIndex(part, index)
        writeNameMap(part, locals)
      })
    } else {
      const map = names[space]
      section(s, i + 1, map.size, (part) => writeNameMap(part, map))
    }
  })
  section(w, sections.names, s.length, (to) => to.raw(s.take()))
}

/**
 * For each function that has a source map: its place among the defined ones, then one step an
 * instruction.
 */
function writeSources(w: ByteWriter, functions: readonly FunctionDef[]): void {
  const mapped = [...functions.entries()].filter(([, def]) => (def.source?.length ?? 0) > 0)
  list(w, sections.sources, mapped, (s, [index, { source, code }]) => {
    assert(source?.length === code.op.length, `function ${index} has a broken source map`)
    writeIndex(s, index)
    let last = 0
    for (const offset of source) {
      const step = offset - last
      writeUleb(s, step < 0 ? -step * 2 - 1 : step * 2)
      last = offset
    }
  })
}
