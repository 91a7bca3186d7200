// Long work of a session: it is done in turns, a client may pause it, and hears of it when it
// takes more than a moment.
import { inTurns } from '../../recorded-run.ts'
import type { Connection } from './connection.ts'

/** Before a client hears of it; between two reports. */
const LONG_MS = 1000
const REPORT_MS = 500

/** Someone wants the work to end. */
export class Stopped extends Error {}

export class Work {
  /** Names it in reports of progress. */
  readonly id: string
  private readonly connection: Connection
  private readonly title: string
  /** How far it is, for people. */
  private readonly message: () => string
  private readonly reports: boolean
  private readonly began = performance.now()
  private reported: number | null = null
  private stopping: (() => void) | null = null
  private isStopped = false

  constructor(
    connection: Connection,
    id: string,
    { title, message, reports }: { title: string; message: () => string; reports: boolean },
  ) {
    this.connection = connection
    this.id = id
    this.title = title
    this.message = message
    this.reports = reports
  }

  /** Ends it: what is done in turns throws Stopped, else what `whenStopped` gave is called. */
  stop(): void {
    if (this.isStopped) return
    this.isStopped = true
    this.stopping?.()
  }

  /** For work that is not done in turns. */
  whenStopped(stop: () => void): void {
    this.stopping = stop
    if (this.isStopped) stop()
  }

  /** Errors: Stopped, and those of the work. */
  async inTurns<T>(work: Generator<void, T>): Promise<T> {
    const look = (): void => {
      if (this.isStopped) throw new Stopped()
      this.look()
    }
    look()
    return inTurns(work, look)
  }

  look(): void {
    if (!this.reports) return
    const now = performance.now()
    if (this.reported === null) {
      if (now - this.began < LONG_MS) return
      const { id: progressId, title } = this
      this.connection.event('progressStart', { progressId, title, cancellable: true })
    } else if (now - this.reported < REPORT_MS) return
    this.reported = now
    this.connection.event('progressUpdate', { progressId: this.id, message: this.message() })
  }

  /** It is over. */
  end(): void {
    if (this.reported === null) return
    this.connection.event('progressEnd', { progressId: this.id })
  }
}
