// The verifier: what it accepts can neither crash an engine nor reach anything outside its shards.
import type { FunctionFacts } from '../facts.ts'
import type { Program } from '../program.ts'
import type { Kind } from '../types.ts'
import { Liveness } from './liveness.ts'
import { ProgramContext } from './verify-context.ts'
import { FunctionPass } from './verify-function.ts'
import { verifyModule } from './verify-module.ts'

/**
 * Verifies functions of one program that verifies as a module. Keep one for many functions: it
 * flattens the index spaces once and reuses its stacks. Functions are numbered without imports.
 */
export class FunctionVerifier {
  private readonly program: Program
  private readonly pass: FunctionPass
  private readonly solved = new Map<number, Liveness>()

  constructor(program: Program) {
    this.program = program
    this.pass = new FunctionPass(new ProgramContext(program))
  }
  /** Throws ATOM_INVALID, or gives what engines rely on. */
  facts(index: number): FunctionFacts {
    return this.pass.verify(index)
  }
  /** Kinds on the operand stack before an instruction of a function that verifies. */
  kindsAt(index: number, pc: number): Kind[] {
    return this.pass.kindsAt(index, pc)
  }
  /** Which locals of a function that verifies are live where; solved once. `facts`: its own. */
  liveness(index: number, facts: FunctionFacts): Liveness {
    const known = this.solved.get(index)
    if (known !== undefined) return known
    const liveness = new Liveness(this.program, index, facts)
    this.solved.set(index, liveness)
    return liveness
  }
}

/**
 * Verifies all of a program; throws ATOM_INVALID with the place, what was found and what is
 * expected.
 */
export function verifyProgram(program: Program): void {
  const pass = new FunctionPass(verifyModule(program))
  for (let index = 0; index < program.functions.length; index++) pass.verify(index)
}

/** Verifies one defined function (imports not counted) of a program that verifies as a module. */
export const verifyFunction = (program: Program, index: number): FunctionFacts =>
  new FunctionVerifier(program).facts(index)

/** Operand kinds before an instruction of a function that verifies. */
export const kindsAt = (program: Program, index: number, pc: number): Kind[] =>
  new FunctionVerifier(program).kindsAt(index, pc)
