// Programs by seed for tests of the formats: every field takes odd values, most programs do not
// verify.
import { CodeBuilder } from '../code-builder.ts'
import type {
  Code,
  ConstExpr,
  ExternType,
  FunctionDef,
  Limits,
  Program,
  TypeDef,
} from '../program.ts'
import type { Imm, Row } from '../row.ts'
import { opcode, table } from '../table.ts'
import { HEAP_INDEX, type Kind, refType, type ValType } from '../types.ts'

/** A number from 0 to 1, the next of its seed (mulberry32). */
export type Chance = () => number

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export const below = (chance: Chance, limit: number): number => Math.floor(chance() * limit)
const pick = <T>(chance: Chance, from: readonly T[]): T => from[below(chance, from.length)]
const listOf = <T>(chance: Chance, most: number, make: (i: number) => T): T[] =>
  Array.from({ length: below(chance, most + 1) }, (_, i) => make(i))
const word32 = (chance: Chance): number => (chance() * 2 ** 32) | 0

const oddWords = [0, 1, -1, 63, 64, -64, -65, 0x7fffffff, -0x80000000, 0x7f800000, 0x7fc00000]
const oddWord = (chance: Chance): number =>
  chance() < 0.5 ? pick(chance, oddWords) : word32(chance)

const odd64 = (chance: Chance): bigint =>
  pick(chance, [
    0n,
    BigInt(below(chance, 1000)),
    2n ** 64n - 1n,
    (BigInt(word32(chance) >>> 0) << 32n) | BigInt(word32(chance) >>> 0),
  ])

const index = (chance: Chance): number =>
  chance() < 0.95 ? below(chance, 6) : pick(chance, [127, 128, 99_999, 0x7fffffff])

const kind = (chance: Chance): Kind => (1 + below(chance, 9)) as Kind
function refTypeBy(chance: Chance): ValType {
  const heap = chance() < 0.5 ? below(chance, 12) : HEAP_INDEX + below(chance, 5)
  return refType(heap, chance() < 0.5)
}
const valType = (chance: Chance): ValType =>
  chance() < 0.7 ? 1 + below(chance, 5) : refTypeBy(chance)

export function pushRandomImmediate(chance: Chance, imm: Imm, to: CodeBuilder): void {
  switch (imm) {
    case 'labels': {
      const count = below(chance, 4)
      to.push(count)
      for (let i = 0; i <= count; i++) to.push(index(chance))
      return
    }
    case 'mem':
      to.push(index(chance))
      to.push64(odd64(chance))
      return
    case 'kind':
      to.push(kind(chance))
      return
    case 'reftype':
      to.push(refTypeBy(chance))
      return
    case 'lane':
      to.push(below(chance, 256))
      return
    case 'i32':
    case 'f32':
      to.push(oddWord(chance))
      return
    case 'i64':
    case 'f64':
      to.push(oddWord(chance))
      to.push(oddWord(chance))
      return
    case 'v128':
    case 'shuffle':
      for (let i = 0; i < 4; i++) to.push(oddWord(chance))
      return
    default:
      to.push(index(chance))
  }
}

export function codeOf(chance: Chance, rows: readonly Row[]): Code {
  const code = new CodeBuilder()
  for (const row of rows) {
    code.start(row.code)
    for (const imm of row.imm) pushRandomImmediate(chance, imm, code)
  }
  return code.take()
}

const randomCode = (chance: Chance, most: number): Code =>
  codeOf(
    chance,
    listOf(chance, most, () => pick(chance, table)),
  )

function constExpr(chance: Chance): ConstExpr {
  if (chance() < 0.2) return randomCode(chance, 3)
  const code = new CodeBuilder()
  code.emit(opcode('ref.func'), index(chance))
  return code.take()
}

export function functionOf(chance: Chance, code: Code): FunctionDef {
  const { length } = code.op
  const pc = () => (chance() < 0.95 ? below(chance, length + 1) : index(chance))
  return {
    type: index(chance),
    locals: listOf(chance, 30, () => valType(chance)),
    code,
    labels: listOf(chance, 5, () => ({ pc: pc(), stack: listOf(chance, 3, () => kind(chance)) })),
    handlers: listOf(chance, 3, () => ({
      from: pc(),
      to: pc(),
      tag: index(chance) - 1,
      ref: chance() < 0.5,
      refLocal: Math.min(index(chance), 9) - 1,
      label: index(chance),
    })),
    source:
      chance() < 0.5 && length > 0 ? Uint32Array.from(code.op, () => oddWord(chance) >>> 0) : null,
  }
}

