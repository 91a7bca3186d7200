// One program of a random world while it is made: its index spaces, then its functions.
import { CodeBuilder } from '../../src/isa/code-builder.ts'
import type {
  ConstExpr,
  DataSegment,
  ElementSegment,
  Export,
  ExternType,
  FunctionDef,
  GlobalDef,
  Import,
  Limits,
  Program,
  TableDef,
  TypeDef,
} from '../../src/isa/program.ts'
import { opcode } from '../../src/isa/table.ts'
import {
  ANYREF,
  EXNREF,
  EXTERNREF,
  FUNCREF,
  type Kind,
  Kinds,
  kindOf,
  type ValType,
} from '../../src/isa/types.ts'
import { writeFunction, writeRun } from './functions.ts'
import * as interesting from './interesting.ts'
import type { Random } from './random.ts'
import type { MemoryShape, SegmentShape, Shape, TableShape } from './shape.ts'
import { plainTypes } from './world-types.ts'
import type { Hazards } from './writer.ts'

/** A program being made: first its index spaces, then its functions. */
export class ProgramDraft {
  readonly r: Random
  readonly types: readonly TypeDef[]
  private readonly imports: Import[] = []
  private readonly allTypes: number[] = []
  private readonly callable: boolean[] = []
  private readonly memoryShapes: MemoryShape[] = []
  private readonly memoryLimits: Limits[] = []
  private readonly tableShapes: TableShape[] = []
  private readonly tableTypes: TableDef['table'][] = []
  private readonly globalTypes: GlobalDef['global'][] = []
  private readonly tagTypes: number[] = []
  readonly functions: FunctionDef[] = []
  private readonly memories: Limits[] = []
  private readonly tables: TableDef[] = []
  private readonly globals: GlobalDef[] = []
  private readonly tags: number[] = []
  private readonly elements: ElementSegment[] = []
  private readonly elementShapes: SegmentShape[] = []
  private readonly data: DataSegment[] = []
  private readonly dataShapes: SegmentShape[] = []
  private readonly shards: number[]
  private readonly parts: readonly ProgramDraft[]
  importedFunctions = 0
  run = 0
  end = 0
  private fuel = 0
  private pass = 0
  private passes = 0

  constructor(
    r: Random,
    types: readonly TypeDef[],
    parts: readonly ProgramDraft[],
    shards: number[],
  ) {
    this.r = r
    this.types = types
    this.parts = parts
    this.shards = shards
  }

  program(focus: readonly number[], hazards: Hazards): Program {
    const { r } = this
    for (const [number, part] of this.parts.entries()) this.importFrom(part, number)
    this.importWall()
    this.importedFunctions = this.allTypes.length
    const signatures = Array.from({ length: r.range(2, 5) }, () => r.below(this.types.length))
    for (const type of signatures) this.addFunction(type, true)
    this.run = this.addFunction(0, false)
    this.end = this.addFunction(0, false)
    this.defineGlobals()
    this.defineMemories()
    this.defineTables()
    this.defineTags()
    this.defineSegments()
    const shape = this.shape()
    for (const type of signatures)
      this.functions.push(writeFunction(r, shape, type, focus, hazards))
    const own = signatures.map((_, at) => this.importedFunctions + at)
    this.functions.push(...writeRun(r, shape, own, focus, hazards))
    return this.take()
  }

  private shape(): Shape {
    return {
      types: this.types,
      functions: this.allTypes.map((type, at) => ({ type, callable: this.callable[at] })),
      memories: this.memoryShapes,
      tables: this.tableShapes,
      globals: this.globalTypes.map(({ type, mutable }) => ({ kind: kindOf(type), mutable })),
      tags: this.tagTypes,
      elements: this.elementShapes,
      data: this.dataShapes,
      shards: this.shards,
      fuel: this.fuel,
      pass: this.pass,
      passes: this.passes,
    }
  }

  private addFunction(type: number, callable: boolean): number {
    this.callable.push(callable)
    return this.allTypes.push(type) - 1
  }

  private import(module: string, name: string, extern: ExternType): void {
    this.imports.push({ module, name, extern })
  }

