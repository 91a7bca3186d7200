// What runs a machine: the interpreter, and the JIT with what the host adds: compiled code is kept
// on disk.
import { encodeProgram } from '../isa/codec/encode.ts'
import type { Program } from '../isa/program.ts'
import { Jit } from '../jit/jit.ts'
import { CodeLibrary, codeKey, SMALL_INSTRUCTIONS } from '../jit/library.ts'
import { checkedVariant, plainVariant, type Variant } from '../jit/variant.ts'
import type { Machine } from '../machine/machine.ts'
import { type Look, type Outcome, run } from '../machine/run.ts'
import { partOf } from '../machine/state/state-format.ts'
import type { ProgramBytes } from '../machine/state/state-programs.ts'
import type { Watch } from '../machine/watch.ts'
import { CodeCache } from './code-cache.ts'
import { samePage } from './same-page.ts'

/**
 * Which engine runs a machine. auto: the interpreter first, the JIT after a while, or at once where
 * the program's code is kept. jit: from the first tick. interpreter:
 * never the JIT. None of them can be told from another by anything but speed.
 */
export type EngineName = 'auto' | 'jit' | 'interpreter'
export const engineNames: readonly EngineName[] = ['auto', 'jit', 'interpreter']

/** Ticks that a program may take before any of it is compiled. */
const LEAST_TICKS = 100_000
/** Ticks for each instruction of a function before it gets a second body, a resumable one. */
const RESUME_PATIENCE = 128

/** Compiled ticks after which joined code is worth its making. */
const LONG_TICKS = 2 ** 29

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
  private readonly library: CodeLibrary
  /** The tick from which the JIT runs the machine; null: not decided yet. */
  private from: number | null = null
  private joining: Iterator<void, void> | null = null
  /** Of Atom bytes, as the cache keeps them. */
  private readonly frames = new WeakMap<object, Uint8Array>()
  /** Compiled ticks when code was joined last. */
  private improvedAt = 0

  /** `like`: its compiled code serves this machine too, from its first tick on. */
  constructor(m: Machine, name: EngineName, like: Engine | null = null) {
    this.m = m
    this.name = name
    this.cache = like?.cache ?? new CodeCache()
    const lazyFrom = SMALL_INSTRUCTIONS
    this.library =
      like?.library ?? new CodeLibrary({ store: this.cache, patience: RESUME_PATIENCE, lazyFrom })
    if (like !== null) this.from = m.ticks
  }

  /**
   * Between runs, some milliseconds for better code of a program that runs long: what was made in
   * batches is joined, and used once it is ready.
   */
  improve(milliseconds = 40): void {
    const { fast } = this.m
    if (!(fast instanceof Jit) || fast.compiledTicks < this.improvedAt + LONG_TICKS) return
    this.joining ??= this.library.join()
    for (const end = performance.now() + milliseconds; performance.now() < end; ) {
      if (this.joining.next().done !== true) continue
      this.joining = null
      this.improvedAt = fast.compiledTicks
      return
    }
  }

  /** The Atom bytes of a program: of a known file those that the cache has. */
  encoded(program: Program): ProgramBytes {
    const { origin } = program
    if (origin === undefined) return { ...partOf(encodeProgram(program)), aloneHash: null }
    const atom = this.cache.atom(origin) ?? this.cache.keepAtom(origin, encodeProgram(program))
    if (atom.packed !== null) this.frames.set(atom, atom.packed)
    return atom
  }

  /** What `encoded` gave, as a zstd frame; null: it is not at hand. */
  packed(encoded: object): Uint8Array | null {
    return this.frames.get(encoded) ?? null
  }

  /** Has the cache keep the code that was made. */
  keep(): void {
    this.library.keep()
  }

  get facts(): EngineFacts {
    const { fast } = this.m
    const jit = fast instanceof Jit ? fast : null
    const compiledTicks = jit?.compiledTicks ?? 0
    return { name: this.name, compiledTicks, leftFunctions: jit?.leftFunctions ?? 0 }
  }

  /** Runs the machine for at most `budget` ticks, ending exactly there unless a look pauses it. */
  run(budget: number, look: Look | null, watch: Watch | null = null): Outcome {
    const { m } = this
    const end = m.ticks + budget
    if (!this.compiles && this.name !== 'interpreter' && m.status === 'running') {
      const outcome = run(m, Math.min(this.from as number, end) - m.ticks, watch, 'auto', look)
      if (outcome.reason !== 'budget' || m.ticks >= end || !this.compiles) return outcome
    }
    return run(m, end - m.ticks, watch, 'auto', look)
  }

  /** Whether compiled code runs the machine from here on. */
  get compiles(): boolean {
    const { m } = this
    if (m.fast !== null) return true
    if (this.name === 'interpreter') return false
    this.from ??= this.startOfJit()
    if (m.ticks < this.from) return false
    const { library, variant } = this
    new Jit(m, { library, variant, samePage }).attach()
    return true
  }

  /** Without a retained state a trap's tick could not be found again. */
  private get variant(): Variant {
    return this.m.retrace === null ? checkedVariant : plainVariant
  }

  private startOfJit(): number {
    const { m, cache } = this
    if (this.name === 'jit') return m.ticks
    const kept = m.store.programs.every((one) =>
      cache.has(
        codeKey(one.program, () => one.hash),
        this.variant,
      ),
    )
    return kept ? m.ticks : m.ticks + LEAST_TICKS
  }
}
