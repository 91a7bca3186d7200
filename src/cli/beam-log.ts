// The events that a program emits (`beam_emit`), as lines of JSON in a file, while it runs.
import { closeSync, openSync } from 'node:fs'
import { VacError } from '../base/errors.ts'
import { writeAll } from '../host/output-file.ts'
import type { GuestBeam } from '../vac.ts'
import { jsonLine } from './verb.ts'

export class BeamLog {
  private readonly path: string
  private readonly fd: number | null
  private lines = ''

  /** null: beams go nowhere. */
  constructor(path: string | null) {
    this.path = path ?? ''
    this.fd = path === null ? null : openSync(path, 'w')
  }

  readonly push = ({ tick, seq, kind, payload }: GuestBeam): void => {
    if (this.fd === null) return
    const base64 = Buffer.from(payload).toString('base64')
    this.lines += jsonLine({ tick: `${tick}`, seq: `${seq}`, kind, payload: base64 })
  }

  flush(): void {
    const bytes = Buffer.from(this.lines)
    this.lines = ''
    if (this.fd === null) return
    try {
      writeAll(this.fd, bytes)
    } catch (error) {
      const found = (error as NodeJS.ErrnoException).code ?? String(error)
      throw new VacError('FILE_UNWRITABLE', { found, where: this.path })
    }
  }

  close(): void {
    this.flush()
    if (this.fd !== null) closeSync(this.fd)
  }
}
