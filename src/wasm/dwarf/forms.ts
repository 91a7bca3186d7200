// Values of attributes, by their forms (DWARF 5, 7.5.6), and the abbreviations that say which
// attributes an entry has (7.5.3).
import { Form } from './constants.ts'
import { DamagedDebugData, DebugReader } from './debug-reader.ts'

/** One shape of entries: its tag, whether it has children, its attributes. */
export interface Abbreviation {
  readonly tag: number
  readonly hasChildren: boolean
  readonly names: readonly number[]
  readonly forms: readonly number[]
  /** The value of an `implicit` attribute. */
  readonly implicit: readonly number[]
  /** Bytes of all attributes together; -1: that differs. */
  readonly sizeBytes: number
}

/** What decides how large a value is. */
export interface Encoding {
  readonly version: number
  readonly addressBytes: number
  readonly offsetBytes: number
}

/** Tables of abbreviations by their offset: units may share one. */
export class AbbreviationTables {
  private readonly bytes: Uint8Array
  private readonly tables = new Map<string, ReadonlyMap<number, Abbreviation>>()
  /** Tables that overlap, which no compiler writes, would be read again and again. */
  private leftEntries: number

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.leftEntries = bytes.length
  }

  at(offset: number, encoding: Encoding): ReadonlyMap<number, Abbreviation> {
    const { version, addressBytes, offsetBytes } = encoding
    const key = `${offset} ${version} ${addressBytes} ${offsetBytes}`
    let table = this.tables.get(key)
    if (table === undefined) {
      if (this.leftEntries <= 0) throw new DamagedDebugData('tables that overlap')
      table = readAbbreviations(this.bytes, offset, encoding)
      this.leftEntries -= table.size
      this.tables.set(key, table)
    }
    return table
  }
}

function readAbbreviations(
  bytes: Uint8Array,
  offset: number,
  encoding: Encoding,
): Map<number, Abbreviation> {
  const r = new DebugReader(bytes, offset)
  const found = new Map<number, Abbreviation>()
  for (let code = r.uleb(); code !== 0; code = r.uleb()) {
    const tag = r.uleb()
    const hasChildren = r.u8() !== 0
    const [names, forms, implicit]: number[][] = [[], [], []]
    for (;;) {
      const name = r.uleb()
      const form = r.uleb()
      const value = form === Form.implicit ? r.sleb() : 0
      if (name === 0 && form === 0) break
      names.push(name)
      forms.push(form)
      implicit.push(value)
    }
    const sizes = forms.map((form) => fixedBytes(form, encoding))
    const sizeBytes = sizes.includes(-1) ? -1 : sizes.reduce((sum, size) => sum + size, 0)
    found.set(code, { tag, hasChildren, names, forms, implicit, sizeBytes })
  }
  return found
}

/** -1: that depends on the value. */
function fixedBytes(form: number, { version, addressBytes, offsetBytes }: Encoding): number {
  switch (form) {
    case Form.present:
    case Form.implicit:
      return 0
    case Form.data1:
    case Form.flag:
    case Form.reference1:
    case Form.textIndex1:
    case Form.addressIndex1:
      return 1
    case Form.data2:
    case Form.reference2:
    case Form.textIndex2:
    case Form.addressIndex2:
      return 2
    case Form.textIndex3:
    case Form.addressIndex3:
      return 3
    case Form.data4:
    case Form.reference4:
    case Form.textIndex4:
    case Form.addressIndex4:
    case Form.supplement4:
      return 4
    case Form.data8:
    case Form.reference8:
    case Form.signature8:
    case Form.supplement8:
      return 8
    case Form.data16:
      return 16
    case Form.address:
      return addressBytes
    case Form.anyReference:
      return version < 3 ? addressBytes : offsetBytes
    case Form.sectionOffset:
    case Form.textOffset:
    case Form.lineTextOffset:
    case Form.supplementText:
      return offsetBytes
    default:
      return -1
  }
}

/** The bytes of a value of a length of its own. */
function block(r: DebugReader, form: number): number {
  switch (form) {
    case Form.block1:
      return r.u8()
    case Form.block2:
      return r.u16()
    case Form.block4:
      return r.u32()
    case Form.block:
    case Form.expression:
      return r.uleb()
    default:
      throw new DamagedDebugData('an unknown form')
  }
}

export function skipValue(r: DebugReader, form: number, encoding: Encoding): void {
  const size = fixedBytes(form, encoding)
  if (size >= 0) {
    r.skip(size)
    return
  }
  switch (form) {
    case Form.text:
      r.skipText()
      return
    case Form.signed:
    case Form.unsigned:
    case Form.referenceUnsigned:
    case Form.textIndex:
    case Form.addressIndex:
    case Form.locationIndex:
    case Form.rangeIndex:
      r.skipLeb()
      return
    case Form.indirect:
      skipValue(r, direct(r), encoding)
      return
    default:
      r.skip(block(r, form))
  }
}

/** The form that stands before the value itself; not `indirect` once more. */
function direct(r: DebugReader): number {
  const form = r.uleb()
  if (form === Form.indirect || form === Form.implicit) throw new DamagedDebugData('a bad form')
  return form
}

/** As it stands: what an index or an offset leads to is for the unit to say. */
export interface RawValue {
  readonly form: number
  /** Numbers, indices, offsets; exact up to 2^53. */
  readonly number: number
  /** Blocks and expressions; 8 and 16 bytes too. */
  readonly bytes: Uint8Array | null
  readonly text: string | null
}

export function readValue(
  r: DebugReader,
  form: number,
  implicit: number,
  encoding: Encoding,
): RawValue {
  if (form === Form.indirect) return readValue(r, direct(r), 0, encoding)
  if (form === Form.implicit) return { form, number: implicit, bytes: null, text: null }
  if (form === Form.present) return { form, number: 1, bytes: null, text: null }
  if (form === Form.text) return { form, number: 0, bytes: null, text: r.text() }
  const size = fixedBytes(form, encoding)
  if (size === 8 || size === 16) {
    const bytes = r.raw(size)
    return { form, number: new DebugReader(bytes).wide(), bytes, text: null }
  }
  if (size === 3) return { form, number: r.u24(), bytes: null, text: null }
  if (size > 0) return { form, number: r.uint(size), bytes: null, text: null }
  switch (form) {
    case Form.signed:
      return { form, number: r.sleb(), bytes: null, text: null }
    case Form.unsigned:
    case Form.referenceUnsigned:
    case Form.textIndex:
    case Form.addressIndex:
    case Form.locationIndex:
    case Form.rangeIndex:
      return { form, number: r.uleb(), bytes: null, text: null }
    default:
      return { form, number: 0, bytes: r.raw(block(r, form)), text: null }
  }
}
