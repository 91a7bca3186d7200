// The operations of the lane, the interpreter's fast form: register code over the frame's slots.
// Their list derives from the ISA table; the lowering (lower.ts) and the generated loop
// (loop.gen.ts) both read it here.
import type { Row } from '../../isa/row.ts'
import { parseSignature, table } from '../../isa/table.ts'
import { Kinds } from '../../isa/types.ts'

/**
 * How a pure row appears in the lane. `k`: its second operand is a constant in the code. `if` and
 * `unless`: it is a comparison fused with the jump behind it, which then carries the target.
 */
export type Form = 'plain' | 'k' | 'if' | 'ifK' | 'unless' | 'unlessK'

export interface LaneOp {
  readonly name: string
  readonly row: Row | null
  readonly form: Form
  /** Length in the code, the operation's number included. */
  readonly size: number
}

/** What has no row of its own, with its operands. Slots are in halves, relative to the frame. */
const special: readonly (readonly [name: string, operands: number])[] = [
  ['next', 0], // goes on to the segment that follows
  ['escape', 1], // pc: the stepper executes this instruction
  ['jump', 1], // target
  ['jumpIf', 2], // slot, target
  ['jumpUnless', 2],
  ['jumpTable', 2], // slot, count; then count + 1 targets
  ['return0', 0],
  ['return1', 1], // slot
  ['returnN', 2], // slot, words
  ['call', 3], // function, argument slot, return pc
  ['callIndirect', 5], // type, table, index slot, argument slot, return pc
  ['move', 2], // to, from
  ['const64', 3], // to, low, high
  ['const128', 5],
  ['move2', 2], // two words
  ['globalGet', 2], // to, half of the globals
  ['globalSet', 2], // half of the globals, from
  ['select', 4], // to, a, b, condition
  // i64 shifted by a constant: below 32, and from 32 on. A rotation has neither 0 nor 32.
  ['shl64', 3], // to, a, n
  ['shl64far', 3],
  ['shrU64', 3],
  ['shrU64far', 3],
  ['shrS64', 3],
  ['shrS64far', 3],
  ['rotl64', 3],
  ['rotl64far', 3],
  ['load8s', 3], // to, address, offset
  ['load8u', 3],
  ['load16s', 3],
  ['load16u', 3],
  ['load32', 3],
  ['load64', 3],
  ['load8s64', 3],
  ['load8u64', 3],
  ['load16s64', 3],
  ['load16u64', 3],
  ['load32s64', 3],
  ['load32u64', 3],
  ['load128', 3],
  ['store8k', 3], // address, constant, offset
  ['store32k', 3],
  ['store8', 3], // address, value, offset
  ['store16', 3],
  ['store32', 3],
  ['store64', 3],
  ['store128', 3],
  ['meaning', 4], // function, to, a, b
  ['lanes', 6], // function, to, a, b, c, immediate
  ['vectorLoad', 5], // access, to, address, offset, lane
  ['vectorStore', 5], // access, address, value, offset, lane
]

/** Rows of i64 that work on 32-bit halves and so can take a constant's halves from the code. */
export const constantRows: ReadonlySet<string> = new Set(
  'add sub and or xor eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u'
    .split(' ')
    .map((name) => `i64.${name}`),
)

/**
 * Rows with a case of their own in the loop. The host optimises a small loop quickly and a large
 * one slowly or not at all (its limit is 61,440 bytes of bytecode), so the others are called
 * (`meaning`).
 */
const inLoop = new Set([
  ...named('i32', 'eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u clz ctz add sub mul'),
  ...named('i32', 'div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr'),
  ...named('i32', 'extend8_s extend16_s wrap_i64'),
  ...named('i64', 'eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u add sub mul and or xor'),
  ...named('i64', 'shl shr_s shr_u rotl rotr extend_i32_s extend_i32_u extend32_s'),
  ...named('f32', 'add sub mul div'),
  ...named('f64', 'eq ne lt gt le ge abs neg sqrt add sub mul div convert_i32_s'),
  'f64.reinterpret_i64',
  'i64.reinterpret_f64',
])

function named(type: string, names: string): string[] {
  return names.split(' ').map((name) => `${type}.${name}`)
}

/** A comparison or test in the loop: one that a jump may follow without a case more. */
function isTest(row: Row): boolean {
  return /\.(eqz?|ne|lt|gt|le|ge)(_[su])?$/.test(row.name)
}

function build(): LaneOp[] {
  const ops: LaneOp[] = special.map(([name, operands]) => ({
    name,
    row: null,
    form: 'plain',
    size: operands + 1,
  }))
  for (const row of table) {
    if (row.pure === undefined || !inLoop.has(row.name)) continue
    const { pops } = parseSignature(row.sig as string)
    const binary = pops.length === 2
    const takesConstant = binary && (pops[1] === Kinds.i32 || constantRows.has(row.name))
    // A constant of 64 bits takes two words of the code.
    const wide = binary && pops[1] === Kinds.i64 ? 1 : 0
    const add = (form: Form, size: number): void => {
      ops.push({ name: form === 'plain' ? row.name : `${row.name}.${form}`, row, form, size })
    }
    add('plain', binary ? 4 : 3)
    if (takesConstant) add('k', 4 + wide)
    if (!isTest(row)) continue
    add('if', binary ? 4 : 3)
    add('unless', binary ? 4 : 3)
    if (takesConstant && wide === 0) {
      add('ifK', 4 + wide)
      add('unlessK', 4 + wide)
    }
  }
  return ops
}

export const laneOps: readonly LaneOp[] = build()
export const laneOpByName: ReadonlyMap<string, number> = new Map(
  laneOps.map((op, number) => [op.name, number]),
)
