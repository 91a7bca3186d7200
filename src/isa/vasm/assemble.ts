// Assembles .vasm text into a program: the written form of spec/program.md, one item or instruction
// a line.

import { bytesOfHex } from '../../base/bytes.ts'
import { CodeBuilder } from '../code-builder.ts'
import { externKinds } from '../codec/encode.ts'
import type {
  ConstExpr,
  DataSegment,
  ElementSegment,
  Export,
  ExternType,
  FunctionDef,
  GlobalDef,
  GlobalType,
  Import,
  Limits,
  Program,
  TableDef,
  TableType,
} from '../program.ts'
import { opcode } from '../table.ts'
import { type CodeScope, readConstExpr } from './assemble-code.ts'
import { Cursor, describe, joined, type Token } from './assemble-cursor.ts'
import { assembleFunction } from './assemble-function.ts'
import { type Item, type Keyword, splitItems } from './assemble-items.ts'
import { IndexSpace, newSymbols, readBigNumber, readNumber, takeName } from './assemble-symbols.ts'
import { readRefType, readTypeLine, readTypeUse, readValType, TypeList } from './assemble-types.ts'

/**
 * Throws VASM_SYNTAX with line and column. It checks form and names; the rest is the verifier's.
 */
export function assemble(text: string): Program {
  return new Assembler(splitItems(text)).program()
}

type ExternKind = ExternType['kind']
interface PendingBody {
  readonly item: Item
  readonly type: number
  readonly locals: IndexSpace
}

const U64 = 2n ** 64n - 1n
const REF_FUNC = opcode('ref.func')

class Assembler {
  private readonly items: readonly Item[]
  private readonly symbols = newSymbols()
  private readonly types = new TypeList(this.symbols.types)
  private readonly scope: CodeScope = {
    symbols: this.symbols,
    types: this.types,
    locals: new IndexSpace('local'),
    labels: new IndexSpace('label'),
  }
  private readonly imports: Import[] = []
  private readonly bodies: PendingBody[] = []
  private readonly functions: FunctionDef[] = []
  private readonly tables: TableDef[] = []
  private readonly memories: Limits[] = []
  private readonly globals: GlobalDef[] = []
  private readonly tags: number[] = []
  private readonly exports: Export[] = []
  private start = -1
  private readonly elements: ElementSegment[] = []
  private readonly data: DataSegment[] = []
  private readonly customs: { name: string; bytes: Uint8Array }[] = []
  private module: string | null = null
  private readonly localNames = new Map<number, Map<number, string>>()
  /** The name and index of what an item defines. */
  private readonly declared = new Map<Item, { name: Token | null; index: number }>()

  constructor(items: readonly Item[]) {
    this.items = items
  }

  program(): Program {
    this.readTypes()
    for (const item of this.items) if (item.keyword === 'import') this.declareImport(item)
    for (const item of this.items) this.declareItem(item)
    for (const item of this.items) if (item.keyword !== 'name') this.readItem(item)
    for (const body of this.bodies) this.functions.push(this.readBody(body))
    for (const item of this.items) if (item.keyword === 'name') this.readItem(item)
    const { func, global, memory, table, tag } = this.symbols
    return {
      types: this.types.types,
      imports: this.imports,
      functions: this.functions,
      tables: this.tables,
      memories: this.memories,
      globals: this.globals,
      tags: this.tags,
      exports: this.exports,
      start: this.start,
      elements: this.elements,
      data: this.data,
      names: {
        module: this.module,
        functions: func.names,
        locals: this.localNames,
        globals: global.names,
        memories: memory.names,
        tables: table.names,
        tags: tag.names,
      },
      customs: this.customs,
    }
  }

  /** All names of types first, for they may stand in any signature. */
  private readTypes(): void {
    const space = this.symbols.types
    const groups: Cursor[][] = []
    for (const { keyword, c, body, bodyLine } of this.items) {
      if (keyword === 'type') groups.push([c])
      if (keyword !== 'rec') continue
      c.finish()
      const lines = body.map((line, i) => new Cursor(line, bodyLine + i)).filter((l) => !l.atEnd)
      if (lines.length === 0) c.fail('types in the group')
      for (const line of lines) line.expect('type')
      groups.push(lines)
    }
    for (const c of groups.flat()) space.add(c, takeName(c))
    for (const group of groups) {
      const start = this.types.types.length
      for (const c of group) this.types.add(readTypeLine(c, space, [start, group.length]))
    }
  }

