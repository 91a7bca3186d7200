// Numbers of the assembly text, exactly: integers, and floats rounded once from what is written.

/** Longest number read; longer text is refused before any arithmetic. */
const LIMIT_CHARS = 1_000
const LIMIT_EXPONENT = 9_999

/** A signed or unsigned integer of `bits` bits, wrapped to signed; null where the text is none. */
export function parseInteger(text: string, bits: number): bigint | null {
  const value = parseWhole(text)
  if (value === null) return null
  const half = 1n << BigInt(bits - 1)
  return value < -half || value >= 2n * half ? null : BigInt.asIntN(bits, value)
}

/** A number from 0 to `limit`; null where the text is none. */
export function parseCount(text: string, limit: bigint): bigint | null {
  const value = parseWhole(text)
  return value === null || value < 0n || value > limit ? null : value
}

function parseWhole(text: string): bigint | null {
  if (text.length > LIMIT_CHARS) return null
  const match = /^([+-]?)(0x[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|\d+(?:_\d+)*)$/.exec(text)
  if (match === null) return null
  const value = BigInt(match[2].replaceAll('_', ''))
  return match[1] === '-' ? -value : value
}

/** IEEE 754 formats: bits of the fraction, and the exponent's bias. */
interface Format {
  readonly fraction: number
  readonly bias: number
}
export const formatF32: Format = { fraction: 23, bias: 127 }
export const formatF64: Format = { fraction: 52, bias: 1023 }

const decimalForm = /^(\d+(?:_\d+)*)(?:\.(\d+(?:_\d+)*)?)?(?:[eE]([+-]?\d+))?$/
const hexForm =
  /^0x([0-9a-fA-F]+(?:_[0-9a-fA-F]+)*)(?:\.([0-9a-fA-F]+(?:_[0-9a-fA-F]+)*)?)?(?:[pP]([+-]?\d+))?$/

/**
 * The bits of a float: decimal, 0x1.8p3, inf, nan (the canonical one), nan:0x200000 with a payload;
 * null where the text is none, or where it rounds to infinity.
 */
export function parseFloatBits(text: string, format: Format): bigint | null {
  if (text.length > LIMIT_CHARS) return null
  const signed = text[0] === '-' || text[0] === '+'
  const magnitude = parseMagnitude(signed ? text.slice(1) : text, format)
  if (magnitude === null) return null
  const sign = BigInt(format.fraction + exponentBits(format))
  return text[0] === '-' ? magnitude | (1n << sign) : magnitude
}

const exponentBits = (format: Format): number => (format === formatF32 ? 8 : 11)
const infinity = (format: Format): bigint => BigInt(2 * format.bias + 1) << BigInt(format.fraction)

function parseMagnitude(text: string, format: Format): bigint | null {
  const inf = infinity(format)
  if (text === 'inf') return inf
  if (text === 'nan') return inf | (1n << BigInt(format.fraction - 1))
  if (text.startsWith('nan:')) {
    const payload = parseCount(text.slice(4), (1n << BigInt(format.fraction)) - 1n)
    return payload === null || payload === 0n ? null : inf | payload
  }
  const hex = hexForm.exec(text)
  const match = hex ?? decimalForm.exec(text)
  if (match === null) return null
  const [whole, part = ''] = [match[1], match[2]].map((digits) => digits?.replaceAll('_', ''))
  const exponent = Number(match[3] ?? '0')
  if (Math.abs(exponent) > LIMIT_EXPONENT) return null
  const digits = BigInt((hex ? '0x' : '') + whole + part)
  const scale = exponent - part.length * (hex ? 4 : 1)
  const power = (hex ? 2n : 10n) ** BigInt(Math.abs(scale))
  const bits = scale < 0 ? round(digits, power, format) : round(digits * power, 1n, format)
  return bits >= inf ? null : bits
}

const bitLength = (value: bigint): number => value.toString(2).length

/** The bits of top / bottom, rounded to nearest, ties to even. */
function round(top: bigint, bottom: bigint, { fraction, bias }: Format): bigint {
  if (top === 0n) return 0n
  // 2^(estimate - 1) < top / bottom < 2^(estimate + 1)
  let exponent = bitLength(top) - bitLength(bottom)
  if (exponent >= 0 ? top < bottom << BigInt(exponent) : top << BigInt(-exponent) < bottom) {
    exponent--
  }
  const least = Math.max(exponent, 1 - bias) - fraction
  const shifted = least < 0 ? top << BigInt(-least) : top
  const divisor = least < 0 ? bottom : bottom << BigInt(least)
  let units = shifted / divisor
  const twice = (shifted % divisor) * 2n
  if (twice > divisor || (twice === divisor && (units & 1n) === 1n)) units++
  // The units carry the implicit bit of a normal number, which adds 1 to the exponent field; so
  // does a carry.
  const field = Math.max(exponent, 1 - bias) + bias - 1
  return (BigInt(field) << BigInt(fraction)) + units
}

/**
 * The text of float bits that parseFloatBits reads back, the shortest decimal where the value is a
 * number.
 */
export function formatFloatBits(bits: bigint, format: Format): string {
  const signBit = BigInt(format.fraction + exponentBits(format))
  const sign = bits >> signBit === 0n ? '' : '-'
  const magnitude = BigInt.asUintN(Number(signBit), bits)
  const inf = infinity(format)
  if (magnitude === inf) return `${sign}inf`
  if (magnitude > inf) {
    const payload = magnitude - inf
    const canonical = payload === 1n << BigInt(format.fraction - 1)
    return canonical ? `${sign}nan` : `${sign}nan:0x${payload.toString(16)}`
  }
  const view = new DataView(new ArrayBuffer(8))
  if (format === formatF64) {
    view.setBigUint64(0, magnitude)
    return `${sign}${view.getFloat64(0)}`
  }
  view.setUint32(0, Number(magnitude))
  return `${sign}${shortestF32(view.getFloat32(0), magnitude)}`
}

function shortestF32(value: number, bits: bigint): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)))
    if (parseFloatBits(text, formatF32) === bits) return text
  }
  return String(Number(value.toPrecision(9)))
}
