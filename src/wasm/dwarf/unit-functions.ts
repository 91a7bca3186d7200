// Functions and global variables of a program as its debug sections know them: by address and by
// name.
import { Attribute, Tag } from './constants.ts'
import { orWhereDamaged } from './debug-reader.ts'
import { type Entry, entryAt } from './entries.ts'
import { covers, type Subprogram, scopesAt, subprogramsOf } from './scopes.ts'
import type { UnitLines } from './unit-lines.ts'
import type { Unit } from './units.ts'

export class UnitFunctions {
  private readonly lines: UnitLines
  private readonly known = new Map<Unit, readonly Subprogram[]>()

  constructor(lines: UnitLines) {
    this.lines = lines
  }

  /** The function at an address, then the blocks and inlined functions there, inwards. */
  scopesAt(address: number): readonly Entry[] {
    const unit = this.lines.unitAt(address)
    if (unit === null) return []
    const found = this.subprograms(unit).find(({ ranges }) => covers(ranges, address))
    return found === undefined ? [] : orWhereDamaged([], () => scopesAt(found.entry, address))
  }

  /** First addresses of the functions of a name, as it stands in the source, or without <types>. */
  addressesOf(name: string): number[] {
    return this.lines.units.flatMap((unit) =>
      this.subprograms(unit)
        .filter(({ entry }) => {
          const found = orWhereDamaged(null, () => entry.nameOf())
          return found === name || found?.replace(/<.*/, '') === name
        })
        .map(({ ranges }) => ranges[0].from),
    )
  }

  /** Variables of a name that belong to no function: those of a unit first, then all others. */
  globalNamed(name: string, nearest: Unit | null): Entry | null {
    const { units } = this.lines
    for (const unit of nearest === null ? units : [nearest, ...units]) {
      const found = orWhereDamaged(null, () => globalIn(unit, name))
      if (found !== null) return found
    }
    return null
  }

  private subprograms(unit: Unit): readonly Subprogram[] {
    let found = this.known.get(unit)
    if (found === undefined) this.known.set(unit, (found = subprogramsOf(unit)))
    return found
  }
}

function globalIn(unit: Unit, name: string): Entry | null {
  for (const child of entryAt(unit, unit.first).children()) {
    if (child.tag === Tag.variable && child.nameOf() === name && hasPlace(child)) return child
  }
  return null
}

const hasPlace = (entry: Entry): boolean =>
  entry.has(Attribute.location) || entry.has(Attribute.constValue)
