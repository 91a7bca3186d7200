// The JIT as an engine: enters compiled code where it can be entered, brings back what it left, and
// has the interpreter walk between.
import { VacError } from '../base/errors.ts'
import { type FunctionFacts, frameWords } from '../isa/facts.ts'
import { TrapSignal } from '../isa/traps.ts'
import { enter, settle, standBefore, unwind } from '../machine/calls.ts'
import type { FastEngine } from '../machine/fast-engine.ts'
import { growMemory } from '../machine/grow.ts'
import type { HostOutcome } from '../machine/host-function.ts'
import type { Machine, Place } from '../machine/machine.ts'
import { run } from '../machine/run.ts'
import type { FunctionInstance } from '../machine/store.ts'
import type { Watch } from '../machine/watch.ts'
import type { SamePage } from '../memory/flat.ts'
import type { Memory } from '../memory/memory.ts'
import { CodeSets } from './code-set.ts'
import { Compiled } from './compiled.ts'
import {
  ARGUMENTS_AT,
  FRAME_AT,
  LEAF_ROOM_WORDS,
  LEFT,
  LEFT_BELOW,
  LONGEST_PATH,
  REFUSED,
  SPILL_POINTER_AT,
  THROWN,
  THROWN_BELOW,
  THROWN_REF_AT,
} from './context.ts'
import { CodeLibrary } from './library.ts'
import { raiseException } from './raise-exception.ts'
import { copyHalves, putSlots } from './records.ts'
import { HOST_ROOM_WORDS, type SharedContext } from './shared-context.ts'
import { RECORD_TAIL_BYTES, type Site, SiteKind } from './sites.ts'
import { checkedVariant, plainVariant, type Variant } from './variant.ts'
import { STEPPED_TICKS, Walks } from './walks.ts'

/** After so many it comes back: who looks at a clock expects compiled code's speed of it. */
const MOST_WALKED_TICKS = 1_000_000

const ARGUMENTS = ARGUMENTS_AT / 4
const FRAME = FRAME_AT / 4

/** A call of the wall that did not simply return. */
interface Unfinished {
  readonly outcome: Exclude<HostOutcome, 'done'> | 'call' | 'raised'
  readonly signal: unknown
  /** The call's arguments as they are now, in halves. */
  readonly words: Int32Array
}

export interface JitOptions {
  readonly variant?: Variant
  /** Shared by machines that run the same programs. */
  readonly library?: CodeLibrary
  /** How the host compares pages. */
  readonly samePage?: SamePage | undefined
}

export class Jit implements FastEngine {
  /** Ticks that compiled code ran. */
  compiledTicks = 0
  readonly variant: Variant
  private readonly m: Machine
  private readonly library: CodeLibrary
  private readonly samePage: SamePage | undefined
  private readonly sets: CodeSets
  private readonly walks: Walks
  private unfinished: Unfinished | null = null
  /** Is the last call of the wall to be made again? */
  private wallStays = false
  /** Ticks of the machine when the fuel is 0. */
  private ticksAtZero = 0

  constructor(m: Machine, options: JitOptions = {}) {
    this.m = m
    this.library = options.library ?? new CodeLibrary()
    this.samePage = options.samePage
    // Without a retained state a trap's tick could not be found again.
    this.variant = options.variant ?? (m.retrace === null ? checkedVariant : plainVariant)
    this.sets = new CodeSets(m, this.variant)
    this.walks = new Walks(m)
  }

  private get shared(): SharedContext {
    return this.sets.current.shared
  }

  /** Makes this the machine's fast engine. */
  attach(): void {
    const { m } = this
    m.fast = this
    for (const { functions } of m.store.instances) for (const fn of functions) fn.lane = null
  }

  /** Compiles all instances now for runs that watch so, rather than when they first run. */
  compileAll(watch: Watch | null = null): void {
    if (!this.sets.choose(watch)) return
    for (let instance = 1; instance < this.m.store.instances.length; instance++) {
      this.codeOf(instance)
    }
  }

  /** Functions that exceed a limit of the host, of all instances. */
  get leftFunctions(): number {
    return this.sets.current.compiled.reduce((sum, one) => sum + (one?.left.size ?? 0), 0)
  }

  private codeOf(instance: number): Compiled | null {
    const { compiled } = this.sets.current
    let code = compiled[instance]
    if (code === undefined || code?.isOld) {
      compiled[instance] = code = this.compile(instance)
      this.sets.prepare(code)
    }
    return code
  }

  private compile(instance: number): Compiled | null {
    const { m } = this
    // One global under two names cannot be two globals of a module.
    const { globals, memories } = m.store.instances[instance]
    const mutable = globals.filter((global) => m.store.globals[global].type.mutable)
    if (new Set(mutable).size < mutable.length) return null
    for (const memory of memories) this.take(m.store.memories[memory])
    const { program, programNumber } = m.store.instances[instance]
    const hash = (): Uint8Array => m.store.programs[programNumber].hash
    const code = this.library.compiled(program, this.sets.current.variant, hash)
    return new Compiled(m, instance, code, this.shared, {
      wall: (fn, fuel) => this.callWall(instance, fn, fuel),
      raise: (tag, fuel) => raiseException(m, this.shared, instance, tag, fuel),
      grow: (memory, delta) => this.grow(instance, memory, delta),
    })
  }

