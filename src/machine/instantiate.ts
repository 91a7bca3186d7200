// Instantiation: a program and what its imports resolve to become an instance of the store.
// Constant expressions and active segments cost no ticks. A failing active segment traps; what was
// written before it stays, and the instance stays in the store, because functions of it may already
// stand in shared tables.
import { VacError } from '../base/errors.ts'
import { loneImmediate } from '../isa/lone-code.ts'
import type { ConstExpr, Export, Import, Limits, Program, TableType } from '../isa/program.ts'
import { opcode } from '../isa/table.ts'
import { TrapSignal } from '../isa/traps.ts'
import { canonical } from '../isa/type-registry.ts'
import { kindOf, type ValType, wordsOf, wordsOfAll } from '../isa/types.ts'
import { Memory } from '../memory/memory.ts'
import { PAGE_BYTES } from '../memory/page.ts'
import { invoke } from './calls.ts'
import { entriesInUse, pagesInUse } from './grow.ts'
import { type Extern, linkImport } from './link.ts'
import type { Machine } from './machine.ts'
import { effects } from './step.ts'
import {
  type FunctionInstance,
  type Instance,
  noteChange,
  type ProgramHash,
  pushDefined,
  type TableEntity,
} from './store.ts'

export interface Instantiated {
  readonly instance: number
  /** Set where an active segment was out of bounds: the start function has not run. */
  readonly failed: TrapSignal | null
}

/**
 * Makes an instance. A start function is left to run: the machine is then `running`. `hash` is the
 * canonical hash of the program's code (see spec/state.md); the same program may be instantiated
 * many times.
 */
export function instantiate(
  m: Machine,
  program: Program,
  hash: ProgramHash,
  resolve: (wanted: Import, index: number) => Extern | null,
): Instantiated {
  if (m.status !== 'idle') {
    throw new VacError('CALL_ARGUMENTS', {
      found: `a machine that is ${m.status}`,
      expected: 'an idle one',
    })
  }
  checkLimits(m, program)
  const typeIds = m.types.add(program.types)
  const imports = program.imports.map((wanted, index) => {
    const found = resolve(wanted, index)
    if (found === null) {
      throw new VacError('LINK_UNKNOWN_IMPORT', {
        found: `${wanted.module}.${wanted.name}`,
        where: `import ${index}`,
      })
    }
    return linkImport(m, typeIds, wanted, found)
  })

  const number = m.store.instances.length
  const instance = build(m, program, hash, typeIds, imports, number)
  m.store.instances.push(instance)
  m.inputs.push({ tick: m.ticks, kind: 'instantiate', program: instance.programNumber })
  m.sp = 0
  m.reserve(16)
  initGlobals(m, program, instance)
  initTables(m, program, instance)
  const failed = initData(m, program, instance, initElements(m, program, instance))
  m.sp = 0
  if (failed === null && program.start >= 0) invoke(m, instance.functions[program.start], [])
  return { instance: number, failed }
}

function checkLimits(m: Machine, program: Program): void {
  const { limits } = m.manifest
  const refuse = (found: string, expected: string): never => {
    throw new VacError('INSTANCE_LIMIT', { found, expected })
  }
  let pages = BigInt(pagesInUse(m))
  for (const memory of program.memories) pages += memory.min
  if (pages > BigInt(limits.memoryPages)) {
    refuse(`${pages} pages of memory`, `at most ${limits.memoryPages}`)
  }
  let entries = BigInt(entriesInUse(m))
  for (const { table } of program.tables) entries += table.limits.min
  if (entries > BigInt(limits.tableEntries)) {
    refuse(`${entries} table entries`, `at most ${limits.tableEntries}`)
  }
  if (m.store.instances.length > limits.instances) {
    refuse(`${m.store.instances.length + 1} instances`, `at most ${limits.instances}`)
  }
}

