// Sites: the places where compiled code may be left, each with what it leaves behind. They travel
// with the compiled module as a custom section.
import { CodeWriter } from './code-writer.ts'

/**
 * entry: before the first instruction of a function. top: before an instruction. call: behind a
 * call, whose results are operands; where the call itself was left, its frame waits for them.
 */
export const SiteKind = { entry: 0, top: 1, call: 2 } as const

/**
 * How a value is put into the frame: one word, a vector, a raw float that is made canonical. The
 * index of a call by a table is put nowhere: a call that is repeated wants it.
 */
export const SlotForm = { word: 0, vector: 1, rawF32: 2, rawF64: 3, index: 4 } as const

export interface Site {
  readonly kind: number
  /** In the program's function index space. */
  readonly fn: number
  readonly pc: number
  /** Words of the frame, its locals first: word x 8 + form, in the order of the record. */
  readonly slots: readonly number[]
  /** Words of the operands that a call's results are. */
  readonly resultWords: number
  /** Where in the record each value stands; null: one behind the other. */
  readonly offsets: readonly number[] | null
}

/** The site's number and the bytes of the whole record. */
export const RECORD_TAIL_BYTES = 8
export const slotBytes = (slot: number): number => ((slot & 7) === SlotForm.vector ? 16 : 8)

/** Where code is left: see Site. */
export type Leaving = Pick<Site, 'kind' | 'fn' | 'pc' | 'resultWords'>

const HAS_OFFSETS = 0x80

/** Collects sites while a module is emitted. */
export class SiteWriter {
  private readonly out = new CodeWriter()
  private readonly starts: number[] = []

  /** Gives the number of the site. */
  add(
    { kind, fn, pc, resultWords }: Leaving,
    slots: readonly number[],
    offsets: readonly number[] | null,
  ): number {
    const { out } = this
    this.starts.push(out.length)
    out.u8(kind | (offsets === null ? 0 : HAS_OFFSETS))
    out.uleb(fn)
    out.uleb(pc)
    out.uleb(resultWords)
    out.uleb(slots.length)
    for (const slot of slots) out.uleb(slot)
    for (const offset of offsets ?? []) out.uleb(offset)
    return this.starts.length - 1
  }

  get count(): number {
    return this.starts.length
  }

  /** Forgets the sites from a number on: their function was given up. */
  cut(count: number): void {
    if (count >= this.starts.length) return
    this.out.length = this.starts[count]
    this.starts.length = count
  }

  /** The section's content: the number of sites, then each one's place, then the sites. */
  write(to: CodeWriter): void {
    to.u32(this.starts.length)
    for (const start of this.starts) to.u32(start)
    to.raw(this.out.bytes.subarray(0, this.out.length))
  }
}

/** Sites of a compiled module, decoded when they are first met. */
export class Sites {
  private readonly bytes: Uint8Array
  private readonly known = new Map<number, Site>()
  readonly count: number

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.count = bytes.length < 4 ? 0 : u32At(bytes, 0)
    if (bytes.length < 4 + 4 * this.count) throw corrupt(`${bytes.length} bytes of sites`)
  }

  at(number: number): Site {
    let site = this.known.get(number)
    if (site === undefined) this.known.set(number, (site = this.read(number)))
    return site
  }

  private read(number: number): Site {
    const { bytes, count } = this
    if (!(number >= 0 && number < count)) throw corrupt(`site ${number} of ${count}`)
    let at = 4 + 4 * count + u32At(bytes, 4 + 4 * number)
    const next = (): number => {
      let value = 0
      for (let shift = 0; ; shift += 7) {
        if (at >= bytes.length) throw corrupt('sites cut short')
        const byte = bytes[at++]
        value += (byte & 0x7f) * 2 ** shift
        if (byte < 0x80) return value
      }
    }
    const first = bytes[at++]
    const fn = next()
    const pc = next()
    const resultWords = next()
    const slots = Array.from({ length: next() }, next)
    const offsets = first >= HAS_OFFSETS ? slots.map(next) : null
    return { kind: first % HAS_OFFSETS, fn, pc, slots, resultWords, offsets }
  }
}

const u32At = (bytes: Uint8Array, at: number): number =>
  (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0

/** The module was verified when it was read from a cache: this is a defect. */
const corrupt = (found: string): Error => new Error(`compiled code with ${found}`)