  /** Compiled code will want it flat: so what is written first is not copied. */
  take(memory: Memory): void {
    memory.flatten(this.samePage)
  }

  handovers(fn: FunctionInstance): Uint8Array | null {
    return this.codeOf(fn.instance)?.entriesAt(fn.index) ?? null
  }

  run(budget: number, slice: boolean): boolean {
    const { m } = this
    const { watch } = m
    if (!this.sets.choose(watch)) return false
    const end = m.ticks + budget
    const from = m.ticks
    let walked = 0
    while (m.status === 'running' && m.ticks < end && walked < MOST_WALKED_TICKS) {
      const fuel = end - m.ticks - (slice ? 1 : LONGEST_PATH)
      if (watch?.stopped === true) break
      if (fuel >= 0 && this.enterTop(Math.min(fuel, this.sets.mostFuel))) continue
      const before = m.ticks
      this.walks.go(end - m.ticks, !slice && walked < STEPPED_TICKS)
      walked += m.ticks - before
    }
    return m.ticks !== from || m.status !== 'running'
  }

  /** Enters compiled code at the top frame; false where it cannot be entered there. */
  private enterTop(fuel: number): boolean {
    const { m } = this
    const fn = m.frameFunction[m.depth - 1]
    const pc = m.framePc[m.depth - 1]
    const code = this.codeOf(fn.instance)
    if (code === null) return false
    const isEntry = code.entriesAt(fn.index)[pc] === 1
    if (!isEntry && (pc !== 0 || code.left.has(fn.index))) return false
    const facts = code.facts(fn)
    const base = m.frameBase[m.depth - 1]
    let room = Math.min(m.manifest.limits.stackWords - m.usedWords, HOST_ROOM_WORDS)
    if (room < LEAF_ROOM_WORDS) return false
    const { I32 } = this.shared
    const { words } = m
    let body = code.enter(fn.index)
    let number = fn.index
    if (isEntry) {
      const resume = code.resume(fn.index)
      if (resume === null) return false
      body = resume
      number = code.entryNumber(fn.index, pc)
      const size = facts.localWords + facts.heights[pc]
      copyHalves(I32, FRAME, words.I32, 2 * base, 2 * size)
    } else {
      room += frameWords(facts)
      copyHalves(I32, ARGUMENTS, words.I32, 2 * base, 2 * facts.paramWords)
    }
    m.pop()
    m.sp = base
    I32[SPILL_POINTER_AT / 4] = this.shared.spillAt
    this.ticksAtZero = m.ticks + fuel
    code.before()
    const before = m.ticks
    this.wallStays = false
    let rest: number
    try {
      rest = body(number, fuel, room)
    } catch (error) {
      code.after()
      this.sets.note(code, this.ticksAtZero, before)
      this.trapped(error)
      return true
    }
    code.after()
    this.sets.note(code, this.ticksAtZero, before)
    if (rest >= LEFT_BELOW) {
      m.ticks = this.ticksAtZero - rest
      this.returned(base, facts)
    } else if (rest >= THROWN_BELOW) {
      m.ticks = this.ticksAtZero - (rest + LEFT)
      this.left(base)
    } else {
      m.ticks = this.ticksAtZero - (rest + THROWN)
      this.thrown()
    }
    this.compiledTicks += m.ticks - before
    this.sets.settle(fn.instance, fuel, before, this.wallStays)
    // Code that leaves where it was entered: its first instruction is the interpreter's.
    return m.ticks !== before || m.status !== 'running'
  }

  /** The function is over: its results are where it began. */
  private returned(base: number, { resultWords }: FunctionFacts): void {
    const { m, shared } = this
    m.reserve(base + resultWords)
    copyHalves(m.words.I32, 2 * base, shared.I32, ARGUMENTS, 2 * resultWords)
    m.sp = base + resultWords
    if (m.depth === 0) m.status = 'idle'
  }

  /** Compiled code was left: its frames are in the records, the outermost last. */
  private left(base: number): void {
    const { m, shared } = this
    const { unfinished } = this
    this.unfinished = null
    if (unfinished?.outcome === 'exit') {
      m.status = 'exited'
      m.clearStack()
      return
    }
    let at = shared.I32[SPILL_POINTER_AT / 4]
    let index = 0
    while (at > shared.spillAt) {
      const { site, fn } = shared.site(shared.I32[at / 4 - 2])
      at -= shared.I32[at / 4 - 1]
      const innermost = at === shared.spillAt
      if (site.kind === SiteKind.entry) return this.atEntry(base, fn, site, at, index)
      index = this.putFrame(base, fn, site, at, innermost)
      base = m.sp
    }
    if (unfinished !== null) this.finishWall(unfinished)
  }

