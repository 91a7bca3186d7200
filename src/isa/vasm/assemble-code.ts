// One instruction of the assembly text: the name, then what its row's `imm` list asks for.

import { CodeBuilder } from '../code-builder.ts'
import type { Code } from '../program.ts'
import type { Imm, Row } from '../row.ts'
import { syscalls } from '../syscalls.ts'
import { rowByName } from '../table.ts'
import { type Cursor, describe, nearestWord } from './assemble-cursor.ts'
import { formatF32, formatF64, parseFloatBits, parseInteger } from './assemble-number.ts'
import { type IndexSpace, readBigNumber, readNumber, type Symbols } from './assemble-symbols.ts'
import { readKind, readRefType, readSignature, type TypeList } from './assemble-types.ts'

/** What names in code stand for; a constant expression has neither locals nor labels of its own. */
export interface CodeScope {
  readonly symbols: Symbols
  readonly types: TypeList
  readonly locals: IndexSpace
  readonly labels: IndexSpace
}

/**
 * Reads an instruction up to a mark that is none of its own: the line's end, a comma, `)`, `=` or
 * `@`.
 */
export function readInstruction(c: Cursor, scope: CodeScope, to: CodeBuilder): void {
  const token = c.word('an instruction')
  const row = rowByName.get(token.text)
  if (row === undefined) {
    const near = nearestWord(token.text, rowByName.keys())
    const hint = near === null ? undefined : `did you mean ${near}?`
    c.failAt(token.at, describe(token), 'an instruction', hint)
  }
  const slots = row.imm.map(() => [] as number[])
  row.imm.forEach((imm, i) => {
    if (isZeroByDefault(imm) && atStop(c) && !row.imm.slice(0, i).includes(imm)) {
      for (let j = i; j < slots.length; j++) slots[j] = [0]
    } else if (slots[i].length === 0) readPositional(c, imm, scope, slots[i])
  })
  readKeyed(c, row, scope, slots)
  to.start(row.code)
  for (const slot of slots) for (const word of slot) to.push(word)
}

/** Instructions separated by commas. */
export function readConstExpr(c: Cursor, scope: CodeScope): Code {
  const code = new CodeBuilder()
  if (!atStop(c)) {
    do readInstruction(c, scope, code)
    while (c.takes(','))
  }
  return code.take()
}

const isZeroByDefault = (imm: Imm): boolean => imm === 'memory' || imm === 'table'
const atStop = (c: Cursor): boolean =>
  c.atEnd || c.sees(',') || c.sees(')') || c.sees('=') || c.sees('@')

/**
 * `keep` and `mem` have their words after all others, by key; both are 0 where they are not given.
 */
function readKeyed(c: Cursor, row: Row, scope: CodeScope, slots: number[][]): void {
  const keep = row.imm.indexOf('keep')
  const mem = row.imm.indexOf('mem')
  if (keep >= 0) slots[keep] = [0]
  if (mem >= 0) slots[mem] = [0, 0, 0]
  while (!atStop(c)) {
    if (keep >= 0 && c.takes('keep')) slots[keep] = [readNumber(c, 'a number of words')]
    else if (mem >= 0 && c.takes('offset')) {
      c.expect('=')
      slots[mem].splice(1, 2, ...words(readBigNumber(c, 'an offset', 2n ** 64n - 1n), 2))
    } else if (mem >= 0 && c.takes('memory')) {
      c.expect('=')
      slots[mem][0] = scope.symbols.memory.use(c)
    } else {
      const known = [keep >= 0 ? "'keep'" : '', mem >= 0 ? "'offset=' or 'memory='" : '']
      c.fail(
        known
          .filter((key) => key !== '')
          .concat('the end of the line')
          .join(' or '),
      )
    }
  }
}

