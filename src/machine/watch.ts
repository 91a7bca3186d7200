// What a run watches for: accesses of bytes, places that are entered. A host fact: it is in no
// state and no root, and lasts as long as the run. What comes from outside between runs, such as a
// write by the host, is no instruction and no hit.
import { assert, VacError } from '../base/errors.ts'
import type { Witness } from '../memory/witnessed-bytes.ts'
import type { Machine, Place } from './machine.ts'
import { step } from './step.ts'

/** What `run` takes; engines ask which it is. */
export interface Watch {
  readonly does: 'stop' | 'note' | 'index' | 'trace'
  /** True: the run is to come back now. */
  readonly stopped: boolean
  /** The run begins, or is over. */
  begin(m: Machine): void
  end(m: Machine): void
  /** One instruction by the stepper. */
  step(m: Machine): void
  /**
   * Behind fast code that ran at least a tick. `place`: where its last instruction stands, if that
   * was a call of the wall; null: the program is over.
   */
  settle(m: Machine, place: Place | null): void
  /** Behind a call of the wall by fast code, at its tick; true: the code is to be left. */
  afterWall(m: Machine): boolean
  /** Fast code noted a hit at this tick. */
  note(tick: number): void
}

/** Bytes [from, to) of a memory, by its number in the store. */
export interface Range {
  readonly memory: number
  readonly from: number
  readonly to: number
  /** The accesses that count; one of them at least. */
  readonly reads: boolean
  readonly writes: boolean
}

/** What an instruction did: a read or a write of watched bytes, or it led to a watched place. */
export interface Hit {
  readonly does: 'read' | 'write' | 'enter'
  /** The instruction's own tick: the machine's ticks behind it. */
  readonly tick: number
  /** The access, whole; of `enter` 0. */
  readonly memory: number
  readonly address: number
  readonly sizeBytes: number
  /** Where the instruction stands; of `enter` what was entered; null: the program is over. */
  readonly place: Place | null
}

/** Is the run to stop for a hit? The machine stands behind it, and is only looked at. */
export type Accepts = (m: Machine, hit: Hit) => boolean

/** Of a range: tests of 32 bits tell it from all else. */
const MOST_BYTES = 2 ** 31

interface Touch {
  readonly does: 'read' | 'write'
  readonly memory: number
  readonly address: number
  readonly sizeBytes: number
}

export const placeKey = ({ instance, function: fn, pc }: Place): string => `${instance}:${fn}:${pc}`

/**
 * stop: the run comes back behind the first instruction that hits. note: it goes on, and `latest`
 * is the tick of the last one. Bytes are hit by loads, stores, bulk instructions and calls of the
 * wall. A place is hit where the machine comes to stand before its instruction; where a run begins
 * is not entered.
 */
export class Watchpoints implements Watch {
  readonly does: 'stop' | 'note'
  readonly ranges: readonly Range[]
  readonly places: readonly Place[]
  /** stop: what the run came back for. */
  hit: Hit | null = null
  /** note: the tick of the latest hit, -1 where there was none. */
  latest = -1
  private readonly keys: ReadonlySet<string>
  private readonly accepts: Accepts | null
  private touched: Touch | null = null

  /**
   * `accepts`: a stop is for what it says yes to. Errors: WATCH_TARGET. A note takes one range at
   * most, and accepts all.
   */
  constructor(
    does: 'stop' | 'note',
    ranges: readonly Range[],
    places: readonly Place[] = [],
    accepts: Accepts | null = null,
  ) {
    for (const range of ranges) checkRange(range)
    assert(does === 'stop' || accepts === null, 'code that notes does not ask')
    this.accepts = accepts
    if (does === 'note' && ranges.length > 1) {
      throw new VacError('WATCH_TARGET', { found: `${ranges.length} ranges`, expected: 'one' })
    }
    this.does = does
    this.ranges = ranges
    this.places = places
    this.keys = new Set(places.map(placeKey))
  }

