// Frames of the call stack as they are met when a run is walked backwards, and how control moved
// from one instruction to the next.
import type { FunctionFacts } from '../../isa/facts.ts'
import type { Program } from '../../isa/program.ts'
import { rowByCode } from '../../isa/table.ts'
import type { Place } from '../../machine/machine.ts'
import type { FunctionInstance } from '../../machine/store.ts'

export interface FrameFunction {
  readonly fn: FunctionInstance
  readonly facts: FunctionFacts
  readonly program: Program
}

/** How many slots of all frames are looked for. */
export interface Open {
  count: number
}

export class Frame {
  /** null: not met yet. */
  fn: FrameFunction | null
  caller: Frame | null
  private readonly open: Open
  /** Words whose values are looked for: of locals first, then of operands. */
  private readonly wanted = new Set<number>()

  constructor(open: Open, fn: FrameFunction | null, caller: Frame | null) {
    this.open = open
    this.fn = fn
    this.caller = caller
  }

  /** Words below the top of the operands before an instruction, locals included. */
  height(pc: number): number {
    const { facts } = this.fn as FrameFunction
    return facts.localWords + facts.heights[pc]
  }

  want(slot: number): void {
    if (this.wanted.has(slot)) return
    this.wanted.add(slot)
    this.open.count++
  }

  /** The wanted slots from one up to another, which are wanted no more. */
  take(from: number, to: number): number[] {
    if (this.wanted.size === 0) return []
    const found = [...this.wanted].filter((slot) => slot >= from && slot < to)
    for (const slot of found) this.wanted.delete(slot)
    this.open.count -= found.length
    return found
  }

  /** What is wanted of `to` on was before in as many words from `from` on. */
  move(to: number, from: number, words: number): void {
    if (to === from) return
    for (const slot of this.take(to, to + words)) this.want(slot - to + from)
  }
}

/**
 * How control came from an instruction to the next one that was executed: within the frame; into a
 * function that it called, in its own frame's place; out of its frame; the next was called from
 * outside; or thrown somewhere.
 */
export type Movement = 'same' | 'enter' | 'tail' | 'leave' | 'outside' | 'thrown'

const CALLS = /^(call|call_indirect|call_ref|sys)$/

export function movement({ fn, program }: FrameFunction, from: Place, to: Place): Movement {
  const def = fn.def as NonNullable<FunctionInstance['def']>
  const row = rowByCode[def.code.op[from.pc]]
  const name = row?.name ?? ''
  const isHere = to.function === from.function && to.instance === from.instance
  if (/^(throw|throw_ref|rethrow)$/.test(name)) return 'thrown'
  if (isHere && (to.pc === from.pc + 1 || to.pc === from.pc) && !isSelfCall(name, to)) {
    return 'same'
  }
  if (CALLS.test(name)) return to.pc === 0 ? 'enter' : 'thrown'
  if (name.startsWith('return_call')) {
    const imported = program.imports.filter(({ extern }) => extern.kind === 'func').length
    const isWall = name === 'return_call' && def.code.imm[def.code.at[from.pc]] < imported
    return to.pc === 0 && !isWall ? 'tail' : 'leave'
  }
  if (name === 'return') return to.pc === 0 ? 'outside' : 'leave'
  if (row?.flow === 'jump' || row?.flow === 'branch') {
    if (isHere && def.labels.some(({ pc }) => pc === to.pc)) return 'same'
    return to.pc === 0 ? 'outside' : 'leave'
  }
  return to.pc === 0 ? 'outside' : 'thrown'
}

/** At pc 0 a call of the function itself is no repetition. */
const isSelfCall = (name: string, to: Place): boolean => to.pc === 0 && name === 'call'
