// The oracle: a module that counts its own ticks, run by the host's WebAssembly.
import { COUNTER, countTicks } from './rewriter.ts'

export interface Counted {
  readonly ticks: bigint
  /** The exported function's result, or null where it trapped or threw. */
  readonly result: unknown
}

/** What the host's functions of test/ticks/programs do. */
export const hostFunctions = { twice: (n: number): number => (2 * n) | 0, note: (): void => {} }

/** Runs the start function and the export `run`. */
export function countOnHost(bytes: Uint8Array): Counted {
  const module = new WebAssembly.Module(countTicks(bytes))
  const { exports } = new WebAssembly.Instance(module, { host: hostFunctions })
  let result: unknown = null
  try {
    result = (exports.run as () => unknown)()
  } catch {
    result = null
  }
  return { ticks: (exports[COUNTER] as { value: bigint }).value, result }
}
