// Our side of a contest: what the benches share. How a machine is run, by side, stands here only.
import { Jit } from '../src/jit/jit.ts'
import { CodeLibrary } from '../src/jit/library.ts'
import { plainVariant } from '../src/jit/variant.ts'
import type { Machine } from '../src/machine/machine.ts'
import { type Engine, run, runSlice } from '../src/machine/run.ts'

/** A side of ours, by what executes the program. */
export interface OurSide {
  readonly name: string
  readonly engine: Engine
  /** Compiled from the first tick on. */
  readonly compiled: boolean
}

export const interpreterSide: OurSide = { name: 'vac', engine: 'interpreter', compiled: false }
export const stepperSide: OurSide = { name: 'stepper', engine: 'stepper', compiled: false }

/** Makes a new machine ready to run as its side does: before its first tick, untimed. */
export function prepareMachine(machine: Machine, { compiled }: OurSide): void {
  if (!compiled) return
  const jit = new Jit(machine, { variant: plainVariant, library })
  jit.attach()
  jit.compileAll()
}

/** As the host compiles a program once, whatever runs it. */
const library = new CodeLibrary()

/** Runs a machine to its end; throws where it traps or waits. */
export function runToEnd(machine: Machine, { engine }: OurSide): void {
  run(machine, Number.MAX_SAFE_INTEGER - machine.ticks, null, engine)
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
