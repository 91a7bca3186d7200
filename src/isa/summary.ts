// What all functions of a program hold together.
import type { Program, ProgramSummary } from './program.ts'
import { opcode } from './table.ts'

/** Known, or found by a look at every function. */
export const summaryOf = (program: Program): ProgramSummary => program.summary ?? summarize(program)

function summarize({ functions }: Program): ProgramSummary {
  const sys = opcode('sys')
  const syscalls = new Set<number>()
  let instructions = 0
  for (const { code } of functions) {
    instructions += code.op.length
    for (let pc = code.op.indexOf(sys); pc >= 0; pc = code.op.indexOf(sys, pc + 1)) {
      syscalls.add(code.imm[code.at[pc]])
    }
  }
  return { instructions, syscalls: [...syscalls].sort((a, b) => a - b) }
}
