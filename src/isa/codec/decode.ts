// Reads the binary form of an Atom program (spec/program.md). It checks form only: indices, types
// and stacks are the verifier's. Each program has one form, and every other byte string is refused,
// with ATOM_MALFORMED.
import { ByteReader } from '../../base/bytes.ts'
import type {
  DataSegment,
  ElementSegment,
  Export,
  ExternType,
  FunctionDef,
  GlobalDef,
  GlobalType,
  Handler,
  Import,
  Label,
  Limits,
  Program,
  ProgramNames,
  TableDef,
  TableType,
  TypeDef,
} from '../program.ts'
import {
  failAt,
  readByte,
  readCode,
  readCount,
  readIndex,
  readKind,
  readOptional,
  readRefType,
  readUleb,
  readValType,
} from './decode-code.ts'
import {
  dataModes,
  elementModes,
  externKinds,
  MAGIC,
  nameSpaces,
  sections,
  VERSION,
} from './encode.ts'

const U32 = 0xffffffff

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export function decodeProgram(bytes: Uint8Array): Program {
  const r = new ByteReader(bytes, 'ATOM_MALFORMED')
  for (const byte of MAGIC) {
    const found = r.u8()
    if (found !== byte) failAt(r, r.at - 1, `byte 0x${found.toString(16)}`, 'the magic \\0ATM')
  }
  const version = r.u32()
  if (version !== VERSION) failAt(r, r.at - 4, `version ${version}`, `version ${VERSION}`)
  const program: Mutable<Program> = {
    types: [],
    imports: [],
    functions: [],
    tables: [],
    memories: [],
    globals: [],
    tags: [],
    exports: [],
    start: -1,
    elements: [],
    data: [],
    names: noNames(),
    customs: [],
  }
  forEachSection(r, 'section', (id, s) => readSection(id, s, program))
  return program
}

const noNames = (): Mutable<ProgramNames> => ({
  module: null,
  functions: new Map(),
  locals: new Map(),
  globals: new Map(),
  memories: new Map(),
  tables: new Map(),
  tags: new Map(),
})

/**
 * Sections come in ascending order of id and are read to their last byte. `read` gives whether it
 * knows the id.
 */
function forEachSection(
  r: ByteReader,
  what: string,
  read: (id: number, section: ByteReader) => boolean,
): void {
  let last = -1
  while (r.left > 0) {
    const start = r.at
    const id = r.u8()
    if (id <= last) failAt(r, start, `${what} ${id} after ${last}`, 'ascending ids')
    last = id
    const section = part(r)
    if (!read(id, section)) failAt(r, start, `${what} ${id}`, `a ${what} of version ${VERSION}`)
    finish(section, `${what} ${id}`)
  }
}

/** The next length-prefixed bytes as a reader of their own; offsets stay those of the file. */
function part(r: ByteReader): ByteReader {
  const start = r.at
  const sizeBytes = readIndex(r, 'size')
  if (sizeBytes > r.left) failAt(r, start, `size ${sizeBytes}`, `at most the ${r.left} bytes left`)
  const inner = new ByteReader(r.bytes, 'ATOM_MALFORMED', r.at, r.at + sizeBytes)
  r.at += sizeBytes
  return inner
}

function finish(r: ByteReader, what: string): void {
  if (r.left > 0) r.fail(`${r.left} bytes more`, `the end of ${what}`)
}

function readSection(id: number, r: ByteReader, program: Mutable<Program>): boolean {
  switch (id) {
    case sections.types:
      program.types = readTypes(r)
      return true
    case sections.imports:
      program.imports = items(r, 'imports', readImport)
      return true
    case sections.functions:
      program.functions = items(r, 'functions', readFunction)
      return true
    case sections.tables:
      program.tables = items(r, 'tables', readTable)
      return true
    case sections.memories:
      program.memories = items(r, 'memories', readLimits)
      return true
    case sections.globals:
      program.globals = items(r, 'globals', readGlobal)
      return true
    case sections.tags:
      program.tags = items(r, 'tags', (s) => readIndex(s, 'type'))
      return true
    case sections.exports:
      program.exports = items(r, 'exports', readExport)
      return true
    case sections.start:
      program.start = readIndex(r, 'function')
      return true
    case sections.elements:
      program.elements = items(r, 'element segments', readElement)
      return true
    case sections.data:
      program.data = items(r, 'data segments', readData)
      return true
    case sections.names:
      program.names = readNames(r)
      return true
    case sections.sources:
      program.functions = readSources(r, program.functions)
      return true
    case sections.customs:
      program.customs = items(r, 'custom sections', (s) => ({
        name: s.text(),
        bytes: s.blob().slice(),
      }))
      return true
    default:
      return false
  }
}

function readList<T>(r: ByteReader, what: string, read: (r: ByteReader) => T): T[] {
  const count = readCount(r, what)
  const list: T[] = []
  for (let i = 0; i < count; i++) list.push(read(r))
  return list
}

/** A section's items: at least one, for an empty section is left out. */
function items<T>(r: ByteReader, what: string, read: (r: ByteReader) => T): T[] {
  const start = r.at
  const list = readList(r, what, read)
  if (list.length === 0) failAt(r, start, `no ${what}`, 'no section where there are none')
  return list
}

const readFlag = (r: ByteReader, what: string): boolean => readByte(r, 2, what) === 1

function readTypes(r: ByteReader): TypeDef[] {
  const types: TypeDef[] = []
  items(r, 'type groups', () => {
    const groupStart = types.length
    const start = r.at
    const groupSize = readCount(r, 'types')
    if (groupSize === 0) failAt(r, start, 'an empty group', 'at least one type')
    for (let i = 0; i < groupSize; i++) {
      types.push({
        final: readFlag(r, 'final flag'),
        super: readOptional(r, 'supertype'),
        params: readList(r, 'parameters', readValType),
        results: readList(r, 'results', readValType),
        groupStart,
        groupSize,
      })
    }
  })
  return types
}

