// The host's loop around a machine: short chunks of ticks with a look at the host's clock after
// each, output handed on, input fetched when the machine waits for it. How long a chunk takes
// decides nothing inside the machine.

import type { StandardInput } from '../host/standard-input.ts'
import type { Look } from '../machine/run.ts'
import type { Vac } from '../vac.ts'

export interface Drive {
  readonly vac: Pick<Vac, 'status' | 'ticks' | 'run' | 'input' | 'patience' | 'elapse'>
  /** Runs it, in place of its own `run`; may come back early. */
  readonly run?: (budget: number, look: Look) => unknown
  readonly input: Pick<StandardInput, 'next'>
  readonly output: { readonly broken: boolean; flush(): Promise<void> }
  /** The tick at which to stop, exactly. */
  readonly lastTick: number
  /** Resolves when someone wants the run to stop. */
  readonly interrupt: Promise<void>
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number
  /** Milliseconds that this thread has worked; the same clock where it is not given. */
  readonly worked?: () => number
  /** The time of that clock after which to stop; Infinity: none. */
  readonly deadline: number
  /** Resolves after so many milliseconds of that clock. */
  readonly sleep: (milliseconds: number) => Promise<void>
  /**
   * Begins the program once the machine is idle, its start function having run; null: it has begun.
   */
  readonly begin: (() => void) | null
  /**
   * A program that waits for input with a timeout is told that it passed after the timeout, but not
   * before so many milliseconds. Infinity: never, as input is sure to come.
   */
  readonly leastPatience: number
  /** Called once, when the machine first waits for input. */
  readonly onFirstWait?: () => void
  /** Does compiled code run by now? */
  readonly compiled?: () => boolean
  /** Called before output is handed on, every few milliseconds of a run. */
  readonly onLook?: () => void
}

/**
 * ended: idle, exited or trapped. limit: the last tick was reached. closed: nobody reads the
 * output.
 */
export type DriveEnd = 'ended' | 'limit' | 'interrupted' | 'timeout' | 'closed'

const FIRST_CHUNK_TICKS = 10_000
/** The host's optimiser may take its fast code back at any moment: then this takes some 10 ms. */
const MOST_CHUNK_TICKS = 250_000
/**
 * Compiled code keeps its speed; each look costs it a way out, and a long one back in. The first
 * takes a quarter of a second. What the interpreter does between comes back by itself.
 */
const FIRST_COMPILED_CHUNK_TICKS = 2 ** 28
const MOST_COMPILED_CHUNK_TICKS = 2 ** 28
const LEAST_CHUNK_TICKS = 1000
/** A chunk of one millisecond may turn out twenty times slower and is still within 20 ms. */
const CHUNK_MS = 1
const COMPILED_CHUNK_MS = 150
/** Between turns of the host's event loop, where signals and streams have their say. */
const TURN_MS = 8
/** The longest that a timer of the host takes: who waits longer, 25 days, waits for good. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1

export async function drive(d: Drive): Promise<DriveEnd> {
  const { vac } = d
  const stop = new Stop(d)
  const turns = new Turns(d)
  let waited = false
  let { begin } = d
  let next: ReturnType<StandardInput['next']> | null = null
  for (;;) {
    if (stop.reason !== null) return stop.reason
    if (d.now() >= d.deadline) return 'timeout'
    if (vac.status === 'waiting') {
      if (vac.ticks >= d.lastTick) return 'limit'
      if (!waited) d.onFirstWait?.()
      waited = true
      next ??= d.input.next()
      const came = await stop.orFirst<Uint8Array | 'elapsed' | null>([next, ...patience(d)])
      if (came === 'interrupted' || came === 'timeout') return came
      if (came === 'elapsed') vac.elapse()
      else {
        next = null
        vac.input(came)
      }
    }
    if (vac.status === 'idle' && begin !== null) {
      begin()
      begin = null
    }
    turns.run()
    d.onLook?.()
    await d.output.flush()
    if (d.output.broken) return 'closed'
    if (vac.status === 'idle' && begin !== null) continue
    if (vac.status !== 'running' && vac.status !== 'waiting') return 'ended'
    if (vac.status === 'waiting') continue
    if (vac.ticks >= d.lastTick) return 'limit'
    await nextTurn()
  }
}

type StopReason = 'interrupted' | 'timeout'

/** Someone wants the run to stop, or its time is over. */
class Stop {
  reason: StopReason | null = null
  private wake: (reason: StopReason) => void = () => {}

