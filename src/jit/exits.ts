// Leaving compiled code: what is kept goes to an exit function by a tail call, sorted by type, so
// that few exit functions serve all sites.
import type { CodeWriter } from './code-writer.ts'
import type { Draft } from './draft.ts'
import { hostLimits, typeRank } from './host-types.ts'

/** The function is left to the interpreter. */
export class OverHostLimit extends Error {}

/** A value of an exit's record. */
export interface Kept {
  readonly type: number
  /** Word of the frame x 8 + form, as a site has it. */
  readonly slot: number
  /** Leaves it on the host's stack. */
  readonly read: () => void
}

/** Where code is left: see Site. */
export interface Leaving {
  readonly kind: number
  readonly fn: number
  readonly pc: number
  readonly resultWords: number
}

/** `fuel` leaves the fuel on the host's stack; `results` are the types that the body returns. */
export function emitExit(
  draft: Draft,
  out: CodeWriter,
  { kind, fn, pc, resultWords }: Leaving,
  values: readonly Kept[],
  fuel: () => void,
  results: readonly number[],
): void {
  const sorted = values.slice().sort((a, b) => typeRank(a.type) - typeRank(b.type))
  if (sorted.length > hostLimits.values - 2) throw new OverHostLimit('values at an exit')
  for (const { read } of sorted) read()
  const slots = sorted.map(({ slot }) => slot)
  const types = sorted.map(({ type }) => type)
  out.u8(0x41)
  out.sleb(draft.sites.add(kind, fn, pc, slots, resultWords))
  fuel()
  out.op1(0x12, draft.exit(types, results))
}
