// Compiled code of one instance: the host's modules with what they import, and the mirrors of its
// tables.
import { assert } from '../base/errors.ts'
import type { FunctionFacts } from '../isa/facts.ts'
import { Kinds } from '../isa/types.ts'
import type { Machine, Place } from '../machine/machine.ts'
import type { FunctionInstance, TableEntity } from '../machine/store.ts'
import type { Range } from '../machine/watch.ts'
import { GLOBALS_AT } from './context.ts'
import type { ProgramShape } from './draft.ts'
import { resumeName } from './emit.ts'
import type { CompiledProgram } from './library.ts'
import { PlacedBodies } from './placed.ts'
import { LEFT_SECTION, SITES_SECTION } from './sections.ts'
import type { SharedContext } from './shared-context.ts'
import { emitStub } from './stubs.ts'
import { NOTHING_NOTED, RANGE_GLOBALS, rangeNumbers } from './watching.ts'

/** No pc is an entry. */
const NOWHERE = new Uint8Array(0)

/** What it takes to find that code is not entered at a loop head, in ticks of the interpreter. */
const ARRIVAL_TICKS = 30

/** (function, fuel, room) -> fuel. */
export type Enter = (fn: number, fuel: number, room: number) => number
/** What compiled code of an instance calls in the machine. */
export interface Callbacks {
  /** Calls a function of the wall: (function, fuel) -> fuel. */
  readonly wall: (fn: number, fuel: number) => number
  /** Makes an exception of a tag, or takes the context's for -1: (tag, fuel) -> fuel. */
  readonly raise: (tag: number, fuel: number) => number
  /** Grows a memory: (memory, pages) -> pages before, -1, or REFUSED. */
  readonly grow: (memory: number, delta: number) => number
}

export class Compiled {
  readonly shape: ProgramShape
  private readonly code: CompiledProgram
  readonly instance: number
  private readonly m: Machine
  private readonly shared: SharedContext
  private readonly imports: WebAssembly.Imports
  private readonly module: WebAssembly.Module
  private readonly main: WebAssembly.Exports
  /** Functions that the host could not take: the interpreter runs them. */
  readonly left: Set<number>
  private readonly enters: (Enter | undefined)[] = []
  private readonly resumes = new Map<number, Enter | null>()
  private readonly arrivals = new Map<number, { readonly at: number; readonly taken: number }>()
  private readonly copyIn: () => void
  private readonly copyOut: () => void
  private readonly mutable: readonly number[]
  private noted: WebAssembly.Global | null = null
  private readonly placed: PlacedBodies | null

  constructor(
    m: Machine,
    instance: number,
    code: CompiledProgram,
    shared: SharedContext,
    callbacks: Callbacks,
  ) {
    this.m = m
    this.instance = instance
    this.code = code
    this.shape = code.shape
    this.shared = shared
    const { memories, tables, globals, functions, tags } = m.store.instances[instance]
    shared.reserveGlobals(globals.length)
    this.placed = code.variant.watching?.places === true ? this.makePlaced() : null
    const number = { value: 'i64', mutable: false }
    this.imports = {
      vac: {
        ...callbacks,
        make: (fn: number) => this.make(fn),
        context: shared.memory,
        instance: new WebAssembly.Global(number, BigInt(instance + 1) << 32n),
        sites: shared.addSites(sitesOf(code.main), functions),
      },
      tag: Object.fromEntries(
        [...tags].map((tag, at) => [`${at}`, new WebAssembly.Global({ value: 'i32' }, tag)]),
      ),
      memory: Object.fromEntries(
        [...memories].map((memory, at) => {
          const { flat } = m.store.memories[memory]
          assert(flat !== null, 'memories are flat when code is made for them')
          return [`${at}`, flat]
        }),
      ),
      watch: this.watchImports(memories),
      table: Object.fromEntries(
        [...tables].map((table, at) => [`${at}`, shared.mirrorOf(m.store.tables[table])]),
      ),
    }
    this.module = code.main
    this.main = new WebAssembly.Instance(code.main, this.imports).exports
    this.left = new Set(leftOf(code.main))
    this.copyIn = this.main['in'] as () => void
    this.copyOut = this.main['out'] as () => void
    this.mutable = [...globals.keys()].filter((at) => m.store.globals[globals[at]].type.mutable)
    this.globalsIn([...globals.keys()], this.main['init'] as () => void)
    for (const table of tables) shared.use(m.store.tables[table], instance)
    for (const batch of code.batches?.modules ?? []) this.instantiate(batch)
  }

