// Exceptions are made by `throw` and never freed by the guest. Those that nothing reaches are no
// part of the state; their places are taken again, so that a program which throws for ever stays
// small.
import type { Machine } from './machine.ts'
import { reachedExceptions } from './state/root.ts'
import { FIRST_COLLECTION } from './store.ts'

/**
 * The number of a new exception. Between instructions only: the top frame's pc is that of the
 * `throw`, its operands are still in place.
 */
export function addException(m: Machine, tag: number, words: BigInt64Array): number {
  const { store } = m
  if (!hasRoomForException(m)) collect(m)
  const number = store.freeExceptions.pop() ?? store.exceptions.length
  store.exceptions[number] = { tag, words }
  return number
}

/** Can an exception be added without a look at what is reached? */
export const hasRoomForException = ({ store }: Machine): boolean =>
  store.freeExceptions.length > 0 || store.exceptions.length < store.exceptionLimit

function collect(m: Machine): void {
  const { store } = m
  const reached = reachedExceptions(m)
  for (let number = store.exceptions.length - 1; number >= 0; number--) {
    if (!reached.has(number)) store.freeExceptions.push(number)
  }
  store.exceptionLimit = Math.max(FIRST_COLLECTION, reached.size * 2)
}
