// Runs a machine: exact to the tick. Fast code takes the straight stretches, the stepper the rest.
import { runLane } from './lane/lane.ts'
import type { Machine, Status } from './machine.ts'
import { step } from './step.ts'
import type { Watch } from './watch.ts'

/**
 * Why a run came back: the budget is spent, what is watched for happened, or the machine's own
 * status.
 */
export interface Outcome {
  readonly reason: 'budget' | 'stop' | Exclude<Status, 'running'>
  readonly ticks: number
}

/**
 * auto: the fastest there is. interpreter: lane and stepper. stepper: one instruction at a time.
 */
export type Engine = 'auto' | 'interpreter' | 'stepper'

/** How someone outside gets a word in during a long run. It decides nothing inside the machine. */
export interface Look {
  /** Most ticks of fast code between two looks. */
  laneTicks: number
  /** True: the run comes back before its budget is spent. `fast`: after fast code, else after a few
   * steps. */
  readonly pause: (fast: boolean) => boolean
}

/** Instructions of the stepper between two looks: one may move 1 MiB. */
const LOOK_STEPS = 16

/**
 * Runs at most `budget` ticks, ending exactly there unless a look pauses it or `watch` stops it.
 */
export function run(
  m: Machine,
  budget: number,
  watch: Watch | null = null,
  engine: Engine = 'auto',
  look: Look | null = null,
): Outcome {
  const end = m.ticks + budget
  if (watch !== null) return runWatching(m, end, watch, engine, look)
  if (look !== null) return runLooking(m, end, look)
  while (m.status === 'running' && m.ticks < end) {
    if (engine === 'auto' && m.fast?.run(end - m.ticks, false) === true) continue
    if (engine === 'stepper' || !runLane(m, end - m.ticks)) step(m)
  }
  return outcome(m)
}

function runLooking(m: Machine, end: number, look: Look): Outcome {
  for (let steps = 0; m.status === 'running' && m.ticks < end; ) {
    if (m.fast?.run(Math.min(end - m.ticks, look.laneTicks), false) === true) {
      if (look.pause(true)) break
      continue
    }
    if (runLane(m, Math.min(end - m.ticks, look.laneTicks))) {
      if (look.pause(true)) break
      continue
    }
    step(m)
    if (++steps % LOOK_STEPS === 0 && look.pause(false)) break
  }
  return outcome(m)
}

/** Runs at least `budget` ticks, then on to the next resume point: a scheduler's slice. */
export function runSlice(m: Machine, budget: number): Outcome {
  const end = m.ticks + budget
  while (m.status === 'running' && m.ticks < end) {
    if (m.fast?.run(end - m.ticks, true) !== true && !runLane(m, end - m.ticks)) step(m)
  }
  while (m.status === 'running' && !atResumePoint(m)) step(m)
  return outcome(m)
}

function atResumePoint(m: Machine): boolean {
  const fn = m.frameFunction[m.depth - 1]
  return m.factsOf(fn).resume[m.framePc[m.depth - 1]] === 1
}

/** The lane does not tell what it touches: where there is no faster engine, the stepper runs. */
function runWatching(
  m: Machine,
  end: number,
  watch: Watch,
  engine: Engine,
  look: Look | null,
): Outcome {
  watch.begin(m)
  m.watch = watch
  try {
    for (let steps = 0; m.status === 'running' && m.ticks < end && !watch.stopped; ) {
      const most = Math.min(end - m.ticks, look === null ? end : look.laneTicks)
      const fast = engine === 'auto' && m.fast?.run(most, false) === true
      if (!fast) watch.step(m)
      const looks = look !== null && (fast || ++steps % LOOK_STEPS === 0)
      if (looks && look.pause(fast)) break
    }
  } finally {
    watch.end(m)
    m.watch = null
  }
  return watch.stopped && m.status === 'running' ? { reason: 'stop', ticks: m.ticks } : outcome(m)
}

function outcome(m: Machine): Outcome {
  return { reason: m.status === 'running' ? 'budget' : m.status, ticks: m.ticks }
}
