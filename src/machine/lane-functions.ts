// Meanings that the lane calls by number: vector rows and vector accesses.
import type { Access, Lanes, Row } from '../isa/row.ts'
import { table } from '../isa/table.ts'

const vectorRows = table.filter((row) => row.lanes !== undefined)
const accessRows = table.filter(
  (row) => row.access !== undefined && (row.sig ?? '').includes('v128'),
)

export const laneFunctions: readonly Lanes[] = vectorRows.map((row) => row.lanes as Lanes)
export const vectorAccesses: readonly Access[] = accessRows.map((row) => row.access as Access)

const numbers: ReadonlyMap<Row, number> = new Map(vectorRows.map((row, number) => [row, number]))
const accessNumbers: ReadonlyMap<Access, number> = new Map(
  vectorAccesses.map((access, number) => [access, number]),
)

export const lanesNumber = (row: Row): number => numbers.get(row) as number
export const accessNumber = (access: Access): number => accessNumbers.get(access) as number
