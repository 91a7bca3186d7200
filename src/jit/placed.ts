// The bodies that stand in for those of the main module while places of their functions are
// watched.
import type { Place } from '../machine/machine.ts'
import type { Enter } from './compiled.ts'

const PAGE = 65_536

interface Placed {
  /** What stands in the table of all functions without it, and with it. */
  original: unknown
  readonly body: unknown
  /** null: it has no loops, or the host cannot take it. */
  readonly resume: Enter | null
}

export class PlacedBodies {
  /** A byte for each function: 1 where another body is to be called. */
  readonly flags: WebAssembly.Memory
  private readonly make: (fn: number, pcs: readonly number[]) => WebAssembly.Exports | null
  private readonly stub: (fn: number) => unknown
  private readonly made = new Map<string, WebAssembly.Exports | null>()
  private readonly working = new Map<number, Placed>()

  /** `make`: a module of a function with places; `stub`: a function that leaves at its entry. */
  constructor(
    functions: number,
    make: (fn: number, pcs: readonly number[]) => WebAssembly.Exports | null,
    stub: (fn: number) => unknown,
  ) {
    this.flags = new WebAssembly.Memory({ initial: Math.ceil(functions / PAGE) })
    this.make = make
    this.stub = stub
  }

  /** Puts other bodies in the table of all functions for those that have places, and only those. */
  set(all: WebAssembly.Table, places: readonly Place[]): void {
    const flags = new Uint8Array(this.flags.buffer)
    for (const [fn, { original }] of this.working) {
      all.set(fn, original)
      flags[fn] = 0
    }
    this.working.clear()
    const pcs = new Map<number, Set<number>>()
    for (const { function: fn, pc } of places) pcs.set(fn, (pcs.get(fn) ?? new Set()).add(pc))
    for (const [fn, own] of pcs) {
      const bodies = this.bodies(
        fn,
        [...own].sort((a, b) => a - b),
      )
      const resume = (bodies?.['resume'] as Enter | undefined) ?? null
      const body = bodies === null ? this.stub(fn) : bodies['body']
      this.working.set(fn, { original: all.get(fn), body, resume })
      all.set(fn, body)
      flags[fn] = 1
    }
  }

  /** A module put bodies of its own into the table. */
  again(all: WebAssembly.Table): void {
    for (const [fn, placed] of this.working) {
      const now = all.get(fn)
      if (now === placed.body) continue
      placed.original = now
      all.set(fn, placed.body)
    }
  }

  /** The other resumable body of a function; undefined: it has none. */
  resume(fn: number): Enter | null | undefined {
    return this.working.get(fn)?.resume
  }

  private bodies(fn: number, pcs: readonly number[]): WebAssembly.Exports | null {
    const key = `${fn}:${pcs.join()}`
    let bodies = this.made.get(key)
    if (bodies === undefined) this.made.set(key, (bodies = this.make(fn, pcs)))
    return bodies
  }
}
