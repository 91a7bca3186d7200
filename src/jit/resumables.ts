// Resumable bodies of a large program: each is a module of its own, emitted when it is wanted, and
// kept in a file apart from what every start reads.
import type { ProgramShape } from './draft.ts'
import { emitResumable } from './emit.ts'
import type { Variant } from './variant.ts'

/** Where they are kept from one process to the next. */
export interface KeptBytes {
  readonly get: () => Uint8Array<ArrayBuffer> | null
  readonly put: (bytes: Uint8Array) => void
}

const MAGIC = 0x31_53_42_56
const HEADER_BYTES = 8
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

/** Behind the magic number each with its function and length. */
function encode(bodies: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const sizeBytes = [...bodies.values()].reduce((sum, { length }) => sum + length, 0)
  const all = new Uint8Array(4 + HEADER_BYTES * bodies.size + sizeBytes)
  const view = new DataView(all.buffer)
  view.setUint32(0, MAGIC, true)
  let at = 4
  for (const [fn, bytes] of bodies) {
    view.setUint32(at, fn, true)
    view.setUint32(at + 4, bytes.length, true)
    all.set(bytes, at + HEADER_BYTES)
    at += HEADER_BYTES + bytes.length
  }
  return all
}

/** None where there is nothing, or what has another form. */
function decode(kept: Uint8Array<ArrayBuffer> | null): Map<number, Uint8Array<ArrayBuffer>> {
  const bodies = new Map<number, Uint8Array<ArrayBuffer>>()
  if (kept === null || kept.length < 4) return bodies
  const view = new DataView(kept.buffer, kept.byteOffset, kept.length)
  if (view.getUint32(0, true) !== MAGIC) return bodies
  for (let at = 4; at + HEADER_BYTES <= kept.length; ) {
    const from = at + HEADER_BYTES
    const to = from + view.getUint32(at + 4, true)
    if (to > kept.length) return bodies
    bodies.set(view.getUint32(at, true), kept.subarray(from, to))
    at = to
  }
  return bodies
}
