// Where a run spent its ticks: of a short window each call and return at its tick, from virtual
// beams; of a long one the call chain at every so many ticks, each at exactly its tick.
import { opcode } from '../../isa/table.ts'
import type { Machine, Place } from '../../machine/machine.ts'
import { BeamKind } from '../lineage/beam.ts'
import type { Stage, Timeline } from '../timeline.ts'
import { rowAt, virtualBeams } from './traced-beams.ts'

/** A function of an instance. */
export type ProfiledFunction = Pick<Place, 'instance' | 'function'>

/** `frame`: an index into the functions. */
export interface ProfileEvent {
  readonly type: 'O' | 'C'
  readonly frame: number
  readonly at: number
}

/** The call chain at a tick, outermost first, which stands for `ticks` from there on. */
export interface ProfileSample {
  readonly stack: readonly number[]
  readonly ticks: number
}

export interface Profile {
  readonly from: number
  readonly to: number
  readonly functions: readonly ProfiledFunction[]
  /** Of an exact profile: functions are opened and closed. */
  readonly events: readonly ProfileEvent[] | null
  readonly samples: readonly ProfileSample[] | null
  /** Ticks of each of the functions, without what it called. */
  readonly self: readonly number[]
}

const RETURN = opcode('return')
const tailCalls = ['return_call', 'return_call_indirect', 'return_call_ref'].map(opcode)

class Functions {
  readonly all: ProfiledFunction[] = []
  readonly self: number[] = []
  private readonly known = new Map<string, number>()

  frame({ instance, function: index }: ProfiledFunction): number {
    const key = `${instance}:${index}`
    const found = this.known.get(key)
    if (found !== undefined) return found
    this.known.set(key, this.all.length)
    this.self.push(0)
    return this.all.push({ instance, function: index }) - 1
  }

  /** Outermost first. */
  stack(m: Machine): number[] {
    const chain = m.depth === 0 ? [] : m.chain(m.framePc[m.depth - 1])
    return chain.reverse().map((place) => this.frame(place))
  }
}

/** The calls and returns behind `from`, up to `to`, each at its tick. */
export function* exactProfile<S extends Stage>(
  timeline: Timeline<S>,
  from: number,
  to: number,
): Generator<void, Profile> {
  yield* timeline.seek(from)
  const functions = new Functions()
  const events: ProfileEvent[] = []
  let stack: number[] = []
  const goTo = (wanted: readonly number[], at: number): void => {
    let same = 0
    while (same < stack.length && stack[same] === wanted[same]) same++
    for (const frame of stack.slice(same).reverse()) events.push({ type: 'C', frame, at })
    for (const frame of wanted.slice(same)) events.push({ type: 'O', frame, at })
    stack = wanted.slice()
  }
  const pop = (at: number): void => {
    const frame = stack.pop()
    if (frame !== undefined) events.push({ type: 'C', frame, at })
  }
  const push = (place: Place, at: number): void => {
    const frame = functions.frame(place)
    events.push({ type: 'O', frame, at })
    stack.push(frame)
  }
  const invoked = invokeTicks(timeline)
  goTo(functions.stack(timeline.machine), from)
  let last: Place | null = null
  let end = from
  for (const beam of virtualBeams(timeline, from, to)) {
    if (beam === null) {
      yield
      continue
    }
    const { place } = beam
    const at = beam.tick - 1
    if (last !== null && invoked.has(at) && place.pc === 0) goTo([], at)
    else if (last !== null) {
      switch (motionOf(timeline.machine, last, place)) {
        case 'call':
          push(place, at)
          break
        case 'return':
          pop(at)
          break
        case 'tail call':
          pop(at)
          push(place, at)
          break
        case 'elsewhere':
          yield* timeline.seek(at)
          goTo(functions.stack(timeline.machine), at)
          break
      }
    }
    if (stack.length === 0) push(place, at)
    functions.self[stack[stack.length - 1]]++
    last = place
    end = beam.tick
  }
  goTo([], end)
  return { from, to: end, functions: functions.all, events, samples: null, self: functions.self }
}

/** What an instruction did to the call chain, seen from where the next one stands. */
function motionOf(m: Machine, last: Place, next: Place) {
  const row = rowAt(m, last)
  const isHere = last.instance === next.instance && last.function === next.function
  // A call of the wall is over before the next instruction.
  if (row.flow === 'call') return isHere && next.pc === last.pc + 1 ? 'none' : 'call'
  if (row.code === RETURN) return 'return'
  if (tailCalls.includes(row.code)) return next.pc === 0 ? 'tail call' : 'return'
  // Exceptions leave any number of frames.
  return row.flow === 'end' || !isHere ? 'elsewhere' : 'none'
}

/** Ticks at which functions were called from outside. */
function invokeTicks<S extends Stage>({ lineage }: Timeline<S>): Set<number> {
  const calls = lineage.beams.filter(({ kind }) => kind === BeamKind.invoke)
  return new Set(calls.map(({ tick }) => tick))
}

/** The call chain at `from` and every so many ticks behind it. */
export function* sampledProfile<S extends Stage>(
  timeline: Timeline<S>,
  from: number,
  to: number,
  every: number,
): Generator<void, Profile> {
  const functions = new Functions()
  const samples: ProfileSample[] = []
  const end = Math.min(to, timeline.lastTick)
  yield* timeline.seek(from)
  for (let at = from; at < end; at += every) {
    const stack = functions.stack(timeline.machine)
    const ticks = Math.min(every, end - at)
    samples.push({ stack, ticks })
    if (stack.length > 0) functions.self[stack[stack.length - 1]] += ticks
    // Not `seek`, which keeps snapshots close before where it goes.
    yield* timeline.watch(at, at + ticks, null)
    yield
  }
  return { from, to: end, functions: functions.all, events: null, samples, self: functions.self }
}
