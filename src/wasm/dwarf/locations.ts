// Where a variable is at an address: what its location's expression says, which stands by itself or
// in a list (DWARF 5, 2.6 and 7.29).
import { Attribute, Form } from './constants.ts'
import { DebugReader } from './debug-reader.ts'
import type { Entry } from './entries.ts'
import { Evaluation, type Standing, wordBytes } from './expressions.ts'
import type { RawValue } from './forms.ts'
import { readListed } from './ranges.ts'
import { type FrameValues, ofBytes, type Storage } from './storage.ts'
import type { Unit } from './units.ts'

/** null: the variable is not there at the address. */
export function storageOf(entry: Entry, standing: Standing): Storage | null {
  const { unit } = entry
  const constant = entry.raw(Attribute.constValue)
  if (constant !== null) return ofBytes(constantBytes(constant))
  const location = entry.raw(Attribute.location)
  const expression = location === null ? null : expressionAt(unit, location, standing.address)
  return expression === null ? null : new Evaluation(unit, standing, expression).storage()
}

const constantBytes = ({ bytes, number }: RawValue): Uint8Array =>
  bytes ?? wordBytes(BigInt(number))

/** The frame base of a function: that its variables' places count from. */
export function frameBaseOf(entry: Entry, frame: FrameValues, address: number): bigint | null {
  const base = entry.raw(Attribute.frameBase)
  const expression = base === null ? null : expressionAt(entry.unit, base, address)
  if (expression === null) return null
  return new Evaluation(entry.unit, { frame, address, frameBase: null }, expression).top()
}

function expressionAt(unit: Unit, value: RawValue, address: number): DebugReader | null {
  if (value.bytes !== null && value.form !== Form.data8) return new DebugReader(value.bytes)
  return unit.version < 5 ? inPairs(unit, value.number, address) : inList(unit, value, address)
}

const MOST_ENTRIES = 1 << 16

function inPairs(unit: Unit, offset: number, address: number): DebugReader | null {
  const r = new DebugReader(unit.sections.locations, offset)
  const last = unit.addressBytes === 4 ? 0xffff_ffff : 2 ** 64
  let base = unit.lowPc
  for (let left = MOST_ENTRIES; left > 0; left--) {
    const from = r.uint(unit.addressBytes)
    const to = r.uint(unit.addressBytes)
    if (from === 0 && to === 0) return null
    if (from === last) {
      base = to
      continue
    }
    const bytes = r.raw(r.u16())
    if (address >= base + from && address < base + to) return new DebugReader(bytes)
  }
  return null
}

function inList(unit: Unit, { form, number }: RawValue, address: number): DebugReader | null {
  const { locationLists } = unit.sections
  const base = unit.locationListsBase
  let at = number
  if (form === Form.locationIndex) {
    const entry = new DebugReader(locationLists, base + number * unit.offsetBytes)
    at = base + entry.uint(unit.offsetBytes)
  }
  const r = new DebugReader(locationLists, at)
  let from = unit.lowPc
  let byDefault: DebugReader | null = null
  for (let left = MOST_ENTRIES; left > 0; left--) {
    const kind = r.u8()
    if (kind === 0) return byDefault
    if (kind === 5) {
      byDefault = new DebugReader(r.raw(r.uleb()))
      continue
    }
    // The kinds are those of lists of ranges, but that 5 is one of their own.
    const range = readListed(unit, r, kind > 5 ? kind - 1 : kind, from)
    if (typeof range === 'number') {
      from = range
      continue
    }
    const bytes = r.raw(r.uleb())
    if (address >= range.from && address < range.to) return new DebugReader(bytes)
  }
  return null
}
