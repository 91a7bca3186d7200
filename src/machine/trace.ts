// A trace: a virtual beam for each instruction that a run executed, the latest so many, in a ring
// of compact records. A record is 16 bytes: the number of the place, the address, the value, each
// little-endian, of 4, 4 and 8 bytes; its tick follows from where it stands.
import { assert } from '../base/errors.ts'
import { type Kind, Kinds } from '../isa/types.ts'
import type { Machine, Place } from './machine.ts'
import { PlaceNumbers } from './place-numbers.ts'
import { step } from './step.ts'
import { kindInMachine, told } from './told.ts'
import type { Watch } from './watch.ts'

export const RECORD_HALVES = 4

/** The instruction stands at `place`, in a program that says what it is. */
export interface VirtualBeam {
  /** The machine's ticks behind the instruction. */
  readonly tick: number
  readonly place: Place
  /** See told.ts. */
  readonly address: number
  readonly value: bigint
}

/** The value in a word, of which an i32 or an f32 has only the low half. */
function known(kind: Kind, word: bigint): bigint {
  if (kind === Kinds.exnref) return 0n
  return kind === Kinds.i32 || kind === Kinds.f32 ? word & 0xffffffffn : word
}

export class Trace implements Watch {
  readonly does = 'trace'
  readonly stopped = false
  /** Beams that it holds at most. */
  readonly capacity: number
  private readonly records: Int32Array
  private readonly values: BigUint64Array
  /** Ticks (firstTick, lastTick] have a beam, unless they fell out of the ring. */
  private firstTick = 0
  private lastTick = 0
  private numbers: PlaceNumbers | null = null

  constructor(capacity: number) {
    assert(Number.isInteger(capacity) && capacity > 0, 'a trace has room for a beam')
    this.capacity = capacity
    this.records = new Int32Array(capacity * RECORD_HALVES)
    this.values = new BigUint64Array(this.records.buffer)
  }

  /** How many beams there are: of the latest ticks. */
  get length(): number {
    return Math.min(this.lastTick - this.firstTick, this.capacity)
  }

  /** The beam of a tick, or null. */
  at(tick: number): VirtualBeam | null {
    const { numbers, lastTick, length, records } = this
    if (numbers === null || tick > lastTick || tick <= lastTick - length) return null
    const slot = tick % this.capacity
    const number = records[slot * RECORD_HALVES] >>> 0
    const address = records[slot * RECORD_HALVES + 1] >>> 0
    return { tick, place: numbers.place(number), address, value: this.values[2 * slot + 1] }
  }

  /** All beams, the oldest first. */
  *beams(): Generator<VirtualBeam> {
    for (let tick = this.lastTick - this.length + 1; tick <= this.lastTick; tick++) {
      yield this.at(tick) as VirtualBeam
    }
  }

  /** A run that does not go on where the last one ended begins a new trace. */
  begin(m: Machine): void {
    if (this.numbers === null || this.lastTick !== m.ticks) {
      this.firstTick = m.ticks
      this.lastTick = m.ticks
    }
    this.numbers = new PlaceNumbers(m)
  }
  end(): void {}

  step(m: Machine): void {
    const fn = m.frameFunction[m.depth - 1]
    const pc = m.framePc[m.depth - 1]
    const { code } = fn.def as NonNullable<typeof fn.def>
    const { addressDepth, hasOffset, value } = told(code.op[pc])
    const { words } = m
    let address = 0
    if (addressDepth > 0) {
      address = words.I32[2 * (m.sp - addressDepth)]
      if (hasOffset) address += code.imm[code.at[pc] + 1]
    }
    const kind = value === 'none' ? Kinds.i64 : kindInMachine(m, fn, pc)
    const depth = kind === Kinds.v128 ? 2 : 1
    let tells = value === 'operand' ? words.U64[m.sp - depth] : 0n
    const from = m.ticks
    try {
      step(m)
    } finally {
      if (m.ticks !== from) {
        if (value === 'result' && m.status === 'running') tells = m.words.U64[m.sp - depth]
        const place = { instance: fn.instance, function: fn.index, pc }
        this.append(place, address, known(kind, tells))
      }
    }
  }

  private append(place: Place, address: number, value: bigint): void {
    const slot = ++this.lastTick % this.capacity
    this.records[slot * RECORD_HALVES] = (this.numbers as PlaceNumbers).number(place)
    this.records[slot * RECORD_HALVES + 1] = address
    this.values[2 * slot + 1] = value
  }

  /**
   * Takes the records of the next ticks from a faster engine: `count` of them, at half `at`. Their
   * numbers of places begin at 0 in the instance.
   */
  take(from: Int32Array, at: number, count: number, instance: number): void {
    const { capacity, records } = this
    const first = (this.numbers as PlaceNumbers).first(instance)
    const skipped = Math.max(0, count - capacity)
    this.lastTick += skipped
    for (let done = skipped; done < count; ) {
      const slot = (this.lastTick + 1) % capacity
      const run = Math.min(count - done, capacity - slot)
      const start = at + done * RECORD_HALVES
      records.set(from.subarray(start, start + run * RECORD_HALVES), slot * RECORD_HALVES)
      if (first > 0) {
        for (let k = slot; k < slot + run; k++) records[k * RECORD_HALVES] += first
      }
      this.lastTick += run
      done += run
    }
  }

  settle(): void {}
  afterWall(): boolean {
    return false
  }
  note(): void {}
}
