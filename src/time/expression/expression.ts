// Expressions over a machine as it stands: parsed once, computed at any tick. A small language of
// its own, of numbers and texts; docs/guide.md says what there is. Operators bind as in Rust.
import { decodeUtf8 } from '../../base/bytes.ts'
import type { Machine } from '../../machine/machine.ts'
import {
  argumentOf,
  bytesAt,
  comparisons,
  cstringAt,
  globalOf,
  isTrue,
  loaders,
  loadOf,
  localOf,
  numberOperator,
  sourceVariable,
  textOperator,
  type Value,
  type Which,
} from './expression-values.ts'
import { refuse, type Word, wordsOf } from './expression-words.ts'

export type { Value } from './expression-values.ts'

/** null: it cannot be had there, as a local where none of the name is. */
type Compute = (m: Machine) => Value | null

interface Node {
  readonly type: 'number' | 'text'
  readonly column: number
  readonly of: Compute
}

interface Named {
  readonly what: 'local' | 'global'
  readonly name: string
  readonly column: number
}

export class Expression {
  readonly text: string
  private readonly node: Node
  private readonly names: readonly Named[]

  /** Errors: EXPRESSION, with the column. */
  constructor(text: string) {
    const parser = new Parser(wordsOf(text))
    this.text = text
    this.node = parser.whole()
    this.names = parser.names
  }

  /** Parsed, and its names looked for in a machine's programs. Errors: EXPRESSION. */
  static for(m: Machine, text: string): Expression {
    const expression = new Expression(text)
    for (const { what, name, column } of expression.names) {
      if (m.store.instances.some(({ program: { names } }) => hasName(names, what, name))) continue
      refuse(column, name, `a ${what} that the program names, or its number`)
    }
    return expression
  }

  /** Of the machine as it stands; null: it cannot be had there. */
  readonly value = (m: Machine): Value | null => this.node.of(m)

  /** Is it true? What cannot be had is not. */
  readonly holds = (m: Machine): boolean => isTrue(this.node.of(m))
}

type Names = Machine['store']['instances'][number]['program']['names']

function hasName(names: Names, what: Named['what'], name: string): boolean {
  const maps = what === 'global' ? [names.globals] : [...names.locals.values()]
  return maps.some((map) => [...map.values()].includes(name))
}

/** Those of one row bind equally, those of later rows closer. */
const rows: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  [...comparisons, 'contains'],
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
]
const COMPARING = 2
const MOST_DEPTH = 100

class Parser {
  readonly names: Named[] = []
  private readonly words: readonly Word[]
  private at = 0
  private depth = 0

  constructor(words: readonly Word[]) {
    this.words = words
  }

  whole(): Node {
    const node = this.binary(0)
    if (this.word.kind !== 'end') this.expected('an operator or the end')
    return node
  }

  private binary(row: number): Node {
    if (row === rows.length) return this.unary()
    let left = this.binary(row + 1)
    for (let count = 0; ; count++) {
      const { column, kind, value } = this.word
      if (kind === 'number' || kind === 'text' || !rows[row].includes(value)) return left
      if (row === COMPARING && count > 0) this.expected('parentheses around the comparison')
      this.at++
      left = operation(value, column, left, this.binary(row + 1))
    }
  }

  private unary(): Node {
    const { column, kind, value } = this.word
    if (kind !== 'sign' || !['!', '-', '~'].includes(value)) return this.primary()
    this.at++
    const node = this.deeper(() => this.unary())
    const { of } = node
    if (value === '!') {
      return number(column, (m) => {
        const found = of(m)
        return found === null ? null : isTrue(found) ? 0n : 1n
      })
    }
    wants('number', node)
    return number(column, (m) => {
      const found = of(m)
      if (value === '~') return typeof found === 'bigint' ? ~found : null
      return typeof found === 'bigint' ? -found : typeof found === 'number' ? -found : null
    })
  }

  private primary(): Node {
    const word = this.word
    const { column } = word
    this.at++
    if (word.kind === 'number') return number(column, () => word.value)
    if (word.kind === 'text') return { type: 'text', column, of: () => word.value }
    if (word.kind === 'name') return this.named(word.value, column)
    if (word.value !== '(') {
      this.at--
      this.expected('a value')
    }
    const node = this.deeper(() => this.binary(0))
    this.sign(')')
    return { ...node, column }
  }