  /** Restores a frame from its record at `at`; gives the index of a call by a table. */
  private putFrame(
    base: number,
    fn: FunctionInstance,
    site: Site,
    at: number,
    innermost: boolean,
  ): number {
    const { m } = this
    const { kind, pc, resultWords } = site
    const facts = this.codeOf(fn.instance)?.facts(fn) ?? m.factsOf(fn)
    m.sp = base
    m.reserve(base + facts.localWords + facts.maxOperandWords + 2)
    m.usedWords += frameWords(facts)
    m.frameFunction[m.depth] = fn
    m.framePc[m.depth] = pc
    m.frameBase[m.depth] = base
    m.depth++
    const index = putSlots(m, this.shared, base, site, at)
    const waits = kind === SiteKind.call && !innermost
    m.sp = base + facts.localWords + facts.heights[pc] - (waits ? resultWords : 0)
    return index
  }

  /** A function was called that has no room, no fuel or no compiled code: its frame opens here. */
  private atEntry(base: number, fn: FunctionInstance, site: Site, at: number, index: number): void {
    const { m } = this
    m.sp = base
    m.reserve(base + fn.paramWords + 1)
    putSlots(m, this.shared, base, site, at)
    m.sp = base + fn.paramWords
    const half = 2 * m.sp
    m.words.I32[half] = index
    m.words.I32[half + 1] = 0
    const pc = m.depth === 0 ? 0 : m.framePc[m.depth - 1] - 1
    try {
      enter(m, fn)
    } catch (signal) {
      if (signal instanceof VacError) {
        // The host refused memory: the call has not happened, and may be tried again.
        m.ticks--
        standBefore(m, pc)
      }
      settle(m, signal, pc)
    }
    this.wallStays = m.depth > 0 && m.framePc[m.depth - 1] === pc
  }

  /** Compiled code calls a function of the wall: its values are in the context. */
  private callWall(instance: number, index: number, fuel: number): number {
    const { m, shared } = this
    const fn = m.store.instances[instance].functions[index]
    const base = m.sp
    const { paramWords, resultWords, host } = fn
    const stop = (outcome: Unfinished['outcome'], signal: unknown = null): number => {
      const words = m.words.I32.slice(2 * base, 2 * (base + paramWords))
      this.unfinished = { outcome, signal, words }
      return fuel - LEFT
    }
    m.reserve(base + Math.max(paramWords, resultWords))
    copyHalves(m.words.I32, 2 * base, shared.I32, ARGUMENTS, 2 * paramWords)
    if (host === null) return stop('call')
    m.ticks = this.ticksAtZero - fuel
    let outcome: HostOutcome
    try {
      outcome = host.call({ machine: m, caller: instance, base })
    } catch (signal) {
      return stop('raised', signal)
    }
    this.wallStays = outcome === 'again'
    if (outcome !== 'done') return stop(outcome)
    copyHalves(shared.I32, ARGUMENTS, m.words.I32, 2 * base, 2 * resultWords)
    // To stop behind the call, it is left as if the fuel were spent.
    return m.watch?.afterWall(m) === true ? fuel - LEFT : fuel
  }

  /** An exception comes out of compiled code, which told the calls that it came through. */
  private thrown(): void {
    const { m, shared } = this
    const chain: Place[] = []
    for (let at = shared.spillAt; at < shared.I32[SPILL_POINTER_AT / 4]; at += RECORD_TAIL_BYTES) {
      const { site, fn } = shared.site(shared.I32[at / 4])
      chain.push({ instance: fn.instance, function: fn.index, pc: site.pc - 1 })
    }
    if (m.depth > 0) chain.push(...m.chain(m.framePc[m.depth - 1] - 1))
    unwind(m, shared.I32[THROWN_REF_AT / 4] - 1, chain)
  }

  /** Compiled code grows a memory, as the instruction does. */
  private grow(instance: number, memory: number, delta: number): number {
    const { store } = this.m
    try {
      return growMemory(this.m, store.memories[store.instances[instance].memories[memory]], delta)
    } catch (error) {
      if (error instanceof VacError) return REFUSED
      throw error
    }
  }

  /** The frames are back; the top one stands behind the call. */
  private finishWall({ outcome, signal, words }: Unfinished): void {
    const { m } = this
    const pc = m.framePc[m.depth - 1] - 1
    if (outcome === 'raised' && signal instanceof TrapSignal) return settle(m, signal, pc)
    if (outcome !== 'again') m.ticks--
    if (outcome === 'wait') m.status = 'waiting'
    standBefore(m, pc)
    m.words.I32.set(words, 2 * m.sp - words.length)
    if (outcome === 'raised') throw signal
  }

  /** The host trapped: the run is made again to find where. */
  private trapped(error: unknown): void {
    const { m } = this
    if (
      !(error instanceof WebAssembly.RuntimeError) ||
      this.variant.checked ||
      m.retrace === null
    ) {
      throw error
    }
    const twin = m.retrace((one, budget) => {
      if (one.fast === null) {
        new Jit(one, { variant: checkedVariant, library: this.library }).attach()
      }
      run(one, budget)
    })
    if (twin.trap === null) throw error
    m.ticks = twin.ticks
    m.fault(twin.trap.code, twin.trap.chain)
  }
}
