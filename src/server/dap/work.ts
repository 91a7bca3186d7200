// Long work of a session: it is done in turns, a client may pause it, and hears of it when it
// takes more than a moment.
import { inTurns } from '../../recorded-run.ts'

/** Before a client hears of it; between two reports. */
const LONG_MS = 1000
const REPORT_MS = 500

/** Who is told, and by which clock. */
export interface Listener {
  readonly event: (name: string, body: object) => void
  readonly reports: boolean
  readonly now: () => number
}

/** Someone wants the work to end. */
export class Stopped extends Error {}

export class Work {
  /** Names it in reports of progress. */
  readonly id: string
  private readonly listener: Listener
  private readonly title: string
  /** How far it is, for people. */
  private readonly message: () => string
  private readonly began: number
  private reported: number | null = null
  private stopping: (() => void) | null = null
  private isStopped = false

  constructor(listener: Listener, id: string, title: string, message: () => string) {
    this.listener = listener
    this.id = id
    this.title = title
    this.message = message
    this.began = listener.now()
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
    if (!this.listener.reports) return
    const now = this.listener.now()
    if (this.reported === null) {
      if (now - this.began < LONG_MS) return
      const { id: progressId, title } = this
      this.listener.event('progressStart', { progressId, title, cancellable: true })
    } else if (now - this.reported < REPORT_MS) return
    this.reported = now
    this.listener.event('progressUpdate', { progressId: this.id, message: this.message() })
  }

  /** It is over. */
  end(): void {
    if (this.reported === null) return
    this.listener.event('progressEnd', { progressId: this.id })
  }
}
