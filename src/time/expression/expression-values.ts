// What expressions compute with: numbers and texts of a machine, and operators. Integers are exact,
// of any size; null is a value that cannot be had, such as a local where none is.
import { sameBytes } from '../../base/bytes.ts'
import { Kinds } from '../../isa/types.ts'
import type { Machine } from '../../machine/machine.ts'
import { PAGE_BYTES } from '../../memory/page.ts'
import { frameValues } from '../../wasm/dwarf/frame-values.ts'
import { sourceFrameValues, variableOf } from '../questions/source-variables.ts'

export type Value = bigint | number | Uint8Array
/** A named one is looked for in the function that runs. */
export type Which = bigint | string

const MOST_TEXT_BYTES = 2 ** 20
const MOST_SHIFT = 127n

/** Of the innermost frame; a local that the machine's state does not keep cannot be had. */
export function localOf(m: Machine, which: Which): Value | null {
  if (m.depth === 0) return null
  const fn = m.frameFunction[m.depth - 1]
  const names = m.store.instances[fn.instance].program.names.locals.get(fn.index)
  const index = indexOf(names, which)
  const kind = index === null ? undefined : m.factsOf(fn).localKinds[index]
  const bits = kind === undefined ? null : frameValues(m, m.depth - 1).local(index as number)
  return bits === null ? null : valueInWord(kind as number, bits)
}

/** A parameter of the function that runs, as it stands now. */
export function argumentOf(m: Machine, which: bigint): Value | null {
  const fn = m.frameFunction[m.depth - 1]
  return m.depth > 0 && which < fn.paramKinds.length ? localOf(m, which) : null
}

/** A variable of the source, or a part of one, where the innermost frame stands. */
export function sourceVariable(m: Machine, name: string): Value | null {
  const frame = m.depth === 0 ? null : sourceFrameValues(m, m.depth - 1)
  return frame === null ? null : (variableOf(frame, name)?.number ?? null)
}

/** Of the instance that runs, or of the last one. */
export function globalOf(m: Machine, which: Which): Value | null {
  const { instances, globals, globalWords } = m.store
  const running = m.depth === 0 ? instances.length - 1 : m.frameFunction[m.depth - 1].instance
  const { program, globals: numbers } = instances[running]
  const index = indexOf(program.names.globals, which)
  const number = index === null ? undefined : numbers[index]
  if (number === undefined) return null
  const low = BigInt(globalWords[4 * number] >>> 0)
  const high = BigInt(globalWords[4 * number + 1] >>> 0)
  return valueInWord(globals[number].kind, (high << 32n) | low)
}

function indexOf(names: ReadonlyMap<number, string> | undefined, which: Which): number | null {
  if (typeof which === 'bigint') return Number(which)
  for (const [index, name] of names ?? []) if (name === which) return index
  return null
}

/** The value in a word, by its kind: integers are signed; of references it is the number. */
export function valueInWord(kind: number, bits: bigint): bigint | number {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, BigInt.asUintN(64, bits), true)
  if (kind === Kinds.i32) return BigInt(view.getInt32(0, true))
  if (kind === Kinds.f32) return view.getFloat32(0, true)
  return kind === Kinds.f64 ? view.getFloat64(0, true) : view.getBigInt64(0, true)
}

type Loader = (view: DataView) => bigint | number
const loader = (sizeBytes: number, read: Loader) => ({ sizeBytes, read })

export const loaders: ReadonlyMap<string, { sizeBytes: number; read: Loader }> = new Map([
  ['u8', loader(1, (view) => BigInt(view.getUint8(0)))],
  ['i8', loader(1, (view) => BigInt(view.getInt8(0)))],
  ['u16', loader(2, (view) => BigInt(view.getUint16(0, true)))],
  ['i16', loader(2, (view) => BigInt(view.getInt16(0, true)))],
  ['u32', loader(4, (view) => BigInt(view.getUint32(0, true)))],
  ['i32', loader(4, (view) => BigInt(view.getInt32(0, true)))],
  ['u64', loader(8, (view) => view.getBigUint64(0, true))],
  ['i64', loader(8, (view) => view.getBigInt64(0, true))],
  ['f32', loader(4, (view) => view.getFloat32(0, true))],
  ['f64', loader(8, (view) => view.getFloat64(0, true))],
])

