// An instruction with what code that watches does before and behind it.
import type { Body } from './body.ts'
import { emitInstruction } from './instructions.ts'
import { traceAfter, traceBefore } from './tracing.ts'
import { watchPlace } from './watched-places.ts'

/** Before an instruction of the block that begins at `from`, and before its tick is counted. */
export function watchBefore(body: Body, pc: number, from: number): void {
  watchPlace(body, pc)
  traceBefore(body, pc, from)
}

export function emitStep(body: Body, pc: number, from: number): void {
  watchBefore(body, pc, from)
  body.pending++
  emitInstruction(body, pc)
  traceAfter(body, pc)
}
