// Entries of `.debug_info`: one read with its attributes, or many walked over.
import { Attribute, Form } from './constants.ts'
import { DamagedDebugData, type DebugReader } from './debug-reader.ts'
import { type Abbreviation, type RawValue, readValue, skipValue } from './forms.ts'
import type { Unit } from './units.ts'

const constants: readonly number[] = [
  ...[Form.data1, Form.data2, Form.data4, Form.data8, Form.signed, Form.unsigned, Form.implicit],
]

export class Entry {
  readonly unit: Unit
  /** In `.debug_info`; that of what comes behind it: its first child, where it has children. */
  readonly offset: number
  readonly next: number
  readonly tag: number
  readonly hasChildren: boolean
  private readonly values: ReadonlyMap<number, RawValue>

  constructor(unit: Unit, offset: number, r: DebugReader, shape: Abbreviation) {
    this.unit = unit
    this.offset = offset
    this.tag = shape.tag
    this.hasChildren = shape.hasChildren
    const values = new Map<number, RawValue>()
    shape.names.forEach((name, at) => {
      values.set(name, readValue(r, shape.forms[at], shape.implicit[at], unit))
    })
    this.values = values
    this.next = r.at
  }

  raw(attribute: number): RawValue | null {
    return this.values.get(attribute) ?? null
  }
  has(attribute: number): boolean {
    return this.values.has(attribute)
  }
  number(attribute: number): number | null {
    const value = this.raw(attribute)
    return value === null || (value.bytes !== null && value.bytes.length !== 8)
      ? null
      : value.number
  }
  /** A number that stands there as such: no reference, no expression. */
  constant(attribute: number): number | null {
    const value = this.raw(attribute)
    return value !== null && constants.includes(value.form) ? value.number : null
  }
  text(attribute: number): string | null {
    const value = this.raw(attribute)
    return value === null ? null : this.unit.text(value)
  }
  address(attribute: number): number | null {
    const value = this.raw(attribute)
    if (value === null) return null
    switch (value.form) {
      case Form.addressIndex:
      case Form.addressIndex1:
      case Form.addressIndex2:
      case Form.addressIndex3:
      case Form.addressIndex4:
        return this.unit.indexedAddress(value.number)
      default:
        return value.number
    }
  }
  /** The entry that an attribute refers to; of the same unit, others are not looked for. */
  reference(attribute: number): Entry | null {
    const value = this.raw(attribute)
    if (value === null) return null
    const { form, number } = value
    const at = form === Form.anyReference ? number : this.unit.offset + number
    return at >= this.unit.first && at < this.unit.end ? entryAt(this.unit, at) : null
  }
  /** Its own name, or that of what it is an instance or the definition of. */
  nameOf(attribute: number = Attribute.name): string | null {
    let entry: Entry | null = this
    for (let left = 4; left > 0 && entry !== null; left--) {
      const own = entry.text(attribute)
      if (own !== null) return own
      entry = entry.reference(Attribute.abstractOrigin) ?? entry.reference(Attribute.specification)
    }
    return null
  }
  /** Its children, one after the other. */
  *children(): Generator<Entry> {
    if (!this.hasChildren) return
    let at = this.next
    for (;;) {
      const r = this.unit.reader(at)
      const shape = shapeOf(this.unit, r)
      if (shape === null) return
      const child = new Entry(this.unit, at, r, shape)
      yield child
      at = child.hasChildren ? behindChildren(this.unit, child.next) : child.next
    }
  }
}

/** The shape of the entry where the reader stands; null: the end of a list of children. */
export function shapeOf(unit: Unit, r: DebugReader): Abbreviation | null {
  const code = r.uleb()
  if (code === 0) return null
  const shape = unit.abbreviations.get(code)
  if (shape === undefined) throw new DamagedDebugData('an unknown abbreviation')
  return shape
}

export function entryAt(unit: Unit, offset: number): Entry {
  const r = unit.reader(offset)
  const shape = shapeOf(unit, r)
  if (shape === null) throw new DamagedDebugData('no entry')
  return new Entry(unit, offset, r, shape)
}

/** Where the children that begin here have ended. */
function behindChildren(unit: Unit, offset: number): number {
  const r = unit.reader(offset)
  for (let depth = 1; depth > 0; ) {
    const shape = shapeOf(unit, r)
    if (shape === null) depth--
    else {
      skipAttributes(unit, r, shape)
      if (shape.hasChildren) depth++
    }
  }
  return r.at
}

export function skipAttributes(unit: Unit, r: DebugReader, shape: Abbreviation): void {
  if (shape.sizeBytes >= 0) r.skip(shape.sizeBytes)
  else for (const form of shape.forms) skipValue(r, form, unit)
}
