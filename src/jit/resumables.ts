// Resumable bodies of a large program: each is a module of its own, emitted when it is wanted, and
// kept in a file apart from what every start reads.
import type { ProgramShape } from './draft.ts'
import { emitResumable } from './emit.ts'
import { joinParts, type KeptBytes, partsOf } from './kept-parts.ts'
import type { Variant } from './variant.ts'

/** The host compiles what was emitted in so small a part of the time that both take. */
const KEPT_PART = 1 / 4

export class Resumables {
  /** Bytes that are not kept yet. */
  newBytes = 0
  private readonly shape: ProgramShape
  private readonly variant: Variant
  private readonly kept: KeptBytes | null
  private readonly modules = new Map<number, WebAssembly.Module | null>()
  /** By function; null: what is kept was not read yet. */
  private emitted: Map<number, Uint8Array<ArrayBuffer>> | null = null

  constructor(shape: ProgramShape, variant: Variant, kept: KeptBytes | null) {
    this.shape = shape
    this.variant = variant
    this.kept = kept
  }

  /** The module of a function; null: the host cannot take it. */
  module(fn: number): WebAssembly.Module | null {
    let module = this.modules.get(fn)
    if (module === undefined) this.modules.set(fn, (module = this.make(fn)))
    return module
  }

  /** What is left to do for the body of a function: 1 where nothing is done, 0 where all is. */
  missing(fn: number): number {
    if (this.modules.has(fn)) return 0
    return this.read().has(fn) ? KEPT_PART : 1
  }

  /** Has all that was emitted kept. */
  keep(): void {
    this.newBytes = 0
    this.kept?.put(encode(this.read()))
  }

  private make(fn: number): WebAssembly.Module | null {
    const emitted = this.read()
    let bytes = emitted.get(fn)
    if (bytes === undefined) {
      const made = emitResumable(this.shape, this.variant, fn)
      if (made === null) return null
      bytes = made
      if (this.kept !== null) {
        emitted.set(fn, bytes)
        this.newBytes += bytes.length
      }
    }
    return new WebAssembly.Module(bytes)
  }

  private read(): Map<number, Uint8Array<ArrayBuffer>> {
    return (this.emitted ??= decode(this.kept?.get() ?? null))
  }
}

/** The numbers of the functions, then their bodies. */
function encode(bodies: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const functions = new Uint8Array(Uint32Array.from(bodies.keys()).buffer)
  return joinParts([functions, ...bodies.values()])
}

/** None where there is nothing, or what has another form. */
function decode(kept: Uint8Array<ArrayBuffer> | null): Map<number, Uint8Array<ArrayBuffer>> {
  const [numbers, ...bodies] = (kept === null ? null : partsOf(kept)) ?? []
  if (numbers?.length !== bodies.length * Uint32Array.BYTES_PER_ELEMENT) return new Map()
  // A copy: what was kept need not lie on a multiple of four, and may be a part of a larger buffer.
  const functions = new Uint32Array(Uint8Array.from(numbers).buffer)
  return new Map(bodies.map((bytes, at) => [functions[at], bytes]))
}
