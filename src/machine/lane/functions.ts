// Meanings that the lane calls by number: vector rows, vector accesses, scalar rows that have no
// case in its loop.
import type { Access, Lanes, Row } from '../../isa/row.ts'
import { table } from '../../isa/table.ts'
import { type OnHalves, onHalves } from '../pure-meaning.ts'

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

const pureRows = table.filter((row) => row.pure !== undefined)
const pureNumbers: ReadonlyMap<Row, number> = new Map(pureRows.map((row, number) => [row, number]))

export const meanings: readonly OnHalves[] = pureRows.map(onHalves)
export const meaningNumber = (row: Row): number => pureNumbers.get(row) as number
