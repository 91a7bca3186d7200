// What a frame holds at a pc: which locals are live and the kinds of its operands. The verifier and
// the liveness know it; this keeps their answers while one state is written or read (deep recursion
// repeats its pcs).
import type { FunctionFacts } from '../../isa/facts.ts'
import { rowByCode } from '../../isa/table.ts'
import type { Kind } from '../../isa/types.ts'
import { kindsOf, tagsOf } from '../../isa/verify/kinds.ts'
import type { Liveness } from '../../isa/verify/liveness.ts'
import type { Machine } from '../machine.ts'
import type { FunctionInstance } from '../store.ts'

/** Where a frame stands: its pc is next to execute, or what a call in it returns to. */
export type Standing = 'top' | 'outer'

export interface FrameShape {
  readonly facts: FunctionFacts
  /** Word tags of the locals; 0 where the local is dead there. */
  readonly locals: Uint8Array
  /** Word tags of the operands; without the arguments and results of a call that is under way. */
  readonly operands: Uint8Array
  /**
   * Outer frames: the kinds of the results that are waited for; null where no call stands before
   * the pc.
   */
  readonly awaited: readonly Kind[] | null
}

export class FrameShapes {
  private readonly m: Machine
  private readonly known = new Map<FunctionInstance, Map<number, FrameShape>>()

  constructor(m: Machine) {
    this.m = m
  }

  at(fn: FunctionInstance, pc: number, standing: Standing): FrameShape {
    let shapes = this.known.get(fn)
    if (shapes === undefined) this.known.set(fn, (shapes = new Map()))
    const key = pc * 2 + (standing === 'top' ? 0 : 1)
    let shape = shapes.get(key)
    if (shape === undefined) shapes.set(key, (shape = this.make(fn, pc, standing)))
    return shape
  }

  private make(fn: FunctionInstance, pc: number, standing: Standing): FrameShape {
    const facts = this.m.factsOf(fn)
    const { program, functions } = this.m.store.instances[fn.instance]
    const defined = fn.index - (functions.length - program.functions.length)
    const awaited = standing === 'outer' ? this.awaitedAt(fn, pc - 1) : null
    const verifier = this.m.verifierOf(program)
    const tags = tagsOf(verifier.kindsAt(defined, pc))
    const results = awaited === null ? 0 : tagsOf(awaited).length
    return {
      facts,
      locals: liveTags(verifier.liveness(defined, facts), facts, pc, standing),
      operands: tags.subarray(0, tags.length - results),
      awaited,
    }
  }

  /** Results of the call at a pc, as its caller knows them. */
  private awaitedAt(fn: FunctionInstance, pc: number): readonly Kind[] | null {
    if (pc < 0 || fn.def === null) return null
    const { program, functions } = this.m.store.instances[fn.instance]
    const { op, at, imm } = fn.def.code
    switch (rowByCode[op[pc]]?.name) {
      case 'call':
        return functions[imm[at[pc]]].resultKinds
      case 'call_indirect':
      case 'call_ref':
        return kindsOf(program.types[imm[at[pc]]].results)
      default:
        return null
    }
  }
}

function liveTags(
  liveness: Liveness,
  facts: FunctionFacts,
  pc: number,
  standing: Standing,
): Uint8Array {
  const live = standing === 'top' ? liveness.liveLocals(pc) : liveness.liveAfterCall(pc)
  const tags = new Uint8Array(facts.localWords)
  facts.localKinds.forEach((kind, local) => {
    if (live[local] === 1) tags.set(tagsOf([kind as Kind]), facts.localAt[local])
  })
  return tags
}
