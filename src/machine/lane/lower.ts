// Lowers a function to its lane: stack code becomes register code. Operands that are locals or
// constants are not copied but named where they are used; at the end of a segment everything stands
// where the canonical state has it, so that the stepper, the encoding and the lane agree at every
// segment's first pc.
import { FRAME_HEADER_WORDS, type FunctionFacts } from '../../isa/facts.ts'
import type { FunctionDef } from '../../isa/program.ts'
import { opcode } from '../../isa/table.ts'
import { Kinds } from '../../isa/types.ts'
import type { Machine } from '../machine.ts'
import type { FunctionInstance } from '../store.ts'
import { LaneBuilder } from './builder.ts'
import type { Lane } from './code.ts'
import { accessNumber, lanesNumber, meaningNumber } from './functions.ts'
import { Jumps } from './jumps.ts'
import { constantShift, op, type Plan, plans } from './plan.ts'

/** Longest straight stretch that is paid at once; above it a segment ends early. */
const LONGEST_SEGMENT = 400

/** Instructions that are copied rather than jumped to, at most. */
const SHORT_TAIL = 10

const [NEXT, MEANING, ESCAPE] = ['next', 'meaning', 'escape'].map(op)
const JUMP_IF = opcode('jump_if')
const JUMP_UNLESS = opcode('jump_unless')

export function lower(m: Machine, fn: FunctionInstance): Lane {
  const facts = m.factsOf(fn)
  return new Lowering(m, fn, fn.def as FunctionDef, facts).run()
}

class Lowering {
  private readonly m: Machine
  private readonly fn: FunctionInstance
  private readonly def: FunctionDef
  private readonly facts: FunctionFacts
  private readonly out: LaneBuilder
  private readonly jumps: Jumps
  private readonly starts: Uint8Array
  /** Pcs at which a faster engine takes over; null: there is none. */
  private readonly handovers: Uint8Array | null
  private pc = 0
  /** The code being lowered is a copy: what follows it does not follow in the lane. */
  private following = false

  constructor(m: Machine, fn: FunctionInstance, def: FunctionDef, facts: FunctionFacts) {
    this.m = m
    this.fn = fn
    this.def = def
    this.facts = facts
    this.handovers = m.fast === null ? null : m.fast.handovers(fn)
    this.out = new LaneBuilder(facts.localWords, facts.maxOperandWords, def.code.op.length)
    this.jumps = new Jumps(def, facts, this.out, this.handovers)
    this.starts = new Uint8Array(def.code.op.length + 1)
    for (const label of def.labels) this.starts[label.pc] = 1
  }

  run(): Lane {
    const { out, def, facts } = this
    const length = def.code.op.length
    while (this.pc < length) {
      const { pc } = this
      const full = out.ticks >= LONGEST_SEGMENT
      if (!out.ended && (full || (this.starts[pc] === 1 && !this.follow(pc)))) {
        out.flush(pc)
        if (this.handovers?.[pc] === 1) out.emit(pc, ESCAPE, pc)
        else out.emit(pc, NEXT)
        out.end()
      }
      if (out.ended) out.begin(pc, facts.heights[pc])
      this.instruction(pc)
    }
    return this.finish()
  }

  private finish(): Lane {
    const { facts, out } = this
    return {
      ...out.take(this.m.lanes),
      frameWords: FRAME_HEADER_WORDS + facts.localWords + facts.maxOperandWords,
      paramHalves: facts.paramWords * 2,
      localHalves: facts.localWords * 2,
      // The lane numbers of a shuffle lie above the operands.
      roomHalves: (facts.localWords + facts.maxOperandWords + 2) * 2,
      resultWords: facts.resultWords,
    }
  }

  /**
   * Goes on with a copy of the code at a pc, in the open segment, where that code soon ends a
   * segment: cheaper than a jump to it. Loops are entered and repeated this way.
   */
  private follow(target: number): boolean {
    if (this.following || this.handovers?.[target] === 1 || !this.short(target)) return false
    const back = this.pc
    this.following = true
    for (this.pc = target; !this.out.ended; ) this.instruction(this.pc)
    this.following = false
    this.pc = back
    return true
  }