  private declareImport(item: Item): void {
    const { c } = item
    const module = c.text('the name of a module, in quotes')
    const name = c.text('the name of the import, in quotes')
    const token = c.word(`one of ${externKinds.join(' ')}`)
    const kind = externKinds.find((known) => known === token.text)
    if (kind === undefined) {
      return c.failAt(token.at, describe(token), `one of ${externKinds.join(' ')}`)
    }
    this.declareIn(kind, item)
    // The type follows when all names are known.
    this.imports.push({ module, name, extern: { kind, type: 0 } as ExternType })
  }
  private declareItem(item: Item): void {
    switch (item.keyword) {
      case 'func':
      case 'table':
      case 'memory':
      case 'global':
      case 'tag':
      case 'elem':
      case 'data':
        this.declareIn(item.keyword, item)
    }
  }
  private declareIn(space: ExternKind | 'elem' | 'data', item: Item): void {
    const name = takeName(item.c)
    this.declared.set(item, { name, index: this.symbols[space].add(item.c, name) })
  }

  private readItem(item: Item): void {
    const { c } = item
    this.readers[item.keyword](item)
    c.finish()
  }

  private importsRead = 0
  private readonly readers: Record<Keyword, (item: Item) => void> = {
    type: () => {},
    rec: () => {},
    program: ({ c }) => {
      this.module = c.text('the name of the program, in quotes')
    },
    import: (item) => {
      const index = this.importsRead++
      const { kind } = this.imports[index].extern
      this.imports[index] = { ...this.imports[index], extern: this.readExtern(item, kind) }
    },
    memory: (item) => {
      this.readExports(item, 'memory')
      this.memories.push(this.readLimits(item.c))
    },
    table: (item) => {
      this.readExports(item, 'table')
      const table = this.readTableType(item.c)
      this.tables.push({ table, init: item.c.takes('=') ? this.constExpr(item.c) : null })
    },
    global: (item) => {
      this.readExports(item, 'global')
      const global = this.readGlobalType(item.c)
      item.c.expect('=')
      this.globals.push({ global, init: this.constExpr(item.c) })
    },
    tag: (item) => {
      this.readExports(item, 'tag')
      this.tags.push(readTypeUse(item.c, this.types, () => {}))
    },
    func: (item) => {
      this.readExports(item, 'func')
      this.bodies.push({ item, ...this.readFunctionType(item) })
    },
    data: (item) => this.readData(item),
    elem: (item) => this.readElement(item),
    start: ({ c }) => {
      this.start = this.symbols.func.use(c)
    },
    export: ({ c }) => {
      const name = c.text('the name of the export, in quotes')
      const kind = externKinds.find((known) => c.takes(known))
      if (kind === undefined) return c.fail(`one of ${externKinds.join(' ')}`)
      this.exports.push({ name, kind, index: this.symbols[kind].use(c) })
    },
    custom: (item) => {
      const name = item.c.text('the name of the custom section, in quotes')
      this.customs.push({ name, bytes: this.readBytes(item) })
    },
    name: ({ c }) => this.readName(c),
  }

  private readExtern(item: Item, kind: ExternKind): ExternType {
    const { c } = item
    this.readExports(item, kind)
    switch (kind) {
      case 'func':
        return { kind, type: this.readFunctionType(item).type }
      case 'tag':
        return { kind, type: readTypeUse(c, this.types, () => {}) }
      case 'table':
        return { kind, table: this.readTableType(c) }
      case 'memory':
        return { kind, memory: this.readLimits(c) }
      case 'global':
        return { kind, global: this.readGlobalType(c) }
    }
  }

  /** `export "a" export "b"`; without a string, under the item's own name. */
  private readExports(item: Item, kind: ExternKind): void {
    const { c } = item
    const { name, index } = this.declaration(item)
    while (c.takes('export')) {
      if (c.peek().kind !== 'string' && name === null) c.fail('the name of the export, in quotes')
      const own = c.peek().kind === 'string' ? c.next() : name
      if (own !== null) this.exports.push({ name: c.textOf(own), kind, index })
    }
  }
  private declaration(item: Item): { name: Token | null; index: number } {
    return this.declared.get(item) ?? { name: null, index: -1 }
  }

  private readFunctionType(item: Item): { type: number; locals: IndexSpace } {
    const locals = new IndexSpace('local')
    const type = readTypeUse(item.c, this.types, (name, i) => locals.name(item.c, name, i))
    locals.count = this.types.types[type]?.params.length ?? 0
    this.keepLocalNames(item, locals)
    return { type, locals }
  }

