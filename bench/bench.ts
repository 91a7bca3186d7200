// The shape of a bench: one claim, one file.
import type { Clock, Contest, ContestRow } from './harness.ts'
import type { Figure } from './report.ts'

export interface Bench {
  readonly name: string
  /** What the claim is, in one sentence. */
  readonly says: string
  readonly peer: string
  /** What is compared: CPU time of this process without it, or the clock on the wall. */
  readonly clock?: Clock
  /** Each case runs in a process of its own: what one leaves behind slows the next down. */
  readonly apart?: boolean
  /** Names of the cases and what each does. */
  readonly cases: readonly { readonly name: string; readonly says: string }[]
  /**
   * The contests of some cases; `all`: with the sides that are only interesting beside the claim.
   */
  readonly contests: (cases: readonly string[], all: boolean) => Promise<Contest[]>
  readonly figures: (rows: readonly ContestRow[]) => Figure[]
  /** Figures of what is no contest of two sides. */
  readonly own?: (
    cases: readonly string[],
    options: {
      readonly repeats: number
      readonly seed: number
      readonly progress: (text: string) => void
    },
  ) => Promise<Figure[]>
  /** Lines about what has no peer, measured once: they are printed and have no bar. */
  readonly facts?: () => string[]
}
