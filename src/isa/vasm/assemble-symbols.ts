// Names of the assembly text: which words may be names, and what each index space calls its
// members.

import { INDEX_LIMIT } from '../codec/encode-code.ts'
import { type Cursor, describe, nearestWord, type Token } from './assemble-cursor.ts'
import { parseCount } from './assemble-number.ts'

/**
 * Words with a meaning of their own where a name may stand: a name like one of them is put in
 * quotes.
 */
const reserved: ReadonlySet<string> = new Set(
  (
    'i32 i64 f32 f64 v128 funcref externref exnref anyref ref null type func table memory global ' +
    'tag elem data local mut open extends wide shared max export passive declared at keep ' +
    'else end handle'
  ).split(' '),
)

/** What the disassembler writes without quotes. */
export const isPlainName = (name: string): boolean =>
  /^[\p{L}_$][\p{L}\p{N}_$]*(\.[\p{L}\p{N}_$]+)*$/u.test(name) && !reserved.has(name)

const isNumber = (token: Token): boolean => token.kind === 'word' && /^[-+\d]/.test(token.text)

/** Takes a name where one comes next: a string, or a word that is neither reserved nor a number. */
export function takeName(c: Cursor): Token | null {
  const token = c.peek()
  if (token.kind === 'string') return c.next()
  if (token.kind !== 'word' || isNumber(token) || reserved.has(token.text)) return null
  return c.next()
}

/** A number from 0 to `limit`. */
export function readNumber(c: Cursor, what: string, limit = INDEX_LIMIT): number {
  return Number(readBigNumber(c, what, BigInt(limit)))
}
export function readBigNumber(c: Cursor, what: string, limit: bigint): bigint {
  const token = c.word(what)
  const value = parseCount(token.text, limit)
  if (value === null) c.failAt(token.at, describe(token), `${what}, at most ${limit}`)
  return value
}

export class IndexSpace {
  /** In the singular, for messages. */
  readonly what: string
  count = 0
  readonly byName = new Map<string, number>()
  readonly names = new Map<number, string>()

  constructor(what: string) {
    this.what = what
  }

  /** Gives the next index, to the name where there is one. */
  add(c: Cursor, name: Token | null): number {
    const index = this.count++
    if (name !== null) this.name(c, name, index)
    return index
  }
  name(c: Cursor, token: Token, index: number): void {
    const name = c.textOf(token)
    if (this.byName.has(name)) {
      c.failAt(token.at, `${describe(token)} twice`, `another name for the ${this.what}`)
    }
    this.byName.set(name, index)
    this.names.set(index, name)
  }
  /** The index that a number or a name stands for. */
  use(c: Cursor): number {
    const token = c.peek()
    if (token.kind !== 'word' && token.kind !== 'string') c.fail(`a ${this.what}`)
    if (isNumber(token)) return readNumber(c, `a ${this.what}`)
    c.next()
    const name = c.textOf(token)
    const index = this.byName.get(name)
    if (index !== undefined) return index
    const near = nearestWord(name, this.byName.keys())
    const hint = near === null ? undefined : `did you mean ${near}?`
    c.failAt(token.at, describe(token), `the name or number of a ${this.what}`, hint)
  }
}

export interface Symbols {
  readonly types: IndexSpace
  readonly func: IndexSpace
  readonly table: IndexSpace
  readonly memory: IndexSpace
  readonly global: IndexSpace
  readonly tag: IndexSpace
  readonly elem: IndexSpace
  readonly data: IndexSpace
}

export const newSymbols = (): Symbols => ({
  types: new IndexSpace('type'),
  func: new IndexSpace('function'),
  table: new IndexSpace('table'),
  memory: new IndexSpace('memory'),
  global: new IndexSpace('global'),
  tag: new IndexSpace('tag'),
  elem: new IndexSpace('element segment'),
  data: new IndexSpace('data segment'),
})
