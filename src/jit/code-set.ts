// All compiled code of a machine in one variant, and which variant serves a watch.
import type { Machine, Place } from '../machine/machine.ts'
import { Trace } from '../machine/trace.ts'
import { type Watch, Watchpoints } from '../machine/watch.ts'
import { WriteIndex } from '../machine/write-index.ts'
import type { Compiled } from './compiled.ts'
import { MOST_FUEL } from './context.ts'
import { SharedContext } from './shared-context.ts'
import { firstRecord, RING_TICKS } from './tracing.ts'
import { type Variant, variantName } from './variant.ts'
import { NOTHING_NOTED } from './watching.ts'

export class CodeSet {
  readonly variant: Variant
  readonly shared = new SharedContext()
  /** By instance; null: the interpreter runs it. */
  readonly compiled: (Compiled | null | undefined)[] = []

  constructor(variant: Variant) {
    this.variant = variant
  }
}

/** The sets of a machine, of which one is at work. */
export class CodeSets {
  private readonly m: Machine
  private readonly own: Variant
  private readonly sets = new Map<string, CodeSet>()
  private watch: Watch | null = null
  current: CodeSet

  /** `own`: the variant that watches nothing. */
  constructor(m: Machine, own: Variant) {
    this.m = m
    this.own = own
    this.current = this.setOf(own)
  }

  /** Turns to the code for a watch; false: there is none. */
  choose(watch: Watch | null): boolean {
    if (watch === this.watch) return true
    const variant = variantFor(this.own, watch)
    if (variant === null) return false
    const set = this.setOf(variant)
    if (set !== this.current) this.turnTo(set)
    this.watch = watch
    for (const code of set.compiled) this.prepare(code ?? null)
    return true
  }

  /** Tells code what is watched. */
  prepare(code: Compiled | null): void {
    if (!(this.watch instanceof Watchpoints) || code === null) return
    const { ranges, places } = this.watch
    code.setRanges(ranges)
    if (places.length > 0) code.setPlaces(places)
  }

  /**
   * After code ran: the latest hit of code that notes. `entered`: the tick at which it began, where
   * the place at which it stood is not entered.
   */
  note(code: Compiled, ticksAtZero: number, entered: number): void {
    const fuel = code.takeNoted()
    const tick = ticksAtZero - fuel
    if (fuel !== NOTHING_NOTED && tick > entered) this.watch?.note(tick)
  }

  /** Most fuel with which code may be entered. */
  get mostFuel(): number {
    return this.watch instanceof Trace ? RING_TICKS : MOST_FUEL
  }

  /**
   * After code of an instance ran, entered with so much fuel at tick `entered`: what it executed,
   * and what the machine's watch makes of it. `stays`: the last call of the wall is to be made
   * again.
   */
  settle(instance: number, fuel: number, entered: number, stays: boolean): void {
    const { m, watch, current } = this
    const count = m.ticks - entered
    if (watch === null || count === 0) return
    if (watch instanceof Trace) {
      watch.take(new Int32Array(current.shared.ring.buffer), firstRecord(fuel), count, instance)
    } else watch.settle(m, placeBehind(m, stays))
  }

  private setOf(variant: Variant): CodeSet {
    const name = variantName(variant)
    let set = this.sets.get(name)
    if (set === undefined) this.sets.set(name, (set = new CodeSet(variant)))
    return set
  }

  /** The other set's mirrors of tables may be old. */
  private turnTo(set: CodeSet): void {
    for (const table of this.m.store.tables) {
      table.changedFrom = 0
      table.changedTo = table.size
    }
    this.current = set
  }
}

/** null: there is no such code. */
export function variantFor(own: Variant, watch: Watch | null): Variant | null {
  if (watch === null) return own
  if (watch instanceof WriteIndex) {
    return { ...own, watching: { does: 'index', reads: false, writes: true, places: false } }
  }
  if (watch instanceof Trace) {
    // The records of code in which the host traps would end nobody knows where.
    const watching = { does: 'trace', reads: false, writes: false, places: false } as const
    return { ...own, checked: true, watching }
  }
  if (!(watch instanceof Watchpoints)) return null
  const { does, ranges } = watch
  const reads = ranges.some((range) => range.reads)
  const writes = ranges.some((range) => range.writes)
  return { ...own, watching: { does, reads, writes, places: watch.places.length > 0 } }
}

/**
 * Where the last instruction of compiled code stands, if it was a call of the wall. `stays`: it is
 * to be made again. null: the program is over.
 */
function placeBehind(m: Machine, stays: boolean): Place | null {
  if (m.depth === 0) return m.trap?.chain[0] ?? null
  const { instance, index } = m.frameFunction[m.depth - 1]
  const pc = m.framePc[m.depth - 1] - (stays ? 0 : 1)
  return { instance, function: index, pc }
}
