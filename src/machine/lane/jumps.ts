// How the lane leaves a segment: jumps, jump tables, returns. Words that a jump must move are moved
// by operations of their own before it; a conditional jump is then turned around and jumps over
// them.
import type { FunctionFacts } from '../../isa/facts.ts'
import type { FunctionDef } from '../../isa/program.ts'
import { opcode } from '../../isa/table.ts'
import type { LaneBuilder } from './builder.ts'
import { op } from './plan.ts'

const RETURN = opcode('return')

export class Jumps {
  private readonly def: FunctionDef
  private readonly facts: FunctionFacts
  private readonly out: LaneBuilder

  constructor(def: FunctionDef, facts: FunctionFacts, out: LaneBuilder) {
    this.def = def
    this.facts = facts
    this.out = out
  }

  /**
   * A conditional jump: `test` with its operands jumps to the label; where words move, around them.
   */
  branch(pc: number, test: number, inverse: number, operands: readonly number[]): void {
    const { out } = this
    const { code } = this.def
    const label = code.imm[code.at[pc]]
    const keep = code.imm[code.at[pc] + 1]
    out.flush(pc)
    if (this.plain(label, keep)) {
      out.emit(pc, test, ...operands)
      out.target(label)
    } else {
      out.emit(pc, inverse, ...operands)
      const skip = out.hole()
      out.header(pc)
      this.jump(pc, label, keep)
      out.fill(skip)
    }
    out.end()
  }

  /** Does a jump need nothing but a new pc? */
  private plain(label: number, keep: number): boolean {
    const { out, facts, def } = this
    if (def.labels[label].pc === def.code.op.length) return false
    return keep === 0 || out.height === facts.labelWords[label]
  }

  jump(pc: number, label: number, keep: number): void {
    const { out, facts, def } = this
    if (def.labels[label].pc === def.code.op.length) return this.leave(pc)
    const to = facts.labelWords[label]
    out.flush(pc)
    if (to !== out.height) out.moveDown(pc, to - keep, out.height - keep, keep)
    out.emit(pc, op('jump'))
    out.target(label)
  }

  /**
   * Is a jump's target a return whose results the jump carries? Then both are one step of the lane.
   */
  returnsAt(label: number, keep: number): boolean {
    const { def, facts, out } = this
    const { pc } = def.labels[label]
    if (!this.isReturn(pc)) return false
    return keep >= facts.resultWords || out.height === facts.labelWords[label]
  }

  leave(pc: number): void {
    const { out, facts } = this
    const words = facts.resultWords
    if (words === 0) out.emit(pc, op('return0'))
    else if (words === 1) out.emit(pc, op('return1'), out.operand(pc, out.height - 1))
    else {
      out.flush(pc)
      out.emit(pc, op('returnN'), out.slot(out.height - words), words)
    }
  }

  jumpTable(pc: number, at: number): void {
    const { out } = this
    const { imm } = this.def.code
    const keep = imm[at]
    const count = imm[at + 1]
    const index = out.operand(pc, out.height - 1)
    out.popTo(out.height - 1)
    out.flush(pc)
    out.tick()
    out.emit(pc, op('jumpTable'), index, count)
    const stubs: { label: number; hole: number }[] = []
    for (let i = 0; i <= count; i++) {
      const label = imm[at + 2 + i]
      if (this.plain(label, keep)) out.target(label)
      else stubs.push({ label, hole: out.hole() })
    }
    for (const { label, hole } of stubs) {
      out.fill(hole)
      out.header(pc)
      this.jump(pc, label, keep)
    }
    out.end()
  }

  /** Is the instruction a return? Control that falls into one takes it along. */
  isReturn(pc: number): boolean {
    return this.def.code.op[pc] === RETURN
  }
}
