// Modules made from programs, for as many machines as run them: each is emitted once.
import type { Program } from '../isa/program.ts'
import { summaryOf } from '../isa/summary.ts'
import { Batches } from './batches.ts'
import { ProgramShape } from './draft.ts'
import { drain, emitProgram, emitResumable, type MoreOfMain } from './emit.ts'
import type { KeptBytes } from './kept-parts.ts'
import { entriesOf } from './plan.ts'
import { Resumables } from './resumables.ts'
import { type Variant, variantName } from './variant.ts'

/** What every run has use for, and what is entered in the middle. */
export type CodePart = 'bodies' | 'resumable'

/** Where code is kept from one process to the next; a host gives it. */
export interface CodeStore {
  /** `key` names the program: see `codeKey`. */
  get(key: Uint8Array, variant: Variant, part: CodePart): Uint8Array<ArrayBuffer> | null
  put(key: Uint8Array, variant: Variant, part: CodePart, code: Uint8Array): void
}

/** What names a program in a store. */
export const codeKey = (program: Program, hash: () => Uint8Array): Uint8Array =>
  program.origin ?? hash()

/** Pcs at which a resumable body is entered, in the order of their numbers, and 1 at each. */
export interface Entries {
  readonly pcs: readonly number[]
  readonly at: Uint8Array
}

/** What a program became in one variant. */
export interface CompiledProgram {
  readonly variant: Variant
  readonly shape: ProgramShape
  /** Another one once bodies were joined. */
  readonly main: WebAssembly.Module
  /** null: all bodies are in the main module. */
  readonly batches: Batches | null
  /** Ticks for each of its instructions before a function's resumable body is entered. */
  readonly patience: (fn: number) => number
  /** Where the resumable body of a function is entered. */
  readonly entries: (fn: number) => Entries
  /** The module with the resumable body of a function; null: the host cannot take it. */
  readonly resumable: (fn: number) => WebAssembly.Module | null
  /** The same with places that are watched, for a while: their pcs. */
  readonly placed: (fn: number, places: readonly number[]) => WebAssembly.Module | null
}

/** Programs with fewer instructions compile faster than they could be kept. */
export const SMALL_INSTRUCTIONS = 20_000
/**
 * The main module of a program of fewer instructions has all resumable bodies, so that the host may
 * inline what they call.
 */
const COMPLETE_INSTRUCTIONS = 8000
export interface KeepLimits {
  /** What is kept is written again once so many bytes are new. */
  readonly newBytes: number
  /** The same of resumable bodies, which are few. */
  readonly newResumableBytes: number
  /** A start with so many batches takes longer than one with a main module. */
  readonly manyBatches: number
  /** Of more bytes, batches are not joined when the program has ended: nobody waits so long. */
  readonly joinBytes: number
}
const keepLimits: KeepLimits = {
  newBytes: 100_000,
  newResumableBytes: 10_000,
  manyBatches: 32,
  joinBytes: 1 << 23,
}

export interface LibraryOptions {
  /** Keeps code of large programs. */
  readonly store?: CodeStore | null
  /**
   * Ticks for each instruction of a function that the interpreter takes between loop heads of it
   * before a resumable body is made.
   */
  readonly patience?: number
  /** Programs of so many instructions get their bodies when these are first called. */
  readonly lazyFrom?: number
}

export class CodeLibrary {
  private readonly programs = new WeakMap<Program, Map<string, CompiledProgram>>()
  private readonly store: CodeStore | null
  private readonly patience: number
  private readonly lazyFrom: number
  private readonly lazyPrograms: { batches: Batches; put: () => void }[] = []
  private readonly resumables: Resumables[] = []

  constructor({
    store = null,
    patience = 0,
    lazyFrom = Number.POSITIVE_INFINITY,
  }: LibraryOptions = {}) {
    this.store = store
    this.patience = patience
    this.lazyFrom = lazyFrom
  }

  /** Joins the batches of all programs in main modules, a body a step. */
  *join(): Generator<void, void> {
    for (const { batches } of this.lazyPrograms)
      if (batches.modules.length > 0) yield* batches.join()
  }

