// Kernels: programs that import nothing and export `run(n: i32) -> i64`, a checksum. Each side
// makes one instance and calls it again and again.
import { run } from '../src/machine/run.ts'
import { loadProgram, Vac, type Value } from '../src/vac.ts'
import type { Result, Side } from './harness.ts'
import { type OurSide, prepareMachine, runInSlices, runToEnd } from './ours.ts'

const KERNEL = 'run'
/** Run first where a program has it: by C's convention. */
const INITIALIZE = '_initialize'

export function hostKernel(bytes: Uint8Array<ArrayBuffer>, n: number): Side {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {})
  const kernel = exports[KERNEL] as (n: number) => bigint
  const initialize = exports[INITIALIZE] as (() => void) | undefined
  initialize?.()
  return {
    name: 'host',
    prepare: () => () => ({ check: `${BigInt.asUintN(64, kernel(n))}`, ticks: 0 }),
  }
}

/** `sliceTicks`: in slices of so many ticks; null: in one go. */
export async function ourKernel(
  bytes: Uint8Array,
  n: number,
  side: OurSide,
  sliceTicks: number | null = null,
): Promise<Side> {
  const vac = new Vac()
  const { machine } = vac
  const instance = vac.instantiate(await loadProgram(bytes))
  prepareMachine(machine, side)
  const finish = (): void => {
    if (sliceTicks === null) runToEnd(machine, side)
    else runInSlices(machine, sliceTicks)
  }
  const call = (name: string, ...args: Value[]): Value | undefined => {
    instance.begin(name, ...args)
    finish()
    const result = instance.result(name)
    return result.status === 'returned' ? result.values[0] : undefined
  }
  if (instance.exports().includes(INITIALIZE)) call(INITIALIZE)
  const go = (): Result => {
    const from = machine.ticks
    const check = BigInt.asUintN(64, call(KERNEL, n) as bigint)
    return { check: `${check}`, ticks: machine.ticks - from }
  }
  return { name: side.name, prepare: () => go }
}

/** A new machine for every run: one that traps would make all its earlier runs again. */
export async function kernelOnce(
  bytes: Uint8Array,
  n: number,
  side: OurSide,
  traps: boolean,
): Promise<Side> {
  const program = await loadProgram(bytes)
  return {
    name: side.name,
    prepare: () => {
      const vac = new Vac()
      const { machine } = vac
      const instance = vac.instantiate(program)
      prepareMachine(machine, side)
      return () => {
        instance.begin(traps ? 'trap' : KERNEL, n)
        while (machine.status === 'running') run(machine, Number.MAX_SAFE_INTEGER - machine.ticks)
        if (traps !== (machine.status === 'trapped')) throw new Error(machine.status)
        return { check: '', ticks: machine.ticks }
      }
    },
  }
}
