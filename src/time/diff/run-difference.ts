// The first difference of two recorded runs, for people: where both stood, and what differs.
import type { Hasher } from '../../base/hasher.ts'
import type { Place } from '../../machine/machine.ts'
import type { Stage } from '../timeline.ts'
import {
  type BeamDifference,
  Diff,
  type Difference,
  type DiffOptions,
  firstBeam,
  type Side,
} from './diff.ts'
import {
  differingMemory,
  differingValues,
  type MemoryDifference,
  type ValueDifference,
} from './differing-values.ts'

interface ComparedRun<S extends Stage> extends Side<S> {
  readonly chainBefore: (tick: number) => Generator<void, Place[]>
}

export interface RunDifference extends Difference {
  /** Where each stood before: at the instruction behind which they differ. */
  readonly chains: readonly [a: readonly Place[], b: readonly Place[]]
  /** The first values that differ. */
  readonly values: readonly ValueDifference[]
  readonly memory: MemoryDifference
  /** The first stored beam that differs. */
  readonly beam: BeamDifference | null
}

/** Of values and of runs of bytes that differ so many are told. */
const MOST_VALUES = 16

/** Both stand at its tick then; null: they are equal as far as both go. */
export function* runDifference<S extends Stage>(
  a: ComparedRun<S>,
  b: ComparedRun<S>,
  hasher: Hasher,
  options: DiffOptions,
): Generator<void, RunDifference | null> {
  const diff = new Diff(a, b, hasher, options)
  const found = yield* diff.find()
  if (found === null) return null
  const [left, right] = [a.timeline.machine, b.timeline.machine]
  const values = differingValues(left, right, MOST_VALUES)
  const memory = differingMemory(left, right, MOST_VALUES)
  const beam = firstBeam(a.timeline.lineage, b.timeline.lineage)
  const chains = [yield* a.chainBefore(found.tick), yield* b.chainBefore(found.tick)] as const
  return { ...found, chains, values, memory, beam }
}
