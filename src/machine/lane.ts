import type { Machine } from './machine.ts'
export function runLane(_m: Machine, _budget: number): boolean {
  return false
}
