// The clock: virtual time, a function of ticks and of what was slept. The host's clock is never
// asked.
import type { Machine } from '../../machine/machine.ts'

/** Virtual nanoseconds since 1970. */
export const realtime = (m: Machine): bigint => m.vtime
/** Virtual nanoseconds since the machine began. */
export const monotonic = (m: Machine): bigint => m.vtime - m.manifest.vtime.epoch
/** Virtual nanoseconds spent executing: without what was slept. */
export const busy = (m: Machine): bigint => monotonic(m) - m.slept

/** Virtual nanoseconds of one tick, rounded up, at least 1. */
export function resolution(m: Machine): bigint {
  const [numerator, denominator] = m.manifest.vtime.nanosPerTick
  const nanos = Math.ceil(numerator / denominator)
  return BigInt(Math.max(1, nanos))
}

/** Moves virtual time on; ticks stay. Time stays below 2^64 ns, in the year 2554. */
export function sleep(m: Machine, nanos: bigint): void {
  const latest = (1n << 64n) - 1n - m.vtime
  if (nanos > 0n && latest > 0n) m.slept += nanos < latest ? nanos : latest
}
