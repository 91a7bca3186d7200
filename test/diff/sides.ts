// The two sides of a comparison: a machine that the interpreter runs, and one with the JIT.
import assert from 'node:assert/strict'
import { nodeHasher } from '../../src/host/hasher.ts'
import { Jit } from '../../src/jit/jit.ts'
import { CodeLibrary } from '../../src/jit/library.ts'
import { checkedVariant, plainVariant, type Variant } from '../../src/jit/variant.ts'
import type { Machine } from '../../src/machine/machine.ts'
import { type Outcome, run } from '../../src/machine/run.ts'
import { rootOf } from '../../src/machine/state/root.ts'
import { Trace } from '../../src/machine/trace.ts'
import { type Watch, Watchpoints } from '../../src/machine/watch.ts'
import { WriteIndex } from '../../src/machine/write-index.ts'

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

/** What watches, by name, for what never or always happens: the run goes on as without. */
export const watches: Readonly<Record<string, () => Watch>> = {
  stop: () => new Watchpoints('stop', [never]),
  note: () => new Watchpoints('note', [{ ...never, from: 1024, to: 4096 }]),
  index: () => new WriteIndex(),
  trace: () => new Trace(1000),
}
const never = { memory: 0, from: 2 ** 32 - 8, to: 2 ** 32, reads: true, writes: true }

/** Runs on to a tick, by the fastest engine that the machine has. */
export function runTo(machine: Machine, tick: number, watch: Watch | null = null): Outcome {
  return run(machine, tick - machine.ticks, watch)
}

export function assertCompiled({ compiledTicks }: Jit): void {
  assert.ok(compiledTicks > 0, 'compiled code ran')
}
