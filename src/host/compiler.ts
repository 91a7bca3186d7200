// The JIT with what the host adds: compiled code is kept on disk.
import { Jit } from '../jit/jit.ts'
import { CodeLibrary, instructionsOf } from '../jit/library.ts'
import type { Machine } from '../machine/machine.ts'
import { type Look, type Outcome, run } from '../machine/run.ts'
import { CodeCache } from './code-cache.ts'

/**
 * Which engine runs a machine. auto: the interpreter first, the JIT once a program runs longer than
 * its size is worth. jit: from the first tick. interpreter: never the JIT. None of them can be told
 * from another by anything but speed.
 */
export type EngineName = 'auto' | 'jit' | 'interpreter'
export const engineNames: readonly EngineName[] = ['auto', 'jit', 'interpreter']

/** Ticks that any program may take before it is compiled. */
const LEAST_TICKS = 100_000

export function attachJit(machine: Machine, cache: CodeCache = new CodeCache()): void {
  new Jit(machine, { library: new CodeLibrary(cache) }).attach()
}

/** Ticks for each instruction of a program: interpreting them takes less time than compiling it. */
const TICKS_AN_INSTRUCTION = 4

/** How many ticks *auto* interprets before it compiles. */
const ticksBefore = ({ store }: Machine): number =>
  store.programs.reduce(
    (sum, { program }) => sum + TICKS_AN_INSTRUCTION * instructionsOf(program),
    LEAST_TICKS,
  )

export interface EngineFacts {
  readonly name: EngineName
  /** Ticks that compiled code executed; the interpreter did the others. */
  readonly compiledTicks: number
  /** Functions that exceed a limit of the host's WebAssembly: the interpreter runs them. */
  readonly leftFunctions: number
}

export function factsOf({ fast }: Machine, name: EngineName): EngineFacts {
  const jit = fast instanceof Jit ? fast : null
  const compiledTicks = jit?.compiledTicks ?? 0
  return { name, compiledTicks, leftFunctions: jit?.leftFunctions ?? 0 }
}

/**
 * Runs a machine for at most `budget` ticks, by an engine that it gets where it has none yet.
 * `began`: the machine's ticks when it was made or loaded here.
 */
export function runBy(
  machine: Machine,
  { engine, began }: { readonly engine: EngineName; readonly began: number },
  budget: number,
  look: Look | null,
): Outcome {
  const end = machine.ticks + budget
  if (engine !== 'interpreter' && machine.fast === null && machine.status === 'running') {
    const first = engine === 'auto' ? began + ticksBefore(machine) : 0
    if (machine.ticks < first) {
      const outcome = run(machine, Math.min(first, end) - machine.ticks, null, 'auto', look)
      const goesOn = outcome.reason === 'budget' && machine.ticks >= first
      if (!goesOn || machine.ticks >= end) return outcome
    }
    attachJit(machine)
  }
  return run(machine, end - machine.ticks, null, 'auto', look)
}
