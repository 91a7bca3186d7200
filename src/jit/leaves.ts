// Leaves: short functions without branches, calls and tests. Compiled code calls them as the guest
// does, without fuel and room: their ticks are known, and the caller's own tests hold back enough
// fuel, and its frame enough room, that no slice ends and no stack overflows inside of one.
import { type FunctionFacts, frameWords } from '../isa/facts.ts'
import type { FunctionDef } from '../isa/program.ts'
import { opcode, rowByCode } from '../isa/table.ts'
import { Flow, flowByCode, Targets, targetsByCode } from '../isa/verify/verify-flow.ts'
import { LEAF_ROOM_WORDS } from './context.ts'
import type { ProgramShape } from './draft.ts'
import { operations } from './operations.ts'
import { type Variant, variantName } from './variant.ts'

/** A leaf's most instructions. */
const LEAF_TICKS = 32
/** Most ticks that a test holds back. */
const MOST_RESERVE = 128

const CALL = opcode('call')
const RETURN = opcode('return')
const names = /^(nop|drop|select|global\.[gs]et|memory\.size|ref\.null|ref\.is_null|i8x16\.shuffle)/
const moves = /^(local\.(get|set|tee)|(i32|i64|f32|f64|v128)\.const)$/

/** 1 for rows that neither branch nor leave, whatever their operands. */
const isPlain: Uint8Array = Uint8Array.from(rowByCode, (row, code) =>
  row === undefined ? 0 : +(names.test(row.name) || moves.test(row.name) || isOperation(code)),
)

function isOperation(code: number): boolean {
  const operation = operations[code]
  return operation !== undefined && operation.traps === null
}

/** Ticks of a call's leaf, its return included; 0: the function is none. */
export function leafTicks(shape: ProgramShape, variant: Variant, fn: number): number {
  const defined = fn - shape.importedFunctions
  if (defined < 0 || variantName(variant) !== 'plain') return 0
  const def = shape.program.functions[defined]
  const { op, at, imm } = def.code
  const ticks = op.length
  if (ticks > LEAF_TICKS || op[ticks - 1] !== RETURN || def.labels.length > 0) return 0
  if (shape.results[def.type].length > 1) return 0
  for (let pc = 0; pc < ticks - 1; pc++) {
    if (isPlain[op[pc]] === 1) continue
    // An offset of 2^32 is out of bounds and tested.
    const isAccess = rowByCode[op[pc]]?.access !== undefined && flowByCode[op[pc]] === Flow.next
    if (!isAccess || rowByCode[op[pc]]?.name.startsWith('far.') || imm[at[pc] + 2] !== 0) return 0
  }
  return frameWords(shape.factsOf(defined)) <= LEAF_ROOM_WORDS ? ticks : 0
}

/** What the tests of a function's body hold back for the leaves that it calls. */
export interface Reserve {
  /** By pc: ticks until the last leaf returns that is called before the next test. */
  readonly ticks: Int32Array
  /** By pc: 1 where the fuel is tested, so that no test holds back too much. */
  readonly cut: Uint8Array
  /** By pc: ticks of the leaf that is called there, or 0. */
  readonly leaf: Uint8Array
  /** Words of the largest frame among the leaves. */
  readonly roomWords: number
}

/** null: it calls no leaf. `at`: see Graph. */
export function reserveOf(
  shape: ProgramShape,
  variant: Variant,
  def: FunctionDef,
  { resume }: FunctionFacts,
  at: Int32Array,
): Reserve | null {
  const { op, imm } = def.code
  const leaf = new Uint8Array(op.length)
  let roomWords = 0
  for (let pc = 0; pc < op.length; pc++) {
    if (op[pc] !== CALL) continue
    const fn = imm[def.code.at[pc]]
    leaf[pc] = leafTicks(shape, variant, fn)
    if (leaf[pc] === 0) continue
    const facts = shape.factsOf(fn - shape.importedFunctions)
    roomWords = Math.max(roomWords, frameWords(facts))
  }
  if (roomWords === 0) return null
  const reserve = {
    ticks: new Int32Array(op.length + 1),
    cut: new Uint8Array(op.length + 1),
    leaf,
    roomWords,
  }
  const behindCall = (pc: number): boolean => pc > 0 && flowByCode[op[pc - 1]] === Flow.call
  const { ticks, cut } = reserve
  /** Ticks from pc on, with those that lead to it; 0 where the fuel is tested before pc. */
  const from = (pc: number, before: number): number => {
    if (cut[pc] === 1 || (resume[pc] === 1 && (at[pc] >= 0 || !behindCall(pc)))) return 0
    if (ticks[pc] > 0 && ticks[pc] + before > MOST_RESERVE) cut[pc] = 1
    return cut[pc] === 1 ? 0 : ticks[pc]
  }
  for (let pc = op.length - 1; pc >= 0; pc--) {
    const flow = flowByCode[op[pc]]
    if (flow === Flow.call && leaf[pc] === 0) continue
    const own = 1 + leaf[pc]
    let most = leaf[pc] > 0 ? own : 0
    const to = (next: number): void => {
      const rest = from(next, own)
      if (rest > 0) most = Math.max(most, rest + own)
    }
    if (flow !== Flow.jump && flow !== Flow.end) to(pc + 1)
    const targets = targetsByCode[op[pc]]
    if (targets !== Targets.none) {
      const first = def.code.at[pc] + (targets === Targets.one ? 0 : 2)
      const last = targets === Targets.one ? first : first + imm[first - 1]
      for (let k = first; k <= last; k++) {
        const target = def.labels[imm[k]].pc
        if (target > pc) to(target)
      }
    }
    ticks[pc] = most
  }
  return reserve
}

/** Leaves that a function calls. */
export function leavesCalled(shape: ProgramShape, variant: Variant, defined: number): Set<number> {
  const { op, at, imm } = shape.program.functions[defined].code
  const found = new Set<number>()
  for (let pc = 0; pc < op.length; pc++) {
    if (op[pc] !== CALL || found.has(imm[at[pc]])) continue
    if (leafTicks(shape, variant, imm[at[pc]]) > 0) found.add(imm[at[pc]])
  }
  return found
}
