// The addresses that belong to an entry: two of them, or a list (DWARF 4, 2.17.3; 5, 7.25).
import { Attribute, Form } from './constants.ts'
import { DamagedDebugData, DebugReader } from './debug-reader.ts'
import type { Entry } from './entries.ts'
import type { Unit } from './units.ts'

/** Addresses in the Code section: [from, to). */
export interface Range {
  readonly from: number
  readonly to: number
}

const MOST_RANGES = 1 << 20

export function readRanges(entry: Entry): Range[] {
  const list = entry.raw(Attribute.ranges)
  const ranges = list === null ? plain(entry) : listed(entry.unit, list)
  return ranges.filter(isOfCode)
}

/** What the linker left out has the last addresses there are, or, code of older ones, 0 and 1. */
export const isLeftOut = (address: number): boolean =>
  (address >= 0xffff_fff0 && address < 2 ** 32) || address >= 2 ** 63
export const isOfCode = ({ from, to }: Range): boolean => from > 1 && to > from && !isLeftOut(to)

function plain(entry: Entry): Range[] {
  const from = entry.address(Attribute.lowPc)
  const high = entry.raw(Attribute.highPc)
  if (from === null || high === null) return []
  const isAddress = high.form === Form.address || isIndexed(high.form)
  const to = isAddress ? (entry.address(Attribute.highPc) ?? 0) : from + high.number
  return [{ from, to }]
}

const isIndexed = (form: number): boolean =>
  form === Form.addressIndex || (form >= Form.addressIndex1 && form <= Form.addressIndex4)

function listed(unit: Unit, { form, number }: { form: number; number: number }): Range[] {
  if (unit.version < 5) return pairs(unit, number)
  if (form !== Form.rangeIndex) return entries(unit, number)
  const { rangeListsBase: base, offsetBytes } = unit
  const at = base + number * offsetBytes
  return entries(unit, base + new DebugReader(unit.sections.rangeLists, at).uint(offsetBytes))
}

function pairs(unit: Unit, offset: number): Range[] {
  const r = new DebugReader(unit.sections.ranges, offset)
  const last = unit.addressBytes === 4 ? 0xffff_ffff : 2 ** 64
  const ranges: Range[] = []
  let base = unit.lowPc
  while (ranges.length < MOST_RANGES) {
    const from = r.uint(unit.addressBytes)
    const to = r.uint(unit.addressBytes)
    if (from === 0 && to === 0) break
    if (from === last) base = to
    else ranges.push({ from: base + from, to: base + to })
  }
  return ranges
}

function entries(unit: Unit, offset: number): Range[] {
  const r = new DebugReader(unit.sections.rangeLists, offset)
  const ranges: Range[] = []
  let base = unit.lowPc
  while (ranges.length < MOST_RANGES) {
    const kind = r.u8()
    if (kind === 0) break
    const range = readListed(unit, r, kind, base)
    if (typeof range === 'number') base = range
    else ranges.push(range)
  }
  return ranges
}

/** One entry of a list of ranges or locations: a range, or the base of those that follow. */
export function readListed(unit: Unit, r: DebugReader, kind: number, base: number): Range | number {
  const { addressBytes } = unit
  switch (kind) {
    case 1:
      return unit.indexedAddress(r.uleb())
    case 2: {
      const from = unit.indexedAddress(r.uleb())
      return { from, to: unit.indexedAddress(r.uleb()) }
    }
    case 3: {
      const from = unit.indexedAddress(r.uleb())
      return { from, to: from + r.uleb() }
    }
    case 4: {
      const from = base + r.uleb()
      return { from, to: base + r.uleb() }
    }
    case 5:
      return r.uint(addressBytes)
    case 6: {
      const from = r.uint(addressBytes)
      return { from, to: r.uint(addressBytes) }
    }
    case 7: {
      const from = r.uint(addressBytes)
      return { from, to: from + r.uleb() }
    }
    default:
      throw new DamagedDebugData('an unknown kind of range')
  }
}
