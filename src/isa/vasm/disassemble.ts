// Writes a program as .vasm text: the normal form, which assembles to the same bytes
// (spec/program.md).
import { VacError } from '../../base/errors.ts'
import { externKinds, sorted } from '../codec/encode.ts'
import type {
  ConstExpr,
  DataSegment,
  ElementSegment,
  ExternType,
  FunctionDef,
  GlobalType,
  Limits,
  Program,
  TableType,
} from '../program.ts'
import { opcode } from '../table.ts'
import type { ValType } from '../types.ts'
import { limits } from './assemble-items.ts'
import { isPlain, type Signature, signatureKey } from './assemble-types.ts'
import { constExprText, type Naming, nameOr, uniqueNames } from './disassemble-code.ts'
import { functionLines } from './disassemble-function.ts'
import {
  byteLines,
  listText,
  nameText,
  quoted,
  resultsText,
  valTypeText,
} from './disassemble-text.ts'

/** Throws FILE_TOO_LARGE where the text would exceed what the assembler reads. */
export function disassemble(program: Program): string {
  return new Disassembler(program).text()
}

type ExternKind = ExternType['kind']
type NameMap = ReadonlyMap<number, string>

const ITEMS_A_LINE = 8
const REF_FUNC = opcode('ref.func')
const NO_NAMES: NameMap = new Map<number, string>([])

class Disassembler {
  private readonly program: Program
  private readonly lines: string[] = []
  /** How many of each kind are imported so far; then how many there are. */
  private readonly count: Record<ExternKind, number> = {
    func: 0,
    table: 0,
    memory: 0,
    global: 0,
    tag: 0,
  }
  private readonly unique: Record<ExternKind, NameMap>
  private readonly allNames: Record<ExternKind, NameMap>
  private readonly localNames = new Map<number, NameMap>()
  private readonly firstBySignature = new Map<string, number>()
  /** Types in the order in which the assembler meets their signatures: in heads, then in bodies. */
  private readonly inHeads = new Set<number>()
  private readonly inBodies = new Set<number>()

  constructor(program: Program) {
    this.program = program
    const { names, imports } = program
    this.allNames = {
      func: names.functions,
      table: names.tables,
      memory: names.memories,
      global: names.globals,
      tag: names.tags,
    }
    const total = (kind: ExternKind, defined: readonly unknown[]): NameMap => {
      const imported = imports.filter((row) => row.extern.kind === kind).length
      return uniqueNames(this.allNames[kind], imported + defined.length)
    }
    this.unique = {
      func: total('func', program.functions),
      table: total('table', program.tables),
      memory: total('memory', program.memories),
      global: total('global', program.globals),
      tag: total('tag', program.tags),
    }
    for (const [index, type] of program.types.entries()) {
      const key = signatureKey(type)
      if (isPlain(type) && !this.firstBySignature.has(key)) this.firstBySignature.set(key, index)
    }
  }

  text(): string {
    const { program, lines } = this
    for (const { module, name, extern } of program.imports) {
      const item = this.externText(extern)
      lines.push(`import ${quoted(module)} ${quoted(name)} ${item}`)
    }
    for (const memory of program.memories) this.put('memory', limitsText(memory))
    for (const { table, init } of program.tables) {
      this.put('table', `${tableText(table)}${this.initText(init)}`)
    }
    for (const { global, init } of program.globals) {
      this.put('global', `${globalText(global)}${this.initText(init)}`)
    }
    for (const type of program.tags) this.put('tag', this.typeUse(type, NO_NAMES))
    for (const segment of program.data) this.putData(segment)
    for (const segment of program.elements) this.putElements(segment)
    for (const def of program.functions) this.putFunction(def)
    if (program.start >= 0) lines.push(`start ${this.naming.func(program.start)}`)
    for (const { name, kind, index } of program.exports) {
      lines.push(`export ${quoted(name)} ${kind} ${this.naming[kind](index)}`)
    }
    for (const { name, bytes } of program.customs) this.putBytes(`custom ${quoted(name)}`, bytes)
    this.putNames()
    const { module } = program.names
    const title = module === null ? [] : [`program ${quoted(module)}`]
    return joinLines([title, this.typeLines(), lines].flat())
  }

