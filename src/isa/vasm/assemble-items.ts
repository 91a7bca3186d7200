// Splits assembly text into items: a line that starts one, its block up to `end`, its
// continuations.
import { VacError } from '../../base/errors.ts'
import { Cursor, describe, nearestWord } from './assemble-cursor.ts'

/** Larger texts are refused before anything is read. */
export const limits = { chars: 256 * 1024 * 1024, lines: 16_000_000 } as const

export const keywords = [
  'program',
  'type',
  'rec',
  'import',
  'memory',
  'table',
  'global',
  'tag',
  'data',
  'elem',
  'func',
  'start',
  'export',
  'custom',
  'name',
] as const
export type Keyword = (typeof keywords)[number]

export interface Item {
  readonly keyword: Keyword
  /** Stands behind the keyword. */
  readonly c: Cursor
  /** The lines of a `func` or `rec` before its `end`, and the number of the first. */
  readonly body: readonly string[]
  readonly bodyLine: number
  /** Lines that continue a `data`, `elem` or `custom`, each behind its `=`. */
  readonly more: Cursor[]
}

export function splitItems(text: string): Item[] {
  if (text.length > limits.chars) {
    throw new VacError('VASM_SYNTAX', {
      found: `${text.length} characters`,
      expected: `at most ${limits.chars}`,
      where: 'line 1, column 1',
    })
  }
  const lines = text.split('\n', limits.lines + 1)
  const items: Item[] = []
  for (let i = 0; i < lines.length; i++) {
    const c: Cursor = new Cursor(lines[i], i + 1)
    if (i === limits.lines) c.failAt(0, 'a line too many', `at most ${limits.lines} lines`)
    if (c.atEnd) continue
    if (c.takes('=')) {
      const last = items.at(-1)
      if (last === undefined || !isContinued(last.keyword)) {
        c.failAt(0, "'='", 'a data, elem or custom line before its continuation')
      }
      last.more.push(c)
      continue
    }
    const keyword = readKeyword(c)
    const isBlock = keyword === 'func' || keyword === 'rec'
    const bodyLine = i + 2
    let body: string[] = []
    if (isBlock) {
      let end = i + 1
      while (end < lines.length && !isEnd(lines[end])) end++
      if (end === lines.length) c.failAt(0, `a ${keyword} without end`, "a line 'end' below")
      body = lines.slice(i + 1, end)
      i = end
    }
    items.push({ keyword, c, body, bodyLine, more: [] })
  }
  return items
}

const isContinued = (keyword: Keyword): boolean =>
  keyword === 'data' || keyword === 'elem' || keyword === 'custom'
const isEnd = (line: string): boolean => /^[ \t]*end[ \t\r]*(;|$)/.test(line)

function readKeyword(c: Cursor): Keyword {
  const token = c.peek()
  const keyword = keywords.find((word) => token.kind === 'word' && word === token.text)
  if (keyword === undefined) {
    const near = nearestWord(token.text, keywords)
    const hint = near === null ? undefined : `did you mean ${near}?`
    c.failAt(token.at, describe(token), `one of ${keywords.join(' ')}`, hint)
  }
  c.next()
  return keyword
}
