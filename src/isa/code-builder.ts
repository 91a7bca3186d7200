// Builds a function's code, one instruction at a time.
import type { Code } from './program.ts'

export class CodeBuilder {
  private op = new Uint16Array(64)
  private at = new Uint32Array(64)
  private imm = new Int32Array(64)
  private immLength = 0
  /** Number of instructions so far = the pc of the next one. */
  length = 0

  /** Forgets what was built; what was taken stays. */
  clear(): void {
    this.length = 0
    this.immLength = 0
  }

  /** Appends an instruction with its immediate words; gives its pc. */
  emit(opcode: number, ...imm: number[]): number {
    const pc = this.start(opcode)
    for (const word of imm) this.push(word)
    return pc
  }
  /** Appends an instruction; its immediates follow by `push`. */
  start(opcode: number): number {
    const pc = this.length++
    if (pc === this.op.length) {
      this.op = grown(this.op, new Uint16Array(pc * 2))
      this.at = grown(this.at, new Uint32Array(pc * 2))
    }
    this.op[pc] = opcode
    this.at[pc] = this.immLength
    return pc
  }
  push(word: number): void {
    if (this.immLength === this.imm.length) {
      this.imm = grown(this.imm, new Int32Array(this.immLength * 2))
    }
    this.imm[this.immLength++] = word
  }
  push64(value: bigint): void {
    this.push(Number(BigInt.asIntN(32, value)))
    this.push(Number(BigInt.asIntN(32, value >> 32n)))
  }
  take(): Code {
    return {
      op: this.op.slice(0, this.length),
      at: this.at.slice(0, this.length),
      imm: this.imm.slice(0, this.immLength),
    }
  }
}

function grown<T extends Uint16Array | Uint32Array | Int32Array>(from: T, to: T): T {
  to.set(from)
  return to
}

/** A 64-bit immediate at word `at`. */
export const imm64 = (imm: Int32Array, at: number): bigint =>
  (BigInt(imm[at + 1]) << 32n) | BigInt(imm[at] >>> 0)