  /**
   * Has the store keep what was made, where that is much. What a process before this one made in
   * many batches, and this one used as it is, is joined first.
   */
  keep(limits: Partial<KeepLimits> = {}): void {
    const { newBytes, newResumableBytes, manyBatches, joinBytes } = { ...keepLimits, ...limits }
    for (const { batches, put } of this.lazyPrograms) {
      const asKept = batches.keptBatches > 0 && batches.modules.length >= batches.keptBatches
      const many = batches.keptBatches >= manyBatches && batches.sizeBytes <= joinBytes
      if (asKept && many) drain(batches.join())
      if (batches.newBytes >= newBytes) put()
    }
    for (const one of this.resumables) if (one.newBytes >= newResumableBytes) one.keep()
  }

  compiled(program: Program, variant: Variant, hash: () => Uint8Array): CompiledProgram {
    let variants = this.programs.get(program)
    if (variants === undefined) this.programs.set(program, (variants = new Map()))
    const name = variantName(variant)
    let compiled = variants.get(name)
    if (compiled === undefined)
      variants.set(name, (compiled = this.compile(program, variant, hash)))
    return compiled
  }

  private compile(program: Program, variant: Variant, hash: () => Uint8Array): CompiledProgram {
    const shape = new ProgramShape(program)
    const known = new Map<number, Entries>()
    const entries = (fn: number): Entries => {
      let found = known.get(fn)
      if (found === undefined) known.set(fn, (found = findEntries(shape, fn)))
      return found
    }
    const placed = (fn: number, places: readonly number[]): WebAssembly.Module | null => {
      const bytes = emitResumable(shape, variant, fn, places)
      return bytes === null ? null : new WebAssembly.Module(bytes)
    }
    const { instructions } = summaryOf(program)
    const lazy = instructions >= this.lazyFrom
    const isKept = lazy || instructions >= SMALL_INSTRUCTIONS
    const kept = isKept ? this.kept(program, variant, hash) : null
    const bodies = kept?.('bodies') ?? null
    const batches = lazy ? this.batches(shape, variant, bodies) : null
    const resumables = new Resumables(shape, variant, kept?.('resumable') ?? null)
    if (kept !== null) this.resumables.push(resumables)
    const patience = (fn: number): number =>
      this.patience === 0 ? 0 : this.patience * resumables.missing(fn)
    const resumable = (fn: number): WebAssembly.Module | null => resumables.module(fn)
    const all = { variant, shape, batches, patience, entries, resumable, placed }
    if (batches === null) {
      const small = instructions < COMPLETE_INSTRUCTIONS
      const resumed = small ? definedOf(shape).filter((fn) => entries(fn).pcs.length > 0) : []
      return { ...all, main: mainOf(shape, variant, bodies, { resumed, padded: small }) }
    }
    const main = (): WebAssembly.Module => batches.main
    return {
      ...all,
      get main() {
        return main()
      },
    }
  }

  /** A program's places in the store; null: there is no store. */
  private kept(program: Program, variant: Variant, hash: () => Uint8Array) {
    const { store } = this
    if (store === null) return null
    const key = codeKey(program, hash)
    return (part: CodePart): KeptBytes => ({
      get: () => store.get(key, variant, part),
      put: (bytes) => store.put(key, variant, part, bytes),
    })
  }

  private batches(shape: ProgramShape, variant: Variant, kept: KeptBytes | null): Batches {
    const batches = new Batches(shape, variant, kept?.get() ?? null)
    const put = (): void => kept?.put(batches.bytes())
    this.lazyPrograms.push({ batches, put })
    return batches
  }
}

function mainOf(
  shape: ProgramShape,
  variant: Variant,
  kept: KeptBytes | null,
  more: MoreOfMain,
): WebAssembly.Module {
  const bytes = kept?.get()
  if (bytes) return new WebAssembly.Module(bytes)
  const emitted = emitProgram(shape, variant, more)
  const module = new WebAssembly.Module(emitted)
  kept?.put(emitted)
  return module
}

/** Functions of the program's own. */
const definedOf = ({ importedFunctions, program }: ProgramShape): number[] =>
  program.functions.map((_, defined) => importedFunctions + defined)

function findEntries(shape: ProgramShape, fn: number): Entries {
  const defined = fn - shape.importedFunctions
  const at = new Uint8Array(shape.program.functions[defined].code.op.length + 1)
  const pcs = entriesOf(shape, defined)
  for (const pc of pcs) at[pc] = 1
  return { pcs, at }
}
