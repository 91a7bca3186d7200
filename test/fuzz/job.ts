// What a batch is told and what it tells. A batch runs in a process of its own, so that whatever
// happens to it is charged to one seed.

export interface Job {
  readonly mode: 'worlds' | 'compiled' | 'watched' | 'mutants' | 'faults'
  readonly from: number
  readonly count: number
  /** Stop early at this time of the host's clock, in ms. */
  readonly deadline: number
  /** Eight bytes: the seed that runs now, as a double. */
  readonly seedFile: string
}

export interface Failure {
  readonly seed: number
  readonly message: string
}

export interface Report {
  readonly done: number
  readonly failures: readonly Failure[]
  readonly summary: Summary
}

export interface Summary {
  /** Executions by opcode. */
  readonly rows: Record<string, number>
  /** How cases ended. */
  readonly ends: Record<string, number>
  readonly ticks: number
  readonly compiledTicks: number
  readonly reloads: number
  readonly long: number
  readonly slowestMs: number
}

export const LIMIT_MS = 5_000
/** What one case may make the process grow by. */
export const LIMIT_GROWTH_BYTES = 600 * 2 ** 20
