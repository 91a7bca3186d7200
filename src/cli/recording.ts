// A run that is recorded while it runs.
import { randomBytes } from 'node:crypto'
import { bytesOfHex } from '../base/bytes.ts'
import { nodeHasher } from '../host/hasher.ts'
import { RecordingFiles, zstd } from '../host/recording-files.ts'
import { LineageWriter } from '../time/lineage.ts'
import { BeamSource, type Effects } from '../time/recorder.ts'
import type { Vac } from '../vac.ts'

export class Recording {
  private readonly path: string
  private files: RecordingFiles | null = null
  private readonly source = new BeamSource((beam) => this.lineage?.add(beam))
  private lineage: LineageWriter | null = null
  private vac: Vac | null = null

  constructor(path: string) {
    this.path = path
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
    const files = RecordingFiles.create(this.path)
    const begin = files.begin(vac.save())
    const grants = [...vac.world.grants].sort()
    const header = { begin, grants, key: randomBytes(32) }
    this.lineage = new LineageWriter(
      { hasher: nodeHasher, codec: zstd },
      header,
      files.append,
      false,
    )
    this.source.attach(vac.machine)
    this.files = files
    this.vac = vac
  }

  /** What happened so far is in the file. */
  flush(): void {
    this.source.takeInputs()
    this.lineage?.flush()
  }

  async end(): Promise<void> {
    if (this.vac !== null) this.source.end(bytesOfHex(this.vac.root()))
    this.lineage?.flush()
    await this.files?.close()
  }
}