  /** A function is called for the first time: its body is put into the tables. */
  private make(fn: number): void {
    const { batches } = this.code
    assert(batches !== null, 'a main module without bodies has batches')
    try {
      this.instantiate(batches.with(fn))
    } catch (error) {
      // Frames of compiled code are on the host's stack: no error may pass them. Where the host has
      // no room for the body, the interpreter runs the function.
      if (!(error instanceof RangeError)) throw error
      const stub = this.stubOf(this.m.store.instances[this.instance].functions[fn])
      for (const name of ['all', 'made']) (this.main[name] as WebAssembly.Table).set(fn, stub)
      this.left.add(fn)
    }
  }

  /** Of a module that is no main one. */
  private instantiate(module: WebAssembly.Module): WebAssembly.Exports {
    const { functions } = this.m.store.instances[this.instance]
    const sites = this.shared.addSites(sitesOf(module), functions)
    const global = Object.fromEntries(
      Object.entries(this.main)
        .filter(([name]) => /^g\d/.test(name))
        .map(([name, value]) => [name.slice(1), value]),
    )
    for (const left of leftOf(module)) this.left.add(left)
    const { all, made } = this.main
    const vac = { ...this.imports['vac'], sites, all, made }
    const { exports } = new WebAssembly.Instance(module, { ...this.imports, vac, global })
    this.placed?.again(all as WebAssembly.Table)
    return exports
  }

  /** There is a newer main module. */
  get isOld(): boolean {
    return this.module !== this.code.main
  }

  /** By its type, how a function is entered at its beginning. */
  enter(fn: number): Enter {
    const type = this.shape.functionTypes[fn]
    return (this.enters[type] ??= this.main[`enter${type}`] as Enter)
  }

  /** 1 at the pcs where a resumable body of a function is entered. */
  entriesAt(fn: number): Uint8Array {
    return this.left.has(fn) ? NOWHERE : this.code.entries(fn).at
  }
  /** The number by which a resumable body is entered at a pc. */
  entryNumber(fn: number, pc: number): number {
    return this.code.entries(fn).pcs.indexOf(pc) + 1
  }
  /** A function's facts, which machines with one library share. */
  facts(fn: FunctionInstance): FunctionFacts {
    fn.facts ??= this.shape.factsOf(fn.index - this.shape.importedFunctions)
    return fn.facts
  }

  /**
   * The resumable body of a function, made when it is worth it; null: it is not yet, or the host
   * cannot take it.
   */
  resume(fn: number): Enter | null {
    const other = this.placed?.resume(fn)
    if (other !== undefined) return other
    let body = this.resumes.get(fn)
    if (body === undefined) {
      body = this.main[resumeName(fn)] as Enter | undefined
      if (body === undefined && !this.isWorthIt(fn)) return null
      this.resumes.set(fn, (body ??= this.makeResumable(fn)))
    }
    return body
  }

  /** A function stands at a loop head: what the interpreter took since the last one is added up. */
  private isWorthIt(fn: number): boolean {
    const { shape } = this
    const patience = this.code.patience(fn)
    if (patience === 0) return true
    const { ticks } = this.m
    const size = shape.program.functions[fn - shape.importedFunctions].code.op.length
    const { at, taken } = this.arrivals.get(fn) ?? { at: ticks, taken: 0 }
    const now = taken + ARRIVAL_TICKS + Math.min(ticks - at, size)
    this.arrivals.set(fn, { at: ticks, taken: now })
    return now > patience * size
  }

  private makeResumable(fn: number): Enter | null {
    const module = this.code.resumable(fn)
    return module === null ? null : (this.instantiate(module)['resume'] as Enter)
  }

  /** Before compiled code runs: the machine's globals and tables are the host's. */
  before(): void {
    if (this.mutable.length > 0) this.globalsIn(this.mutable, this.copyIn)
    const { store } = this.m
    const { tables } = store.instances[this.instance]
    for (let at = 0; at < tables.length; at++) {
      const entity = store.tables[tables[at]]
      const changed = entity.changedFrom < entity.changedTo
      if (changed && entity.kind === Kinds.funcref) this.mirror(entity, at)
    }
  }
  /** After it ran: the host's globals are the machine's. */
  after(): void {
    if (this.mutable.length === 0) return
    this.copyOut()
    const { I32 } = this.shared
    const { globalWords, instances } = this.m.store
    const { globals } = instances[this.instance]
    for (const at of this.mutable) {
      const from = GLOBALS_AT / 4 + 4 * at
      const to = 4 * globals[at]
      for (let half = 0; half < 4; half++) globalWords[to + half] = I32[from + half]
    }
  }

