// The hash chain of a lineage (spec/lineage.md). It takes of each payload a salted commitment, so
// that a payload can be withheld later, and cannot be guessed, without breaking the chain.
import { utf8 } from '../../base/bytes.ts'
import { HASH_BYTES, type Hasher } from '../../base/hasher.ts'
import type { Beam } from './beam.ts'

export const KEY_BYTES = 32

/** Domains of the hashes. */
const Domain = { salt: 0x10, commitment: 0x11, link: 0x12, first: 0x13 } as const

const SALT_BYTES = 16
const SCRATCH_BYTES = 4096

export class Chain {
  private readonly hasher: Hasher
  /** What is hashed for a salt and for a link; all but the numbers stays. */
  private readonly salt = new Uint8Array(1 + KEY_BYTES + 8)
  private readonly next = new Uint8Array(1 + HASH_BYTES + 8 + 1 + HASH_BYTES)
  private scratch = new Uint8Array(SCRATCH_BYTES)
  /** Beams that are chained. */
  length = 0
  /** The last link. */
  head: Uint8Array

  /** `header`: the bytes that the chain begins with. */
  constructor(hasher: Hasher, key: Uint8Array, header: Uint8Array) {
    this.hasher = hasher
    this.salt[0] = Domain.salt
    this.salt.set(key, 1)
    this.next[0] = Domain.link
    const name = utf8('vac.lineage')
    const first = new Uint8Array(1 + name.length + header.length)
    first[0] = Domain.first
    first.set(name, 1)
    first.set(header, 1 + name.length)
    this.head = hasher.hash(first)
  }

  /** A beam's commitment, by its number; the next one's where that is not given. */
  commit({ kind, payload }: Pick<Beam, 'kind' | 'payload'>, number = this.length): Uint8Array {
    const { hasher, salt } = this
    putWord(salt, 1 + KEY_BYTES, number)
    const length = 1 + SALT_BYTES + 1 + payload.length
    if (length > this.scratch.length) this.scratch = new Uint8Array(2 * length)
    const input = this.scratch
    input[0] = Domain.commitment
    const salted = hasher.hash(salt)
    for (let at = 0; at < SALT_BYTES; at++) input[1 + at] = salted[at]
    input[1 + SALT_BYTES] = kind
    input.set(payload, 2 + SALT_BYTES)
    return hasher.hash(input.subarray(0, length))
  }

  /** Chains a beam by its commitment. */
  link({ tick, kind }: Pick<Beam, 'tick' | 'kind'>, commitment: Uint8Array): void {
    const { next } = this
    next.set(this.head, 1)
    putWord(next, 1 + HASH_BYTES, tick)
    next[1 + HASH_BYTES + 8] = kind
    next.set(commitment, 1 + HASH_BYTES + 9)
    this.head = this.hasher.hash(next)
    this.length++
  }
}

/** A number below 2^53, little-endian in 8 bytes. */
function putWord(out: Uint8Array, at: number, value: number): void {
  let rest = value
  for (let i = at; i < at + 8; i++) {
    out[i] = rest % 256
    rest = Math.floor(rest / 256)
  }
}
