// Calls that were denied while a program ran, by the capability that each lacked.
import type { Capability } from '../vac.ts'
import type { Io } from './verb.ts'

export class Denials {
  private readonly counts = new Map<Capability, number>()

  readonly push = (capability: Capability): void => {
    this.counts.set(capability, (this.counts.get(capability) ?? 0) + 1)
  }

  /** For JSON: nothing where nothing was denied. */
  facts(): { denied?: Readonly<Record<string, number>> } {
    return this.counts.size === 0 ? {} : { denied: Object.fromEntries(this.counts) }
  }

  tell({ tell }: Io): void {
    for (const [capability, count] of this.counts) {
      const calls = count === 1 ? 'a call' : `${count} calls`
      tell(`denied ${calls} for want of ${capability}; grant it with --allow ${capability}`)
    }
  }
}
