// An independent count of ticks: rewrites a WebAssembly module so that it counts them itself, in a
// 64-bit global that it exports. It shares no code with src/. What an instruction costs (docs:
// semantics, ticks):   block, loop, try, try_table and inner ends are free; else and catch cost one
// where they are reached from above;   the function's last end costs one where it is reached; a
// bulk operation one for each chunk begun, at least one;   all else costs one, also where it traps.
import { Cursor, Output, signed, unsigned } from './bytes.ts'
import { skipImmediates } from './immediates.ts'

export const COUNTER = 'vac.ticks'

const CHUNK_BYTES_LOG2 = 16
const CHUNK_ENTRIES_LOG2 = 13

interface Section {
  readonly id: number
  readonly start: number
  readonly end: number
}

/** What the rewriter must know of the module's parts before its code. */
interface Facts {
  /** Parameters of each type, and the type of each function, imports first. */
  readonly typeParams: number[]
  readonly functionTypes: number[]
  readonly wideMemories: boolean[]
  readonly wideTables: boolean[]
  importedFunctions: number
  globals: number
}

function sectionsOf(bytes: Uint8Array): Section[] {
  const c = new Cursor(bytes, 8)
  const sections: Section[] = []
  while (c.at < bytes.length) {
    const id = c.byte()
    const sizeBytes = c.unsigned()
    sections.push({ id, start: c.at, end: c.at + sizeBytes })
    c.skip(sizeBytes)
  }
  return sections
}

/** True: 64-bit. */
function limits(c: Cursor): boolean {
  const flags = c.byte()
  c.skipNumber()
  if ((flags & 1) !== 0) c.skipNumber()
  return (flags & 4) !== 0
}

function readTypes(c: Cursor, facts: Facts): void {
  const one = (): void => {
    let form = c.byte()
    if (form === 0x50 || form === 0x4f) {
      for (let left = c.unsigned(); left > 0; left--) c.unsigned()
      form = c.byte()
    }
    if (form !== 0x60) throw new Error(`type form 0x${form.toString(16)}`)
    const params = c.unsigned()
    for (let left = params; left > 0; left--) c.skipType()
    for (let left = c.unsigned(); left > 0; left--) c.skipType()
    facts.typeParams.push(params)
  }
  for (let left = c.unsigned(); left > 0; left--) {
    if (c.bytes[c.at] !== 0x4e) one()
    else {
      c.byte()
      for (let members = c.unsigned(); members > 0; members--) one()
    }
  }
}

function readImports(c: Cursor, facts: Facts): void {
  for (let left = c.unsigned(); left > 0; left--) {
    c.name()
    c.name()
    const kind = c.byte()
    if (kind === 0) {
      facts.functionTypes.push(c.unsigned())
      facts.importedFunctions++
    } else if (kind === 1) {
      c.skipType()
      facts.wideTables.push(limits(c))
    } else if (kind === 2) facts.wideMemories.push(limits(c))
    else if (kind === 3) {
      c.skipType()
      c.byte()
      facts.globals++
    } else {
      c.byte()
      c.unsigned()
    }
  }
}

function readTables(c: Cursor, facts: Facts): void {
  for (let left = c.unsigned(); left > 0; left--) {
    const initialised = c.bytes[c.at] === 0x40
    if (initialised) c.skip(2)
    c.skipType()
    facts.wideTables.push(limits(c))
    if (!initialised) continue
    for (let code = c.byte(); code !== 0x0b; code = c.byte()) skipImmediates(c, code)
  }
}

function readFacts(bytes: Uint8Array, sections: readonly Section[]): Facts {
  const facts: Facts = {
    typeParams: [],
    functionTypes: [],
    wideMemories: [],
    wideTables: [],
    importedFunctions: 0,
    globals: 0,
  }
  for (const { id, start, end } of sections) {
    const c = new Cursor(bytes, start, end)
    if (id === 1) readTypes(c, facts)
    else if (id === 2) readImports(c, facts)
    else if (id === 3) {
      for (let left = c.unsigned(); left > 0; left--) facts.functionTypes.push(c.unsigned())
    } else if (id === 4) readTables(c, facts)
    else if (id === 5) {
      for (let left = c.unsigned(); left > 0; left--) facts.wideMemories.push(limits(c))
    } else if (id === 6) facts.globals += c.unsigned()
  }
  return facts
}

/** Neither traps nor moves control: counted together with the next instruction that may. */
function isPlain(code: number): boolean {
  if (code === 0x1a || code === 0x1b || (code >= 0x20 && code <= 0x24)) return true
  if (code < 0x41 || code > 0xc4) return false
  const divides = (code >= 0x6d && code <= 0x70) || (code >= 0x7f && code <= 0x82)
  const truncates = (code >= 0xa8 && code <= 0xab) || (code >= 0xae && code <= 0xb1)
  return !divides && !truncates
}

class BodyRewriter {
  private readonly c: Cursor
  private readonly facts: Facts
  private readonly counter: number
  private readonly out = new Output()
  private pending = 0
  /** The added local that keeps a bulk operation's size. */
  private scratch = 0

  constructor(c: Cursor, facts: Facts, counter: number) {
    this.c = c
    this.facts = facts
    this.counter = counter
  }

  rewrite(params: number): Uint8Array {
    this.locals(params)
    this.instructions()
    return this.out.take()
  }

