// The hash chain of a lineage (spec/lineage.md). It takes of each payload a salted commitment, so
// that a payload can be withheld later, and cannot be guessed, without breaking the chain.
import { ByteWriter, utf8 } from '../base/bytes.ts'
import type { Hasher } from '../base/hasher.ts'
import type { Beam } from './beam.ts'

export const KEY_BYTES = 32

/** Domains of the hashes. */
const Domain = { salt: 0x10, commitment: 0x11, link: 0x12, first: 0x13 } as const

export class Chain {
  private readonly hasher: Hasher
  private readonly key: Uint8Array
  /** Beams that are chained. */
  length = 0
  /** The last link. */
  head: Uint8Array

  /** `header`: the bytes that the chain begins with. */
  constructor(hasher: Hasher, key: Uint8Array, header: Uint8Array) {
    this.hasher = hasher
    this.key = key
    this.head = this.hash(Domain.first, utf8('vac.lineage'), header)
  }

  private hash(domain: number, ...parts: readonly Uint8Array[]): Uint8Array {
    const out = new ByteWriter()
    out.u8(domain)
    for (const part of parts) out.raw(part)
    return this.hasher.hash(out.take())
  }

  /** A beam's commitment, by its number; the next one's where that is not given. */
  commit({ kind, payload }: Pick<Beam, 'kind' | 'payload'>, number = this.length): Uint8Array {
    const salt = this.hash(Domain.salt, this.key, word(number)).subarray(0, 16)
    return this.hash(Domain.commitment, salt, Uint8Array.of(kind), payload)
  }

  /** Chains a beam by its commitment. */
  link({ tick, kind }: Pick<Beam, 'tick' | 'kind'>, commitment: Uint8Array): void {
    this.head = this.hash(Domain.link, this.head, word(tick), Uint8Array.of(kind), commitment)
    this.length++
  }
}

function word(value: number): Uint8Array {
  const out = new ByteWriter()
  out.u64(BigInt(value))
  return out.take()
}
