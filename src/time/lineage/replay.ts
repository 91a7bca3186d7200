// A recorded run made again: the machine in its first state is given the inputs, each at its tick,
// and what it does is compared with the beams.
import { ByteReader, sameBytes } from '../../base/bytes.ts'
import { VacError } from '../../base/errors.ts'
import type { Input } from '../../machine/input-log.ts'
import type { Watch } from '../../machine/watch.ts'
import { beginWaiting, giveAgain, type Runner, type Twin } from '../../wall/retrace.ts'
import { type Beam, BeamKind, beamKindName, inputOfBeam, isInput } from './beam.ts'
import type { Lineage, Mark, StoredBeam } from './lineage.ts'

type Given = Exclude<Input, { kind: 'instantiate' }>

/** Leads a machine through the inputs of a recording. */
export class Replay {
  private readonly twin: Twin
  private readonly run: Runner
  private readonly inputs: readonly Given[]
  private next: number
  /** The last tick of the recording, and how the machine stood there; null: it was cut short. */
  readonly lastTick: number
  readonly lastStatus: string | null

  /** `given`: inputs that the machine has had. */
  constructor(twin: Twin, { beams }: Lineage, run: Runner, given = 0) {
    this.twin = twin
    this.run = run
    this.next = given
    this.inputs = beams.flatMap((beam) => (isInput(beam.kind) ? [inputOf(beam)] : []))
    const last = beams[beams.length - 1]
    this.lastTick = last?.tick ?? twin.machine.ticks
    this.lastStatus = last?.kind === BeamKind.end ? statusOf(last) : null
  }

  /** Inputs that the machine has had. */
  get given(): number {
    return this.next
  }

  /**
   * Runs on to a tick, with all inputs that came at it, for at most `budget` ticks. True: it is
   * there, the run ended before, or what is watched for stopped it. Errors: REPLAY_DIVERGED where
   * an input does not fit.
   */
  advance(tick: number, budget: number, watch: Watch | null = null): boolean {
    const m = this.twin.machine
    const limit = m.ticks + budget
    for (;;) {
      const input = this.inputs[this.next]
      if (input !== undefined && input.tick <= Math.min(m.ticks, tick)) {
        this.give(input)
        continue
      }
      if (m.status !== 'running' || m.ticks >= tick) break
      if (m.ticks >= limit) return false
      const goal = Math.min(tick, limit, input?.tick ?? tick)
      const before = m.ticks
      this.run(m, goal - m.ticks)
      if (watch?.stopped) return true
      if (m.ticks === before && m.status === 'running') return false
    }
    if (tick >= this.lastTick) this.finish()
    return true
  }

  private give(input: Given): void {
    const m = this.twin.machine
    if (input.tick < m.ticks) this.differs(input)
    if ('waiting' in input && input.waiting) {
      if (m.status === 'running') this.run(m, 1)
      if (m.status !== 'waiting') this.differs(input)
    } else if (input.kind === 'invoke' && m.status !== 'idle' && m.status !== 'trapped') {
      this.differs(input)
    }
    giveAgain(this.twin, input)
    this.next++
  }

  /** The machine is not one that could take what comes next. */
  private differs({ kind, tick }: Given): never {
    const { ticks, status } = this.twin.machine
    throw new VacError('REPLAY_DIVERGED', {
      where: `tick ${ticks}`,
      found: `a machine that is ${status}`,
      expected: `one that takes ${kind} at tick ${tick}`,
    })
  }

  private finish(): void {
    const m = this.twin.machine
    const input = this.inputs[this.next]
    if (input !== undefined) this.differs(input)
    if (this.lastStatus === 'waiting') beginWaiting(m, this.run)
  }
}

function inputOf({ tick, kind, payload }: StoredBeam): Given {
  return inputOfBeam({ tick, kind, payload: payload ?? new Uint8Array(0) })
}

function statusOf({ payload }: StoredBeam): string | null {
  return payload === null ? null : new ByteReader(payload, 'RECORDING_DAMAGED').text()
}

export interface Divergence {
  readonly tick: number
  readonly found: string
  readonly expected: string
}

/** Compares the beams of a replay with those of a recording. */
export class Comparison {
  /** The first difference. */
  divergence: Divergence | null = null
  /** Beams that are equal. */
  equal = 0
  private readonly lineage: Lineage
  private readonly chain
  private readonly marks: Mark[]

  constructor(lineage: Lineage) {
    this.lineage = lineage
    this.chain = lineage.chain()
    this.marks = lineage.marks.slice().reverse()
  }

  readonly take = (beam: Beam): void => {
    if (this.divergence !== null) return
    const { beams, inherited } = this.lineage
    const stored = beams[this.equal]
    const own = this.equal >= inherited
    const commitment = own ? this.chain.commit(beam) : null
    if (commitment !== null) this.chain.link(beam, commitment)
    if (stored === undefined) return this.differ(beam.tick, describe(beam), 'no more beams')
    const alike =
      stored.tick === beam.tick &&
      stored.kind === beam.kind &&
      (stored.payload === null || sameBytes(stored.payload, beam.payload)) &&
      (stored.prefix === null ||
        commitment === null ||
        sameBytes(stored.prefix, commitment.subarray(0, stored.prefix.length)))
    if (!alike) {
      return this.differ(Math.min(stored.tick, beam.tick), describe(beam), describe(stored))
    }
    this.equal++
    const mark = this.marks[this.marks.length - 1]
    if (!own || mark?.beams !== this.equal - inherited) return
    this.marks.pop()
    if (sameBytes(mark.link, this.chain.head)) return
    this.differ(beam.tick, 'another chain up to here', `the chain of ${mark.beams} beams`)
  }

  /** Beams of the recording that did not come. */
  finish(): void {
    const missing = this.lineage.beams[this.equal]
    if (this.divergence === null && missing !== undefined) {
      this.differ(missing.tick, 'the end of the run', describe(missing))
    }
  }

  private differ(tick: number, found: string, expected: string): void {
    this.divergence = { tick, found, expected }
  }
}

function describe({ tick, kind, payload }: Pick<StoredBeam, 'tick' | 'kind' | 'payload'>): string {
  const size = payload === null ? '' : ` of ${payload.length} bytes`
  return `${beamKindName(kind)}${size} at tick ${tick}`
}
