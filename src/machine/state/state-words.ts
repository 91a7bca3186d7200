// Stack words in the state: writing them canonically, and reading them so that none can name what
// is not there.
import type { ByteReader, ByteWriter } from '../../base/bytes.ts'
import { Kinds } from '../../isa/types.ts'
import type { Store } from '../store.ts'
import type { Canon } from './canon.ts'
import { failAt } from './state-format.ts'

/** The u64 in two 32-bit halves. */
export const wordAt = (halves: Int32Array, word: number): bigint =>
  (BigInt(halves[2 * word + 1] >>> 0) << 32n) | BigInt(halves[2 * word] >>> 0)

export function setWord(halves: Int32Array, word: number, value: bigint): void {
  halves[2 * word] = Number(BigInt.asIntN(32, value))
  halves[2 * word + 1] = Number(BigInt.asIntN(32, value >> 32n))
}

/** Writes words from `first` on, one for each tag. */
export function writeWords(
  w: ByteWriter,
  canon: Canon,
  halves: Int32Array,
  first: number,
  tags: Uint8Array,
): void {
  for (let i = 0; i < tags.length; i++) w.u64(canon.word(tags[i], wordAt(halves, first + i)))
}

/** What references may name while a state is read. */
export interface Referents {
  readonly store: Store
  /** Exceptions that the state has, read or not yet. */
  readonly exceptionCount: number
}

/** Reads a word. References are checked; what else is not canonical is found by encoding again. */
export function readWord(r: ByteReader, tag: number, { store, exceptionCount }: Referents): bigint {
  const at = r.at
  const word = r.u64()
  if (tag === Kinds.exnref && word > BigInt(exceptionCount)) {
    failAt(r, at, `exception ${word - 1n}`, `below ${exceptionCount}`)
  }
  if (tag === Kinds.funcref && word !== 0n) checkFunction(r, at, word, store)
  return word
}

export function checkFunction(r: ByteReader, at: number, word: bigint, store: Store): void {
  const instance = Number(word >> 32n) - 1
  const index = Number(word & 0xffffffffn)
  // In its home only: an imported function is named by where it is defined.
  const fn = store.instances[instance]?.functions[index]
  if (fn === undefined || fn.instance !== instance) {
    failAt(r, at, `function ${index} of instance ${instance}`, 'a function of the store')
  }
}
