// Code of one instruction whose immediate is one word: what nearly all constant expressions are. A
// program has tens of thousands of them, as offsets of its segments and as their items, and most
// are looked at once: such code makes its arrays when they are asked for.
import type { Code } from './program.ts'

const FIRST = Uint32Array.of(0)

export class LoneCode implements Code {
  /** One opcode; all code of the same may share it. */
  readonly op: Uint16Array
  readonly immediate: number

  constructor(op: Uint16Array, immediate: number) {
    this.op = op
    this.immediate = immediate
  }

  get at(): Uint32Array {
    return FIRST
  }

  get imm(): Int32Array {
    return Int32Array.of(this.immediate)
  }
}

/** The immediate of code that is this instruction alone, which has one; null: it is other code. */
export function loneImmediate(code: Code, opcode: number): number | null {
  if (code.op.length !== 1 || code.op[0] !== opcode) return null
  return code instanceof LoneCode ? code.immediate : code.imm[code.at[0]]
}
