// A function of the wall, as the machine sees it. What stands behind is in src/wall.
import type { Kind } from '../isa/types.ts'
import type { Machine } from './machine.ts'

/**
 * What a call of the wall did. `done`: the results are in place. `again`: the call is repeated at
 * the next tick with its operands as they now are (a long transfer). `wait`: the machine is blocked
 * until input comes, then the call is repeated; the tick does not count. `exit`: the program ended.
 */
export type HostOutcome = 'done' | 'again' | 'wait' | 'exit'

/** Access to a call's operands and results: words on the value stack, starting at `base`. */
export interface HostCall {
  readonly machine: Machine
  /** Number of the calling instance. */
  readonly caller: number
  /** Word index (machine.words) of the first argument; results are written from the same place. */
  readonly base: number
}

export interface HostFunction {
  /** As imported: `wasi_snapshot_preview1.fd_write`. */
  readonly name: string
  readonly params: readonly Kind[]
  readonly results: readonly Kind[]
  readonly call: (call: HostCall) => HostOutcome
}
