// A dream: a run that goes on from a tick of a recorded one with something changed. It shares its
// pages and files with the run it was forked from, and can be recorded as a branch of it.
import { randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { bytesOfHex, utf8 } from './base/bytes.ts'
import { assert, VacError } from './base/errors.ts'
import type { EngineName } from './host/compiler.ts'
import { recordingHost } from './host/recording-files.ts'
import type { Place } from './host/recording-place.ts'
import { type EffectsPolicy, ownerOf } from './time/branches/branch.ts'
import { inputsBehind, Onward } from './time/branches/onward.ts'
import { isOutward, Outward } from './time/branches/outward.ts'
import { type Lineage, LineageWriter } from './time/lineage/lineage.ts'
import { BeamSource } from './time/lineage/recorder.ts'
import { Vac, type VacOptions } from './vac.ts'
import { type Capability, isCapability } from './wall/capabilities.ts'
import { inputBytes, inputEnd } from './wall/devices/console.ts'
import type { Saved } from './wall/retrace.ts'
import { deliverSetting, settingBytes } from './wall/settings.ts'

export type { EffectsPolicy } from './time/branches/branch.ts'

/** What is other than in the run that is forked. */
export interface Changes {
  /** Bytes of memories: 0 is the first. */
  readonly memory?: readonly {
    readonly memory?: number
    readonly at: number
    readonly bytes: Uint8Array
  }[]
  /** Of the random numbers from here on: up to 64 hex digits. */
  readonly seed?: string
  /** Nanoseconds by which the wall clock is moved. */
  readonly clock?: bigint
  /** Nanoseconds that pass at once, as in a sleep. */
  readonly sleep?: bigint
  /** Standard input from here on; it ends behind that. Without it, it is that of the run. */
  readonly input?: string | Uint8Array
}

export interface DreamOptions extends Changes, Pick<VacOptions, 'output' | 'beams'> {
  /** show: what the dream lets out is handed to `output` and `beams`. The default. */
  readonly effects?: EffectsPolicy
}

/** What is forked. */
export interface Fork {
  readonly saved: Saved
  readonly tick: number
  /** Of the run that is forked, with what it does behind the tick. */
  readonly lineage: Lineage
  readonly place: Place
  readonly engine: EngineName
  /** Its compiled code serves here too. */
  readonly like: Vac
}

const PIECE_BYTES = 65_536
const NEWLINE = 10
/** Ticks between two moments at which whoever waits may look. */
const CHUNK_TICKS = 2 ** 26
const LATEST = 1n << 64n

export class Dream {
  readonly vac: Vac
  readonly outward: Outward
  private readonly from: Fork
  private readonly effects: EffectsPolicy
  private readonly ownInput: boolean
  private readonly source: BeamSource
  private readonly changes: readonly (() => void)[]
  private readonly onward: Onward
  private lineage: LineageWriter | null = null
  private close: () => void = () => {}
  private lets = false
  private begun = false

  /** Errors: CALL_ARGUMENTS where a change does not fit. */
  constructor(from: Fork, options: DreamOptions = {}) {
    const { output, beams, effects = 'show', input } = options
    this.from = from
    this.effects = effects
    this.ownInput = input !== undefined
    this.outward = new Outward(effects, from.lineage, from.tick)
    this.source = new BeamSource((beam) => {
      this.lineage?.add(beam)
      if (isOutward(beam.kind)) this.lets = this.outward.lets(beam)
    })
    const { effects: recorded } = this.source
    this.vac = Vac.of(from.saved, {
      engine: from.engine,
      like: from.like,
      grants: new Set(from.lineage.header.grants.filter(isCapability)) as Set<Capability>,
      output: (stream, bytes) => {
        recorded.output(stream, bytes)
        if (this.lets) output?.(stream, bytes)
      },
      beams: (beam) => {
        recorded.beams(beam)
        if (this.lets) beams?.(beam)
      },
      denied: recorded.denied,
    })
    const { machine } = this.vac
    this.source.attach(machine)
    this.changes = changesOf(this.vac, options)
    const run = (_: unknown, budget: number): void => void this.vac.run(budget)
    const inputs = inputsBehind(from.lineage, from.tick)
    const pieces = input === undefined ? null : piecesOf(input)
    this.onward = new Onward({ machine, world: this.vac.world }, run, inputs, pieces)
  }

  /**
   * Records it as a branch of that name, from the fork on; before it runs. Errors: BRANCH_REFUSED,
   * FILE_UNWRITABLE.
   */
  async record(name: string): Promise<void> {
    assert(!this.begun, 'a dream is recorded from its beginning')
    const { openBranches } = await import('./host/branch-files.ts')
    const { place, lineage, tick } = this.from
    const branches = await openBranches(place.path, recordingHost)
    const path = place.branch === null ? [] : branches.pathTo(place.branch)
    const origin = {
      parent: ownerOf(path, tick)?.name ?? null,
      tick,
      root: this.vac.root(),
      changes: this.changes.length,
      input: this.ownInput ? ('given' as const) : ('parent' as const),
      effects: this.effects,
    }
    const files = branches.create(name, origin)
    const header = { begin: files.begin, grants: lineage.header.grants, key: randomBytes(32) }
    const full = this.effects === 'hold'
    this.lineage = new LineageWriter(recordingHost, header, files.append, full)
    files.publish()
    this.close = () => files.close()
  }

  /** Makes the changes; `run` does so too. */
  begin(): void {
    if (this.begun) return
    this.begun = true
    for (const change of this.changes) change()
    this.flush()
  }

  /**
   * Runs on to its end, or until it waits for what does not come, or to a tick. Yields now and
   * then; what happened so far is recorded.
   */
  *advance(last = Number.MAX_SAFE_INTEGER): Generator<void> {
    this.begin()
    while (!this.onward.advance(CHUNK_TICKS, last)) {
      this.flush()
      yield
    }
    this.flush()
  }

  /** The same with turns of the host's event loop between. */
  async run(signal?: AbortSignal): Promise<Vac> {
    for (const _ of this.advance()) {
      await setImmediate()
      signal?.throwIfAborted()
    }
    return this.vac
  }

  /** Ends the recording where the dream stands. */
  end(): void {
    if (this.lineage === null) return
    this.source.end(bytesOfHex(this.vac.root()))
    this.lineage.flush()
    this.lineage = null
    this.close()
  }

  private flush(): void {
    this.source.takeInputs()
    this.lineage?.flush()
  }
}

/** Standard input as a program gets it: a line at a time, or 64 KiB of a longer one. */
function piecesOf(input: string | Uint8Array): Uint8Array[] {
  const bytes = typeof input === 'string' ? utf8(input) : input
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const most = bytes.subarray(at, at + PIECE_BYTES)
    const newline = most.indexOf(NEWLINE)
    const piece = newline < 0 ? most : most.subarray(0, newline + 1)
    pieces.push(inputBytes(piece))
    at += piece.length
  }
  return [...pieces, inputEnd()]
}

