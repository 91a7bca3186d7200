// What runs a machine: the interpreter, and the JIT with what the host adds: compiled code is kept
// on disk.
import { summaryOf } from '../isa/summary.ts'
import { Jit } from '../jit/jit.ts'
import { CodeLibrary } from '../jit/library.ts'
import { checkedVariant, plainVariant, type Variant } from '../jit/variant.ts'
import type { Machine } from '../machine/machine.ts'
import { type Look, type Outcome, run } from '../machine/run.ts'
import { CodeCache } from './code-cache.ts'

/**
 * Which engine runs a machine. auto: the interpreter first, the JIT once a program runs longer than
 * its size is worth, or at once where its code is kept. jit: from the first tick. interpreter:
 * never the JIT. None of them can be told from another by anything but speed.
 */
export type EngineName = 'auto' | 'jit' | 'interpreter'
export const engineNames: readonly EngineName[] = ['auto', 'jit', 'interpreter']

/** Ticks that any program may take before it is compiled. */
const LEAST_TICKS = 100_000
/** Ticks for each instruction of a program: interpreting them takes less time than compiling it. */
const TICKS_AN_INSTRUCTION = 4

/** The same for a resumable body, whose function has a plain one already. */
const RESUME_PATIENCE = 128

export interface EngineFacts {
  readonly name: EngineName
  /** Ticks that compiled code executed; the interpreter did the others. */
  readonly compiledTicks: number
  /** Functions that exceed a limit of the host's WebAssembly: the interpreter runs them. */
  readonly leftFunctions: number
}

export class Engine {
  readonly name: EngineName
  private readonly m: Machine
  private readonly cache: CodeCache
  /** The tick from which the JIT runs the machine; null: not decided yet. */
  private from: number | null = null

  constructor(m: Machine, name: EngineName, cache: CodeCache = new CodeCache()) {
    this.m = m
    this.name = name
    this.cache = cache
  }

  get facts(): EngineFacts {
    const { fast } = this.m
    const jit = fast instanceof Jit ? fast : null
    const compiledTicks = jit?.compiledTicks ?? 0
    return { name: this.name, compiledTicks, leftFunctions: jit?.leftFunctions ?? 0 }
  }

  /** Runs the machine for at most `budget` ticks, ending exactly there unless a look pauses it. */
  run(budget: number, look: Look | null): Outcome {
    const { m } = this
    const end = m.ticks + budget
    if (!this.compiles && this.name !== 'interpreter' && m.status === 'running') {
      const outcome = run(m, Math.min(this.from as number, end) - m.ticks, null, 'auto', look)
      if (outcome.reason !== 'budget' || m.ticks >= end || !this.compiles) return outcome
    }
    return run(m, end - m.ticks, null, 'auto', look)
  }

  /** Whether compiled code runs the machine from here on. */
  get compiles(): boolean {
    const { m } = this
    if (m.fast !== null) return true
    if (this.name === 'interpreter') return false
    this.from ??= this.startOfJit()
    if (m.ticks < this.from) return false
    const library = new CodeLibrary(this.cache, RESUME_PATIENCE)
    new Jit(m, { library, variant: this.variant }).attach()
    return true
  }

  /** Without a retained state a trap's tick could not be found again. */
  private get variant(): Variant {
    return this.m.retrace === null ? checkedVariant : plainVariant
  }

  private startOfJit(): number {
    const { m, cache } = this
    if (this.name === 'jit') return m.ticks
    const missing = m.store.programs.filter(({ hash }) => !cache.has(hash, this.variant))
    if (missing.length === 0) return m.ticks
    const instructions = missing.reduce((sum, one) => sum + summaryOf(one.program).instructions, 0)
    return m.ticks + LEAST_TICKS + TICKS_AN_INSTRUCTION * instructions
  }
}
