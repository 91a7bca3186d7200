// Values of expressions, as text.
import type { Value } from '../time/expression/expression.ts'

const utf8 = new TextDecoder()

/** Numbers in decimal, texts as they are; null: it could not be had. */
export function plainValue(value: Value | null): string | null {
  return value !== null && typeof value === 'object' ? utf8.decode(value) : stringOf(value)
}

/** Texts in quotes. */
export function valueText(value: Value | null): string {
  if (value !== null && typeof value === 'object') return JSON.stringify(utf8.decode(value))
  return stringOf(value) ?? '-'
}

const stringOf = (value: bigint | number | null): string | null =>
  value === null ? null : `${value}`
