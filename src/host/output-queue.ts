// The guest's output on its way to the host's streams: in order, in large writes, and never lost or
// blocking between slices. A reader that went away is a fact, not a crash; the
// streams' own error events are the process's business.
import type { OutputStream } from '../wall/devices/console.ts'

export interface Writable {
  write(bytes: Uint8Array, done: (error?: Error | null) => void): boolean
}

export class OutputQueue {
  private readonly streams: Readonly<Record<OutputStream, Writable>>
  private waiting: { stream: OutputStream; parts: Uint8Array[] }[] = []
  /** The reader of a stream closed it: what follows is dropped. */
  broken = false

  constructor(streams: Readonly<Record<OutputStream, Writable>>) {
    this.streams = streams
  }

  readonly push = (stream: OutputStream, bytes: Uint8Array): void => {
    const last = this.waiting.at(-1)
    if (last?.stream === stream) last.parts.push(bytes)
    else this.waiting.push({ stream, parts: [bytes] })
  }

  /** Ends when everything has been handed to the host. */
  async flush(): Promise<void> {
    const { waiting } = this
    if (waiting.length === 0) return
    this.waiting = []
    for (const { stream, parts } of waiting) {
      if (this.broken) return
      const bytes = parts.length === 1 ? parts[0] : Buffer.concat(parts)
      await new Promise<void>((resolve) => {
        this.streams[stream].write(bytes, (error) => {
          if (error) this.broken = true
          resolve()
        })
      })
    }
  }
}
