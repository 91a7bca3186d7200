// Leaving compiled code: what is kept goes to an exit function by a tail call, sorted by type, so
// that few exit functions serve all sites.
import type { CodeWriter } from './code-writer.ts'
import type { Draft } from './draft.ts'
import { hostLimits, OverHostLimit, typeRank } from './host-types.ts'
import type { Leaving } from './sites.ts'

/** A value of an exit's record. */
export interface Kept {
  readonly type: number
  /** Word of the frame x 8 + form, as a site has it. */
  readonly slot: number
  /** Leaves it on the host's stack. */
  readonly read: () => void
  /** The local of the host in which it is, or -1. */
  readonly local: number
}

/** `fuel` leaves the fuel on the host's stack; `results` are the types that the body returns. */
export function emitExit(
  draft: Draft,
  out: CodeWriter,
  leaving: Leaving,
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
  out.sleb(draft.sites.add(leaving, slots, null))
  fuel()
  out.op1(0x12, draft.exit(types, results))
}
