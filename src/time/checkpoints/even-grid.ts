// Checkpoints on ticks that are multiples of one power of two. When there are too many the power
// doubles, which drops every other one: an even grid over the whole run, however long it gets.

export interface OnGrid {
  readonly tick: number
}

/** Most checkpoints on a grid; after it doubled there are half as many. */
export const MOST_CHECKPOINTS = 128

export class EvenGrid<T extends OnGrid> {
  /** A power of two. */
  spacing: number
  /** Ascending by tick. */
  private kept: T[] = []

  constructor(spacing: number) {
    this.spacing = spacing
  }

  get all(): readonly T[] {
    return this.kept
  }

  /** The first tick of the grid behind a tick. */
  after(tick: number): number {
    return (Math.floor(tick / this.spacing) + 1) * this.spacing
  }

  /** The last one at a tick or before; undefined: there is none. */
  before(tick: number): T | undefined {
    return this.kept.findLast((one) => one.tick <= tick)
  }

  /** Takes one in, in place of another at its tick; gives those that had to go. */
  add(one: T): readonly T[] {
    const at = this.kept.findLastIndex(({ tick }) => tick <= one.tick)
    const again = at >= 0 && this.kept[at].tick === one.tick
    this.kept.splice(again ? at : at + 1, again ? 1 : 0, one)
    const gone: T[] = []
    while (this.kept.length > MOST_CHECKPOINTS) gone.push(...this.double())
    return gone
  }

  /** Gives those that had to go. */
  double(): readonly T[] {
    this.spacing *= 2
    const isKept = ({ tick }: T): boolean => tick % this.spacing === 0
    const gone = this.kept.filter((one) => !isKept(one))
    this.kept = this.kept.filter(isKept)
    return gone
  }
}