function readLimits(r: ByteReader): Limits {
  const flags = readByte(r, 8, 'limit flags')
  return {
    min: r.ulebBig(),
    max: (flags & 1) !== 0 ? r.ulebBig() : null,
    wide: (flags & 2) !== 0,
    shared: (flags & 4) !== 0,
  }
}

const readTableType = (r: ByteReader): TableType => ({
  element: readRefType(r),
  limits: readLimits(r),
})
const readGlobalType = (r: ByteReader): GlobalType => ({
  type: readValType(r),
  mutable: readFlag(r, 'mutable flag'),
})

const readExternKind = (r: ByteReader): ExternType['kind'] =>
  externKinds[readByte(r, externKinds.length, 'extern kind')]

function readExtern(r: ByteReader): ExternType {
  const kind = readExternKind(r)
  switch (kind) {
    case 'func':
    case 'tag':
      return { kind, type: readIndex(r, 'type') }
    case 'table':
      return { kind, table: readTableType(r) }
    case 'memory':
      return { kind, memory: readLimits(r) }
    case 'global':
      return { kind, global: readGlobalType(r) }
  }
}

const readImport = (r: ByteReader): Import => ({
  module: r.text(),
  name: r.text(),
  extern: readExtern(r),
})

const readExport = (r: ByteReader): Export => ({
  name: r.text(),
  kind: readExternKind(r),
  index: readIndex(r, 'export'),
})

const readTable = (r: ByteReader): TableDef => ({
  table: readTableType(r),
  init: readFlag(r, 'initial value flag') ? readCode(r) : null,
})

const readGlobal = (r: ByteReader): GlobalDef => ({ global: readGlobalType(r), init: readCode(r) })

const readLabel = (r: ByteReader): Label => ({
  pc: readIndex(r, 'pc'),
  stack: readList(r, 'stack entries', readKind),
})

const readHandler = (r: ByteReader): Handler => ({
  from: readIndex(r, 'pc'),
  to: readIndex(r, 'pc'),
  tag: readOptional(r, 'tag'),
  ref: readFlag(r, 'reference flag'),
  refLocal: readOptional(r, 'local'),
  label: readIndex(r, 'label'),
})

function readFunction(r: ByteReader): FunctionDef {
  const body = part(r)
  const def = {
    type: readIndex(body, 'type'),
    locals: readList(body, 'locals', readValType),
    labels: readList(body, 'labels', readLabel),
    handlers: readList(body, 'handlers', readHandler),
    code: readCode(body),
    source: null,
  }
  finish(body, 'the function')
  return def
}

function readElement(r: ByteReader): ElementSegment {
  const mode = elementModes[readByte(r, elementModes.length, 'element mode')]
  const type = readRefType(r)
  const active = mode === 'active'
  return {
    mode,
    type,
    table: active ? readIndex(r, 'table') : 0,
    offset: active ? readCode(r) : null,
    items: readList(r, 'elements', readCode),
  }
}

function readData(r: ByteReader): DataSegment {
  const mode = dataModes[readByte(r, dataModes.length, 'data mode')]
  const active = mode === 'active'
  return {
    mode,
    memory: active ? readIndex(r, 'memory') : 0,
    offset: active ? readCode(r) : null,
    bytes: r.blob().slice(),
  }
}

/** Indices ascend. */
function readMap<T>(
  r: ByteReader,
  what: string,
  read: (r: ByteReader, index: number) => T,
): Map<number, T> {
  const map = new Map<number, T>()
  let last = -1
  items(r, what, () => {
    const start = r.at
    const index = readIndex(r, 'index')
    if (index <= last) failAt(r, start, `index ${index} after ${last}`, 'ascending indices')
    last = index
    map.set(index, read(r, index))
  })
  return map
}

const readNameMap = (r: ByteReader): Map<number, string> => readMap(r, 'names', (s) => s.text())

function readNames(r: ByteReader): ProgramNames {
  const names = noNames()
  if (r.left === 0) r.fail('no names', 'no section where there are none')
  forEachSection(r, 'name space', (id, s) => {
    if (id === 0) {
      names.module = s.text()
      return true
    }
    const space = nameSpaces[id - 1]
    if (space === undefined) return false
    if (space === 'locals') names.locals = readMap(s, 'functions', readNameMap)
    else names[space] = readNameMap(s)
    return true
  })
  return names
}

/**
 * The functions with their source maps; how many steps a map has is said by the function's code.
 */
function readSources(r: ByteReader, functions: readonly FunctionDef[]): FunctionDef[] {
  const mapped = [...functions]
  readMap(r, 'source maps', (s, index) => {
    const length = functions[index]?.code.op.length ?? 0
    if (length === 0) s.fail(`a source map of function ${index}`, 'a defined function with code')
    if (length > s.left) s.fail('the end of the section', `${length} offsets`)
    mapped[index] = { ...functions[index], source: readSteps(s, length) }
  })
  return mapped
}

function readSteps(r: ByteReader, length: number): Uint32Array {
  const source = new Uint32Array(length)
  let last = 0
  for (let i = 0; i < length; i++) {
    const start = r.at
    const step = readUleb(r, 2 * U32, 'step')
    last += step % 2 === 0 ? step / 2 : -(step + 1) / 2
    if (last < 0 || last > U32) failAt(r, start, `source offset ${last}`, 'a 32-bit offset')
    source[i] = last
  }
  return source
}
