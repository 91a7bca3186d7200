// One line on a terminal about a long run: ticks, speed, virtual time. It goes away before the
// guest writes, and never stands in a line that the guest has begun.
import type { Vac } from '../vac.ts'
import { monotonic } from '../wall/devices/clock.ts'

export type ProgressWhen = 'always' | 'long' | 'never'

const LONG_MS = 2000
const REDRAW_MS = 250
const CLEAR = '\r\x1b[K'

export class Progress {
  private readonly vac: () => Vac
  private readonly write: (text: string) => void
  private readonly now: () => number
  private readonly began: number
  private readonly from: number
  private last: { at: number; ticks: number }
  private drawn = false
  /** The guest's own line is unfinished. */
  private inLine = false

  /** `vac`: the computer at work now. `after`: milliseconds of the run before the first line. */
  constructor(vac: () => Vac, write: (text: string) => void, now: () => number, after: number) {
    this.vac = vac
    this.write = write
    this.now = now
    this.began = now()
    this.from = this.began + after
    this.last = { at: this.began, ticks: vac().ticks }
  }

  /** null: there is to be none. */
  static start(vac: () => Vac, when: ProgressWhen, stderr: NodeJS.WriteStream): Progress | null {
    if (!stderr.isTTY || when === 'never') return null
    const now = (): number => performance.now()
    return new Progress(vac, (text) => stderr.write(text), now, when === 'always' ? 0 : LONG_MS)
  }

  /** The guest is about to write. */
  wrote(bytes: Uint8Array): void {
    this.clear()
    this.inLine = bytes.at(-1) !== 10
  }

  look(): void {
    const at = this.now()
    if (this.inLine || at < this.from || at - this.last.at < REDRAW_MS) return
    const { ticks, machine } = this.vac()
    const speed = (ticks - this.last.ticks) / (at - this.last.at) / 1000
    this.last = { at, ticks }
    this.drawn = true
    const seconds = Number(monotonic(machine) / 1_000_000n) / 1000
    this.write(
      `${CLEAR}vac: ${grouped(ticks)} ticks, ${speed.toFixed(1)} Mticks/s, ` +
        `vtime ${seconds.toFixed(1)} s, ${((at - this.began) / 1000).toFixed(0)} s`,
    )
  }

  clear(): void {
    if (this.drawn) this.write(CLEAR)
    this.drawn = false
  }
}

/** With a space between thousands. */
export const grouped = (ticks: number): string => `${ticks}`.replace(/\B(?=(\d{3})+$)/g, ' ')