  constructor({ interrupt, deadline, now, sleep }: Drive) {
    const stop = (reason: StopReason) => () => {
      this.reason ??= reason
      this.wake(this.reason)
    }
    interrupt.then(stop('interrupted'))
    if (deadline < Number.POSITIVE_INFINITY) sleep(deadline - now()).then(stop('timeout'))
  }

  /**
   * The first of some, or why to stop. Of `Promise.race` a trace would stay with a promise that
   * outlives it: a run waits for each line of its input.
   */
  orFirst<T>(promises: readonly Promise<T>[]): Promise<T | StopReason> {
    return new Promise((resolve, reject) => {
      this.wake = resolve
      for (const promise of promises) promise.then(resolve, reject)
    })
  }
}

/** The timeout that the program set beside waiting for input. */
function patience({ vac, sleep, leastPatience }: Drive): Promise<'elapsed'>[] {
  if (vac.patience === null || leastPatience === Number.POSITIVE_INFINITY) return []
  const milliseconds = Math.max(Number(vac.patience / 1_000_000n), leastPatience)
  if (milliseconds > LONGEST_SLEEP_MS) return []
  return [sleep(milliseconds).then(() => 'elapsed' as const)]
}

/** Runs for about TURN_MS, with looks at the clock that follow the machine's speed. */
class Turns implements Look {
  laneTicks = FIRST_CHUNK_TICKS
  private compiled = false
  private readonly d: Drive
  private began = 0
  private before = 0
  private ticks = 0
  private readonly worked: () => number

  constructor(d: Drive) {
    this.d = d
    this.worked = d.worked ?? d.now
    this.lookWhetherCompiled()
  }

  run(): void {
    const { vac, lastTick } = this.d
    this.began = this.worked()
    this.before = this.began
    this.ticks = vac.ticks
    const budget = lastTick - vac.ticks
    if (this.d.run === undefined) vac.run(budget, this)
    else this.d.run(budget, this)
  }

  private lookWhetherCompiled(): void {
    if (this.compiled || this.d.compiled?.() !== true) return
    this.compiled = true
    this.laneTicks = FIRST_COMPILED_CHUNK_TICKS
  }

  readonly pause = (fast: boolean): boolean => {
    const { ticks } = this.d.vac
    const ran = ticks - this.ticks
    // Fast code that gave way at once to a rare instruction: the clock is not worth asking.
    if (fast && ran < Math.min(this.laneTicks, MOST_CHUNK_TICKS) / 4) return false
    const after = this.worked()
    if (fast && ran >= this.laneTicks / 4) {
      this.laneTicks = nextChunk(this.laneTicks, after - this.before, this.compiled)
    }
    this.lookWhetherCompiled()
    this.before = after
    this.ticks = ticks
    return after - this.began >= TURN_MS
  }
}

/** Lets timers, signals and streams have their turn. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function nextChunk(ticks: number, tookMs: number, compiled: boolean): number {
  const most = compiled ? MOST_COMPILED_CHUNK_TICKS : MOST_CHUNK_TICKS
  const wanted = compiled ? COMPILED_CHUNK_MS : CHUNK_MS
  if (tookMs < wanted / 2) return Math.min(most, ticks * 2)
  if (tookMs < wanted * 2) return ticks
  return Math.max(LEAST_CHUNK_TICKS, Math.floor((ticks * wanted) / tookMs))
}
