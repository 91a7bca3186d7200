// Resume points: where a scheduler's slice may end and compiled code may be entered. Every engine
// has the same ones, so the rule is part of the specification. A pc below the code's length is a
// resume point where
//
//   1. it is 0; or
//   2. it is the pc of a label that some instruction at the same pc or a later one names as a
//      target (a backward jump; each entry of a jump_table counts); or
//   3. it is the pc of a handler's label; or
//   4. the instruction before it is a call (`flow: 'call'`: call, call_indirect, call_ref, sys); or
//   5. the instruction at it may take more than one tick (bulk operations, which restart there); or
//   6. its distance reaches RESUME_SPACING.
//
// Distances come from one pass in order of pc. The distance of a resume point is 0. That of
// another pc is the largest of (distance of q) + 1 over all q < pc from which control gets to pc:
// the instruction before, unless it jumps or ends, and every instruction with a forward target at
// pc. A pc with no such q has distance 0. Where the distance is RESUME_SPACING by this, rule 6
// makes the pc a resume point, and its distance 0.
//
// Tail calls and throws leave no resume point behind them, and pc = length never is one.
import type { FunctionDef } from '../program.ts'
import { opcode } from '../table.ts'
import { Flow, flowByCode, Targets, targetsByCode } from './verify-flow.ts'

/** Ticks on a path from one resume point to the next, at most. */
export const RESUME_SPACING = 512

const bulk: ReadonlySet<number> = new Set(
  ['memory', 'table'].flatMap((what) =>
    ['fill', 'copy', 'init'].map((name) => opcode(`${what}.${name}`)),
  ),
)

/** 1 at each resume point of a function whose immediates are in order. */
export function resumePoints(def: FunctionDef): Uint8Array {
  const { op, at, imm } = def.code
  const { length } = op
  const resume = new Uint8Array(length)
  const labelPc = Uint32Array.from(def.labels, (label) => label.pc)
  markFixed(def, labelPc, resume)

  const distance = new Uint16Array(length + 1)
  const reach = (pc: number, ticks: number): void => {
    if (ticks > distance[pc]) distance[pc] = ticks
  }
  for (let pc = 0; pc < length; pc++) {
    if (distance[pc] === RESUME_SPACING) resume[pc] = 1
    const ticks = resume[pc] === 1 ? 1 : distance[pc] + 1
    const code = op[pc]
    const flow = flowByCode[code]
    if (flow !== Flow.jump && flow !== Flow.end) reach(pc + 1, ticks)
    const targets = targetsByCode[code]
    if (targets === Targets.none) continue
    const first = targets === Targets.one ? at[pc] : at[pc] + 2
    const last = targets === Targets.one ? first : first + imm[at[pc] + 1]
    for (let k = first; k <= last; k++) if (labelPc[imm[k]] > pc) reach(labelPc[imm[k]], ticks)
  }
  return resume
}

/** Rules 1 to 5. */
function markFixed(def: FunctionDef, labelPc: Uint32Array, resume: Uint8Array): void {
  const { op, at, imm } = def.code
  const { length } = op
  if (length > 0) resume[0] = 1
  for (const { label } of def.handlers) if (labelPc[label] < length) resume[labelPc[label]] = 1
  for (let pc = 0; pc < length; pc++) {
    const code = op[pc]
    if (flowByCode[code] === Flow.call && pc + 1 < length) resume[pc + 1] = 1
    if (bulk.has(code)) resume[pc] = 1
    const targets = targetsByCode[code]
    if (targets === Targets.none) continue
    const first = targets === Targets.one ? at[pc] : at[pc] + 2
    const last = targets === Targets.one ? first : first + imm[at[pc] + 1]
    for (let k = first; k <= last; k++) if (labelPc[imm[k]] <= pc) resume[labelPc[imm[k]]] = 1
  }
}
