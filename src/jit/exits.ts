// Leaving compiled code: what is kept goes to an exit function by a tail call, sorted by type, so
// that few exit functions serve all sites.
import type { CodeWriter } from './code-writer.ts'
import { LEFT, LEFT_BELOW, SPILL_POINTER_AT, THROWN_BELOW } from './context.ts'
import { type Draft, memoryAccess, type Places, store, zero } from './draft.ts'
import { hostLimits, typeRank } from './host-types.ts'
import { type Leaving, RECORD_TAIL_BYTES } from './sites.ts'

/** The function is left to the interpreter. */
export class OverHostLimit extends Error {}

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

/** A value of a record and where in it it stands. */
export interface Recorded {
  readonly type: number
  readonly local: number
  readonly offset: number
}

/** Locals of the host: the number of the site, the fuel, and one that is free. */
export interface RecordLocals {
  readonly site: number
  readonly fuel: number
  readonly to: number
}

/**
 * Code that writes a record, which is values, the site and the size, and returns zeros and the
 * fuel, marked as LEFT. An exception on its way up leaves the site alone.
 */
export function writeRecord(
  out: CodeWriter,
  { contextMemory, sitesGlobal }: Places,
  { site, fuel, to }: RecordLocals,
  { values, size }: { readonly values: readonly Recorded[]; readonly size: number },
  results: readonly number[],
): void {
  const i32 = (value: number): void => {
    out.u8(0x41)
    out.sleb(value)
  }
  const tail = (offset: number): void => {
    out.op1(0x20, to)
    out.op1(0x20, site)
    out.op1(0x23, sitesGlobal)
    out.u8(0x6a)
    memoryAccess(out, 0x36, contextMemory, offset)
    out.op1(0x20, to)
    i32(offset + RECORD_TAIL_BYTES)
    memoryAccess(out, 0x36, contextMemory, offset + 4)
    i32(SPILL_POINTER_AT)
    out.op1(0x20, to)
    i32(offset + RECORD_TAIL_BYTES)
    out.u8(0x6a)
    memoryAccess(out, 0x36, contextMemory, 0)
    for (const type of results.slice(0, -1)) zero(out, type)
    out.op1(0x20, fuel)
  }
  i32(SPILL_POINTER_AT)
  memoryAccess(out, 0x28, contextMemory, 0)
  out.op1(0x21, to)
  out.op1(0x20, fuel)
  i32(THROWN_BELOW)
  out.u8(0x48)
  out.u8(0x04)
  out.u8(0x40)
  tail(0)
  out.u8(0x0f)
  out.u8(0x0b)
  for (const { type, local, offset } of values) {
    out.op1(0x20, to)
    out.op1(0x20, local)
    store(out, type, contextMemory, offset)
  }
  tail(size)
  out.op1(0x20, fuel)
  i32(LEFT)
  out.u8(0x6b)
  out.op1(0x20, fuel)
  i32(LEFT_BELOW)
  out.u8(0x48)
  out.u8(0x1b)
  out.u8(0x0f)
}