  private short(target: number): boolean {
    const { op: ops } = this.def.code
    for (let pc = target; pc < target + SHORT_TAIL && pc < ops.length; pc++) {
      const { flow, name } = (plans[ops[pc]] as Plan).row
      if (flow !== undefined) return name !== 'jump_table'
    }
    return false
  }

  /** Lowers one instruction (or a comparison with its jump) and moves pc on. */
  private instruction(pc: number): void {
    const { code } = this.def
    const plan = plans[code.op[pc]] as Plan
    const at = code.at[pc]
    if (plan.row.pure !== undefined) this.pure(pc, plan)
    else if (plan.access >= 0) this.access(pc, plan, at)
    else this.named(pc, plan, at)
  }

  private pure(pc: number, plan: Plan): void {
    const { out } = this
    const binary = plan.pops.length === 2
    const [wa, wb] = [out.height - plan.pops.length, out.height - 1]
    const next = this.def.code.op[pc + 1]
    const jumps = (next === JUMP_IF || next === JUMP_UNLESS) && this.starts[pc + 1] === 0
    if (jumps && plan.whenTrue >= 0 && out.ticks + 2 <= LONGEST_SEGMENT) {
      const k = binary && plan.whenTrueK >= 0 && out.isConstant(wb)
      const a = out.operand(pc, wa)
      const b = binary ? (k ? out.constant(wb, plan.wide) : [out.operand(pc, wb)]) : []
      out.popTo(wa)
      out.tick()
      out.tick()
      this.pc = pc + 2
      const onTrue = k ? plan.whenTrueK : plan.whenTrue
      const onFalse = k ? plan.whenFalseK : plan.whenFalse
      const [test, inverse] = next === JUMP_IF ? [onTrue, onFalse] : [onFalse, onTrue]
      this.jumps.branch(pc + 1, test, inverse, [a, ...b], this.following)
      return
    }
    const shift =
      plan.wide && out.isConstant(wb) ? constantShift(plan.row, out.constant(wb, false)[0]) : null
    if (shift !== null) {
      const a = out.operand(pc, wa)
      out.popTo(wa)
      out.emitTo(pc, shift[0], 1, a, shift[1])
    } else if (binary && plan.pureK >= 0 && out.isConstant(wb)) {
      const k = out.constant(wb, plan.wide)
      const a = out.operand(pc, wa)
      out.popTo(wa)
      out.emitTo(pc, plan.pureK, plan.pushes, a, ...k)
    } else if (plan.pure < 0) {
      const a = out.operand(pc, wa)
      const b = binary ? out.operand(pc, wb) : 0
      out.popTo(wa)
      out.emitToSecond(pc, MEANING, plan.pushes, meaningNumber(plan.row), a, b)
    } else if (binary) {
      const a = out.operand(pc, wa)
      const b = out.operand(pc, wb)
      out.popTo(wa)
      out.emitTo(pc, plan.pure, plan.pushes, a, b)
    } else {
      const a = out.operand(pc, wa)
      out.popTo(wa)
      out.emitTo(pc, plan.pure, plan.pushes, a)
    }
    this.done(pc)
  }

  private done(pc: number): void {
    this.out.tick()
    this.pc = pc + 1
  }

  /**
   * Loads and stores of memory 0 with 32-bit addresses and offsets below 2^31; the stepper does the
   * others.
   */
  private access(pc: number, plan: Plan, at: number): void {
    const { out } = this
    const { imm } = this.def.code
    const offset = imm[at + 1]
    if (!this.near(at)) return this.escape(pc)
    const words = plan.pops[plan.pops.length - 1]
    if (plan.row.access?.does === 'load') {
      const address = out.operand(pc, out.height - 1)
      out.popTo(out.height - 1)
      out.emitTo(pc, plan.access, plan.pushes, address, offset)
    } else {
      const k = plan.storeK >= 0 && out.isConstant(out.height - 1)
      const value = k
        ? out.constant(out.height - 1, false)[0]
        : words === 2
          ? out.operand2(pc, out.height - 2)
          : out.operand(pc, out.height - 1)
      const address = out.operand(pc, out.height - words - 1)
      out.popTo(out.height - words - 1)
      out.emit(pc, k ? plan.storeK : plan.access, address, value, offset)
    }
    this.done(pc)
  }

