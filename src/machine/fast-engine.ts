// The seam for an engine that is faster than the interpreter: the JIT, in a room above. What it
// does is a host fact; the state that it leaves behind is the interpreter's, at every tick it
// stops.
import type { Memory } from '../memory/memory.ts'
import type { FunctionInstance } from './store.ts'

export interface FastEngine {
  /** Gets each memory of a new instance before anything is written to it. */
  take(memory: Memory): void
  /**
   * Runs some ticks of its machine, which is running, at most `budget`; as a slice, on to the first
   * resume point at or after them. False: nothing was done, the interpreter must take the next
   * tick.
   */
  run(budget: number, slice: boolean): boolean
  /**
   * Where the lane hands over: 1 at the pcs that the fast engine enters. It then leaves calls to
   * the stepper, as their callees may be fast. null: the lane runs the function and what it calls.
   */
  handovers(fn: FunctionInstance): Uint8Array | null
}
