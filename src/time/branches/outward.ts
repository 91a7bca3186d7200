// What a dream lets out, by the policy of its owner. Everything is recorded in the branch; this
// decides what is handed on.
import { sameBytes } from '../../base/bytes.ts'
import { type Beam, BeamKind } from '../lineage/beam.ts'
import type { Chain } from '../lineage/chain.ts'
import type { Lineage, StoredBeam } from '../lineage/lineage.ts'
import type { EffectsPolicy } from './branch.ts'

const outward: readonly number[] = [BeamKind.output, BeamKind.emit]
export const isOutward = (kind: number): boolean => outward.includes(kind)

export class Outward {
  /** Effects that equal the parent's: they were let out once. */
  equal = 0
  /** Effects that were handed on now. */
  shown = 0
  /** Effects that were not let out. */
  denied = 0
  /** Effects that wait for the collapse. */
  held = 0
  private readonly policy: EffectsPolicy
  private readonly chain: Chain
  /** The parent's effects behind the fork, by their number in its own lineage. */
  private readonly expected: readonly (readonly [number, StoredBeam])[]
  private differs = false

  constructor(policy: EffectsPolicy, parent: Lineage, tick: number) {
    this.policy = policy
    this.chain = parent.chain()
    this.expected = parent.beams
      .map((beam, at) => [at - parent.inherited, beam] as const)
      .filter(([, beam]) => beam.tick > tick && isOutward(beam.kind))
  }

  /** Is this effect to be handed on? */
  lets(effect: Pick<Beam, 'kind' | 'payload'>): boolean {
    switch (this.policy) {
      case 'show':
        this.shown++
        return true
      case 'hold':
        this.held++
        return false
      case 'equal':
        if (this.equals(effect)) this.equal++
        else this.denied++
        return false
      default:
        this.denied++
        return false
    }
  }

  /** The next of the parent's effects? Behind the first that differs nothing is. */
  private equals(effect: Pick<Beam, 'kind' | 'payload'>): boolean {
    const next = this.expected[this.equal]
    if (this.differs || next === undefined) return false
    const [number, { kind, payload, prefix }] = next
    const alike =
      kind === effect.kind &&
      (payload === null || sameBytes(payload, effect.payload)) &&
      (prefix === null || sameBytes(prefix, this.commitment(effect, number, prefix.length)))
    this.differs = !alike
    return alike
  }

  private commitment(
    effect: Pick<Beam, 'kind' | 'payload'>,
    number: number,
    sizeBytes: number,
  ): Uint8Array {
    return this.chain.commit(effect, number).subarray(0, sizeBytes)
  }
}
