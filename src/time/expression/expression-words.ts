// The words of an expression: numbers, characters, texts, names and operators, with their columns.
import { utf8 } from '../../base/bytes.ts'
import { VacError } from '../../base/errors.ts'

export type Word =
  | { readonly kind: 'number'; readonly column: number; readonly value: bigint | number }
  | { readonly kind: 'text'; readonly column: number; readonly value: Uint8Array }
  | { readonly kind: 'name' | 'sign' | 'end'; readonly column: number; readonly value: string }

const MOST_CHARACTERS = 4096

const SPACE = /\s+/y
const HEX = /0x[0-9a-f_]*[0-9a-f]\b/iy
const DECIMAL = /\d[\d_]*(\.\d+)?(e[+-]?\d+)?\b/iy
const NAME = /[\p{L}_$][\p{L}\p{N}_$.]*/uy
const QUOTED = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/suy
const SIGN = /&&|\|\||<<|>>|[<>=!]=|[-+*/%&|^~!<>()[\],@]/y

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0' }

export const refuse = (column: number, found: string, expected: string): never => {
  throw new VacError('EXPRESSION', { where: `column ${column}`, found, expected })
}

/** The last word is the end. Errors: EXPRESSION. */
export function wordsOf(text: string): Word[] {
  if (text.length > MOST_CHARACTERS) {
    refuse(MOST_CHARACTERS, 'a longer text', `at most ${MOST_CHARACTERS} characters`)
  }
  const words: Word[] = []
  let at = 0
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0] ?? null
    at += found?.length ?? 0
    return found
  }
  for (;;) {
    take(SPACE)
    const column = at + 1
    if (at === text.length) return [...words, { kind: 'end', column, value: 'the end' }]
    const hex = take(HEX)
    const decimal = hex ?? take(DECIMAL)
    if (decimal !== null) {
      words.push({ kind: 'number', column, value: numberOf(decimal) })
      continue
    }
    const name = take(NAME)
    if (name !== null) {
      words.push({ kind: 'name', column, value: name })
      continue
    }
    const quoted = take(QUOTED)
    if (quoted !== null) {
      words.push(quotedWord(quoted, column))
      continue
    }
    const sign = take(SIGN)
    if (sign === null) refuse(column, text.slice(at, at + 12), 'a number, a name or an operator')
    words.push({ kind: 'sign', column, value: sign as string })
  }
}

function numberOf(word: string): bigint | number {
  const plain = word.replaceAll('_', '')
  return /^0x/i.test(plain) || /^\d+$/.test(plain) ? BigInt(plain) : Number(plain)
}

/** 'c' is the number of one character, "text" the bytes of a text. */
function quotedWord(quoted: string, column: number): Word {
  const inner = quoted.slice(1, -1).replace(/\\(x[0-9a-f]{2}|.)/gisu, (_, code: string) => {
    if (code.length === 3) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    return escapes[code] ?? code
  })
  if (quoted.startsWith('"')) return { kind: 'text', column, value: utf8(inner) }
  const points = [...inner]
  if (points.length !== 1) refuse(column, quoted, 'one character; a text stands in "quotes"')
  return { kind: 'number', column, value: BigInt(points[0].codePointAt(0) as number) }
}
