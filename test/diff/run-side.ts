// A process: one program by one engine. Parameters: the program, a variant of compiled code, what
// it watches for, or `interpreter`, and, where the run is to be stopped, a seed, how often, and
// below which tick.
import { plainVariant, variantName } from '../../src/jit/variant.ts'
import { print, Written } from '../sqlite/machine.ts'
import { randomTicks } from '../sqlite/shell.ts'
import { newProgram } from './program-cases.ts'
import { attachJit, compiledVariants, detach, runTo, watches } from './sides.ts'

export interface SideRun {
  readonly ticks: number
  readonly root: string
  readonly exitCode: number
  /** As hex. */
  readonly stdout: string
  readonly stderr: string
  readonly stops: readonly Stop[]
  /** Of the ticks, those that compiled code ran. */
  readonly compiledTicks: number
}

interface Stop {
  readonly tick: number
  readonly root: string
  /** Calls that are open. */
  readonly depth: number
}

const [name, engine, seed, count, end] = process.argv.slice(2)
const written = new Written()
const vac = await newProgram(name, written, 'interpreter')
detach(vac.machine)
const watch = watches[engine]?.() ?? null
const variant =
  watch === null ? compiledVariants.find((one) => variantName(one) === engine) : plainVariant
const jit = variant === undefined ? null : attachJit(vac.machine, variant)
const ticks = count === undefined ? [] : randomTicks(Number(seed), Number(count), Number(end))
const stops = ticks.map((tick): Stop => {
  runTo(vac.machine, tick, watch)
  return { tick: vac.ticks, root: vac.root(), depth: vac.machine.depth }
})
vac.run(undefined, null, watch)
const result: SideRun = {
  ticks: vac.ticks,
  root: vac.root(),
  exitCode: vac.exitCode,
  stdout: written.hex('stdout'),
  stderr: written.hex('stderr'),
  stops,
  compiledTicks: jit?.compiledTicks ?? 0,
}
print(result)
