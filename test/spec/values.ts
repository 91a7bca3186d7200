// Values of the suite's scripts as machine words, and whether words are what a script expects.
import { type Kind, Kinds } from '../../src/isa/types.ts'
import type { Value } from './script.ts'

const laneBits: Record<string, number> = { i8: 8, i16: 16, i32: 32, i64: 64, f32: 32, f64: 64 }
export const LOW32 = 0xffffffffn

const scalar = (value: string, bits: number): bigint => BigInt.asUintN(bits, BigInt(value))

/** The words of an argument, low word first. */
export function wordsOfValue({ type, lane_type, value }: Value): bigint[] {
  if (value === 'null') return [0n]
  if (type === 'v128' && Array.isArray(value)) {
    const bits = laneBits[lane_type as string]
    let all = 0n
    value.forEach((lane, at) => {
      all |= scalar(lane, bits) << BigInt(at * bits)
    })
    return [BigInt.asUintN(64, all), all >> 64n]
  }
  if (typeof value !== 'string') throw new Error(`an argument without a value: ${type}`)
  if (type in laneBits) return [scalar(value, laneBits[type])]
  if (type === 'externref') return [BigInt(value) + 1n]
  // A host's reference seen from inside (machine/effects/reference.ts).
  if (type === 'anyref') return [(BigInt(value) + 1n) * 4n + 2n]
  throw new Error(`an argument of type ${type}`)
}

function numberMatches(pattern: string, bits: number, word: bigint): boolean {
  const found = BigInt.asUintN(bits, word)
  const quiet = bits === 32 ? 0x7fc00000n : 0x7ff8000000000000n
  const magnitude = BigInt.asUintN(bits - 1, found)
  if (pattern === 'nan:canonical') return magnitude === quiet
  if (pattern === 'nan:arithmetic') return (magnitude & quiet) === quiet
  return found === scalar(pattern, bits)
}

function lanesMatch({ lane_type, value }: Value, words: readonly bigint[]): boolean {
  const bits = laneBits[lane_type as string]
  const all = BigInt.asUintN(64, words[0]) | (BigInt.asUintN(64, words[1]) << 64n)
  return (value as readonly string[]).every((lane, at) =>
    numberMatches(lane, bits, (all >> BigInt(at * bits)) & ((1n << BigInt(bits)) - 1n)),
  )
}

const nulls = ['refnull', 'nullref', 'nullfuncref', 'nullexternref', 'nullexnref']

/** A reference type's name alone expects some reference of it that is not null. */
function referenceMatches({ type, value }: Value, kind: Kind, word: bigint): boolean {
  if (value === 'null' || nulls.includes(type)) return word === 0n
  if (word === 0n) return false
  switch (type) {
    case 'funcref':
      return kind === Kinds.funcref
    case 'externref':
      return (
        kind === Kinds.externref && (value === undefined || word === BigInt(value as string) + 1n)
      )
    case 'exnref':
      return kind === Kinds.exnref
    case 'i31ref':
      return kind === Kinds.anyref && (word & 1n) === 1n
    case 'anyref':
      if (value !== undefined && word !== (BigInt(value as string) + 1n) * 4n + 2n) return false
      return kind === Kinds.anyref
    case 'eqref':
      return kind === Kinds.anyref && (word & 3n) !== 2n
    default:
      return false
  }
}

const numeric: Record<string, Kind> = { i32: 1, i64: 2, f32: 3, f64: 4, v128: 5 }

/** Do the words of one result, of this kind, match? */
export function matches(expected: Value, kind: Kind, words: readonly bigint[]): boolean {
  if (expected.type === 'either') {
    return (expected.values ?? []).some((value) => matches(value, kind, words))
  }
  if (!(expected.type in numeric)) return kind > 5 && referenceMatches(expected, kind, words[0])
  if (numeric[expected.type] !== kind) return false
  if (kind === Kinds.v128) return lanesMatch(expected, words)
  return numberMatches(expected.value as string, laneBits[expected.type], words[0])
}

export const show = (words: readonly bigint[]): string =>
  words.map((word) => `0x${word.toString(16)}`).join(' ') || 'nothing'

export const showValue = ({ type, lane_type, value, values }: Value): string =>
  values !== undefined
    ? `either ${values.map(showValue).join(' | ')}`
    : `${type}${lane_type === undefined ? '' : ` ${lane_type}`} ${value ?? '(any)'}`

export const isHalf = (kind: Kind): boolean => kind === Kinds.i32 || kind === Kinds.f32