  get stopped(): boolean {
    return this.hit !== null
  }

  begin(m: Machine): void {
    this.hit = null
    this.touched = null
    const { memories } = m.store
    const watched = new Set(this.ranges.map(({ memory }) => memory))
    for (const place of this.places) checkPlace(m, place)
    for (const number of watched) {
      if (memories[number] !== undefined) continue
      throw new VacError('WATCH_TARGET', { found: `memory ${number}`, expected: 'a memory' })
    }
    for (const number of watched) memories[number].witness = this.witness(number)
  }

  end(m: Machine): void {
    for (const { memory } of this.ranges) m.store.memories[memory].witness = null
    this.touched = null
  }

  step(m: Machine): void {
    const { instance, index } = m.frameFunction[m.depth - 1]
    const place = { instance, function: index, pc: m.framePc[m.depth - 1] }
    const from = m.ticks
    this.touched = null
    step(m)
    if (m.ticks !== from) this.settle(m, place)
    this.touched = null
  }

  /** Behind an instruction, which stands at `place`: did it hit? One that waits did not happen. */
  settle(m: Machine, place: Place | null): void {
    const { touched } = this
    this.touched = null
    if (m.status === 'waiting') return
    if (touched !== null) return this.report(m, { ...touched, tick: m.ticks, place })
    if (this.keys.size === 0 || m.status !== 'running') return
    const { instance, index } = m.frameFunction[m.depth - 1]
    const here = { instance, function: index, pc: m.framePc[m.depth - 1] }
    if (!this.keys.has(placeKey(here))) return
    const nowhere = { memory: 0, address: 0, sizeBytes: 0 }
    this.report(m, { does: 'enter', tick: m.ticks, ...nowhere, place: here })
  }

  afterWall(m: Machine): boolean {
    if (this.touched === null) return false
    if (this.does === 'stop') return true
    this.note(m.ticks)
    this.touched = null
    return false
  }

  note(tick: number): void {
    if (tick > this.latest) this.latest = tick
  }

  private report(m: Machine, hit: Hit): void {
    if (this.does === 'note') return this.note(hit.tick)
    if (this.accepts === null || this.accepts(m, hit)) this.hit = hit
    // Who was asked may have read what is watched.
    this.touched = null
  }

  private witness(number: number): Witness {
    const ranges = this.ranges.filter(({ memory }) => memory === number)
    const touch = (does: Touch['does'], address: number, sizeBytes: number): void => {
      // The first access of an instruction is the one that is told.
      if (this.touched !== null || sizeBytes === 0) return
      const counts = ({ from, to, reads, writes }: Range): boolean =>
        (does === 'read' ? reads : writes) && address < to && address + sizeBytes > from
      if (ranges.some(counts)) this.touched = { does, memory: number, address, sizeBytes }
    }
    return {
      read: (address, sizeBytes) => touch('read', address, sizeBytes),
      write: (address, sizeBytes) => touch('write', address, sizeBytes),
    }
  }
}

function checkPlace({ store }: Machine, place: Place): void {
  const def = store.instances[place.instance]?.functions[place.function]?.def
  const length = def?.code.op.length ?? 0
  if (Number.isInteger(place.pc) && place.pc >= 0 && place.pc < length) return
  throw new VacError('WATCH_TARGET', {
    found: `place ${placeKey(place)}`,
    expected: 'instance, function and pc of an instruction',
  })
}

function checkRange({ memory, from, to, reads, writes }: Range): void {
  const whole = Number.isSafeInteger(from) && Number.isSafeInteger(to)
  const fits = from >= 0 && from < to && to - from <= MOST_BYTES
  if (whole && fits && (reads || writes)) return
  throw new VacError('WATCH_TARGET', {
    found: `bytes ${from} to ${to} of memory ${memory}`,
    expected: `1 to ${MOST_BYTES} bytes, and their reads, their writes or both`,
  })
}
