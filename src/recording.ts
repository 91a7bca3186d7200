// The library's way to record a run: a computer's contacts with the world as beams, and checkpoints
// of it on the way.
import { randomBytes } from 'node:crypto'
import { bytesOfHex } from './base/bytes.ts'
import { RecordingFiles, recordingHost } from './host/recording-files.ts'
import type { Look, Outcome } from './machine/run.ts'
import { CheckpointKeeper } from './time/checkpoints/checkpoint-keeper.ts'
import { isInput } from './time/lineage/beam.ts'
import { LineageWriter } from './time/lineage/lineage.ts'
import { BeamSource, type Effects } from './time/lineage/recorder.ts'
import type { Vac } from './vac.ts'

export interface RecordingOptions {
  /**
   * Payloads of all beams are kept, those of effects too; else these are made again by a replay.
   */
  readonly full?: boolean
  /** Most bytes that checkpoints may take; 1 GiB where it is not given; 0: none are kept. */
  readonly keepBytes?: number
}

/** What was kept, once it ended. */
export interface RecordingFacts {
  readonly checkpoints: number
  /** Bytes of their pages on the disk. */
  readonly pageBytes: number
  /** Ticks between two of them. */
  readonly spacing: number
  /** The limit of bytes made them fewer. */
  readonly coarsened: boolean
}

const KEEP_BYTES = 2 ** 30
/** The longest that a beam waits for the file. */
const MOST_WAIT_MS = 250

export class Recording {
  private readonly path: string
  private readonly options: RecordingOptions
  private files: RecordingFiles | null = null
  private readonly source = new BeamSource((beam) => {
    this.seen ||= !isInput(beam.kind)
    this.lineage?.add(beam)
  })
  /** Something that others may have seen was not flushed yet. */
  private seen = false
  private flushedAt = 0
  private lineage: LineageWriter | null = null
  private vac: Vac | null = null
  private keeper: CheckpointKeeper | null = null

  constructor(path: string, options: RecordingOptions = {}) {
    this.path = path
    this.options = options
  }

  /** Takes what the machine does. */
  get effects(): Effects {
    return this.source.effects
  }

  /**
   * All instances are made: the state is kept, and from here on the run is recorded.
   * FILE_UNWRITABLE where it cannot be written.
   */
  begin(vac: Vac): void {
    const { full = false, keepBytes = KEEP_BYTES } = this.options
    const files = RecordingFiles.create(this.path)
    const begin = files.begin(vac.saveParts(), (part) => vac.engine.packed(part))
    const grants = [...vac.world.grants].sort()
    const header = { begin, grants, key: randomBytes(32) }
    this.lineage = new LineageWriter(recordingHost, header, files.append, full)
    this.source.attach(vac.machine)
    this.files = files
    this.vac = vac
    if (keepBytes === 0) return
    const first = vac.snapshot()
    this.keeper = new CheckpointKeeper(vac.machine, first, files.checkpoints(first), {
      hasher: recordingHost.hasher,
      now: workedMs,
      clock: () => performance.now(),
      keepBytes,
    })
  }

  /** Runs the computer as its own `run` does; comes back earlier where a checkpoint is due. */
  run(budget: number, look: Look | null = null): Outcome {
    const vac = this.vac as Vac
    const due = this.keeper?.next() ?? Number.POSITIVE_INFINITY
    const outcome = vac.run(Math.min(budget, due - vac.ticks), look)
    if (vac.ticks === due && vac.status === 'running') {
      this.source.takeInputs()
      this.keeper?.take(this.source.given)
    }
    return outcome
  }

  /**
   * Before output is handed on: that it was written is in the file by then. What nobody outside has
   * seen may wait a little.
   */
  flush(): void {
    const now = performance.now()
    if (!this.seen && now - this.flushedAt < MOST_WAIT_MS) return
    this.source.takeInputs()
    this.lineage?.flush()
    this.seen = false
    this.flushedAt = now
  }

  async end(): Promise<RecordingFacts | null> {
    const { vac, keeper } = this
    if (vac !== null) this.source.end(bytesOfHex(vac.root()))
    this.lineage?.flush()
    keeper?.finish()
    await this.files?.close()
    return keeper?.facts ?? null
  }
}

/** Of this thread. */
function workedMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