  private importFrom(part: ProgramDraft, number: number): void {
    const { r } = this
    const module = `p${number}`
    part.memoryShapes.forEach((shape, at) => {
      if (r.chance(0.4)) return
      this.import(module, `m${at}`, { kind: 'memory', memory: part.memoryLimits[at] })
      this.memoryShapes.push(shape)
      this.memoryLimits.push(part.memoryLimits[at])
    })
    part.tableShapes.forEach((shape, at) => {
      if (r.chance(0.4)) return
      this.import(module, `t${at}`, { kind: 'table', table: part.tableTypes[at] })
      this.tableShapes.push(shape)
      this.tableTypes.push(part.tableTypes[at])
    })
    part.globalTypes.forEach((global, at) => {
      if (at === part.fuel || at === part.pass || r.chance(0.5)) return
      this.import(module, `g${at}`, { kind: 'global', global })
      this.globalTypes.push(global)
    })
    part.tagTypes.forEach((type, at) => {
      if (r.chance(0.3)) return
      this.import(module, `x${at}`, { kind: 'tag', type })
      this.tagTypes.push(type)
    })
    part.allTypes.forEach((type, at) => {
      if (!part.callable[at] || r.chance(0.4)) return
      this.import(module, `f${at}`, { kind: 'func', type })
      this.addFunction(type, true)
    })
  }

  /** A call of the wall that takes and gives nothing but numbers. */
  private importWall(): void {
    const type = this.types.findIndex(
      ({ params, results, super: parent, final }) =>
        params.length === 0 && results.join() === '1' && parent === -1 && final,
    )
    if (type < 0) return
    this.import('wasi_snapshot_preview1', 'sched_yield', { kind: 'func', type })
    this.addFunction(type, true)
  }

  private defineGlobals(): void {
    const { r } = this
    const add = (type: ValType, mutable: boolean, init: ConstExpr): number => {
      this.globals.push({ global: { type, mutable }, init })
      return this.globalTypes.push({ type, mutable }) - 1
    }
    for (let n = r.range(2, 7); n > 0; n--) {
      const type = r.pick(plainTypes)
      add(type, r.chance(0.8), this.constant(kindOf(type)))
    }
    this.fuel = add(1, true, this.constant(Kinds.i32, 50))
    this.passes = r.pick([4, 10, 20, 40])
    this.pass = add(1, true, this.constant(Kinds.i32, 0))
  }

  private constant(kind: Kind, value: number | null = null): ConstExpr {
    const { r } = this
    const b = new CodeBuilder()
    if (value === null && r.chance(0.3)) {
      const seen = [...this.globalTypes.keys()].filter(
        (at) => !this.globalTypes[at].mutable && kindOf(this.globalTypes[at].type) === kind,
      )
      if (seen.length > 0) {
        b.emit(opcode('global.get'), r.pick(seen))
        return b.take()
      }
    }
    switch (kind) {
      case Kinds.i32:
        b.emit(opcode('i32.const'), value ?? interesting.int32(r))
        if (value === null && r.chance(0.3)) {
          b.emit(opcode('i32.const'), interesting.int32(r))
          b.emit(opcode(r.pick(['i32.add', 'i32.sub', 'i32.mul'])))
        }
        break
      case Kinds.i64:
        b.start(opcode('i64.const'))
        b.push64(value === null ? interesting.int64(r) : BigInt(value))
        break
      case Kinds.f32:
        b.emit(opcode('f32.const'), interesting.float32(r))
        break
      case Kinds.f64:
        b.start(opcode('f64.const'))
        b.push64(interesting.float64(r))
        break
      case Kinds.v128:
        b.start(opcode('v128.const'))
        for (const half of interesting.vector(r)) b.push64(half)
        break
      case Kinds.funcref:
        if (r.chance(0.7)) b.emit(opcode('ref.func'), r.below(this.allTypes.length))
        else b.emit(opcode('ref.null'), kind)
        break
      case Kinds.anyref:
        b.emit(opcode('i32.const'), interesting.int32(r))
        b.emit(opcode('ref.i31'))
        break
      default:
        b.emit(opcode('ref.null'), kind)
    }
    return b.take()
  }

  private defineMemories(): void {
    const { r } = this
    const count = this.memoryShapes.length === 0 ? r.range(1, 3) : r.below(2)
    for (let n = 0; n < count; n++) {
      const wide = this.memoryShapes.length > 0 && r.chance(0.5)
      const pages = r.pick([1, 1, 1, 2, 4])
      const max = r.chance(0.7) ? BigInt(pages + r.below(5)) : null
      const limits = { min: BigInt(pages), max, wide, shared: false }
      this.memories.push(limits)
      this.memoryLimits.push(limits)
      this.memoryShapes.push({ wide, pages })
      this.shards.push(pages)
    }
  }

