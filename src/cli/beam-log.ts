// The events that a program emits (`beam_emit`), as lines of JSON in a file, while it runs.
import { closeSync, openSync, writeSync } from 'node:fs'
import type { GuestBeam } from '../vac.ts'
import { jsonLine } from './verb.ts'

export class BeamLog {
  private readonly fd: number | null
  private lines = ''

  /** null: beams go nowhere. */
  constructor(path: string | null) {
    this.fd = path === null ? null : openSync(path, 'w')
  }

  readonly push = ({ tick, seq, kind, payload }: GuestBeam): void => {
    if (this.fd === null) return
    const base64 = Buffer.from(payload).toString('base64')
    this.lines += jsonLine({ tick: `${tick}`, seq: `${seq}`, kind, payload: base64 })
  }

  flush(): void {
    if (this.fd !== null && this.lines !== '') writeSync(this.fd, this.lines)
    this.lines = ''
  }

  close(): void {
    this.flush()
    if (this.fd !== null) closeSync(this.fd)
  }
}
