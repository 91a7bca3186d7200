// Where control goes, by opcode: what the verifier, the resume points and the liveness read from
// the rows.
import { rowByCode, table } from '../table.ts'

/** Opcodes lie below this. */
export const OPCODES = rowByCode.length

export const Flow = { next: 0, jump: 1, branch: 2, end: 3, call: 4 } as const
export const flowByCode: Uint8Array = byCode((row) => Flow[row.flow ?? 'next'])

/** Targets: none, one label at immediate word 0, or a table (keep, n, then n + 1 labels). */
export const Targets = { none: 0, one: 1, table: 2 } as const
export const targetsByCode: Uint8Array = byCode((row) => {
  if (row.imm.includes('labels')) return Targets.table
  return row.imm[0] === 'label' ? Targets.one : Targets.none
})

/**
 * 1 where an instruction may throw an exception in its own frame: calls and throws. Traps are no
 * exceptions.
 */
export const throwsByCode: Uint8Array = byCode((row) =>
  row.flow === 'call' || row.name === 'throw' || row.name === 'rethrow' || row.name === 'throw_ref'
    ? 1
    : 0,
)

function byCode(value: (row: (typeof table)[number]) => number): Uint8Array {
  const values = new Uint8Array(OPCODES)
  for (const row of table) values[row.code] = value(row)
  return values
}
