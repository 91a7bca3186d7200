// The stepper: one instruction, one tick. The specification as code: slow, exact, and able to do everything.
// Pure rows run the table's own functions; the others have an effect.
import { assert } from '../base/errors.ts'
import type { Row } from '../isa/row.ts'
import { parseSignature, table } from '../isa/table.ts'
import { type Kind, Kinds, wordsOf } from '../isa/types.ts'
import { settle } from './calls.ts'
import { constantEffects } from './effects/constant.ts'
import { controlEffects } from './effects/control.ts'
import { byOpcode, type Effect } from './effects/effect.ts'
import { memoryEffects, tableEffects } from './effects/memory.ts'
import { referenceEffects } from './effects/reference.ts'
import { sysEffects } from './effects/sys.ts'
import type { Machine } from './machine.ts'

/** What each opcode does: the effect where one is written, else the row's meaning. */
export const effects: readonly (Effect | undefined)[] = allEffects()

function allEffects(): (Effect | undefined)[] {
  const list = byOpcode([
    ...constantEffects,
    ...controlEffects,
    ...referenceEffects,
    ...memoryEffects,
    ...tableEffects,
    ...sysEffects,
  ])
  for (const row of table) {
    if (row.pure !== undefined) list[row.code] = pureEffect(row)
    else if (row.lanes !== undefined) list[row.code] = lanesEffect(row)
    assert(list[row.code] !== undefined, `${row.name} has a meaning`)
  }
  return list
}

/** Executes one instruction of a running machine. */
export function step(m: Machine): void {
  const at = m.depth - 1
  const fn = m.frameFunction[at]
  m.factsOf(fn)
  const pc = m.framePc[at]
  const { code } = fn.def as NonNullable<typeof fn.def>
  const effect = effects[code.op[pc]]
  assert(effect !== undefined, `instruction ${pc} of a verified function has an effect`)
  m.ticks++
  m.framePc[at] = pc + 1
  try {
    effect(m, { fn, pc, imm: code.imm, at: code.at[pc] })
  } catch (signal) {
    settle(m, signal, pc)
  }
}

const CANONICAL_F32 = 0x7fc00000
const CANONICAL_F64_HIGH = 0x7ff80000

function reader(kind: Kind, bits: boolean): (m: Machine, word: number) => number | bigint {
  if (kind === Kinds.i32 || (bits && kind === Kinds.f32)) return (m, word) => m.words.I32[2 * word]
  if (kind === Kinds.i64 || (bits && kind === Kinds.f64)) return (m, word) => m.words.I64[word]
  return kind === Kinds.f32 ? (m, word) => m.words.F32[2 * word] : (m, word) => m.words.F64[word]
}

/** Stores a result by kind: integers wrap, f32 rounds, a NaN becomes the canonical one. */
function writer(
  kind: Kind,
  bits: boolean,
): (m: Machine, word: number, value: number | bigint) => void {
  if (kind === Kinds.i32 || (bits && kind === Kinds.f32)) {
    return (m, word, value) => {
      m.words.I32[2 * word] = value as number
      m.words.I32[2 * word + 1] = 0
    }
  }
  if (kind === Kinds.i64 || (bits && kind === Kinds.f64)) {
    return (m, word, value) => {
      m.words.I64[word] = value as bigint
    }
  }
  if (kind === Kinds.f32) {
    return (m, word, value) => {
      m.words.F32[2 * word] = value as number
      m.words.I32[2 * word + 1] = 0
      if (value !== value) m.words.I32[2 * word] = CANONICAL_F32
    }
  }
  return (m, word, value) => {
    m.words.F64[word] = value as number
    if (value !== value) {
      m.words.I32[2 * word] = 0
      m.words.I32[2 * word + 1] = CANONICAL_F64_HIGH
    }
  }
}

function pureEffect(row: Row): Effect {
  const { pops, pushes } = parseSignature(row.sig as string)
  const pure = row.pure as NonNullable<Row['pure']>
  const bits = row.bits === true
  const write = writer(pushes[0] as Kind, bits)
  const readA = reader(pops[0] as Kind, bits)
  if (pops.length === 1) return (m) => write(m, m.sp - 1, pure(readA(m, m.sp - 1)))
  const readB = reader(pops[1] as Kind, bits)
  return (m) => {
    m.sp--
    write(m, m.sp - 1, pure(readA(m, m.sp - 1), readB(m, m.sp)))
  }
}

/** Vector rows work in place: operands are the words from `base`, the result replaces them. */
function lanesEffect(row: Row): Effect {
  const { pops, pushes } = parseSignature(row.sig as string)
  const lanes = row.lanes as NonNullable<Row['lanes']>
  const sizes = pops.map((kind) => wordsOf(kind as Kind))
  const [first = 0, second = 0] = sizes
  const total = sizes.reduce((sum, words) => sum + words, 0)
  const result = wordsOf(pushes[0] as Kind)
  const hasLane = row.imm.includes('lane')
  const shuffles = row.imm.includes('shuffle')
  return (m, { imm, at }) => {
    const base = m.sp - total
    let third = base + first + second
    if (shuffles) {
      // The sixteen lane numbers are put above the operands.
      third = m.sp
      m.reserve(m.sp + 2)
      m.words.I32.set(imm.subarray(at, at + 4), 2 * third)
    }
    lanes(m.words, base, base, base + first, third, hasLane ? imm[at] : 0)
    m.sp = base + result
  }
}
