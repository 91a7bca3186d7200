// How the lane leaves a segment: jumps, jump tables, returns. Words that a jump must move are moved
// by operations of their own before it; a conditional jump is then turned around and jumps over
// them.
import type { FunctionFacts } from '../../isa/facts.ts'
import type { FunctionDef } from '../../isa/program.ts'
import type { LaneBuilder } from './builder.ts'
import { op } from './plan.ts'

export class Jumps {
  private readonly def: FunctionDef
  private readonly facts: FunctionFacts
  private readonly out: LaneBuilder
  private readonly handovers: Uint8Array | null

  constructor(
    def: FunctionDef,
    facts: FunctionFacts,
    out: LaneBuilder,
    handovers: Uint8Array | null,
  ) {
    this.handovers = handovers
    this.def = def
    this.facts = facts
    this.out = out
  }

  /**
   * A conditional jump: `test` with its operands jumps to the label. Where words move, or where the
   * code is a copy (`apart`) with other code behind it, `inverse` jumps around.
   */
  branch(
    pc: number,
    test: number,
    inverse: number,
    operands: readonly number[],
    apart: boolean,
  ): void {
    const { out, def } = this
    const { code } = def
    const label = code.imm[code.at[pc]]
    const keep = code.imm[code.at[pc] + 1]
    out.flush(pc)
    if (!apart && this.plain(label, keep)) {
      out.emit(pc, test, ...operands)
      out.target(def.labels[label].pc)
    } else {
      out.emit(pc, inverse, ...operands)
      out.target(pc + 1)
      out.header(pc)
      this.jump(pc, label, keep)
    }
    out.end()
  }

  /** Does a jump need nothing but a new pc? */
  private plain(label: number, keep: number): boolean {
    const { def, out, facts } = this
    const { pc } = def.labels[label]
    if (pc === def.code.op.length || this.handovers?.[pc] === 1) return false
    return keep === 0 || out.height === facts.labelWords[label]
  }

  /** Drops what a jump that keeps nothing leaves behind. */
  drop(label: number): void {
    this.out.popTo(this.facts.labelWords[label])
  }

  /** Does a jump drop words below those that it keeps, or return? */
  moves(label: number): boolean {
    const { def, out, facts } = this
    const returns = def.labels[label].pc === def.code.op.length
    return returns || out.height !== facts.labelWords[label]
  }

  jump(pc: number, label: number, keep: number): void {
    const { out, facts, def } = this
    if (def.labels[label].pc === def.code.op.length) return this.leave(pc)
    const to = facts.labelWords[label]
    out.flush(pc)
    if (to !== out.height) out.moveDown(pc, to - keep, out.height - keep, keep)
    const target = def.labels[label].pc
    if (this.handovers?.[target] === 1) return out.emit(pc, op('escape'), target)
    out.emit(pc, op('jump'))
    out.target(target)
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
      if (this.plain(label, keep)) out.target(this.def.labels[label].pc)
      else stubs.push({ label, hole: out.hole() })
    }
    for (const { label, hole } of stubs) {
      out.fill(hole)
      out.header(pc)
      this.jump(pc, label, keep)
    }
    out.end()
  }
}