  private locals(params: number): void {
    const { c, out } = this
    const groups = c.unsigned()
    const start = c.at
    this.scratch = params
    for (let left = groups; left > 0; left--) {
      this.scratch += c.unsigned()
      c.skipType()
    }
    out.append(unsigned(groups + 1))
    out.append(c.bytes.subarray(start, c.at))
    out.put(1, 0x7e)
  }

  /** counter += pending */
  private flush(): void {
    if (this.pending === 0) return
    const { out } = this
    const global = unsigned(this.counter)
    out.append([0x23, ...global, 0x42, ...signed(this.pending), 0x7c, 0x24, ...global])
    this.pending = 0
  }

  private instructions(): void {
    const { c, out } = this
    for (let depth = 1; depth > 0; ) {
      const start = c.at
      const code = c.byte()
      const opens = code === 0x02 || code === 0x03 || code === 0x06 || code === 0x1f
      if (opens || code === 0x04) depth++
      if (code === 0x0b || code === 0x18) depth--
      const free = opens || code === 0x18 || (code === 0x0b && depth > 0)
      if (!free) this.pending++
      if (!isPlain(code)) this.flush()
      if (code === 0xfc) this.prefixed(start)
      else {
        skipImmediates(c, code)
        out.append(c.bytes.subarray(start, c.at))
      }
    }
    if (c.at !== c.end) throw new Error(`the body ends at ${c.at}, not ${c.end}`)
  }

  private prefixed(start: number): void {
    const { c, out, facts } = this
    const code = c.unsigned()
    const first = code >= 8 ? c.unsigned() : 0
    const second = [8, 10, 12, 14].includes(code) ? c.unsigned() : 0
    const copy = (): void => out.append(c.bytes.subarray(start, c.at))
    const { wideMemories, wideTables } = facts
    if (code === 8) this.bulk(false, CHUNK_BYTES_LOG2, copy)
    else if (code === 10) {
      this.bulk(wideMemories[first] && wideMemories[second], CHUNK_BYTES_LOG2, copy)
    } else if (code === 11) this.bulk(wideMemories[first], CHUNK_BYTES_LOG2, copy)
    else if (code === 12) this.bulk(false, CHUNK_ENTRIES_LOG2, copy)
    else if (code === 14) {
      this.bulk(wideTables[first] && wideTables[second], CHUNK_ENTRIES_LOG2, copy)
    } else if (code === 17) this.bulk(wideTables[first], CHUNK_ENTRIES_LOG2, copy)
    else copy()
  }

  /**
   * One tick was counted before; where it does not trap, the chunks after the first are counted
   * behind it: (size + chunk - 1) / chunk - (size != 0).
   */
  private bulk(wide: boolean, chunkLog2: number, operation: () => void): void {
    const { out } = this
    const scratch = unsigned(this.scratch)
    const global = unsigned(this.counter)
    if (!wide) out.put(0xad)
    out.put(0x22, ...scratch)
    if (!wide) out.put(0xa7)
    operation()
    out.put(0x23, ...global)
    out.put(0x20, ...scratch, 0x42, ...signed(2 ** chunkLog2 - 1), 0x7c)
    out.put(0x42, ...signed(chunkLog2), 0x88, 0x7c)
    out.put(0x20, ...scratch, 0x42, 0, 0x52, 0xad, 0x7d, 0x24, ...global)
  }
}

function rewriteCode(bytes: Uint8Array, section: Section, facts: Facts): Uint8Array {
  const c = new Cursor(bytes, section.start, section.end)
  const out = new Output()
  const count = c.unsigned()
  out.append(unsigned(count))
  for (let index = 0; index < count; index++) {
    const sizeBytes = c.unsigned()
    const type = facts.functionTypes[facts.importedFunctions + index]
    const cursor = new Cursor(bytes, c.at, c.at + sizeBytes)
    const body = new BodyRewriter(cursor, facts, facts.globals).rewrite(facts.typeParams[type])
    out.append(unsigned(body.length))
    out.append(body)
    c.skip(sizeBytes)
  }
  return out.take()
}

/** The content of a section that is a list, with one more entry. */
function appended(bytes: Uint8Array, section: Section | undefined, entry: readonly number[]) {
  if (section === undefined) return Uint8Array.from([1, ...entry])
  const c = new Cursor(bytes, section.start, section.end)
  const count = c.unsigned()
  return Uint8Array.from([...unsigned(count + 1), ...bytes.subarray(c.at, section.end), ...entry])
}

/** Sections in the order that the format asks for. */
const order = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11]

/** The module with its counter. Custom sections are dropped. */
export function countTicks(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const sections = sectionsOf(bytes)
  const facts = readFacts(bytes, sections)
  const name = new TextEncoder().encode(COUNTER)
  const out = new Output()
  out.append(bytes.subarray(0, 8))
  for (const id of order) {
    const section = sections.find((one) => one.id === id)
    const content =
      id === 6
        ? appended(bytes, section, [0x7e, 1, 0x42, 0, 0x0b])
        : id === 7
          ? appended(bytes, section, [name.length, ...name, 3, ...unsigned(facts.globals)])
          : section === undefined
            ? null
            : id === 10
              ? rewriteCode(bytes, section, facts)
              : bytes.subarray(section.start, section.end)
    if (content === null) continue
    out.put(id)
    out.append(unsigned(content.length))
    out.append(content)
  }
  return out.take() as Uint8Array<ArrayBuffer>
}
