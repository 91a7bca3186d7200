// The host's loop around a machine: slices of ticks short enough to notice an interrupt, output
// handed on after each, input fetched when the machine waits for it. How long a slice takes decides
// nothing inside the machine.

import type { OutputQueue } from '../host/output-queue.ts'
import type { StandardInput } from '../host/standard-input.ts'
import type { Vac } from '../vac.ts'

export interface Drive {
  readonly vac: Vac
  readonly input: StandardInput
  readonly output: OutputQueue
  /** The tick at which to stop, exactly. */
  readonly lastTick: number
  /** Resolves when someone wants the run to stop. */
  readonly interrupt: Promise<void>
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number
  /**
   * Begins the program once the machine is idle, its start function having run; null: it has begun.
   */
  readonly begin: (() => void) | null
  /** Called once, when the machine first waits for input. */
  readonly onFirstWait?: () => void
}

/**
 * ended: idle, exited or trapped. limit: the last tick was reached. closed: nobody reads the
 * output.
 */
export type DriveEnd = 'ended' | 'limit' | 'interrupted' | 'closed'

const FIRST_SLICE_TICKS = 20_000
const SLICE_MS = 8
const MOST_SLICE_TICKS = 100_000_000

export async function drive(d: Drive): Promise<DriveEnd> {
  const { vac } = d
  let interrupted = false
  const interrupt = d.interrupt.then(() => {
    interrupted = true
    return 'interrupted' as const
  })
  let waited = false
  let { begin } = d
  for (let sliceTicks = FIRST_SLICE_TICKS; ; ) {
    if (interrupted) return 'interrupted'
    if (vac.status === 'waiting') {
      if (vac.ticks >= d.lastTick) return 'limit'
      if (!waited) d.onFirstWait?.()
      waited = true
      const piece = await Promise.race([d.input.next(), interrupt])
      if (piece === 'interrupted') return piece
      vac.input(piece)
    }
    if (vac.status === 'idle' && begin !== null) {
      begin()
      begin = null
    }
    const began = d.now()
    vac.run(Math.min(sliceTicks, d.lastTick - vac.ticks))
    sliceTicks = nextSlice(sliceTicks, d.now() - began)
    await d.output.flush()
    if (d.output.broken) return 'closed'
    if (vac.status === 'idle' && begin !== null) continue
    if (vac.status !== 'running' && vac.status !== 'waiting') return 'ended'
    if (vac.status === 'waiting') continue
    if (vac.ticks >= d.lastTick) return 'limit'
    await nextTurn()
  }
}

/** Lets timers, signals and streams have their turn. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function nextSlice(ticks: number, tookMs: number): number {
  if (tookMs > SLICE_MS * 2) return Math.max(1000, Math.floor((ticks * SLICE_MS) / tookMs))
  if (tookMs < SLICE_MS / 2) return Math.min(MOST_SLICE_TICKS, ticks * 2)
  return ticks
}
