// A module of the host being made: its types, its exit functions, its sites.
import { assert } from '../base/errors.ts'
import type { FunctionFacts } from '../isa/facts.ts'
import type { Program } from '../isa/program.ts'
import { isPlainType } from '../isa/type-registry.ts'
import { type Kind, kindOf } from '../isa/types.ts'
import { FunctionVerifier } from '../isa/verify/verify.ts'
import { instructionStarts } from '../machine/place-numbers.ts'
import { CodeWriter } from './code-writer.ts'
import { HostType, hostType } from './host-types.ts'
import { sizeOf } from './memory-code.ts'
import { writeRecord } from './record-code.ts'
import { SiteWriter } from './sites.ts'
import type { Variant } from './variant.ts'

/** What emitters ask about a program, flattened once. */
export class ProgramShape {
  readonly program: Program
  readonly importedFunctions: number
  /** Type index of each function; whether each memory and table has 64-bit addresses. */
  readonly functionTypes: readonly number[]
  readonly wideMemories: readonly boolean[]
  readonly wideTables: readonly boolean[]
  readonly globalKinds: readonly Kind[]
  readonly mutableGlobals: readonly boolean[]
  /** Type index of each tag. */
  readonly tagTypes: readonly number[]
  /** Host types of the parameters and results of each type, without fuel and room. */
  readonly params: readonly (readonly number[])[]
  readonly results: readonly (readonly number[])[]
  readonly paramKinds: readonly (readonly Kind[])[]
  readonly resultKinds: readonly (readonly Kind[])[]
  /** 1: calls by this type are tested by the host exactly as the machine tests them. */
  readonly plainTypes: readonly boolean[]
  /** The number of each defined function's first instruction. */
  get starts(): Uint32Array {
    return (this.instructions ??= instructionStarts(this.program))
  }
  private instructions: Uint32Array | null = null
  private readonly verifier: FunctionVerifier
  private readonly facts: (FunctionFacts | undefined)[] = []

  constructor(program: Program, verifier = new FunctionVerifier(program)) {
    this.program = program
    this.verifier = verifier
    const functions: number[] = []
    const memories: boolean[] = []
    const tables: boolean[] = []
    const globals: Kind[] = []
    const mutable: boolean[] = []
    const tags: number[] = []
    for (const { extern } of program.imports) {
      if (extern.kind === 'func') functions.push(extern.type)
      else if (extern.kind === 'memory') memories.push(extern.memory.wide)
      else if (extern.kind === 'table') tables.push(extern.table.limits.wide)
      else if (extern.kind === 'global') {
        globals.push(kindOf(extern.global.type))
        mutable.push(extern.global.mutable)
      } else tags.push(extern.type)
    }
    this.importedFunctions = functions.length
    for (const { type } of program.functions) functions.push(type)
    for (const { wide } of program.memories) memories.push(wide)
    for (const { table } of program.tables) tables.push(table.limits.wide)
    for (const { global } of program.globals) {
      globals.push(kindOf(global.type))
      mutable.push(global.mutable)
    }
    this.functionTypes = functions
    this.wideMemories = memories
    this.wideTables = tables
    this.globalKinds = globals
    this.mutableGlobals = mutable
    this.tagTypes = [...tags, ...program.tags]
    this.paramKinds = program.types.map(({ params }) => params.map(kindOf))
    this.resultKinds = program.types.map(({ results }) => results.map(kindOf))
    this.params = this.paramKinds.map((kinds) => kinds.map(hostType))
    this.results = this.resultKinds.map((kinds) => kinds.map(hostType))
    this.plainTypes = program.types.map(isPlainType)
  }

  /** Of a defined function, imports not counted. */
  factsOf(defined: number): FunctionFacts {
    return (this.facts[defined] ??= this.verifier.facts(defined))
  }
}

