// Virtual beams of a window of a recorded run, in order: each instruction with its place, address
// and value. Stretches of the window are run while they are traced, one after the other.
import type { Row } from '../../isa/row.ts'
import { rowByCode } from '../../isa/table.ts'
import type { Machine, Place } from '../../machine/machine.ts'
import { kindInMachine, told } from '../../machine/told.ts'
import { Trace, type VirtualBeam } from '../../machine/trace.ts'
import { valueInWord } from '../expression/expression-values.ts'
import type { Stage, Timeline } from '../timeline.ts'

/** What it did beside: null where an instruction has no address, or tells no value. */
export interface TracedBeam {
  /** Executed instructions behind it, its own included. */
  readonly tick: number
  readonly place: Place
  /** The name of the instruction. */
  readonly op: string
  readonly address: number | null
  /** Integers as signed; of a vector its low half. */
  readonly value: bigint | number | null
}

/** Only beams of which all that is given is so. */
export interface BeamFilter {
  /** Names of instructions. */
  readonly ops?: readonly string[]
  /** A place of each of the functions that count. */
  readonly functions?: readonly Place[]
  readonly pcs?: readonly number[]
  /** Loads, stores and bulk instructions that touch bytes [from, to) of a memory. */
  readonly bytes?: { readonly from: number; readonly to: number }
}

const STRETCH = 2 ** 18
/** Beams between two moments at which whoever waits may look. */
const BEAMS = 2 ** 14

/** Beams behind `from`, up to `to`; null: it is a moment to look. */
export function* virtualBeams<S extends Stage>(
  timeline: Timeline<S>,
  from: number,
  to: number,
): Generator<VirtualBeam | null, void> {
  const last = Math.min(to, timeline.lastTick)
  for (let at = Math.max(from, timeline.firstTick); at < last; ) {
    const end = Math.min(last, at + STRETCH)
    const trace = new Trace(end - at)
    for (const _ of timeline.watch(at, end, trace)) yield null
    for (let tick = at + 1; tick <= end; tick++) {
      const beam = trace.at(tick)
      if (beam !== null) yield beam
      if (tick % BEAMS === 0) yield null
    }
    at = end
  }
}

/** The same with names and values, as far as they count. */
export function* tracedBeams<S extends Stage>(
  timeline: Timeline<S>,
  from: number,
  to: number,
  filter: BeamFilter = {},
): Generator<TracedBeam | null, void> {
  const ops = filter.ops === undefined ? null : new Set(filter.ops)
  const pcs = filter.pcs === undefined ? null : new Set(filter.pcs)
  const key = ({ instance, function: index }: Place): string => `${instance}:${index}`
  const functions = filter.functions === undefined ? null : new Set(filter.functions.map(key))
  for (const beam of virtualBeams(timeline, from, to)) {
    if (beam === null) {
      yield null
      continue
    }
    const { place } = beam
    const row = rowAt(timeline.machine, place)
    if (ops !== null && !ops.has(row.name)) continue
    if (pcs !== null && !pcs.has(place.pc)) continue
    if (functions !== null && !functions.has(key(place))) continue
    if (filter.bytes !== undefined && !touches(row, beam, filter.bytes)) continue
    yield tracedBeam(timeline.machine, row, beam)
  }
}

export function rowAt({ store }: Machine, { instance, function: index, pc }: Place): Row {
  const { def } = store.instances[instance].functions[index]
  return rowByCode[(def as NonNullable<typeof def>).code.op[pc]] as Row
}

function tracedBeam(
  m: Machine,
  row: Row,
  { tick, place, address, value }: VirtualBeam,
): TracedBeam {
  const { addressDepth, value: tells } = told(row.code)
  const fn = m.store.instances[place.instance].functions[place.function]
  return {
    ...{ tick, place, op: row.name },
    address: addressDepth === 0 ? null : address,
    value: tells === 'none' ? null : valueInWord(kindInMachine(m, fn, place.pc), value),
  }
}

/** A bulk instruction tells how many bytes were left to be written. */
function touches(
  row: Row,
  { address, value }: VirtualBeam,
  { from, to }: { readonly from: number; readonly to: number },
): boolean {
  if (told(row.code).addressDepth === 0) return false
  const sizeBytes = row.access?.sizeBytes ?? Number(value)
  return address < to && address + sizeBytes > from
}
