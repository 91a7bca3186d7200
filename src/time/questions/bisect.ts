// The first tick at which something is true, found by halving: it is taken for granted that it
// stays true once it is. Whoever asks goes to the ticks and says what holds there.

export class Bisection {
  /** Ticks at which it was asked. */
  asked = 0
  /** It holds at `high`, if at all, and not at `low`. */
  private low: number
  private high: number
  private readonly first: number
  private readonly near: readonly number[]
  private state: 'last' | 'first' | 'between' | 'never'

  /** From one tick to another, both included. `near`: ticks that are cheap to go to, ascending. */
  constructor(from: number, to: number, near: readonly number[] = []) {
    this.first = from
    this.low = from
    this.high = to
    this.near = near
    this.state = 'last'
  }

  /** The next tick to ask at; null: it is over. */
  get next(): number | null {
    switch (this.state) {
      case 'last':
        return this.high
      case 'first':
        return this.high === this.first ? null : this.first
      case 'never':
        return null
      default:
        return this.high - this.low > 1 ? this.middle : null
    }
  }

  /** Does it hold at `next`? */
  tell(holds: boolean): void {
    const tick = this.next
    if (tick === null) return
    this.asked++
    if (this.state === 'last') this.state = holds ? 'first' : 'never'
    else if (holds) this.high = tick
    else {
      this.low = tick
      this.state = 'between'
    }
  }

  /** The first tick at which it holds; null: it does not hold at the last. When it is over. */
  get found(): number | null {
    return this.state === 'never' ? null : this.high
  }

  /** Of the cheap ticks in between that in the middle; else the middle. */
  private get middle(): number {
    const between = this.near.filter((tick) => tick > this.low && tick < this.high)
    if (between.length > 0) return between[between.length >>> 1]
    return Math.floor((this.low + this.high) / 2)
  }
}
