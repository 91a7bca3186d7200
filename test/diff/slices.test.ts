// Slices of a scheduler: they end at the same resume points by compiled code and by the
// interpreter.
import assert from 'node:assert/strict'
import test from 'node:test'
import { buildProgram } from '../../bench/programs/build.ts'
import { plainVariant } from '../../src/jit/variant.ts'
import type { Machine } from '../../src/machine/machine.ts'
import { runSlice } from '../../src/machine/run.ts'
import { loadProgram, Vac } from '../../src/vac.ts'
import { assertCompiled, attachJit, detach, rootText } from './sides.ts'

const kernels = [
  { name: 'fib', n: 18 },
  { name: 'gemm', n: 20 },
  { name: 'sort', n: 1_500 },
  { name: 'json', n: 40 },
] as const
/** Slices of each budget in turn, so many. */
const ROUNDS = 40
const budgets = [1, 2, 3, 10, 97, 997, 10_007]

interface End {
  readonly ticks: number
  readonly depth: number
  readonly status: string
  readonly root: string
}

const endOf = (machine: Machine): End => {
  const { ticks, depth, status } = machine
  return { ticks, depth, status, root: rootText(machine) }
}

async function begun(name: string, n: number): Promise<{ machine: Machine }> {
  const { machine, instance } = await made(name)
  instance.begin('run', n)
  return { machine }
}

async function made(name: string) {
  const vac = new Vac()
  const instance = vac.instantiate(await loadProgram(await buildProgram(name)))
  detach(vac.machine)
  return { machine: vac.machine, instance }
}

for (const { name, n } of kernels) {
  test(`slices of ${name} end alike in both engines`, async (t) => {
    const { machine: plain } = await begun(name, n)
    const { machine } = await begun(name, n)
    const jit = attachJit(machine, plainVariant)
    let slices = 0
    while (plain.status === 'running') {
      const budget = slices < ROUNDS * budgets.length ? budgets[slices % budgets.length] : 10_007
      const from = plain.ticks
      runSlice(plain, budget)
      runSlice(machine, budget)
      assert.deepEqual(endOf(machine), endOf(plain), `slice ${slices} of ${budget} from ${from}`)
      slices++
    }
    assertCompiled(jit)
    t.diagnostic(`${slices} slices, ${plain.ticks} ticks, ${jit.compiledTicks} by compiled code`)
  })
}
