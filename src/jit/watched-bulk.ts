// memory.copy and memory.fill of one tick in code that watches.
import type { Body } from './body.ts'
import { watchOf } from './variant.ts'
import { noteFuel, testTouchOfBulk } from './watching.ts'
import { flagBulk } from './word-flags.ts'

/**
 * Before the instruction, whose operands are named. `memories`: the target and, of a copy, the
 * source. Gives what is emitted behind it, if anything is.
 */
export function watchBulk(
  body: Body,
  pc: number,
  memories: readonly number[],
): (() => void) | null {
  const { operands, out, draft } = body
  const written = watchOf(draft.variant, 'store')
  const read = memories.length === 2 ? watchOf(draft.variant, 'load') : null
  const watch = written ?? read
  if (watch === null) return null
  const [to, from, size] = [2, 1, 0].map((depth) => ({ ...operands.peek(depth) }))
  if (watch === 'index') return () => flagBulk(body, to, size, memories[0])
  const ifTouched = (then: () => void): void => {
    if (written !== null) testTouchOfBulk(body, to, size, memories[0])
    if (read !== null) testTouchOfBulk(body, from, size, memories[1])
    if (written !== null && read !== null) out.u8(0x72)
    body.unlikely(then)
  }
  if (watch === 'note') return () => ifTouched(() => noteFuel(body))
  ifTouched(() => body.exitAt(pc, 1))
  return null
}