  private defineTables(): void {
    const { r } = this
    const count = r.range(1, 4)
    for (let n = 0; n < count; n++) {
      const element = n === 0 ? FUNCREF : r.pick([FUNCREF, EXTERNREF, ANYREF, EXNREF])
      const wide = r.chance(0.25)
      const callable = n === 0 ? this.callableFunctions() : []
      const size = callable.length + r.pick([1, 2, 7, 30, r.chance(0.1) ? 20_000 : 3])
      const max = r.chance(0.6) ? BigInt(size + r.below(20)) : null
      const table = { element, limits: { min: BigInt(size), max, wide, shared: false } }
      const init = r.chance(0.3) && this.parts.length >= 0 ? this.tableInit(kindOf(element)) : null
      const number = this.tableTypes.push(table) - 1
      this.tables.push({ table, init })
      const types = callable.map((fn) => this.allTypes[fn])
      this.tableShapes.push({ kind: kindOf(element), wide, size, callable: types })
      if (callable.length > 0) this.activeElements(number, wide, callable)
    }
  }
  /** Tables are made before the program's own globals: only constants here. */
  private tableInit(kind: Kind): ConstExpr {
    const b = new CodeBuilder()
    if (kind === Kinds.funcref) b.emit(opcode('ref.func'), this.r.below(this.allTypes.length))
    else if (kind === Kinds.anyref) {
      b.emit(opcode('i32.const'), interesting.int32(this.r))
      b.emit(opcode('ref.i31'))
    } else b.emit(opcode('ref.null'), kind)
    return b.take()
  }

  private callableFunctions(): number[] {
    return [...this.allTypes.keys()].filter((at) => this.callable[at])
  }

  private activeElements(table: number, wide: boolean, functions: readonly number[]): void {
    const offset = this.constant(wide ? Kinds.i64 : Kinds.i32, 0)
    const items = functions.map((fn) => {
      const b = new CodeBuilder()
      b.emit(opcode('ref.func'), fn)
      return b.take()
    })
    this.elements.push({ type: FUNCREF, mode: 'active', table, offset, items })
    this.elementShapes.push({ kind: Kinds.funcref, length: 0, droppable: true })
  }

  private defineTags(): void {
    const { r } = this
    const fitting = [...this.types.keys()].filter((at) => this.types[at].results.length === 0)
    for (let n = r.below(3); n >= 0; n--) {
      const type = r.pick(fitting)
      this.tags.push(type)
      this.tagTypes.push(type)
    }
  }

  private defineSegments(): void {
    const { r } = this
    for (const type of [FUNCREF, r.pick([EXTERNREF, ANYREF, EXNREF])]) {
      const mode = r.pick(['passive', 'passive', 'declared'] as const)
      const length = r.chance(0.04) ? 9_000 : r.below(20)
      const items = Array.from({ length }, () => this.constant(kindOf(type)))
      this.elements.push({ type, mode, table: 0, offset: null, items })
      const droppable = mode === 'declared' || r.chance(0.4)
      this.elementShapes.push({ kind: kindOf(type), length, droppable })
    }
    for (let n = r.range(1, 3); n > 0; n--) {
      const length = r.chance(0.1) ? 70_000 : r.below(300)
      const bytes = Uint8Array.from({ length }, () => r.next())
      const active = r.chance(0.4) && this.memoryShapes.length > 0
      const memory = active ? r.below(this.memoryShapes.length) : 0
      const { wide, pages } = this.memoryShapes[memory] ?? { wide: false, pages: 1 }
      const small = bytes.subarray(0, Math.min(length, pages * 65_536))
      const at = r.below(pages * 65_536 - small.length + 1)
      const offset = active ? this.constant(wide ? Kinds.i64 : Kinds.i32, at) : null
      this.data.push({ mode: active ? 'active' : 'passive', memory, offset, bytes: small })
      const droppable = active || r.chance(0.4)
      this.dataShapes.push({ kind: Kinds.i32, length: small.length, droppable })
    }
  }

  private take(): Program {
    const exports: Export[] = []
    const all = (prefix: string, kind: Export['kind'], count: number): void => {
      for (let at = 0; at < count; at++) exports.push({ name: `${prefix}${at}`, kind, index: at })
    }
    all('f', 'func', this.allTypes.length)
    all('m', 'memory', this.memoryShapes.length)
    all('t', 'table', this.tableTypes.length)
    all('g', 'global', this.globalTypes.length)
    all('x', 'tag', this.tagTypes.length)
    const none = new Map<number, never>()
    return {
      types: this.types,
      imports: this.imports,
      functions: this.functions,
      tables: this.tables,
      memories: this.memories,
      globals: this.globals,
      tags: this.tags,
      exports,
      start: -1,
      elements: this.elements,
      data: this.data,
      names: {
        module: null,
        functions: none,
        locals: none,
        globals: none,
        memories: none,
        tables: none,
        tags: none,
      },
      customs: [],
    }
  }
}
