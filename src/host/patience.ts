// Whether a timeout beside waiting for standard input may pass: which comes first, host time
// decides.
import { fstatSync } from 'node:fs'

/** Bytes that stand in a pipe when the program starts come before any timeout. */
const PIPE_MS = 20

/**
 * The milliseconds that a program waits at least. Infinity: for good, as a file's bytes or its end
 * come at once, and a run with a file must repeat.
 */
export function leastPatience(isTerminal: boolean, fd = 0): number {
  if (isTerminal) return 0
  try {
    const status = fstatSync(fd)
    return status.isFIFO() || status.isSocket() ? PIPE_MS : Number.POSITIVE_INFINITY
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
