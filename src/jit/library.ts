// Modules made from programs, for as many machines as run them: each is emitted once.
import type { Program } from '../isa/program.ts'
import { summaryOf } from '../isa/summary.ts'
import { ProgramShape } from './draft.ts'
import { emitProgram, emitResumable } from './emit.ts'
import { entriesOf } from './plan.ts'
import { type Variant, variantName } from './variant.ts'

/** Where main modules are kept from one process to the next; a host gives it. */
export interface ModuleStore {
  /** `hash` is the program's. */
  get(hash: Uint8Array, variant: Variant): Uint8Array<ArrayBuffer> | null
  put(hash: Uint8Array, variant: Variant, module: Uint8Array): void
}

/** Pcs at which a resumable body is entered, in the order of their numbers, and 1 at each. */
export interface Entries {
  readonly pcs: readonly number[]
  readonly at: Uint8Array
}

/** What a program became in one variant. */
export interface CompiledProgram {
  readonly shape: ProgramShape
  readonly main: WebAssembly.Module
  /** Ticks for each instruction of a function before a resumable body is made of it. */
  readonly patience: number
  /** Where the resumable body of a function is entered. */
  readonly entries: (fn: number) => Entries
  /** The module with the resumable body of a function; null: the host cannot take it. */
  readonly resumable: (fn: number) => WebAssembly.Module | null
}

/** Programs with fewer instructions compile faster than they could be kept. */
const SMALL_INSTRUCTIONS = 20_000

export class CodeLibrary {
  private readonly programs = new WeakMap<Program, Map<string, CompiledProgram>>()
  private readonly store: ModuleStore | null
  private readonly patience: number

  /**
   * `patience`: ticks for each instruction of a function that the interpreter takes between loop
   * heads of it before a resumable body is made.
   */
  constructor(store: ModuleStore | null = null, patience = 0) {
    this.store = store
    this.patience = patience
  }

  compiled(program: Program, variant: Variant, hash: Uint8Array): CompiledProgram {
    let variants = this.programs.get(program)
    if (variants === undefined) this.programs.set(program, (variants = new Map()))
    const name = variantName(variant)
    let compiled = variants.get(name)
    if (compiled === undefined)
      variants.set(name, (compiled = this.compile(program, variant, hash)))
    return compiled
  }

  private compile(program: Program, variant: Variant, hash: Uint8Array): CompiledProgram {
    const shape = new ProgramShape(program)
    const bodies = new Map<number, WebAssembly.Module | null>()
    const known = new Map<number, Entries>()
    const entries = (fn: number): Entries => {
      let found = known.get(fn)
      if (found === undefined) known.set(fn, (found = findEntries(shape, fn)))
      return found
    }
    const resumable = (fn: number): WebAssembly.Module | null => {
      let module = bodies.get(fn)
      if (module === undefined) {
        const bytes = emitResumable(shape, variant, fn)
        module = bytes === null ? null : new WebAssembly.Module(bytes)
        bodies.set(fn, module)
      }
      return module
    }
    const main = this.main(shape, variant, hash)
    return { shape, main, patience: this.patience, entries, resumable }
  }

  private main(shape: ProgramShape, variant: Variant, hash: Uint8Array): WebAssembly.Module {
    const keeps = this.store !== null && summaryOf(shape.program).instructions >= SMALL_INSTRUCTIONS
    const kept = keeps ? this.store?.get(hash, variant) : null
    if (kept) return new WebAssembly.Module(kept)
    const bytes = emitProgram(shape, variant)
    const module = new WebAssembly.Module(bytes)
    if (keeps) this.store?.put(hash, variant, bytes)
    return module
  }
}

function findEntries(shape: ProgramShape, fn: number): Entries {
  const defined = fn - shape.importedFunctions
  const at = new Uint8Array(shape.program.functions[defined].code.op.length + 1)
  const pcs = entriesOf(shape, defined)
  for (const pc of pcs) at[pc] = 1
  return { pcs, at }
}
