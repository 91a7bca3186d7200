// Our side of a contest: what the benches share. How a machine is run, by side, stands here only.
import { Jit } from '../src/jit/jit.ts'
import { CodeLibrary } from '../src/jit/library.ts'
import { plainVariant } from '../src/jit/variant.ts'
import type { Machine } from '../src/machine/machine.ts'
import { type Engine, run, runSlice } from '../src/machine/run.ts'
import { Trace } from '../src/machine/trace.ts'
import { type Range, type Watch, Watchpoints } from '../src/machine/watch.ts'
import { WriteIndex } from '../src/machine/write-index.ts'

/** A side of ours, by what executes the program. */
export interface OurSide {
  readonly name: string
  readonly engine: Engine
  /** Compiled from the first tick on. */
  readonly compiled: boolean
  /** What it watches for; absent: nothing. */
  readonly watch?: (machine: Machine) => Watch
}

export const interpreterSide: OurSide = { name: 'vac', engine: 'interpreter', compiled: false }
export const stepperSide: OurSide = { name: 'stepper', engine: 'stepper', compiled: false }

const TRACE_BEAMS = 100_000

/** The last word below 4 GiB of memory 0, which no program here has: the tests are timed. */
function lastWord({ store }: Machine, reads: boolean): Range[] {
  if (store.memories.length === 0) return []
  const to = 2 ** 32
  return [{ memory: 0, from: to - 8, to, reads, writes: true }]
}

const watching = (name: string, watch: (machine: Machine) => Watch): OurSide => {
  return { name, engine: 'auto', compiled: true, watch }
}

/**
 * Sides that watch: for any access, for the latest write, for all words that are written, for
 * every instruction.
 */
export const watchSides: readonly OurSide[] = [
  watching('stop', (machine) => new Watchpoints('stop', lastWord(machine, true))),
  watching('note', (machine) => new Watchpoints('note', lastWord(machine, false))),
  watching('index', () => new WriteIndex()),
  watching('trace', () => new Trace(TRACE_BEAMS)),
]
/** For the latest read or write. */
export const touchSide: OurSide = watching(
  'touch',
  (machine) => new Watchpoints('note', lastWord(machine, true)),
)

/** Makes a new machine ready to run as its side does: before its first tick, untimed. */
export function prepareMachine(machine: Machine, { compiled, watch }: OurSide): void {
  if (!compiled) return
  const jit = new Jit(machine, { variant: plainVariant, library })
  jit.attach()
  jit.compileAll(watch?.(machine) ?? null)
}

/** As the host compiles a program once, whatever runs it. */
const library = new CodeLibrary()

/** Runs a machine to its end; throws where it traps or waits. */
export function runToEnd(machine: Machine, { engine, watch }: OurSide): void {
  const watched = watch?.(machine) ?? null
  do run(machine, Number.MAX_SAFE_INTEGER - machine.ticks, watched, engine)
  while (machine.status === 'running')
  checkEnd(machine)
}

/** The same as a scheduler does it: in slices of so many ticks, to the next resume point each. */
export function runInSlices(machine: Machine, sliceTicks: number): void {
  while (machine.status === 'running') runSlice(machine, sliceTicks)
  checkEnd(machine)
}

function checkEnd(machine: Machine): void {
  if (machine.status === 'idle' || machine.status === 'exited') return
  throw new Error(`${machine.status}: ${machine.trap?.code}`)
}
