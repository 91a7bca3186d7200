// The two sides of a comparison: a machine that the interpreter runs, and one with the JIT.
import assert from 'node:assert/strict'
import { nodeHasher } from '../../src/host/hasher.ts'
import { Jit } from '../../src/jit/jit.ts'
import { CodeLibrary } from '../../src/jit/library.ts'
import { checkedVariant, plainVariant, type Variant } from '../../src/jit/variant.ts'
import type { Machine } from '../../src/machine/machine.ts'
import { type Outcome, run } from '../../src/machine/run.ts'
import { rootOf } from '../../src/machine/state/root.ts'

/** All that compiled code may be. */
export const compiledVariants: readonly Variant[] = [plainVariant, checkedVariant]

/**
 * In a plain variant the host traps, which needs `retrace`. Of a checked variant the bodies are
 * made when they are first called.
 */
export function attachJit(machine: Machine, variant: Variant): Jit {
  const lazyFrom = variant.checked ? 0 : Number.POSITIVE_INFINITY
  const jit = new Jit(machine, { variant, library: new CodeLibrary({ lazyFrom }) })
  jit.attach()
  return jit
}

/** Whatever attached an engine before: there is none now. */
export function detach(machine: Machine): void {
  machine.fast = null
  for (const { functions } of machine.store.instances) for (const fn of functions) fn.lane = null
}

export const rootText = (machine: Machine): string =>
  Buffer.from(rootOf(machine, nodeHasher)).toString('hex')

/** Runs on to a tick, by the fastest engine that the machine has. */
export function runTo(machine: Machine, tick: number): Outcome {
  return run(machine, tick - machine.ticks)
}

export function assertCompiled({ compiledTicks }: Jit): void {
  assert.ok(compiledTicks > 0, 'compiled code ran')
}