function build(
  m: Machine,
  program: Program,
  hash: ProgramHash,
  typeIds: Uint32Array,
  imports: readonly Extern[],
  number: number,
): Instance {
  const { store } = m
  const functions = imports.flatMap((found) => (found.kind === 'func' ? [found.fn] : []))
  const numbers = (kind: Extern['kind']): number[] =>
    imports.flatMap((found) => (found.kind === kind && found.kind !== 'func' ? [found.number] : []))
  const memories = numbers('memory')
  const tables = numbers('table')
  const globals = numbers('global')
  const tags = numbers('tag')

  pushDefined(functions, program, typeIds, number)
  for (const limits of program.memories) {
    const memory = new Memory(limits)
    m.fast?.take(memory)
    memories.push(store.memories.push(memory) - 1)
  }
  for (const { table } of program.tables) tables.push(addTable(m, typeIds, table))
  for (const { global } of program.globals) globals.push(addGlobal(m, typeIds, global))
  for (const type of program.tags) {
    const paramKinds = program.types[type].params.map(kindOf)
    tags.push(
      store.tags.push({ typeId: typeIds[type], paramKinds, paramWords: wordsOfAll(paramKinds) }) -
        1,
    )
  }
  return {
    program,
    programNumber: addProgram(m, program, hash),
    functions,
    memories: Uint32Array.from(memories),
    tables: Uint32Array.from(tables),
    globals: Uint32Array.from(globals),
    tags: Uint32Array.from(tags),
    typeIds,
    elements: [],
    data: [],
  }
}

function addProgram(m: Machine, program: Program, hash: ProgramHash): number {
  const { programs } = m.store
  const compute = (): Uint8Array => (typeof hash === 'function' ? hash() : hash)
  const known = programs.findIndex((other) => {
    if (other.program === program) return true
    const bytes = compute()
    return other.hash.every((byte, at) => byte === bytes[at])
  })
  if (known >= 0) return known
  const entry = {
    program,
    get hash() {
      return compute()
    },
  }
  return programs.push(entry) - 1
}

export function addTable(m: Machine, typeIds: Uint32Array, table: TableType): number {
  const size = Number(table.limits.min)
  const type = { element: canonical(table.element, typeIds), limits: table.limits }
  const entity: TableEntity = {
    type,
    kind: kindOf(table.element),
    words: new Int32Array(size * 2),
    size,
    changedFrom: 0,
    changedTo: size,
  }
  return m.store.tables.push(entity) - 1
}

export function addGlobal(
  m: Machine,
  typeIds: Uint32Array,
  global: { readonly type: ValType; readonly mutable: boolean },
): number {
  const { store } = m
  const type = { type: canonical(global.type, typeIds), mutable: global.mutable }
  const number = store.globals.push({ type, kind: kindOf(global.type) }) - 1
  if (number * 4 + 4 > store.globalWords.length) {
    const grown = new Int32Array(store.globalWords.length * 2)
    grown.set(store.globalWords)
    store.globalWords = grown
  }
  return number
}

export function addMemory(m: Machine, limits: Limits): number {
  return m.store.memories.push(new Memory(limits)) - 1
}

/** Leaves the expression's value on the stack, at the word that was free. */
function evaluate(m: Machine, instance: Instance, expr: ConstExpr): void {
  const here = { instance: m.store.instances.indexOf(instance) } as FunctionInstance
  for (let pc = 0; pc < expr.op.length; pc++) {
    m.reserve(m.sp + 4)
    effects[expr.op[pc]]?.(m, { fn: here, pc, imm: expr.imm, at: expr.at[pc] })
  }
}

function popReference(m: Machine): [low: number, high: number] {
  m.sp--
  return [m.words.I32[2 * m.sp], m.words.I32[2 * m.sp + 1]]
}

/** What the offset of a segment is. */
function addressOf(m: Machine, instance: Instance, offset: ConstExpr, wide: boolean): number {
  const constant = loneImmediate(offset, I32_CONST)
  if (constant !== null) return constant >>> 0
  evaluate(m, instance, offset)
  const word = m.words.U64[--m.sp]
  return Number(wide ? word : word & 0xffffffffn)
}

