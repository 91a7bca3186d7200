// Code that writes the record of an exit.
import type { CodeWriter } from './code-writer.ts'
import { LEFT, LEFT_BELOW, SPILL_POINTER_AT, THROWN_BELOW } from './context.ts'
import type { Places } from './draft.ts'
import { memoryAccess, store, zero } from './memory-code.ts'
import { RECORD_TAIL_BYTES } from './sites.ts'

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
