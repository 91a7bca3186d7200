// How the interpreter walks between compiled code, by a few instructions or more at a time.
import { runLane } from '../machine/lane/lane.ts'
import type { Machine } from '../machine/machine.ts'
import { step } from '../machine/step.ts'
import type { FunctionInstance } from '../machine/store.ts'

/** The lane walks at most so far before the JIT looks again. */
const WALK_TICKS = 100_000

/**
 * Where a run stops exactly, so many ticks of a walk are stepped: most are over by then, as from an
 * exact stop to the next resume point. Few of the lane's ticks, now and then, cost more than they
 * save: the host optimises its loop, meets an instruction that it has not seen, and optimises all
 * of it anew. Slices stop often, and are worth it.
 */
export const STEPPED_TICKS = 1024

export class Walks {
  private readonly m: Machine
  /** Instructions that the stepper took, by function. */
  private readonly stepped = new Map<FunctionInstance, number>()

  constructor(m: Machine) {
    this.m = m
  }

  /**
   * Goes on for at least a tick, and at most `budget`; where the machine watches or `steps` is
   * asked for, for one.
   */
  go(budget: number, steps: boolean): void {
    const { m } = this
    if (m.watch !== null) m.watch.step(m)
    else if (steps || this.stepsNow() || !runLane(m, Math.min(budget, WALK_TICKS))) step(m)
  }

  /**
   * Walks are short: the lane of a function is made when it has been stepped through as far as it
   * is long, which costs about as much.
   */
  private stepsNow(): boolean {
    const fn = this.m.frameFunction[this.m.depth - 1]
    if (fn.lane !== null || fn.def === null) return false
    const steps = this.stepped.get(fn) ?? 0
    this.stepped.set(fn, steps + 1)
    return steps < fn.def.code.op.length
  }
}