function initGlobals(m: Machine, program: Program, instance: Instance): void {
  const first = instance.globals.length - program.globals.length
  program.globals.forEach(({ global, init }, at) => {
    evaluate(m, instance, init)
    const words = wordsOf(kindOf(global.type))
    m.sp -= words
    const half = instance.globals[first + at] * 4
    m.store.globalWords.set(m.words.I32.subarray(2 * m.sp, 2 * (m.sp + words)), half)
  })
}

function initTables(m: Machine, program: Program, instance: Instance): void {
  const first = instance.tables.length - program.tables.length
  program.tables.forEach(({ init }, at) => {
    if (init === null) return
    evaluate(m, instance, init)
    const [low, high] = popReference(m)
    const table = m.store.tables[instance.tables[first + at]]
    for (let entry = 0; entry < table.size; entry++) {
      table.words[2 * entry] = low
      table.words[2 * entry + 1] = high
    }
  })
}

/** What nearly all offsets and items of segments are, tens of thousands of them. */
const I32_CONST = opcode('i32.const')
const REF_FUNC = opcode('ref.func')

/** Stops at the first active segment that is out of bounds. */
function initElements(m: Machine, program: Program, instance: Instance): TrapSignal | null {
  program.elements.forEach((segment, at) => {
    const words = new Int32Array(segment.items.length * 2)
    segment.items.forEach((item, entry) => {
      const fn = loneImmediate(item, REF_FUNC)
      if (fn !== null) {
        const { index, instance: number } = instance.functions[fn]
        words[2 * entry] = index
        words[2 * entry + 1] = number + 1
        return
      }
      evaluate(m, instance, item)
      words.set(popReference(m), 2 * entry)
    })
    instance.elements[at] = words
  })
  for (const [at, segment] of program.elements.entries()) {
    if (segment.mode === 'active' && segment.offset !== null) {
      const table = m.store.tables[instance.tables[segment.table]]
      const to = addressOf(m, instance, segment.offset, table.type.limits.wide)
      const words = instance.elements[at] as Int32Array
      if (to + words.length / 2 > table.size) return new TrapSignal('out of bounds table access')
      table.words.set(words, 2 * to)
      noteChange(table, to, to + words.length / 2)
    }
    if (segment.mode !== 'passive') instance.elements[at] = null
  }
  return null
}

/**
 * Writes up to the first active segment that is out of bounds; none where `before` is a failure.
 */
function initData(
  m: Machine,
  program: Program,
  instance: Instance,
  before: TrapSignal | null,
): TrapSignal | null {
  let failed = before
  for (const { mode, memory: index, offset, bytes } of program.data) {
    if (failed !== null || mode !== 'active' || offset === null) {
      instance.data.push(bytes)
      continue
    }
    const memory = m.store.memories[instance.memories[index]]
    const to = addressOf(m, instance, offset, memory.limits.wide)
    const inBounds = to + bytes.length <= memory.sizePages * PAGE_BYTES
    if (inBounds) memory.writeBytes(to, bytes)
    else failed = new TrapSignal('out of bounds memory access')
    instance.data.push(inBounds ? null : bytes)
  }
  return failed
}

/** What an export of an instance is, for linking another one to it. */
export function exportOf(m: Machine, instanceNumber: number, entry: Export): Extern {
  const instance = m.store.instances[instanceNumber]
  switch (entry.kind) {
    case 'func':
      return { kind: 'func', fn: instance.functions[entry.index] }
    case 'memory':
      return { kind: 'memory', number: instance.memories[entry.index] }
    case 'table':
      return { kind: 'table', number: instance.tables[entry.index] }
    case 'global':
      return { kind: 'global', number: instance.globals[entry.index] }
    default:
      return { kind: 'tag', number: instance.tags[entry.index] }
  }
}