  private near(at: number): boolean {
    const { imm } = this.def.code
    const instance = this.m.store.instances[this.fn.instance]
    if (imm[at] !== 0 || imm[at + 2] !== 0 || imm[at + 1] < 0) return false
    return !this.m.store.memories[instance.memories[0]].limits.wide
  }

  /** The stepper executes the instruction: a segment ends before it, another begins after it. */
  private escape(pc: number): void {
    const { out } = this
    out.flush(pc)
    out.emit(pc, op('escape'), pc)
    out.end()
    this.pc = pc + 1
  }

  private named(pc: number, plan: Plan, at: number): void {
    const { out, facts } = this
    const { imm } = this.def.code
    const { name } = plan.row
    switch (name) {
      case 'nop':
        return this.done(pc)
      case 'i32.const':
      case 'f32.const':
        out.pushConstant(imm[at], 0)
        return this.done(pc)
      case 'i64.const':
      case 'f64.const':
        out.pushConstant(imm[at], imm[at + 1])
        return this.done(pc)
      case 'v128.const':
        out.emitTo(pc, op('const128'), 2, imm[at], imm[at + 1], imm[at + 2], imm[at + 3])
        return this.done(pc)
      case 'drop':
        out.popTo(out.height - 1)
        return this.done(pc)
      case 'drop_v128':
        out.popTo(out.height - 2)
        return this.done(pc)
      case 'local.get': {
        const words = facts.localKinds[imm[at]] === Kinds.v128 ? 2 : 1
        out.pushLocal(facts.localAt[imm[at]], words)
        return this.done(pc)
      }
      case 'local.set':
      case 'local.tee': {
        const words = facts.localKinds[imm[at]] === Kinds.v128 ? 2 : 1
        out.setLocal(pc, facts.localAt[imm[at]], words)
        if (name === 'local.tee') out.pushLocal(facts.localAt[imm[at]], words)
        return this.done(pc)
      }
      case 'select': {
        const to = out.height - 3
        const a = out.operand(pc, to)
        const b = out.operand(pc, to + 1)
        const c = out.operand(pc, to + 2)
        out.popTo(to)
        out.emitTo(pc, op('select'), 1, a, b, c)
        return this.done(pc)
      }
      case 'global.get':
      case 'global.set':
        return this.global(pc, name === 'global.get', imm[at])
      case 'jump':
        out.tick()
        this.pc = pc + 1
        if (imm[at + 1] === 0) this.jumps.drop(imm[at])
        if (this.jumps.moves(imm[at]) || !this.follow(this.def.labels[imm[at]].pc)) {
          this.jumps.jump(pc, imm[at], imm[at + 1])
          out.end()
        }
        return
      case 'jump_if':
      case 'jump_unless': {
        const condition = out.operand(pc, out.height - 1)
        out.popTo(out.height - 1)
        out.tick()
        this.pc = pc + 1
        const [test, inverse] =
          name === 'jump_if' ? ['jumpIf', 'jumpUnless'] : ['jumpUnless', 'jumpIf']
        return this.jumps.branch(pc, op(test), op(inverse), [condition], this.following)
      }
      case 'jump_table':
        this.pc = pc + 1
        return this.jumps.jumpTable(pc, at)
      case 'return':
        out.tick()
        this.pc = pc + 1
        this.jumps.leave(pc)
        return out.end()
      case 'call':
        return this.call(pc, imm[at])
      case 'call_indirect':
        return this.callIndirect(pc, at)
      default:
        if (plan.row.lanes !== undefined) return this.lanes(pc, plan, at)
        if (plan.row.imm[0] === 'mem') return this.vector(pc, plan, at)
        return this.escape(pc)
    }
  }