function readPositional(c: Cursor, imm: Imm, scope: CodeScope, to: number[]): void {
  const { symbols } = scope
  switch (imm) {
    case 'keep':
    case 'mem':
      return
    case 'label':
      to.push(scope.labels.use(c))
      return
    case 'labels': {
      const labels: number[] = []
      while (!c.takes('else')) {
        if (atStop(c)) c.fail("a label, or 'else' and the label for all other numbers")
        labels.push(scope.labels.use(c))
      }
      to.push(labels.length)
      for (const label of labels) to.push(label)
      to.push(scope.labels.use(c))
      return
    }
    case 'local':
      to.push(scope.locals.use(c))
      return
    case 'type':
      if (!c.sees('(')) to.push(symbols.types.use(c))
      else to.push(scope.types.intern(readSignature(c, symbols.types, () => {})))
      return
    case 'func':
    case 'global':
    case 'table':
    case 'memory':
    case 'tag':
    case 'elem':
    case 'data':
      to.push(symbols[imm].use(c))
      return
    case 'kind':
      to.push(readKind(c))
      return
    case 'reftype':
      to.push(readRefType(c, symbols.types))
      return
    case 'sys':
      to.push(readSyscall(c))
      return
    case 'lane':
      to.push(readNumber(c, 'a lane', 255))
      return
    case 'i32':
      to.push(...words(readLane(c, 'i32'), 1))
      return
    case 'i64':
      to.push(...words(readLane(c, 'i64'), 2))
      return
    case 'f32':
      to.push(...words(readLane(c, 'f32'), 1))
      return
    case 'f64':
      to.push(...words(readLane(c, 'f64'), 2))
      return
    case 'v128':
      to.push(...words(readVector(c), 4))
      return
    case 'shuffle': {
      const lanes = Array.from({ length: 16 }, () => BigInt(readNumber(c, 'a lane', 255)))
      to.push(...words(packed(lanes, 8), 4))
    }
  }
}

function readSyscall(c: Cursor): number {
  const token = c.peek()
  if (/^\d/.test(token.text)) return readNumber(c, 'a system call')
  const name = c.word('a system call').text
  const found = syscalls.find((row) => row.name === name)
  if (found !== undefined) return found.number
  const names = syscalls.map((row) => row.name)
  const near = nearestWord(name, names)
  const hint = near === null ? `one of ${names.join(' ')}` : `did you mean ${near}?`
  c.failAt(token.at, describe(token), 'a system call', hint)
}

type LaneKind = 'i8' | 'i16' | 'i32' | 'i64' | 'f32' | 'f64'
const laneBits = (kind: LaneKind): number => Number(kind.slice(1))

/** A number's bits, as a signed or unsigned integer of its width. */
function readLane(c: Cursor, kind: LaneKind): bigint {
  const token = c.word(`a number (${kind})`)
  const bits = laneBits(kind)
  const value =
    kind === 'f32' || kind === 'f64'
      ? parseFloatBits(token.text, kind === 'f32' ? formatF32 : formatF64)
      : parseInteger(token.text, bits)
  if (value === null) c.failAt(token.at, describe(token), `a number that ${kind} can hold`)
  return value
}

const shapes: ReadonlyMap<string, LaneKind> = new Map([
  ['i8x16', 'i8'],
  ['i16x8', 'i16'],
  ['i32x4', 'i32'],
  ['i64x2', 'i64'],
  ['f32x4', 'f32'],
  ['f64x2', 'f64'],
])

/** `i32x4 1 2 3 4`, lane 0 first, or the 128 bits as one hexadecimal number. */
function readVector(c: Cursor): bigint {
  const shape = shapes.get(c.peek().text)
  if (shape === undefined) {
    if (!/^\d/.test(c.peek().text)) c.fail(`a shape (${[...shapes.keys()].join(' ')}) or 0x...`)
    return readBigNumber(c, '128 bits', 2n ** 128n - 1n)
  }
  c.next()
  const bits = laneBits(shape)
  return packed(
    Array.from({ length: 128 / bits }, () => readLane(c, shape)),
    bits,
  )
}

function packed(lanes: readonly bigint[], bits: number): bigint {
  let value = 0n
  for (const lane of lanes.toReversed())
    value = (value << BigInt(bits)) | BigInt.asUintN(bits, lane)
  return value
}

/** The low 32-bit words of a value, lowest first. */
function words(value: bigint, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Number(BigInt.asIntN(32, value >> BigInt(32 * i))))
}
