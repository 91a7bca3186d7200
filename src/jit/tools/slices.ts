// A program's `run` in slices, by compiled code or by the interpreter: what comes of it.
import { assert } from '../../base/errors.ts'
import { nodeHasher } from '../../host/hasher.ts'
import { invoke, takeResults } from '../../machine/calls.ts'
import { exportOf, instantiate } from '../../machine/instantiate.ts'
import { Machine } from '../../machine/machine.ts'
import { defaultManifest } from '../../machine/manifest.ts'
import { run } from '../../machine/run.ts'
import { rootOf } from '../../machine/state/root.ts'
import { translate } from '../../wasm/translate.ts'
import { Jit } from '../jit.ts'

export interface Ran {
  readonly result: readonly bigint[]
  readonly ticks: number
  /** Of every fourth slice, and of the end. */
  readonly roots: readonly string[]
  /** Ticks of compiled code. */
  readonly compiled: number
}

/** Calls the first export with one argument; at most `slice` ticks at a time. */
export function runInSlices(
  bytes: Uint8Array,
  argument: bigint,
  slice: number,
  compiles: boolean,
): Ran {
  const machine = new Machine(defaultManifest)
  const program = translate(bytes)
  const { instance } = instantiate(machine, program, new Uint8Array(32), () => null)
  const found = exportOf(machine, instance, program.exports[0])
  assert(found.kind === 'func', 'the first export is a function')
  const jit = compiles ? new Jit(machine) : null
  jit?.attach()
  invoke(machine, found.fn, [argument])
  const roots: string[] = []
  const note = (): void => {
    roots.push(Buffer.from(rootOf(machine, nodeHasher)).toString('hex'))
  }
  for (let n = 0; machine.status === 'running'; n++) {
    run(machine, slice)
    if (n % 4 === 0) note()
  }
  note()
  const { ticks } = machine
  return { result: takeResults(machine), ticks, roots, compiled: jit?.compiledTicks ?? 0 }
}
