// Bodies that are made when they are first called, a batch at a time: what a program never calls is
// never emitted. The batches are kept together with the main module that they belong to.
import { opcode } from '../isa/table.ts'
import type { ProgramShape } from './draft.ts'
import { drain, emitBatch, emitMain } from './emit.ts'
import { joinParts, partsOf } from './kept-parts.ts'
import { BODIES_SECTION } from './sections.ts'
import type { Variant } from './variant.ts'

/** A batch takes in callees up to so many instructions. */
const BATCH_INSTRUCTIONS = 3000

export class Batches {
  /** Has the bodies that were made before it, and makers of the others. */
  main!: WebAssembly.Module
  /** What was made since, in its order. */
  modules: WebAssembly.Module[] = []
  private readonly shape: ProgramShape
  private readonly variant: Variant
  private of = new Map<number, WebAssembly.Module>()
  /** The bytes of the main module and of all batches. */
  private parts: Uint8Array<ArrayBuffer>[] = []
  /** Bytes that are not kept yet. */
  newBytes = 0
  /** Batches that came from a store. */
  readonly keptBatches: number

  /** `kept`: what `bytes` gave, verified; null, or of another form: nothing is made yet. */
  constructor(shape: ProgramShape, variant: Variant, kept: Uint8Array<ArrayBuffer> | null) {
    this.shape = shape
    this.variant = variant
    const [main, ...batches] = (kept === null ? null : partsOf(kept)) ?? []
    if (main === undefined) drain(this.joinInto(new Set()))
    else this.begin(main)
    for (const batch of batches) this.enlist(batch)
    this.keptBatches = batches.length
    if (main !== undefined) this.newBytes = 0
  }

  /** The batch with a function's body, made now where it is not yet. */
  with(fn: number): WebAssembly.Module {
    const known = this.of.get(fn)
    // An instance of the main module of before asks for what the new one has.
    if (known !== undefined && known !== this.main) return known
    return this.enlist(emitBatch(this.shape, this.variant, this.gather(fn)))
  }

  /**
   * Joins all bodies that were made in a new main module, where they call each other directly: a
   * body a step. The module is there at the end.
   */
  join(): Generator<void, void> {
    return this.joinInto(new Set(this.of.keys()))
  }

  private *joinInto(bodies: ReadonlySet<number>): Generator<void, void> {
    const main = yield* emitMain(this.shape, this.variant, (fn) => bodies.has(fn))
    this.begin(main)
  }

  /** Of the main module and all batches. */
  get sizeBytes(): number {
    return this.parts.reduce((sum, { length }) => sum + length, 0)
  }

  /** All that was made, for a store. */
  bytes(): Uint8Array<ArrayBuffer> {
    this.newBytes = 0
    return joinParts(this.parts)
  }

  private begin(bytes: Uint8Array<ArrayBuffer>): void {
    this.of = new Map()
    this.parts = []
    this.newBytes = 0
    this.main = this.enlist(bytes)
    this.modules = []
  }

  private enlist(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
    const module = new WebAssembly.Module(bytes)
    this.parts.push(bytes)
    this.newBytes += bytes.length
    this.modules.push(module)
    const [section] = WebAssembly.Module.customSections(module, BODIES_SECTION)
    for (const fn of new Uint32Array(section ?? 0)) this.of.set(fn, module)
    return module
  }

  /** A function and those that it calls, and so on, that are in no batch yet. */
  private gather(first: number): number[] {
    const { shape } = this
    const batch = [first]
    const seen = new Set(batch)
    let instructions = 0
    for (let at = 0; at < batch.length && instructions < BATCH_INSTRUCTIONS; at++) {
      const { code } = shape.program.functions[batch[at] - shape.importedFunctions]
      instructions += code.op.length
      for (let pc = 0; pc < code.op.length; pc++) {
        if (code.op[pc] !== CALL && code.op[pc] !== RETURN_CALL) continue
        const callee = code.imm[code.at[pc]]
        if (callee < shape.importedFunctions || seen.has(callee) || this.of.has(callee)) continue
        seen.add(callee)
        batch.push(callee)
      }
    }
    return batch
  }
}

const CALL = opcode('call')
const RETURN_CALL = opcode('return_call')
