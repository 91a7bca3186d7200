// The lane: the fast way of interpreting. It runs whole segments, whose ticks are known beforehand,
// and leaves the rest (rare instructions, the last ticks of a budget, whatever needs room) to the
// stepper.
import type { Machine } from '../machine.ts'
import type { FunctionInstance } from '../store.ts'
import type { Lane } from './code.ts'
import { laneLoop } from './loop.gen.ts'
import { lower } from './lower.ts'

/** The loop counts in small integers. */
const LONGEST_RUN = 2 ** 29

/** Runs some of a running machine's ticks; false where the stepper must take the next one. */
export function runLane(m: Machine, budget: number): boolean {
  const at = m.depth - 1
  const lane = laneOf(m, m.frameFunction[at])
  if (lane === null || lane.entry[m.framePc[at]] < 0) return false
  const fuel = Math.min(budget, LONGEST_RUN)
  const left = laneLoop(m, fuel)
  m.ticks += fuel - left
  return left < fuel || m.status !== 'running'
}

/** The lane of a defined function, made at its first call. null for a function of the wall. */
function laneOf(m: Machine, fn: FunctionInstance): Lane | null {
  if (fn.def === null) return null
  fn.lane ??= lower(m, fn)
  return fn.lane
}