export function loadOf(m: Machine, type: string, memory: bigint, at: Value | null): Value | null {
  const { sizeBytes, read } = loaders.get(type) as { sizeBytes: number; read: Loader }
  const bytes = bytesAt(m, memory, at, BigInt(sizeBytes))
  return bytes === null ? null : read(new DataView(bytes.buffer, bytes.byteOffset, sizeBytes))
}

/** At most 1 MiB; null: they are not all there. */
export function bytesAt(
  m: Machine,
  number: bigint,
  at: Value | null,
  sizeBytes: Value | null,
): Uint8Array | null {
  const memory = m.store.memories[Number(number)]
  if (memory === undefined || typeof at !== 'bigint' || typeof sizeBytes !== 'bigint') return null
  const isThere = at >= 0n && at + sizeBytes <= BigInt(memory.sizePages * PAGE_BYTES)
  if (!isThere || sizeBytes < 0n || sizeBytes > MOST_TEXT_BYTES) return null
  return memory.readBytes(Number(at), Number(sizeBytes))
}

/** Up to a zero byte, which must come within 1 MiB. */
export function cstringAt(m: Machine, at: Value | null): Uint8Array | null {
  const memory = m.store.memories[0]
  if (memory === undefined || typeof at !== 'bigint' || at < 0n) return null
  const left = BigInt(memory.sizePages * PAGE_BYTES) - at
  for (let size = 64n; left > 0n && size <= MOST_TEXT_BYTES; size *= 4n) {
    const bytes = bytesAt(m, 0n, at, size < left ? size : left) as Uint8Array
    const end = bytes.indexOf(0)
    if (end >= 0) return bytes.subarray(0, end)
    if (size >= left) return null
  }
  return null
}

/** A condition that cannot be had is not true. */
export const isTrue = (value: Value | null): boolean =>
  value !== null && typeof value === 'object' ? value.length > 0 : Boolean(value)

const bit = (holds: boolean): bigint => (holds ? 1n : 0n)

/** Of two numbers, of which one is a float: both are. Bits are those of integers alone. */
export function numberOperator(sign: string, a: bigint | number, b: bigint | number): Value | null {
  if (comparisons.has(sign)) return bit(compares(sign, a, b))
  if (typeof a === 'bigint' && typeof b === 'bigint') return integerOperator(sign, a, b)
  return floatOperator(sign, Number(a), Number(b))
}

export const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>='])

function compares(sign: string, a: bigint | number, b: bigint | number): boolean {
  const isEqual = typeof a === typeof b ? a === b : Number(a) === Number(b)
  switch (sign) {
    case '==':
      return isEqual
    case '!=':
      return !isEqual
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    default:
      return a >= b
  }
}

function integerOperator(sign: string, a: bigint, b: bigint): bigint | null {
  switch (sign) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return b === 0n ? null : a / b
    case '%':
      return b === 0n ? null : a % b
    case '&':
      return a & b
    case '|':
      return a | b
    case '^':
      return a ^ b
    default:
      if (b < 0n || b > MOST_SHIFT) return null
      return sign === '<<' ? a << b : a >> b
  }
}

function floatOperator(sign: string, a: number, b: number): number | null {
  switch (sign) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return a % b
    default:
      return null
  }
}

export function textOperator(sign: string, a: Uint8Array, b: Uint8Array): bigint {
  if (sign === 'contains') return bit(contains(a, b))
  return bit((a.length === b.length && sameBytes(a, b)) === (sign === '=='))
}

function contains(bytes: Uint8Array, part: Uint8Array): boolean {
  if (part.length === 0) return true
  for (let at = bytes.indexOf(part[0]); at >= 0; at = bytes.indexOf(part[0], at + 1)) {
    if (at + part.length > bytes.length) return false
    if (sameBytes(bytes.subarray(at, at + part.length), part)) return true
  }
  return false
}