/** Checked now, made later. */
function changesOf(vac: Vac, { memory = [], seed, clock, sleep }: Changes): (() => void)[] {
  const { machine } = vac
  const made: (() => void)[] = memory.map(({ memory: number = 0, at, bytes }) => {
    const target = vac.memory(number)
    target.read(at, bytes.length)
    return () => target.write(at, bytes)
  })
  if (seed !== undefined) {
    if (!/^[0-9a-f]{1,64}$/i.test(seed)) refuse(`the seed ${seed}`, '1 to 64 hex digits')
    const bytes = bytesOfHex(seed.toLowerCase().padStart(2 * settingBytes.seed, '0'))
    made.push(() => deliverSetting(machine, 'seed', bytes))
  }
  if (clock !== undefined) {
    const epoch = checkedTime(vac, machine.manifest.vtime.epoch + clock, clock)
    made.push(() => deliverSetting(machine, 'epoch', epoch))
  }
  if (sleep !== undefined) {
    if (sleep < 0n) refuse(`${sleep} nanoseconds of sleep`, '0 at least')
    const slept = checkedTime(vac, machine.slept + sleep, sleep)
    made.push(() => deliverSetting(machine, 'slept', slept))
  }
  return made
}

/** Time stays from 0 to below 2^64. */
function checkedTime({ vtime }: Vac, value: bigint, moved: bigint): Uint8Array {
  const time = vtime + moved
  if (value < 0n || time < 0n || time >= LATEST) {
    refuse(`a clock at ${time} nanoseconds`, '0 to 2^64 - 1')
  }
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, value, true)
  return bytes
}

function refuse(found: string, expected: string): never {
  throw new VacError('CALL_ARGUMENTS', { found, expected })
}