  private readonly naming: Naming = {
    func: (index) => nameOr(this.unique.func, index),
    table: (index) => nameOr(this.unique.table, index),
    memory: (index) => nameOr(this.unique.memory, index),
    global: (index) => nameOr(this.unique.global, index),
    tag: (index) => nameOr(this.unique.tag, index),
    local: (index) => `${index}`,
    label: (index) => `${index}`,
    type: (index) => this.signatureOr(index, this.inHeads),
  }

  private put(kind: ExternKind, text: string): void {
    this.lines.push(this.itemText(kind, text))
  }
  /** `global counter mut i32`: the next of its kind, with its name if it has one. */
  private itemText(kind: ExternKind, text: string): string {
    const name = this.unique[kind].get(this.count[kind]++)
    return `${kind} ${name === undefined ? '' : `${nameText(name)} `}${text}`
  }

  private externText(extern: ExternType): string {
    const { kind } = extern
    switch (kind) {
      case 'func': {
        const names = this.namesOfLocals(this.count.func, this.paramsOf(extern.type).length)
        return this.itemText(kind, this.typeUse(extern.type, names))
      }
      case 'tag':
        return this.itemText(kind, this.typeUse(extern.type, NO_NAMES))
      case 'table':
        return this.itemText(kind, tableText(extern.table))
      case 'memory':
        return this.itemText(kind, limitsText(extern.memory))
      case 'global':
        return this.itemText(kind, globalText(extern.global))
    }
  }

  private paramsOf(type: number): readonly ValType[] {
    return this.program.types[type]?.params ?? []
  }
  /** The names of a function's locals that its head and `local` lines can carry. */
  private namesOfLocals(index: number, count: number): NameMap {
    const names = uniqueNames(this.program.names.locals.get(index) ?? NO_NAMES, count)
    this.localNames.set(index, names)
    return names
  }

  /** A signature, behind `type N` where the signature alone would find another type. */
  private typeUse(index: number, names: NameMap): string {
    const type = this.program.types[index]
    if (type === undefined) return `type ${index}`
    const plain = this.isFound(type, index)
    if (plain) this.inHeads.add(index)
    const params = type.params.map((param, i) => {
      const name = names.get(i)
      return name === undefined ? valTypeText(param) : `${nameText(name)}: ${valTypeText(param)}`
    })
    return `${plain ? '' : `type ${index} `}(${params.join(', ')})${resultsText(type.results)}`
  }
  private isFound(type: Signature, index: number): boolean {
    return this.firstBySignature.get(signatureKey(type)) === index
  }
  private signatureOr(index: number, met: Set<number>): string {
    const type = this.program.types[index]
    if (type === undefined || !this.isFound(type, index)) return `${index}`
    met.add(index)
    return `(${listText(type.params)})${resultsText(type.results)}`
  }

  /** No line at all where the signatures of the program, in order, make the same list. */
  private typeLines(): string[] {
    const { types } = this.program
    const met = [...new Set([...this.inHeads, ...this.inBodies])]
    if (met.length === types.length && met.every((type, i) => type === i)) return []
    const lines: string[] = []
    for (const [index, type] of types.entries()) {
      const inner = type.groupSize > 1
      if (inner && type.groupStart === index) lines.push('rec')
      const open = type.final ? '' : 'open '
      const parent = type.super < 0 ? '' : `extends ${type.super} `
      const signature = `(${listText(type.params)})${resultsText(type.results)}`
      lines.push(`${inner ? '  ' : ''}type ${open}${parent}${signature} ; type ${index}`)
      if (inner && type.groupStart + type.groupSize === index + 1) lines.push('end')
    }
    return lines
  }

  private initText(init: ConstExpr | null): string {
    return init === null ? '' : ` = ${constExprText(init, this.naming)}`
  }

