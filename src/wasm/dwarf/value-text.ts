// Values of base types and enumerations, as text.
import { decodeUtf8 } from '../../base/bytes.ts'
import { Attribute, Tag } from './constants.ts'
import type { Entry } from './entries.ts'

const Encoding = {
  boolean: 2,
  float: 4,
  signed: 5,
  signedChar: 6,
  unsignedChar: 8,
  utf: 16,
} as const

/** Little-endian. */
export function integerOf(bytes: Uint8Array, signed: boolean): bigint {
  let value = 0n
  for (let at = bytes.length - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at])
  return signed ? BigInt.asIntN(8 * bytes.length, value) : value
}

export function baseText(type: Entry, bytes: Uint8Array): string {
  const encoding = type.constant(Attribute.encoding) ?? 0
  const signed = encoding === Encoding.signed || encoding === Encoding.signedChar
  if (type.tag !== Tag.baseType) return hexText(bytes)
  if (encoding === Encoding.float) return floatText(bytes)
  const value = integerOf(bytes, signed)
  if (encoding === Encoding.boolean)
    return value === 0n ? 'false' : value === 1n ? 'true' : `${value}`
  const isChar = encoding === Encoding.signedChar || encoding === Encoding.unsignedChar
  return isChar || encoding === Encoding.utf ? charText(value) : `${value}`
}

/** null: it is no number, or one of a width that the host has not. */
export function baseNumber(type: Entry, bytes: Uint8Array): bigint | number | null {
  const encoding = type.constant(Attribute.encoding) ?? 0
  if (type.tag !== Tag.baseType) return null
  if (encoding === Encoding.float) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (bytes.length === 4) return view.getFloat32(0, true)
    return bytes.length === 8 ? view.getFloat64(0, true) : null
  }
  return integerOf(bytes, encoding === Encoding.signed || encoding === Encoding.signedChar)
}

function floatText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length === 4) return shortest(view.getFloat32(0, true))
  return bytes.length === 8 ? `${view.getFloat64(0, true)}` : hexText(bytes)
}

/** The shortest decimal that is the same 32-bit float. */
function shortest(value: number): string {
  for (let digits = 1; digits < 10; digits++) {
    const text = value.toPrecision(digits)
    if (Math.fround(Number(text)) === value) return `${Number(text)}`
  }
  return `${value}`
}

function charText(value: bigint): string {
  const isShown = value >= 32n && value < 0x11_0000n && (value < 127n || value > 160n)
  const isLone = value >= 0xd800n && value < 0xe000n
  return isShown && !isLone ? `${value} '${String.fromCodePoint(Number(value))}'` : `${value}`
}

/** The enumerator's name with its number. */
export function enumText(type: Entry, bytes: Uint8Array): string {
  const bits = 8 * bytes.length
  const value = integerOf(bytes, false)
  for (const child of type.children()) {
    const number = child.constant(Attribute.constValue)
    if (child.tag !== Tag.enumerator || number === null) continue
    if (BigInt.asUintN(bits, BigInt(number)) !== value) continue
    return `${child.text(Attribute.name) ?? '?'} (${number})`
  }
  return `${value}`
}

export function quoted(bytes: readonly number[]): string {
  const all = Uint8Array.from(bytes)
  const text = decodeUtf8(all) ?? String.fromCharCode(...all)
  return JSON.stringify(text)
}

const hexText = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
