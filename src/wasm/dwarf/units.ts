// The units of `.debug_info` (DWARF 5, 7.5.1): their headers and what their first entry says, read
// once; what is in them is read when it is asked for.
import { Attribute, Form, Tag } from './constants.ts'
import { DamagedDebugData, DebugReader, orWhereDamaged } from './debug-reader.ts'
import { type Entry, entryAt } from './entries.ts'
import { type Abbreviation, AbbreviationTables, type Encoding, type RawValue } from './forms.ts'
import { type Range, readRanges } from './ranges.ts'
import type { DebugSections } from './sections.ts'

const COMPILE = 1
const PARTIAL = 3
const MOST_UNITS = 1 << 20

export class Unit implements Encoding {
  readonly sections: DebugSections
  /** Of the unit in `.debug_info`: references within it count from here. */
  readonly offset: number
  readonly end: number
  readonly version: number
  readonly addressBytes: number
  readonly offsetBytes: number
  readonly abbreviations: ReadonlyMap<number, Abbreviation>
  /** Of its first entry. */
  readonly first: number
  textOffsetsBase = 0
  addressBase = 0
  rangeListsBase = 0
  locationListsBase = 0
  lowPc = 0
  name = ''
  compDir = ''
  /** Offset of its lines in `.debug_line`; -1: it has none. */
  statements = -1

  constructor(
    sections: DebugSections,
    tables: AbbreviationTables,
    offset: number,
    body: DebugReader,
    encoding: Encoding,
  ) {
    this.sections = sections
    this.offset = offset
    this.end = body.end
    this.version = encoding.version
    this.offsetBytes = encoding.offsetBytes
    this.addressBytes = encoding.addressBytes
    const table = body.uint(this.offsetBytes)
    this.abbreviations = tables.at(table, encoding)
    this.first = body.at + (encoding.version < 5 ? 1 : 0)
  }

  /** The first entry; what it says of the others is kept. */
  root(): Entry {
    const entry = entryAt(this, this.first)
    const bases = [
      ['textOffsetsBase', Attribute.stringOffsetsBase],
      ['addressBase', Attribute.addressBase],
      ['rangeListsBase', Attribute.rangeListsBase],
      ['locationListsBase', Attribute.locationListsBase],
    ] as const
    for (const [base, attribute] of bases) this[base] = entry.number(attribute) ?? 0
    this.lowPc = entry.address(Attribute.lowPc) ?? 0
    this.name = entry.text(Attribute.name) ?? ''
    this.compDir = entry.text(Attribute.compDir) ?? ''
    this.statements = entry.number(Attribute.statements) ?? -1
    return entry
  }

  reader(at: number): DebugReader {
    return new DebugReader(this.sections.info, at, this.end)
  }

  text({ form, number, text }: RawValue): string | null {
    const { sections, offsetBytes } = this
    switch (form) {
      case Form.text:
        return text
      case Form.textOffset:
        return new DebugReader(sections.texts, number).text()
      case Form.lineTextOffset:
        return new DebugReader(sections.lineTexts, number).text()
      case Form.textIndex:
      case Form.textIndex1:
      case Form.textIndex2:
      case Form.textIndex3:
      case Form.textIndex4: {
        const at = this.textOffsetsBase + number * offsetBytes
        const offset = new DebugReader(sections.textOffsets, at).uint(offsetBytes)
        return new DebugReader(sections.texts, offset).text()
      }
      default:
        return null
    }
  }

  /** An address by its number in `.debug_addr`. */
  indexedAddress(index: number): number {
    const at = this.addressBase + index * this.addressBytes
    return new DebugReader(this.sections.addresses, at).uint(this.addressBytes)
  }
}

/** A unit, and the addresses of its code. */
export interface UnitRanges {
  readonly unit: Unit
  readonly ranges: readonly Range[]
}

/** All units that can be read: a damaged one ends the list, or is left out. */
export function readUnits(sections: DebugSections): UnitRanges[] {
  const units: UnitRanges[] = []
  const tables = new AbbreviationTables(sections.abbreviations)
  let leftRanges = sections.ranges.length + sections.rangeLists.length + sections.info.length
  const r = new DebugReader(sections.info)
  while (!r.done && units.length < MOST_UNITS) {
    const offset = r.at
    const header = orWhereDamaged(null, () => r.unit())
    if (header === null) return units
    const read = orWhereDamaged(null, () => readUnit(sections, tables, offset, header))
    if (read === null) continue
    // Lists that overlap, which no compiler writes, would be read again and again.
    leftRanges -= read.ranges.length
    units.push(leftRanges < 0 ? { unit: read.unit, ranges: [] } : read)
    if (leftRanges < 0) return units
  }
  return units
}

function readUnit(
  sections: DebugSections,
  tables: AbbreviationTables,
  offset: number,
  { body, offsetBytes }: { body: DebugReader; offsetBytes: number },
): UnitRanges | null {
  const version = body.u16()
  if (version < 2 || version > 5) return null
  let addressBytes = 0
  if (version === 5) {
    const kind = body.u8()
    if (kind !== COMPILE && kind !== PARTIAL) return null
    addressBytes = body.u8()
  } else {
    const at = body.at
    body.skip(offsetBytes)
    addressBytes = body.u8()
    body.at = at
  }
  if (addressBytes !== 4 && addressBytes !== 8) throw new DamagedDebugData('a bad address size')
  const unit = new Unit(sections, tables, offset, body, { version, addressBytes, offsetBytes })
  const root = unit.root()
  if (root.tag !== Tag.compileUnit) return null
  return { unit, ranges: orWhereDamaged([], () => readRanges(root)) }
}