  private putData({ mode, memory, offset, bytes }: DataSegment): void {
    const where = memory === 0 ? '' : `memory ${this.naming.memory(memory)} `
    const at = offset === null ? '' : constExprText(offset, this.naming)
    this.putBytes(`data ${mode === 'passive' ? mode : `${where}at ${at}`}`, bytes)
  }
  private putBytes(head: string, bytes: Uint8Array): void {
    const lines = byteLines(bytes)
    if (lines.length === 1) this.lines.push(`${head} = ${lines[0]}`)
    else {
      this.lines.push(head)
      for (const line of lines) this.lines.push(`  = ${line}`)
    }
  }

  private putElements({ mode, type, table, offset, items }: ElementSegment): void {
    const active = mode === 'active'
    const space = active ? (table === 0 ? '' : `table ${this.naming.table(table)} `) : `${mode} `
    const at = offset === null ? '' : ` at ${constExprText(offset, this.naming)}`
    const texts = items.map((item) =>
      item.op.length === 1 && item.op[0] === REF_FUNC
        ? this.naming.func(item.imm[item.at[0]])
        : `(${constExprText(item, this.naming)})`,
    )
    const head = `elem ${space}${valTypeText(type)}${at}`
    if (texts.length <= ITEMS_A_LINE) {
      this.lines.push(`${head} =${texts.map((text) => ` ${text}`).join('')}`)
      return
    }
    this.lines.push(head)
    for (let i = 0; i < texts.length; i += ITEMS_A_LINE) {
      this.lines.push(`  = ${texts.slice(i, i + ITEMS_A_LINE).join(' ')}`)
    }
  }

  private putFunction(def: FunctionDef): void {
    const index = this.count.func
    const paramCount = this.paramsOf(def.type).length
    const names = this.namesOfLocals(index, paramCount + def.locals.length)
    const comment = this.unique.func.has(index) ? '' : ` ; function ${index}`
    this.lines.push(`${this.itemText('func', this.typeUse(def.type, names))}${comment}`)
    const naming: Naming = {
      ...this.naming,
      local: (local) => nameOr(names, local),
      label: (label) => (label < def.labels.length ? `L${label}` : `${label}`),
      type: (type) => this.signatureOr(type, this.inBodies),
    }
    for (const line of functionLines(def, paramCount, names, naming)) this.lines.push(line)
    this.lines.push('end')
  }

  /** Names that no definition carries: doubled ones, and those of what does not exist. */
  private putNames(): void {
    for (const kind of externKinds) {
      for (const [index, name] of sorted(this.allNames[kind])) {
        if (this.unique[kind].has(index)) continue
        this.lines.push(`name ${kind} ${index} ${quoted(name)}`)
      }
    }
    for (const [index, locals] of sorted(this.program.names.locals)) {
      for (const [local, name] of sorted(locals)) {
        if (this.localNames.get(index)?.has(local)) continue
        this.lines.push(`name local ${index} ${local} ${quoted(name)}`)
      }
    }
  }
}

/** No text is written that the assembler would not read. */
function joinLines(lines: readonly string[]): string {
  let chars = lines.length
  for (const line of lines) chars += line.length
  if (chars > limits.chars || lines.length >= limits.lines) {
    throw new VacError('FILE_TOO_LARGE', {
      found: `a text of ${chars} characters in ${lines.length} lines`,
      expected: `at most ${limits.chars} in ${limits.lines}`,
    })
  }
  return `${lines.join('\n')}\n`
}

function limitsText({ min, max, wide, shared }: Limits): string {
  const flags = `${wide ? ' wide' : ''}${shared ? ' shared' : ''}`
  return `${min}${max === null ? '' : ` max ${max}`}${flags}`
}
const tableText = ({ limits, element }: TableType): string =>
  `${limitsText(limits)} ${valTypeText(element)}`
const globalText = ({ mutable, type }: GlobalType): string =>
  `${mutable ? 'mut ' : ''}${valTypeText(type)}`