/** Where things are in a module's index spaces. */
export interface Places {
  /** The function that calls the wall: (function, fuel) -> fuel. */
  readonly wall: number
  /** The function that grows a memory: (memory, pages) -> pages before, -1, or REFUSED. */
  readonly grow: number
  /** Function number of guest function 0, or -1: others are called through the table of all. */
  readonly firstFunction: number
  /** The function that makes an exception: (tag or -1, fuel) -> fuel. */
  readonly raise: number
  /** The function that has a body made and put into the tables: (function). */
  readonly make: number
  readonly firstExit: number
  /** The table of all functions of the instance; of those whose body was made, null else. */
  readonly all: number
  readonly made: number
  readonly contextMemory: number
  /** Global that holds the number of the instance + 1, shifted up by 32. */
  readonly instanceGlobal: number
  /** Global that holds the number of the module's first site. */
  readonly sitesGlobal: number
  /** Globals that hold the tags' numbers in the machine. */
  readonly firstTag: number
  readonly firstGlobal: number
}

export class Draft {
  readonly shape: ProgramShape
  readonly variant: Variant
  readonly places: Places
  readonly sites = new SiteWriter()
  /** Where each body is written, one after the other. */
  readonly scratch = new CodeWriter(1 << 16)
  readonly types: { readonly params: readonly number[]; readonly results: readonly number[] }[] = []
  private readonly typeNumbers = new Map<string, number>()
  private readonly exits = new Map<string, number>()
  private readonly exitTypes: { params: readonly number[]; results: readonly number[] }[] = []
  /** Leaves (leaves.ts) stand among the exits: their numbers there, by function, and code. */
  private readonly leaves = new Map<number, number>()
  private readonly leafCodes = new Map<number, CodeWriter>()

  constructor(shape: ProgramShape, variant: Variant, places: Places) {
    this.shape = shape
    this.variant = variant
    this.places = places
  }

  type(params: readonly number[], results: readonly number[]): number {
    const key = `${params.join()}:${results.join()}`
    let number = this.typeNumbers.get(key)
    if (number === undefined) {
      number = this.types.push({ params, results }) - 1
      this.typeNumbers.set(key, number)
    }
    return number
  }

  /** The host's type of a guest type: with fuel and room, and fuel. */
  guestType(type: number): number {
    const { params, results } = this.shape
    return this.type(
      [...params[type], HostType.i32, HostType.i32],
      [...results[type], HostType.i32],
    )
  }

  /**
   * Function number of the exit that records values of these types, for a body of these results.
   */
  exit(values: readonly number[], results: readonly number[]): number {
    const key = `${values.join()}:${results.join()}`
    let number = this.exits.get(key)
    if (number === undefined) {
      number = this.exitTypes.push({ params: values, results }) - 1
      this.exits.set(key, number)
    }
    return this.places.firstExit + number
  }

  addLeaf(fn: number, emit: () => CodeWriter): void {
    if (this.leaves.has(fn)) return
    const { params, results } = this.shape
    const type = this.shape.functionTypes[fn]
    const number = this.exitTypes.push({ params: params[type], results: results[type] }) - 1
    this.leaves.set(fn, number)
    this.leafCodes.set(number, emit())
  }
  /** The function number of a leaf that was added. */
  leaf(fn: number): number {
    const number = this.leaves.get(fn)
    assert(number !== undefined, 'leaves are added before what calls them')
    return this.places.firstExit + number
  }

  get exitCount(): number {
    return this.exitTypes.length
  }
  /** Type number of an exit: its values, the site and the fuel. */
  exitType(number: number): number {
    const { params, results } = this.exitTypes[number]
    if (this.leafCodes.has(number)) return this.type(params, results)
    return this.type([...params, HostType.i32, HostType.i32], results)
  }

  /**
   * The body of an exit: records its values and gives the fuel, marked as LEFT. An exception on its
   * way up leaves the site alone.
   */
  exitBody(number: number): CodeWriter {
    const leaf = this.leafCodes.get(number)
    if (leaf !== undefined) return leaf
    const { params, results } = this.exitTypes[number]
    const out = new CodeWriter(256)
    const site = params.length
    out.uleb(1)
    out.uleb(1)
    out.u8(HostType.i32)
    let size = 0
    const values = params.map((type, local) => {
      const offset = size
      size += sizeOf(type)
      return { type, local, offset }
    })
    writeRecord(out, this.places, { site, fuel: site + 1, to: site + 2 }, { values, size }, results)
    out.u8(0x0b)
    return out
  }
}
