// The lane of a defined function, made at its first call.
import type { Lane } from './lane-code.ts'
import { lower } from './lane-lower.ts'
import type { Machine } from './machine.ts'
import type { FunctionInstance } from './store.ts'

/** null for a function of the wall. */
export function laneOf(m: Machine, fn: FunctionInstance): Lane | null {
  if (fn.def === null) return null
  fn.lane ??= lower(m, fn)
  return fn.lane
}
