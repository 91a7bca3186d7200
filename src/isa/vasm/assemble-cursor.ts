// One line of assembly as tokens, read left to right; every complaint names line and column.
import { decodeUtf8, utf8 } from '../../base/bytes.ts'
import { VacError } from '../../base/errors.ts'

/** `mark` is punctuation; `end` is the line's end or a comment. */
export interface Token {
  readonly kind: 'word' | 'string' | 'mark' | 'end'
  readonly text: string
  /** Offset in the line. */
  readonly at: number
  /** The bytes of a string. */
  readonly bytes: Uint8Array
}

const NO_BYTES = new Uint8Array(0)
const MARKS = '()[],:=@'
const BREAKS = ` \t\r";${MARKS}`

export class Cursor {
  readonly line: string
  /** 1-based. */
  readonly lineNumber: number
  private at = 0
  private ahead: Token | null = null

  constructor(line: string, lineNumber: number) {
    this.line = line
    this.lineNumber = lineNumber
  }

  failAt(at: number, found: string, expected: string, hint?: string): never {
    throw new VacError('VASM_SYNTAX', {
      where: `line ${this.lineNumber}, column ${at + 1}`,
      found,
      expected,
      ...(hint === undefined ? {} : { hint }),
    })
  }
  fail(expected: string, hint?: string): never {
    const token = this.peek()
    this.failAt(token.at, describe(token), expected, hint)
  }

  peek(): Token {
    return (this.ahead ??= this.read())
  }
  next(): Token {
    const token = this.peek()
    this.ahead = null
    return token
  }

  /** True where the next token is this mark or word. */
  sees(text: string): boolean {
    const token = this.peek()
    return token.kind !== 'string' && token.kind !== 'end' && token.text === text
  }
  /** Takes this mark or word where it is next. */
  takes(text: string): boolean {
    if (!this.sees(text)) return false
    this.ahead = null
    return true
  }
  expect(text: string): void {
    if (!this.takes(text)) this.fail(`'${text}'`)
  }
  word(expected: string): Token {
    if (this.peek().kind !== 'word') this.fail(expected)
    return this.next()
  }
  /** A string that must be UTF-8. */
  text(expected: string): string {
    if (this.peek().kind !== 'string') this.fail(expected)
    return this.textOf(this.next())
  }
  textOf(token: Token): string {
    const text = token.kind === 'string' ? decodeUtf8(token.bytes) : token.text
    if (text === null) this.failAt(token.at, 'a string that is not UTF-8', 'UTF-8 text')
    return text
  }
  get atEnd(): boolean {
    return this.peek().kind === 'end'
  }
  finish(): void {
    if (!this.atEnd) this.fail('the end of the line')
  }

  private read(): Token {
    const { line } = this
    let at = this.at
    while (at < line.length && (line[at] === ' ' || line[at] === '\t' || line[at] === '\r')) at++
    if (at >= line.length || line[at] === ';') {
      this.at = line.length
      return { kind: 'end', text: '', at, bytes: NO_BYTES }
    }
    if (line[at] === '"') return this.string(at)
    const mark = MARKS.includes(line[at]) ? line[at] : doubleMark(line, at)
    if (mark !== '') {
      this.at = at + mark.length
      return { kind: 'mark', text: mark, at, bytes: NO_BYTES }
    }
    // The one word with a colon in it: a NaN with its payload.
    let end = at + (/^[-+]?nan:(?=0x)/.exec(line.slice(at, at + 7))?.[0].length ?? 1)
    while (end < line.length && !BREAKS.includes(line[end]) && doubleMark(line, end) === '') end++
    this.at = end
    return { kind: 'word', text: line.slice(at, end), at, bytes: NO_BYTES }
  }

  /** Escapes: \n \t \r \0 \" \' \\, \hh for a byte, \u{h...} for a character. */
  private string(start: number): Token {
    const { line } = this
    const parts: Uint8Array[] = []
    let from = start + 1
    let at = from
    while (line[at] !== '"') {
      if (at >= line.length) this.failAt(start, 'a string without end', 'a closing quote')
      if (line[at] !== '\\') {
        at++
        continue
      }
      parts.push(utf8(line.slice(from, at)))
      const [bytes, sizeChars] = this.escape(at)
      parts.push(bytes)
      at += sizeChars
      from = at
    }
    parts.push(utf8(line.slice(from, at)))
    this.at = at + 1
    return { kind: 'string', text: line.slice(start, at + 1), at: start, bytes: joined(parts) }
  }

  private escape(at: number): [Uint8Array, number] {
    const { line } = this
    const simple = 'ntr0"\'\\'.indexOf(line.charAt(at + 1))
    // \0 followed by a hex digit is a byte, as in \0a.
    const byte = /^[0-9a-fA-F]{2}$/.test(line.slice(at + 1, at + 3))
    if (byte) return [Uint8Array.of(Number.parseInt(line.slice(at + 1, at + 3), 16)), 3]
    if (simple >= 0 && at + 1 < line.length) return [utf8('\n\t\r\0"\'\\'[simple]), 2]
    const point = /^\\u\{([0-9a-fA-F]{1,6})\}/.exec(line.slice(at, at + 10))
    const code = point === null ? -1 : Number.parseInt(point[1], 16)
    if (point === null || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
      this.failAt(at, line.slice(at, at + 2), '\\n \\t \\r \\0 \\" \\\\ \\hh or \\u{...}')
    }
    return [utf8(String.fromCodePoint(code)), point[0].length]
  }
}

/** The marks of two characters; '' where there is none. */
function doubleMark(line: string, at: number): string {
  if (line[at] === '-' && line[at + 1] === '>') return '->'
  return line[at] === '.' && line[at + 1] === '.' ? '..' : ''
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

const SHOWN = 60
export function describe(token: Token): string {
  if (token.kind === 'end') return 'the end of the line'
  const text = token.text.length > SHOWN ? `${token.text.slice(0, SHOWN)}...` : token.text
  return token.kind === 'string' ? text : `'${text}'`
}

/** The candidate most like the word, within a third of its length in edits; null where none is. */
export function nearestWord(word: string, candidates: Iterable<string>): string | null {
  if (word.length > 64) return null
  let best: string | null = null
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  let left = 2_000
  for (const candidate of candidates) {
    if (left-- === 0) break
    if (Math.abs(candidate.length - word.length) >= least) continue
    const edits = editDistance(word, candidate)
    if (edits < least) {
      best = candidate
      least = edits
    }
  }
  return best
}

/** Letters put in, left out, replaced, or swapped with their neighbour. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const edits = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + same)
      next.push(swapped ? Math.min(edits, before[j - 2] + 1) : edits)
    }
    before = row
    row = next
  }
  return row[b.length]
}
