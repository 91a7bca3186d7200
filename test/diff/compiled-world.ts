// One generated world by compiled code, in one piece and in many, through saved states: all must
// come to what the stepper does.
import assert from 'node:assert/strict'
import type { Jit } from '../../src/jit/jit.ts'
import { checkedVariant, plainVariant } from '../../src/jit/variant.ts'
import type { Machine } from '../../src/machine/machine.ts'
import { type Checked, compare, whole } from '../fuzz/differential.ts'
import { generateWorld } from '../fuzz/generate.ts'
import { type Plan, runWorld, type Trace } from '../fuzz/guest.ts'
import { Random } from '../fuzz/random.ts'
import { attachJit } from './sides.ts'

const RELOADS = 4

/** Random stretches, most of them by compiled code, now and then through a saved state. */
function sliced(r: Random, attach: (machine: Machine) => void): Plan {
  let reloads = 0
  return {
    name: 'sliced compiled code',
    roots: true,
    attach,
    next: () => {
      const reload = reloads < RELOADS && r.chance(0.1)
      if (reload) reloads++
      const ticks = r.chance(0.2) ? r.range(1, 3) : r.range(1, r.pick([20, 300, 3_000]))
      const engine = r.chance(0.8) ? 'auto' : r.pick(['interpreter', 'stepper'] as const)
      return { engine, ticks, reload }
    },
  }
}

/** Traps that plain code leaves to the host. */
const nativeTraps = /out of bounds|indirect call|element/

/**
 * Plain code too, in which the host traps: nothing is retained here to find the tick again, so a
 * world that traps so is compared no further.
 */
function comparePlain(
  spec: ReturnType<typeof generateWorld>,
  marks: readonly number[],
  expected: Trace,
  jits: Jit[],
): void {
  const attach = (machine: Machine): void => {
    jits.push(attachJit(machine, plainVariant))
  }
  try {
    compare('plain code', runWorld(spec, { ...whole('auto', false), attach }, marks), expected)
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error
    assert.ok(
      expected.lines.some((line) => nativeTraps.test(line)),
      `the host: ${error.message}`,
    )
  }
}

/** Throws a Divergence, or whatever the machine throws. */
export function checkCompiled(seed: number): Checked {
  const spec = generateWorld(seed)
  const r = new Random(seed + 0.25e9)
  const marks = Array.from({ length: 5 }, () => r.below(spec.capTicks)).sort((a, b) => a - b)
  const jits: Jit[] = []
  const attach = (machine: Machine): void => {
    jits.push(attachJit(machine, checkedVariant))
  }
  const expected = runWorld(spec, whole('stepper', true), marks)
  const straight = runWorld(spec, { ...whole('auto', false), attach }, marks)
  compare('compiled code', straight, expected)
  comparePlain(spec, marks, expected, jits)
  const last = runWorld(spec, sliced(r, attach), marks)
  compare('sliced compiled code', last, expected)
  return {
    spec,
    ticks: expected.ticks,
    reloads: last.reloads,
    lines: expected.lines,
    compiledTicks: jits.reduce((sum, jit) => sum + jit.compiledTicks, 0),
  }
}
