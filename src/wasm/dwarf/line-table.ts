// The rows of a line program (DWARF 5, 6.2.5): which addresses come from which line, as columns of
// numbers in ascending order of address.
import { DamagedDebugData, DebugReader, orWhereDamaged } from './debug-reader.ts'
import type { LineHeader, SourceFile } from './line-header.ts'
import { isOfCode, type Range } from './ranges.ts'

export const RowFlag = { statement: 1, end: 2, prologueEnd: 4 } as const

const COLUMNS = 5
const MOST_ROWS = 1 << 24

export class LineTable {
  readonly files: readonly (SourceFile | undefined)[]
  /** Rows; the last of a sequence says where it ends, and has no line. */
  readonly addresses: Uint32Array
  readonly lines: Uint32Array
  readonly columns: Uint32Array
  readonly fileNumbers: Uint32Array
  readonly flags: Uint8Array
  /** The addresses of each sequence of code. */
  readonly sequences: readonly Range[]

  constructor(files: LineTable['files'], rows: Rows) {
    const count = rows.kept / COLUMNS
    this.files = files
    const order = rows.order()
    const column = (at: number): Uint32Array =>
      Uint32Array.from({ length: count }, (_, row) => rows.numbers[order[row] * COLUMNS + at])
    this.addresses = column(0)
    this.fileNumbers = column(1)
    this.lines = column(2)
    this.columns = column(3)
    this.flags = Uint8Array.from(column(4))
    this.sequences = rows.sequences
  }

  /** The row that covers an address; -1: none does. */
  rowAt(address: number): number {
    const { addresses, flags } = this
    let low = 0
    let high = addresses.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (addresses[middle] <= address) low = middle + 1
      else high = middle
    }
    const row = low - 1
    return row < 0 || (flags[row] & RowFlag.end) !== 0 ? -1 : row
  }
  fileOf(row: number): SourceFile | null {
    return this.files[this.fileNumbers[row]] ?? null
  }
}

/** A program that breaks off leaves the sequences that had ended. */
export function readLineTable(header: LineHeader): LineTable {
  const rows = new Rows()
  orWhereDamaged(undefined, () => new LineProgram(header, rows).run())
  return new LineTable(header.files, rows)
}

/** What a line program has said so far; sequences of code that is not there are dropped. */
export class Rows {
  readonly numbers: number[] = []
  /** Numbers of the sequences that ended. */
  kept = 0
  readonly sequences: (Range & { first: number; count: number })[] = []

  add(state: LineState, end: boolean): void {
    const { numbers } = this
    if (numbers.length >= MOST_ROWS * COLUMNS) throw new DamagedDebugData('too many rows')
    const flags =
      (state.statement ? RowFlag.statement : 0) |
      (end ? RowFlag.end : 0) |
      (state.prologueEnd ? RowFlag.prologueEnd : 0)
    numbers.push(state.address, state.file, state.line, state.column, flags)
    if (end) this.endSequence()
  }
  private endSequence(): void {
    const { numbers, kept, sequences } = this
    const from = numbers[kept]
    const to = numbers[numbers.length - COLUMNS]
    let ascends = true
    for (let at = kept + COLUMNS; at < numbers.length; at += COLUMNS) {
      if (numbers[at] < numbers[at - COLUMNS]) ascends = false
    }
    if (!ascends || !isOfCode({ from, to })) {
      numbers.length = kept
      return
    }
    const first = kept / COLUMNS
    sequences.push({ from, to, first, count: numbers.length / COLUMNS - first })
    this.kept = numbers.length
  }
  /** Row numbers with the sequences in order of address. */
  order(): Uint32Array {
    const order = new Uint32Array(this.kept / COLUMNS)
    let at = 0
    for (const { first, count } of this.sequences.sort((a, b) => a.from - b.from)) {
      for (let row = 0; row < count; row++) order[at++] = first + row
    }
    return order
  }
}

export interface LineState {
  address: number
  file: number
  line: number
  column: number
  statement: boolean
  prologueEnd: boolean
}

export const initialState = (statement: boolean): LineState => ({
  ...{ address: 0, file: 1, line: 1, column: 0, statement, prologueEnd: false },
})

/** The machine of DWARF 5, 6.2.5. */
class LineProgram {
  private state: LineState
  private readonly header: LineHeader
  private readonly r: DebugReader
  private readonly rows: Rows

  constructor(header: LineHeader, rows: Rows) {
    const { bytes, at, end } = header.program
    this.header = header
    this.r = new DebugReader(bytes, at, end)
    this.rows = rows
    this.state = initialState(header.startsStatement)
  }

  run(): void {
    const { r } = this
    const { opcodeBase } = this.header
    while (!r.done) {
      const opcode = r.u8()
      if (opcode >= opcodeBase) this.special(opcode - opcodeBase)
      else if (opcode === 0) this.extended()
      else this.standard(opcode)
    }
  }
  private row(): void {
    this.rows.add(this.state, false)
    this.state.prologueEnd = false
  }
  private advance(operations: number): void {
    this.state.address += operations * this.header.instructionBytes
  }
  private special(adjusted: number): void {
    const { lineBase, lineRange } = this.header
    this.advance(Math.floor(adjusted / lineRange))
    this.state.line += lineBase + (adjusted % lineRange)
    this.row()
  }
  private extended(): void {
    const { startsStatement } = this.header
    const { r, state } = this
    const size = r.uleb()
    const end = r.at + size
    if (size > 0) {
      const opcode = r.u8()
      if (opcode === 1) {
        this.rows.add(state, true)
        this.state = initialState(startsStatement)
      } else if (opcode === 2) state.address = r.uint(size - 1)
    }
    r.skip(end - r.at)
  }
  private standard(opcode: number): void {
    const { opcodeBase, lineRange, operands } = this.header
    const { r, state } = this
    switch (opcode) {
      case 1:
        return this.row()
      case 2:
        return this.advance(r.uleb())
      case 3:
        state.line += r.sleb()
        return
      case 4:
        state.file = r.uleb()
        return
      case 5:
        state.column = r.uleb()
        return
      case 6:
        state.statement = !state.statement
        return
      case 8:
        return this.advance(Math.floor((255 - opcodeBase) / lineRange))
      case 9:
        state.address += r.u16()
        return
      case 10:
        state.prologueEnd = true
        return
      default:
        for (let left = operands[opcode - 1]; left > 0; left--) r.skipLeb()
    }
  }
}
