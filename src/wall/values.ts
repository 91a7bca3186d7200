// Values of calls from outside: what the caller of an export gives and gets, and the words that the
// machine has.
import { VacError } from '../base/errors.ts'
import { type Kind, Kinds, kindNames, wordsOf } from '../isa/types.ts'

/** A function of an instance of the machine. */
export interface FunctionRef {
  readonly instance: number
  readonly function: number
}
/** An opaque number of the embedder's, below 2^64 - 1. */
export interface ExternRef {
  readonly extern: bigint
}

/**
 * i32, f32 and f64 are numbers, i64 a bigint (signed when it comes back), v128 sixteen bytes, a
 * reference null or an object.
 */
export type Value = number | bigint | Uint8Array | FunctionRef | ExternRef | null

const refuse = (kind: Kind, value: Value, at: number): never => {
  throw new VacError('CALL_ARGUMENTS', {
    found: value === null ? 'null' : typeof value === 'object' ? 'an object' : `${value}`,
    expected: kindNames[kind],
    where: `argument ${at}`,
  })
}

/** The words of arguments; CALL_ARGUMENTS where they do not fit the kinds. */
export function wordsOfValues(kinds: readonly Kind[], values: readonly Value[]): bigint[] {
  if (values.length !== kinds.length) {
    throw new VacError('CALL_ARGUMENTS', {
      found: `${values.length} arguments`,
      expected: `${kinds.length} (${kinds.map((kind) => kindNames[kind]).join(', ')})`,
    })
  }
  return kinds.flatMap((kind, at) => wordsOfValue(kind, values[at], at))
}

function wordsOfValue(kind: Kind, value: Value, at: number): bigint[] {
  const view = new DataView(new ArrayBuffer(8))
  switch (kind) {
    case Kinds.i32:
      if (typeof value !== 'number' || !Number.isInteger(value)) return refuse(kind, value, at)
      if (value < -(2 ** 31) || value >= 2 ** 32) return refuse(kind, value, at)
      return [BigInt.asUintN(32, BigInt(value))]
    case Kinds.i64:
      if (typeof value !== 'bigint' || value < -(1n << 63n) || value >= 1n << 64n) {
        return refuse(kind, value, at)
      }
      return [BigInt.asUintN(64, value)]
    case Kinds.f32:
      if (typeof value !== 'number') return refuse(kind, value, at)
      if (Number.isNaN(value)) return [0x7fc00000n]
      view.setFloat32(0, value)
      return [BigInt(view.getUint32(0))]
    case Kinds.f64:
      if (typeof value !== 'number') return refuse(kind, value, at)
      if (Number.isNaN(value)) return [0x7ff8000000000000n]
      view.setFloat64(0, value)
      return [view.getBigUint64(0)]
    case Kinds.v128:
      return value instanceof Uint8Array && value.length === 16
        ? vectorWords(value)
        : refuse(kind, value, at)
    default:
      return [referenceWord(kind, value, at)]
  }
}

function vectorWords(bytes: Uint8Array): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16)
  return [view.getBigUint64(0, true), view.getBigUint64(8, true)]
}

function referenceWord(kind: Kind, value: Value, at: number): bigint {
  if (value === null) return 0n
  if (typeof value !== 'object' || value instanceof Uint8Array) return refuse(kind, value, at)
  if (kind === Kinds.funcref && 'function' in value) {
    return (BigInt(value.instance + 1) << 32n) | BigInt(value.function)
  }
  if (kind === Kinds.externref && 'extern' in value && value.extern >= 0n) {
    if (value.extern < (1n << 64n) - 1n) return value.extern + 1n
  }
  return refuse(kind, value, at)
}

/**
 * The values of result words. An exnref or anyref that is not null comes back as its word, a
 * bigint.
 */
export function valuesOfWords(kinds: readonly Kind[], words: readonly bigint[]): Value[] {
  let at = 0
  return kinds.map((kind) => {
    const value = valueOfWords(kind, words[at], words[at + 1] ?? 0n)
    at += wordsOf(kind)
    return value
  })
}

function valueOfWords(kind: Kind, word: bigint, high: bigint): Value {
  const view = new DataView(new ArrayBuffer(16))
  view.setBigUint64(0, word, true)
  switch (kind) {
    case Kinds.i32:
      return view.getInt32(0, true)
    case Kinds.i64:
      return view.getBigInt64(0, true)
    case Kinds.f32:
      return view.getFloat32(0, true)
    case Kinds.f64:
      return view.getFloat64(0, true)
    case Kinds.v128:
      view.setBigUint64(8, high, true)
      return new Uint8Array(view.buffer)
    case Kinds.funcref:
      if (word === 0n) return null
      return { instance: Number(word >> 32n) - 1, function: Number(word & 0xffffffffn) }
    case Kinds.externref:
      return word === 0n ? null : { extern: word - 1n }
    default:
      return word === 0n ? null : word
  }
}
