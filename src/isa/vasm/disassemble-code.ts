// Instructions as text, the inverse of isa/vasm/assemble-code.ts.
import { assert } from '../../base/errors.ts'
import { imm64 } from '../code-builder.ts'
import type { Code } from '../program.ts'
import { type Imm, immWords } from '../row.ts'
import { syscallByNumber } from '../syscalls.ts'
import { rowByCode } from '../table.ts'
import { kindNames } from '../types.ts'
import { f32Text, f64Text, nameText, valTypeText } from './disassemble-text.ts'

/** What indices are called. */
export interface Naming {
  func(index: number): string
  table(index: number): string
  memory(index: number): string
  global(index: number): string
  tag(index: number): string
  local(index: number): string
  label(index: number): string
  /** A type by signature where that finds it again, else its number. */
  type(index: number): string
}

const number = (index: number): string => `${index}`

/** Everything by its number. */
export const numbers: Naming = {
  func: number,
  table: number,
  memory: number,
  global: number,
  tag: number,
  local: number,
  label: (index) => `L${index}`,
  type: number,
}

/** Names that are held by one index only; the others are known by number. */
export function uniqueNames(
  names: ReadonlyMap<number, string>,
  count: number,
): Map<number, string> {
  const first = new Map<string, number>()
  const doubled = new Set<string>()
  for (const [index, name] of names) {
    if (index >= count) continue
    if (first.has(name)) doubled.add(name)
    first.set(name, index)
  }
  const unique = new Map<number, string>()
  for (const [name, index] of first) if (!doubled.has(name)) unique.set(index, name)
  return unique
}

export const nameOr = (names: ReadonlyMap<number, string>, index: number): string => {
  const name = names.get(index)
  return name === undefined ? `${index}` : nameText(name)
}

export function instructionText(code: Code, pc: number, naming: Naming): string {
  const row = rowByCode[code.op[pc]]
  assert(row !== undefined, `opcode ${code.op[pc]} has no row`)
  const plain: string[] = []
  const keyed: string[] = []
  /** Memories and tables are left out where all are 0. */
  const spaces: string[] = []
  let anySpace = false
  let at = code.at[pc]
  for (const imm of row.imm) {
    const word = code.imm[at]
    if (imm === 'keep') {
      if (word !== 0) keyed.push(`keep ${word}`)
    } else if (imm === 'mem') {
      const offset = BigInt.asUintN(64, imm64(code.imm, at + 1))
      if (offset !== 0n) keyed.push(`offset=${offset}`)
      if (word !== 0) keyed.push(`memory=${naming.memory(word)}`)
    } else if (imm === 'memory' || imm === 'table') {
      spaces.push(naming[imm](word))
      anySpace ||= word !== 0
    } else plain.push(immediateText(imm, code.imm, at, naming))
    at += immLengthAt(imm, code.imm, at)
  }
  return [row.name, ...plain, ...(anySpace ? spaces : []), ...keyed].join(' ')
}

const immLengthAt = (imm: Imm, words: Int32Array, at: number): number =>
  imm === 'labels' ? words[at] + 2 : immWords[imm]

function immediateText(imm: Imm, words: Int32Array, at: number, naming: Naming): string {
  const word = words[at]
  switch (imm) {
    case 'labels': {
      const labels = Array.from(words.subarray(at + 1, at + word + 2), (l) => naming.label(l))
      return [...labels.slice(0, -1), 'else', labels[word]].join(' ')
    }
    case 'label':
    case 'local':
    case 'global':
    case 'func':
    case 'type':
    case 'tag':
      return naming[imm](word)
    case 'kind':
      return kindNames[word]
    case 'reftype':
      return valTypeText(word)
    case 'sys':
      return syscallByNumber.get(word)?.name ?? `${word}`
    case 'i64':
      return `${imm64(words, at)}`
    case 'f32':
      return f32Text(word)
    case 'f64':
      return f64Text(imm64(words, at))
    case 'v128':
      return `i32x4 ${words.subarray(at, at + 4).join(' ')}`
    case 'shuffle': {
      const lanes = Array.from(
        { length: 16 },
        (_, i) => (words[at + (i >> 2)] >> ((i & 3) * 8)) & 255,
      )
      return lanes.join(' ')
    }
    default:
      return `${word}`
  }
}

/** The instructions of a constant expression on one line. */
export function constExprText(code: Code, naming: Naming): string {
  return Array.from(code.op, (_, pc) => instructionText(code, pc, naming)).join(', ')
}