  /** What code that stops or notes watches for. */
  setRanges(ranges: readonly Range[]): void {
    this.m.store.instances[this.instance].memories.forEach((number, at) => {
      const own = ranges.filter(({ memory }) => memory === number)
      rangeNumbers(own).forEach((value, which) => {
        const global = this.watchGlobal(RANGE_GLOBALS * at + which)
        global.value = this.shape.wideMemories[at] ? value : Number(BigInt.asIntN(32, value))
      })
    })
    this.noted = this.watchGlobal(RANGE_GLOBALS * this.shape.wideMemories.length)
    this.noted.value = NOTHING_NOTED
  }
  /** The fuel behind the latest hit since it was taken, or NOTHING_NOTED. */
  takeNoted(): number {
    const { noted } = this
    if (noted === null) return NOTHING_NOTED
    const fuel = noted.value as number
    if (fuel !== NOTHING_NOTED) noted.value = NOTHING_NOTED
    return fuel
  }

  /** The places that are watched; of other instances too. */
  setPlaces(places: readonly Place[]): void {
    const own = places.filter(
      ({ instance, function: fn }) => instance === this.instance && !this.left.has(fn),
    )
    this.placed?.set(this.main['all'] as WebAssembly.Table, own)
  }

  private makePlaced(): PlacedBodies {
    const { functions } = this.m.store.instances[this.instance]
    return new PlacedBodies(
      functions.length,
      (fn, pcs) => {
        const module = this.code.placed(fn, pcs)
        return module === null ? null : this.instantiate(module)
      },
      (fn) => this.stubOf(functions[fn]),
    )
  }

  /** Memories that code which watches has beside the guest's. */
  private watchImports(memories: Uint32Array): Record<string, WebAssembly.Memory> {
    if (this.placed !== null) return { 0: this.placed.flags }
    const does = this.code.variant.watching?.does
    if (does === 'trace') return { 0: this.shared.ring }
    if (does !== 'index') return {}
    const { store } = this.m
    return Object.fromEntries(
      [...memories].map((memory, at) => [`${at}`, store.memories[memory].wordFlags().host]),
    )
  }

  private watchGlobal(number: number): WebAssembly.Global {
    return this.main[`g${this.shape.globalKinds.length + number}`] as WebAssembly.Global
  }

  private globalsIn(which: readonly number[], copy: () => void): void {
    const { I32 } = this.shared
    const { globalWords, instances } = this.m.store
    const { globals } = instances[this.instance]
    for (const at of which) {
      const to = GLOBALS_AT / 4 + 4 * at
      const from = 4 * globals[at]
      for (let half = 0; half < 4; half++) I32[to + half] = globalWords[from + half]
    }
    copy()
  }

  /** Writes what changed in a table to its mirror. */
  private mirror(table: TableEntity, at: number): void {
    const mirror = this.shared.mirrorOf(table)
    const own = !this.shared.isShared(table)
    const put = this.main[`put${at}`] as (index: number, fn: number) => void
    const to = Math.min(table.changedTo, table.size)
    for (let index = table.changedFrom; index < to; index++) {
      const high = table.words[2 * index + 1]
      const fn =
        high === 0 ? null : this.m.store.instances[high - 1].functions[table.words[2 * index]]
      if (fn === null || !this.m.types.isPlain(fn.typeId)) put(index, -1)
      else if (own && fn.instance === this.instance) put(index, fn.index)
      else mirror.set(index, this.stubOf(fn))
    }
    table.changedFrom = Number.POSITIVE_INFINITY
    table.changedTo = 0
  }

  private stubOf(fn: FunctionInstance): unknown {
    return this.shared.stub(fn, () => {
      const module = new WebAssembly.Module(emitStub(fn.paramKinds, fn.resultKinds))
      const { memory } = this.shared
      const vac = { context: memory, sites: this.shared.addSites(sitesOf(module), [fn]) }
      return new WebAssembly.Instance(module, { vac }).exports['stub']
    })
  }
}

const sitesOf = (module: WebAssembly.Module): Uint8Array => section(module, SITES_SECTION)
function leftOf(module: WebAssembly.Module): number[] {
  const bytes = section(module, LEFT_SECTION)
  const view = new DataView(bytes.buffer)
  return Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(4 * at, true))
}
function section(module: WebAssembly.Module, name: string): Uint8Array {
  const [found] = WebAssembly.Module.customSections(module, name)
  assert(found !== undefined, `compiled code has a section ${name}`)
  return new Uint8Array(found)
}
