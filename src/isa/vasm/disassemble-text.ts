// How names, bytes, types and numbers are written in assembly text.
import { decodeUtf8, hex } from '../../base/bytes.ts'
import { HEAP_INDEX, Heap, heapOf, isNullable, type ValType } from '../types.ts'
import { formatF32, formatF64, formatFloatBits } from './assemble-number.ts'
import { isPlainName } from './assemble-symbols.ts'
import { typeWords } from './assemble-types.ts'

export const nameText = (name: string): string => (isPlainName(name) ? name : quoted(name))

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\t', '\\t'],
  ['\r', '\\r'],
])

export function quoted(text: string): string {
  let out = ''
  for (const char of text) {
    const shown = /^[\p{L}\p{N}\p{P}\p{S} ]$/u.test(char)
    const point = `\\u{${char.codePointAt(0)?.toString(16)}}`
    out += escapes.get(char) ?? (shown ? char : point)
  }
  return `"${out}"`
}

const BYTES_A_LINE = 32

/** Bytes in lines: a string where all are printable, hexadecimal otherwise. */
export function byteLines(bytes: Uint8Array): string[] {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
    const line = bytes.subarray(at, at + BYTES_A_LINE)
    const printable = line.every(
      (byte) => (byte >= 0x20 && byte < 0x7f) || byte === 10 || byte === 9,
    )
    lines.push(printable ? quoted(decodeUtf8(line) ?? '') : pairs(line))
  }
  return lines
}
const pairs = (bytes: Uint8Array): string => hex(bytes).replace(/(.{8})(?=.)/g, '$1 ')

const wordOfType: ReadonlyMap<ValType, string> = new Map(
  [...typeWords].map(([word, type]) => [type, word]),
)
const wordOfHeap: ReadonlyMap<number, string> = new Map(
  Object.entries(Heap).map(([word, heap]) => [heap, word]),
)

export function valTypeText(type: ValType): string {
  const word = wordOfType.get(type)
  if (word !== undefined) return word
  const heap = heapOf(type)
  const text = wordOfHeap.get(heap) ?? `${heap - HEAP_INDEX}`
  return `(ref ${isNullable(type) ? 'null ' : ''}${text})`
}

export const listText = (types: readonly ValType[]): string => types.map(valTypeText).join(', ')

/** What follows a signature's parameters; nothing where there is no result. */
export function resultsText(results: readonly ValType[]): string {
  if (results.length === 0) return ''
  return ` -> ${results.length === 1 ? valTypeText(results[0]) : `(${listText(results)})`}`
}

export const f32Text = (bits: number): string => formatFloatBits(BigInt(bits >>> 0), formatF32)
export const f64Text = (bits: bigint): string =>
  formatFloatBits(BigInt.asUintN(64, bits), formatF64)
