// The stepper: one instruction, one tick. The specification as code: slow, exact, and able to do
// everything. Pure rows run the table's own functions; the others have an effect.
import { assert, VacError } from '../base/errors.ts'
import type { Row } from '../isa/row.ts'
import { parseSignature, table } from '../isa/table.ts'
import { type Kind, wordsOf } from '../isa/types.ts'
import { settle, standBefore } from './calls.ts'
import { constantEffects } from './effects/constant.ts'
import { controlEffects } from './effects/control.ts'
import { byOpcode, type Effect } from './effects/effect.ts'
import { memoryEffects, tableEffects } from './effects/memory.ts'
import { referenceEffects } from './effects/reference.ts'
import { sysEffects } from './effects/sys.ts'
import type { Machine } from './machine.ts'
import { onHalves } from './pure-meaning.ts'

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
  const pc = m.framePc[at]
  const { code } = fn.def as NonNullable<typeof fn.def>
  const effect = effects[code.op[pc]]
  assert(effect !== undefined, `instruction ${pc} of a verified function has an effect`)
  m.ticks++
  m.framePc[at] = pc + 1
  try {
    effect(m, { fn, pc, imm: code.imm, at: code.at[pc] })
  } catch (signal) {
    if (signal instanceof VacError && m.depth === at + 1) {
      // The host refused memory: the instruction has not happened, and may be tried again.
      m.ticks--
      standBefore(m, pc)
    }
    settle(m, signal, pc)
  }
}

function pureEffect(row: Row): Effect {
  const { pops } = parseSignature(row.sig as string)
  const apply = onHalves(row)
  if (pops.length === 1) {
    return (m) => {
      const a = 2 * m.sp - 2
      apply(m.words, a, a, a)
    }
  }
  return (m) => {
    m.sp--
    const a = 2 * m.sp - 2
    apply(m.words, a, a, a + 2)
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
