// The functions of a unit and what lies in them: blocks, inlined functions (DWARF 5, 3.3 and 3.5).
import { Attribute, Tag } from './constants.ts'
import { orWhereDamaged } from './debug-reader.ts'
import { Entry, shapeOf, skipAttributes } from './entries.ts'
import { type Range, readRanges } from './ranges.ts'
import type { Unit } from './units.ts'

/** A function that has code. */
export interface Subprogram {
  readonly entry: Entry
  readonly ranges: readonly Range[]
}

/** Deepest nesting of blocks and inlined functions that is looked into. */
const MOST_DEPTH = 256

/** All functions of a unit that have code, wherever they are nested; damage ends the list. */
export function subprogramsOf(unit: Unit): Subprogram[] {
  const found: Subprogram[] = []
  orWhereDamaged(undefined, () => {
    const r = unit.reader(unit.first)
    while (!r.done) {
      const { at } = r
      const shape = shapeOf(unit, r)
      if (shape === null) continue
      if (shape.tag !== Tag.subprogram || !hasCode(shape.names)) {
        skipAttributes(unit, r, shape)
        continue
      }
      const entry = new Entry(unit, at, r, shape)
      const ranges = readRanges(entry)
      if (ranges.length > 0) found.push({ entry, ranges })
    }
  })
  return found
}

const hasCode = (names: readonly number[]): boolean =>
  names.includes(Attribute.lowPc) || names.includes(Attribute.ranges)

export const covers = (ranges: readonly Range[], address: number): boolean =>
  ranges.some(({ from, to }) => address >= from && address < to)

/** From a function inwards: the blocks and inlined functions in it that have an address. */
export function scopesAt(subprogram: Entry, address: number): Entry[] {
  const scopes = [subprogram]
  for (let scope: Entry | undefined = subprogram; scope !== undefined; ) {
    const inner: Entry | undefined = innerScope(scope, address)
    if (inner === undefined || scopes.length > MOST_DEPTH) break
    scopes.push(inner)
    scope = inner
  }
  return scopes
}

function innerScope(scope: Entry, address: number): Entry | undefined {
  for (const child of scope.children()) {
    if (child.tag !== Tag.lexicalBlock && child.tag !== Tag.inlinedSubroutine) continue
    if (covers(readRanges(child), address)) return child
  }
  return undefined
}