  private named(name: string, column: number): Node {
    if (loaders.has(name)) return this.load(name, column)
    switch (name) {
      case 'tick':
        return number(column, (m) => BigInt(m.ticks))
      case 'depth':
        return number(column, (m) => BigInt(m.depth))
      case 'vtime':
        return number(column, (m) => m.vtime)
      case 'local':
      case 'global': {
        const which = this.which(name)
        return number(column, (m) => (name === 'local' ? localOf : globalOf)(m, which))
      }
      case 'var': {
        const variable = this.variable()
        return number(column, (m) => sourceVariable(m, variable))
      }
      case 'arg': {
        this.sign('(')
        const which = this.index('the number of a parameter')
        this.sign(')')
        return number(column, (m) => argumentOf(m, which))
      }
      case 'text': {
        const [at, size] = this.numbers(2)
        return { type: 'text', column, of: (m) => bytesAt(m, 0n, at.of(m), size.of(m)) }
      }
      case 'cstring': {
        const [at] = this.numbers(1)
        return { type: 'text', column, of: (m) => cstringAt(m, at.of(m)) }
      }
      default:
        return refuse(
          column,
          name,
          'local, global, arg, var, u8[...] to f64[...], text, cstring, tick, depth or vtime',
        )
    }
  }

  /** u8[ADDRESS], or u8@N[ADDRESS] of the memory number N. */
  private load(type: string, column: number): Node {
    let memory = 0n
    if (this.word.value === '@') {
      this.at++
      memory = this.index('the number of a memory')
    }
    this.sign('[')
    const address = this.deeper(() => this.binary(0))
    wants('number', address)
    this.sign(']')
    return number(column, (m) => loadOf(m, type, memory, address.of(m)))
  }

  /** (NAME) or (N). */
  private which(what: 'local' | 'global'): Which {
    this.sign('(')
    const { kind, value, column } = this.word
    if (kind !== 'name') {
      const index = this.index(`the name or number of a ${what}`)
      this.sign(')')
      return index
    }
    this.at++
    this.names.push({ what, name: value, column })
    this.sign(')')
    return value
  }

  /** (NAME), or ("list->at[2].x"). */
  private variable(): string {
    this.sign('(')
    const { kind, value } = this.word
    if (kind !== 'name' && kind !== 'text') this.expected('a variable of the source')
    this.at++
    this.sign(')')
    return typeof value === 'object' ? (decodeUtf8(value) ?? '') : `${value}`
  }

  private index(what: string): bigint {
    const { kind, value } = this.word
    if (kind !== 'number' || typeof value !== 'bigint' || value >= 2n ** 32n) this.expected(what)
    this.at++
    return value as bigint
  }

  /** (A, B, ...), all of them numbers. */
  private numbers(count: number): Node[] {
    this.sign('(')
    const nodes = Array.from({ length: count }, (_, at) => {
      if (at > 0) this.sign(',')
      const node = this.deeper(() => this.binary(0))
      wants('number', node)
      return node
    })
    this.sign(')')
    return nodes
  }

  private deeper<T>(parse: () => T): T {
    if (++this.depth > MOST_DEPTH) this.expected(`at most ${MOST_DEPTH} levels`)
    const parsed = parse()
    this.depth--
    return parsed
  }

  private get word(): Word {
    return this.words[this.at]
  }

  private sign(wanted: string): void {
    const { kind, value } = this.word
    if (kind !== 'sign' || value !== wanted) this.expected(wanted)
    this.at++
  }

  private expected(what: string): never {
    const { column, kind, value } = this.word
    return refuse(column, kind === 'text' ? 'a text' : `${value}`, what)
  }
}

const number = (column: number, of: Compute): Node => ({ type: 'number', column, of })

function wants(type: Node['type'], node: Node): void {
  if (node.type !== type) refuse(node.column, `a ${node.type}`, `a ${type}`)
}

function operation(sign: string, column: number, left: Node, right: Node): Node {
  if (sign === '&&' || sign === '||') return number(column, logic(sign === '&&', left.of, right.of))
  const isOfTexts = sign === 'contains' || (left.type === 'text' && /^[!=]=$/.test(sign))
  for (const node of [left, right]) wants(isOfTexts ? 'text' : 'number', node)
  return number(column, (m) => {
    const [a, b] = [left.of(m), right.of(m)]
    if (a === null || b === null) return null
    if (typeof a === 'object') return typeof b === 'object' ? textOperator(sign, a, b) : null
    return typeof b === 'object' ? null : numberOperator(sign, a, b)
  })
}

/** What cannot be had decides nothing where the other side does. */
function logic(isAnd: boolean, left: Compute, right: Compute): Compute {
  const decided = isAnd ? 0n : 1n
  return (m) => {
    const a = left(m)
    if (a !== null && isTrue(a) !== isAnd) return decided
    const b = right(m)
    if (b !== null && isTrue(b) !== isAnd) return decided
    return a === null || b === null ? null : 1n - decided
  }
}