function typesOf(chance: Chance): TypeDef[] {
  const types: TypeDef[] = []
  const plain = chance() < 0.5
  for (const _ of listOf(chance, 3, () => 0)) {
    const groupStart = types.length
    const groupSize = plain ? 1 : 1 + below(chance, 3)
    for (let i = 0; i < groupSize; i++) {
      types.push({
        params: listOf(chance, 3, () => valType(chance)),
        results: listOf(chance, 2, () => valType(chance)),
        groupStart,
        groupSize,
        final: plain || chance() < 0.5,
        super: plain ? -1 : below(chance, 4) - 1,
      })
    }
  }
  return types
}

const limitsOf = (chance: Chance): Limits => ({
  min: odd64(chance),
  max: chance() < 0.5 ? odd64(chance) : null,
  wide: chance() < 0.3,
  shared: chance() < 0.2,
})

const names = [
  '',
  'x',
  'fib',
  'a.b',
  'a..b',
  'std::vec<T>',
  'i32',
  'end',
  '12',
  'L0',
  'M1',
  'über λ',
  'tab\tquote"slash\\',
  '\u0000\u202e\u{1f600}',
  '; no comment',
]
const name = (chance: Chance): string => pick(chance, names)
const nameMap = (chance: Chance): Map<number, string> =>
  new Map(listOf(chance, 5, () => [index(chance), name(chance)] as const).sort(([a], [b]) => a - b))

function externOf(chance: Chance): ExternType {
  switch (below(chance, 5)) {
    case 0:
      return { kind: 'table', table: { element: refTypeBy(chance), limits: limitsOf(chance) } }
    case 1:
      return { kind: 'memory', memory: limitsOf(chance) }
    case 2:
      return { kind: 'global', global: { type: valType(chance), mutable: chance() < 0.5 } }
    case 3:
      return { kind: 'tag', type: index(chance) }
    default:
      return { kind: 'func', type: index(chance) }
  }
}

const bytesOf = (chance: Chance): Uint8Array => {
  const low = chance() < 0.5
  return Uint8Array.from(listOf(chance, 100, () => (low ? 32 + below(chance, 95) : word32(chance))))
}

export function randomProgram(chance: Chance): Program {
  const locals = listOf(chance, 4, () => [index(chance), nameMap(chance)] as const)
  return {
    types: typesOf(chance),
    imports: listOf(chance, 4, () => ({
      module: name(chance),
      name: name(chance),
      extern: externOf(chance),
    })),
    functions: listOf(chance, 3, () => functionOf(chance, randomCode(chance, 20))),
    tables: listOf(chance, 2, () => ({
      table: { element: refTypeBy(chance), limits: limitsOf(chance) },
      init: chance() < 0.5 ? constExpr(chance) : null,
    })),
    memories: listOf(chance, 2, () => limitsOf(chance)),
    globals: listOf(chance, 3, () => ({
      global: { type: valType(chance), mutable: chance() < 0.5 },
      init: constExpr(chance),
    })),
    tags: listOf(chance, 2, () => index(chance)),
    exports: listOf(chance, 3, () => ({
      name: name(chance),
      kind: pick(chance, ['func', 'table', 'memory', 'global', 'tag'] as const),
      index: index(chance),
    })),
    start: index(chance) - 1,
    elements: listOf(chance, 3, () => {
      const mode = pick(chance, ['active', 'passive', 'declared'] as const)
      const active = mode === 'active'
      const type = chance() < 0.5 ? refType(0, true) : refTypeBy(chance)
      const items = listOf(chance, 12, () => constExpr(chance))
      const offset = active ? constExpr(chance) : null
      return { type, mode, table: active ? index(chance) : 0, offset, items }
    }),
    data: listOf(chance, 3, () => {
      const active = chance() < 0.5
      return {
        mode: active ? ('active' as const) : ('passive' as const),
        memory: active ? index(chance) : 0,
        offset: active ? constExpr(chance) : null,
        bytes: bytesOf(chance),
      }
    }),
    names: {
      module: chance() < 0.5 ? name(chance) : null,
      functions: nameMap(chance),
      locals: new Map(locals.filter(([, map]) => map.size > 0)),
      globals: nameMap(chance),
      memories: nameMap(chance),
      tables: nameMap(chance),
      tags: nameMap(chance),
    },
    customs: listOf(chance, 2, () => ({ name: name(chance), bytes: bytesOf(chance) })),
  }
}

/** A program with one function of this code, and nothing else. */
export function programOf(def: FunctionDef): Program {
  return { ...withoutDebug(randomProgram(() => 0)), functions: [def] }
}

/** What the canonical part keeps. */
export function withoutDebug(program: Program): Program {
  const none = new Map<number, never>()
  return {
    ...program,
    functions: program.functions.map((def) => ({ ...def, source: null })),
    names: {
      module: null,
      functions: none,
      locals: none,
      globals: none,
      memories: none,
      tables: none,
      tags: none,
    },
    customs: [],
  }
}