  private readBody({ item, type, locals }: PendingBody): FunctionDef {
    const head = { type, locals, lines: item.body, firstLine: item.bodyLine }
    const def = assembleFunction(head, { ...this.scope, locals })
    this.keepLocalNames(item, locals)
    return def
  }
  private keepLocalNames(item: Item, { names }: IndexSpace): void {
    if (names.size > 0) this.localNames.set(this.declaration(item).index, names)
  }

  private constExpr(c: Cursor): ConstExpr {
    return readConstExpr(c, this.scope)
  }

  /** `1 max 16 wide shared` */
  private readLimits(c: Cursor): Limits {
    return {
      min: readBigNumber(c, 'a least size', U64),
      max: c.takes('max') ? readBigNumber(c, 'a largest size', U64) : null,
      wide: c.takes('wide'),
      shared: c.takes('shared'),
    }
  }
  private readTableType(c: Cursor): TableType {
    const limits = this.readLimits(c)
    return { limits, element: readRefType(c, this.symbols.types) }
  }
  private readGlobalType(c: Cursor): GlobalType {
    return { mutable: c.takes('mut'), type: readValType(c, this.symbols.types) }
  }

  /** `[memory M] at EXPR` or `passive`, then bytes. */
  private readData(item: Item): void {
    const { c } = item
    const passive = c.takes('passive')
    const memory = !passive && c.takes('memory') ? this.symbols.memory.use(c) : 0
    if (!passive) c.expect('at')
    const offset = passive ? null : this.constExpr(c)
    const mode = passive ? 'passive' : 'active'
    this.data.push({ mode, memory, offset, bytes: this.readBytes(item) })
  }

  /** `= 00 01ff "text\n"`, on this line and on those that continue it. */
  private readBytes({ c, more }: Item): Uint8Array {
    const parts: Uint8Array[] = []
    if (c.takes('=')) readByteParts(c, parts)
    for (const line of more) readByteParts(line, parts)
    return joined(parts)
  }

  /**
   * `[table T] at EXPR`, `passive` or `declared`, the type, then functions and `(constant
   * expressions)`.
   */
  private readElement({ c, more }: Item): void {
    const mode = c.takes('passive') ? 'passive' : c.takes('declared') ? 'declared' : 'active'
    const active = mode === 'active'
    const table = active && c.takes('table') ? this.symbols.table.use(c) : 0
    const type = readRefType(c, this.symbols.types)
    if (active) c.expect('at')
    const offset = active ? this.constExpr(c) : null
    const items: ConstExpr[] = []
    if (c.takes('=')) this.readElementItems(c, items)
    for (const line of more) this.readElementItems(line, items)
    this.elements.push({ type, mode, table, offset, items })
  }
  private readElementItems(c: Cursor, items: ConstExpr[]): void {
    while (!c.atEnd) {
      if (c.takes('(')) {
        items.push(this.constExpr(c))
        c.expect(')')
      } else {
        const code = new CodeBuilder()
        code.emit(REF_FUNC, this.symbols.func.use(c))
        items.push(code.take())
      }
    }
  }

  /**
   * `name func 5 "x"`, `name local 5 2 "x"`: names that no definition can carry, such as doubled
   * ones.
   */
  private readName(c: Cursor): void {
    const kind = c.takes('local') ? 'local' : externKinds.find((known) => c.takes(known))
    if (kind === undefined) c.fail(`one of local ${externKinds.join(' ')}`)
    if (kind !== 'local') {
      const index = this.symbols[kind].use(c)
      this.symbols[kind].names.set(index, c.text('a name, in quotes'))
      return
    }
    const index = this.symbols.func.use(c)
    const local = readNumber(c, 'the number of a local')
    const names = this.localNames.get(index) ?? new Map<number, string>()
    this.localNames.set(index, names.set(local, c.text('a name, in quotes')))
  }
}

function readByteParts(c: Cursor, parts: Uint8Array[]): void {
  while (!c.atEnd) {
    const token = c.peek()
    if (token.kind === 'string') parts.push(token.bytes)
    else if (token.kind === 'word' && /^([0-9a-fA-F]{2})+$/.test(token.text)) {
      parts.push(bytesOfHex(token.text))
    } else c.fail('pairs of hexadecimal digits, or a string')
    c.next()
  }
}
