// What compiled code calls to throw.
import { addException, hasRoomForException } from '../machine/exceptions.ts'
import type { Machine } from '../machine/machine.ts'
import { ARGUMENTS_AT, SPILL_POINTER_AT, THROWN, THROWN_REF_AT, THROWN_TAG_AT } from './context.ts'
import type { SharedContext } from './shared-context.ts'

const ARGUMENTS = ARGUMENTS_AT / 4

/**
 * Compiled code throws a new exception, whose arguments are in the context, or one that there is.
 * The fuel comes back as it was where the interpreter must throw.
 */
export function raiseException(
  m: Machine,
  shared: SharedContext,
  instance: number,
  tag: number,
  fuel: number,
): number {
  const { I32, I64 } = shared
  I32[SPILL_POINTER_AT / 4] = shared.spillAt
  if (tag < 0) {
    const { tag: number, words } = m.store.exceptions[I32[THROWN_REF_AT / 4] - 1]
    I32[THROWN_TAG_AT / 4] = number
    I64.set(words, ARGUMENTS / 2)
    return fuel - THROWN
  }
  if (!hasRoomForException(m)) return fuel
  const number = m.store.instances[instance].tags[tag]
  const words = new BigInt64Array(m.store.tags[number].paramWords)
  for (let word = 0; word < words.length; word++) words[word] = I64[ARGUMENTS / 2 + word]
  I32[THROWN_REF_AT / 4] = addException(m, number, words) + 1
  I32[THROWN_TAG_AT / 4] = number
  return fuel - THROWN
}
