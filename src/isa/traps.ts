// Traps: a guest's faults, as data. The codes are part of the state's encoding: append only.

export const traps = {
  unreachable: { code: 1, says: 'unreachable executed' },
  'integer divide by zero': { code: 2, says: 'integer divide by zero' },
  'integer overflow': { code: 3, says: 'integer overflow' },
  'invalid conversion to integer': { code: 4, says: 'invalid conversion to integer' },
  'out of bounds memory access': { code: 5, says: 'out of bounds memory access' },
  'out of bounds table access': { code: 6, says: 'out of bounds table access' },
  'undefined element': { code: 7, says: 'undefined element' },
  'uninitialized element': { code: 8, says: 'uninitialized element' },
  'indirect call type mismatch': { code: 9, says: 'indirect call type mismatch' },
  'null function reference': { code: 10, says: 'null function reference' },
  'null exception reference': { code: 11, says: 'null exception reference' },
  'null reference': { code: 12, says: 'null reference' },
  'cast failure': { code: 13, says: 'cast failure' },
  'call stack exhausted': { code: 14, says: 'call stack exhausted' },
  'uncaught exception': { code: 15, says: 'uncaught exception' },
  'unknown system call': { code: 16, says: 'unknown or denied system call' },
  'unknown shard': { code: 17, says: 'far access to a shard that was not mapped' },
  'null i31 reference': { code: 18, says: 'null i31 reference' },
  'bad system call arguments': { code: 19, says: 'bad system call arguments' },
} as const

export type TrapCode = keyof typeof traps

/** Thrown by a meaning; caught by the engine, which turns it into the machine's trap state. */
export class TrapSignal extends Error {
  readonly trap: TrapCode
  constructor(trap: TrapCode) {
    super(trap)
    this.trap = trap
  }
}

export function raise(trap: TrapCode): never {
  throw new TrapSignal(trap)
}
