// Kinds of the machine as value types of the host's WebAssembly. A reference is its 64-bit word.
import type { Kind } from '../isa/types.ts'

export const HostType = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const

/** By kind. */
const hostTypes: readonly number[] = [0, 0x7f, 0x7e, 0x7d, 0x7c, 0x7b, 0x7e, 0x7e, 0x7e, 0x7e]

export const hostType = (kind: Kind): number => hostTypes[kind]

/** Most parameters or results, locals, and bytes of a body that the host takes. */
export const hostLimits = {
  values: 1000,
  locals: 50_000,
  bodyBytes: 7_000_000,
  targets: 65_000,
} as const

/** Rank of a type where values are sorted by it: 0 to 4. */
export const typeRank = (type: number): number => HostType.i32 - type

/** A limit is exceeded: the function is left to the interpreter. */
export class OverHostLimit extends Error {}