  private global(pc: number, gets: boolean, index: number): void {
    const { out } = this
    const number = this.m.store.instances[this.fn.instance].globals[index]
    if (this.m.store.globals[number].kind === Kinds.v128) return this.escape(pc)
    if (gets) out.emitTo(pc, op('globalGet'), 1, number * 4)
    else {
      const from = out.operand(pc, out.height - 1)
      out.popTo(out.height - 1)
      out.emit(pc, op('globalSet'), number * 4, from)
    }
    this.done(pc)
  }

  /** A vector row: operands by word, each vector whole. */
  private lanes(pc: number, plan: Plan, at: number): void {
    const { out } = this
    const { imm } = this.def.code
    const { row, pops } = plan
    if (row.imm.includes('shuffle')) {
      // The sixteen lane numbers come as a constant operand above the two vectors.
      out.emitTo(pc, op('const128'), 2, imm[at], imm[at + 1], imm[at + 2], imm[at + 3])
    }
    const widths = row.imm.includes('shuffle') ? [2, 2, 2] : pops
    const base = out.height - widths.reduce((sum, words) => sum + words, 0)
    const slots = [0, 0, 0]
    let from = base
    for (const [i, words] of widths.entries()) {
      slots[i] = words === 2 ? out.operand2(pc, from) : out.operand(pc, from)
      from += words
    }
    const lane = row.imm.includes('lane') ? imm[at] : 0
    out.popTo(base)
    out.emitToSecond(
      pc,
      op('lanes'),
      plan.pushes,
      lanesNumber(row),
      slots[0],
      slots[1],
      slots[2],
      lane,
    )
    this.done(pc)
  }

  private vector(pc: number, plan: Plan, at: number): void {
    const { out } = this
    const { imm } = this.def.code
    const { access } = plan.row
    if (access === undefined || !this.near(at)) return this.escape(pc)
    const lane = access.shape === 'lane' ? imm[at + 3] : 0
    const number = accessNumber(access)
    if (access.does === 'store') {
      const value = out.operand2(pc, out.height - 2)
      const address = out.operand(pc, out.height - 3)
      out.popTo(out.height - 3)
      out.emit(pc, op('vectorStore'), number, address, value, imm[at + 1], lane)
      return this.done(pc)
    }
    if (access.shape === 'lane') return this.escape(pc)
    const address = out.operand(pc, out.height - 1)
    out.popTo(out.height - 1)
    out.emitToSecond(pc, op('vectorLoad'), 2, number, address, imm[at + 1], lane)
    this.done(pc)
  }

  private call(pc: number, index: number): void {
    const { out } = this
    const callee = this.m.store.instances[this.fn.instance].functions[index]
    if (callee.host !== null || this.handovers !== null) return this.escape(pc)
    out.flush(pc)
    out.tick()
    out.emit(pc, op('call'), index, out.slot(out.height - callee.paramWords), pc + 1)
    out.end()
    this.pc = pc + 1
  }

  private callIndirect(pc: number, at: number): void {
    const { out } = this
    const { imm } = this.def.code
    const instance = this.m.store.instances[this.fn.instance]
    const table = instance.tables[imm[at + 1]]
    const table64 = this.m.store.tables[table].type.limits.wide
    if (table64 || this.handovers !== null) return this.escape(pc)
    const { params } = instance.program.types[imm[at]]
    const words = params.reduce((sum, type) => sum + (type === Kinds.v128 ? 2 : 1), 0)
    out.flush(pc)
    out.tick()
    const index = out.slot(out.height - 1)
    const args = out.slot(out.height - 1 - words)
    out.emit(pc, op('callIndirect'), instance.typeIds[imm[at]], table, index, args, pc + 1)
    out.end()
    this.pc = pc + 1
  }
}
