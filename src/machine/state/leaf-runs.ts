// Leaves that are not zero, in runs, as files of states have them.
import type { ByteWriter } from '../../base/bytes.ts'
import type { LeafRun } from '../../memory/file-bytes.ts'
import { LEAF_BYTES } from '../../memory/merkle.ts'

/** How many runs, then each: zero leaves before, leaves, their bytes. */
export function writeRuns(w: ByteWriter, runs: readonly LeafRun[]): void {
  w.uleb(runs.length)
  let end = 0
  for (const { first, leaves } of runs) {
    w.uleb(first - end)
    w.uleb(leaves.length)
    for (const leaf of leaves) w.raw(leaf)
    end = first + leaves.length
  }
}

/** What the leaves take, so that a writer makes room for all at once. */
export const leafBytes = (runs: readonly LeafRun[]): number =>
  runs.reduce((sum, { leaves }) => sum + leaves.length, 0) * LEAF_BYTES
