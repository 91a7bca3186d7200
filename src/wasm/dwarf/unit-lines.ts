// The units of a program with their line tables: which unit has an address, which have a file.
import { orWhereDamaged } from './debug-reader.ts'
import { type LineHeader, readLineHeader } from './line-header.ts'
import { type LineTable, readLineTable } from './line-table.ts'
import type { Range } from './ranges.ts'
import type { DebugSections } from './sections.ts'
import { readUnits, type Unit } from './units.ts'

interface UnitRange extends Range {
  readonly unit: Unit
}

export class UnitLines {
  private readonly sections: DebugSections
  readonly units: readonly Unit[]
  /** By what the units say of themselves. */
  private readonly told: readonly UnitRange[]
  /** By the lines that they have; read where nothing was told. */
  private found: readonly UnitRange[] | null = null
  private readonly headers = new Map<Unit, LineHeader | null>()
  private readonly tables = new Map<Unit, LineTable | null>()

  constructor(sections: DebugSections) {
    const units = readUnits(sections)
    this.sections = sections
    this.units = units.map(({ unit }) => unit)
    this.told = ascending(
      units.flatMap(({ unit, ranges }) => ranges.map((range) => ({ ...range, unit }))),
    )
  }

  /**
   * The unit whose code is at an address. Older linkers break off the list of a unit's ranges where
   * they leave out a function: then its lines tell.
   */
  unitAt(address: number): Unit | null {
    return unitIn(this.told, address) ?? unitIn((this.found ??= this.rangesOfLines()), address)
  }
  headerOf(unit: Unit): LineHeader | null {
    return kept(this.headers, unit, () =>
      unit.statements < 0 ? null : readLineHeader(this.sections, unit.statements, unit.compDir),
    )
  }
  tableOf(unit: Unit): LineTable | null {
    return kept(this.tables, unit, () => {
      const header = this.headerOf(unit)
      return header === null ? null : readLineTable(header)
    })
  }
  private rangesOfLines(): UnitRange[] {
    return ascending(
      this.units.flatMap((unit) =>
        (this.tableOf(unit)?.sequences ?? []).map(({ from, to }) => ({ from, to, unit })),
      ),
    )
  }
}

function kept<T>(values: Map<Unit, T | null>, unit: Unit, read: () => T | null): T | null {
  let value = values.get(unit)
  if (value === undefined) {
    value = orWhereDamaged(null, read)
    values.set(unit, value)
  }
  return value
}

const ascending = (ranges: UnitRange[]): UnitRange[] => ranges.sort((a, b) => a.from - b.from)

function unitIn(ranges: readonly UnitRange[], address: number): Unit | null {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ranges[middle].from <= address) low = middle + 1
    else high = middle
  }
  const range = ranges[low - 1]
  return range !== undefined && address < range.to ? range.unit : null
}
