// Where the instructions of a program come from: file, line and column, by its debug sections
// (DWARF 4 and 5), or else by a source map. All of it is read when it is asked for, and kept;
// damage means "not known".
import type { Program } from '../../isa/program.ts'
import { type CodePlace, CodePlaces } from './code-places.ts'
import { Attribute, Tag } from './constants.ts'
import { orWhereDamaged } from './debug-reader.ts'
import type { Entry } from './entries.ts'
import type { SourceFile } from './line-header.ts'
import { type LineTable, RowFlag } from './line-table.ts'
import { frameBaseOf } from './locations.ts'
import { debugSections } from './sections.ts'
import { sourceMapOf } from './source-map.ts'
import type { FrameValues } from './storage.ts'
import { UnitFunctions } from './unit-functions.ts'
import { UnitLines } from './unit-lines.ts'
import type { Variable } from './variable.ts'
import { variableIn, variablesIn } from './variables.ts'

export type { CodePlace } from './code-places.ts'
export { frameValues } from './frame-values.ts'
export type { SourceFile } from './line-header.ts'
export type { FrameValues } from './storage.ts'
export type { Variable } from './variable.ts'

/** Lines and columns count from 1; column 0 is not known. */
export interface SourceLine {
  readonly file: SourceFile
  readonly line: number
  readonly column: number
}

/** A call as the source has it: several stand in one frame where functions were inlined. */
export interface SourceFrame {
  /** The function's name as it stands in the source; null: not known. */
  readonly name: string | null
  /** Where it stands: for all but the innermost, where it calls the one within. */
  readonly line: SourceLine | null
}

const known = new WeakMap<Program, ProgramSource | null>()

/** null: the program has no debug sections that tell of lines, and no source map. */
export function sourceOf(program: Program): ProgramSource | null {
  let source = known.get(program)
  if (source === undefined) {
    const found = debugged(program)
    source = found === null ? mapped(program) : new ProgramSource(found.places, found.units, null)
    known.set(program, source)
  }
  return source
}

function debugged(program: Program): { places: CodePlaces; units: UnitLines } | null {
  const found = debugSections(program)
  if (found === null) return null
  return {
    places: new CodePlaces(program, found.codeOffset),
    units: new UnitLines(found.sections),
  }
}

function mapped(program: Program): ProgramSource | null {
  const table = sourceMapOf(program)
  return table === null ? null : new ProgramSource(new CodePlaces(program, 0), null, table)
}

export class ProgramSource {
  private readonly places: CodePlaces
  /** By debug sections; or else by a source map, which tells lines alone. */
  private readonly units: UnitLines | null
  private readonly functions: UnitFunctions | null
  private readonly map: LineTable | null

  constructor(places: CodePlaces, units: UnitLines | null, map: LineTable | null) {
    this.places = places
    this.units = units
    this.functions = units === null ? null : new UnitFunctions(units)
    this.map = map
  }

  /** The line of an instruction. */
  lineOf(place: CodePlace): SourceLine | null {
    const address = this.places.addressOf(place)
    const table = address === null ? null : this.tableAt(address)
    if (address === null || table === null) return null
    const start = this.places.addressOf({ function: place.function, pc: 0 }) ?? address
    let row = table.rowAt(address)
    // Line 0 is code of the compiler's own: it belongs to the line before it in the function.
    while (row > 0 && table.lines[row] === 0 && table.addresses[row] > start) row--
    if (row < 0 || table.addresses[row] <= this.places.endBefore(place.function)) return null
    const file = table.fileOf(row)
    if (file === null || table.lines[row] === 0) return null
    return { file, line: table.lines[row], column: table.columns[row] }
  }

  /** The calls that an instruction stands in, innermost first; several where some are inlined. */
  framesOf(place: CodePlace): SourceFrame[] {
    const address = this.places.addressOf(place)
    if (address === null) return []
    const frames: SourceFrame[] = []
    let line = this.lineOf(place)
    for (const scopes of this.callsAt(address)) {
      const [entry] = scopes
      frames.push({ name: orWhereDamaged(null, () => entry.nameOf()), line })
      line = this.callLine(entry)
    }
    return frames
  }

  /**
   * Parameters and variables that an instruction of a frame sees, of inner blocks first. `call`
   * counts the calls that stand in the frame, from the innermost (framesOf).
   */
  variablesOf(place: CodePlace, frame: FrameValues, call = 0): Variable[] {
    const address = this.places.addressOf(place)
    if (address === null) return []
    const calls = this.callsAt(address)
    const base = calls.at(-1)?.[0]
    const frameBase =
      base === undefined ? null : orWhereDamaged(null, () => frameBaseOf(base, frame, address))
    const standing = { frame, address, frameBase }
    return (calls[call] ?? []).toReversed().flatMap((scope) => variablesIn(scope, standing))
  }

  /** A variable that belongs to no function; the one that an instruction's own file has, first. */
  globalNamed(name: string, place: CodePlace | null, frame: FrameValues): Variable | null {
    const address = place === null ? null : this.places.addressOf(place)
    const nearest = address === null ? null : (this.units?.unitAt(address) ?? null)
    const entry = this.functions?.globalNamed(name, nearest) ?? null
    return entry === null ? null : variableIn(entry, { frame, address: 0, frameBase: null })
  }

  /** Functions by their name in the source; each by its index. */
  functionsNamed(name: string): number[] {
    const addresses = this.functions?.addressesOf(name) ?? []
    const places = addresses.map((address) => this.places.placeOf(address))
    return places.filter((place) => place !== null).map((place) => place.function)
  }

  /** All files that lines come from, each once. */
  files(): SourceFile[] {
    const files = new Map<string, SourceFile>()
    for (const listed of this.listings()) {
      for (const file of listed.files) if (file !== undefined) files.set(file.path, file)
    }
    return [...files.values()]
  }

  /**
   * Where the statements of a line begin: one place for each function, and for each function that
   * it was inlined into, behind the prologue. Where the line has no code, those of the next line
   * that has some. `file` is a path, or the end of one.
   */
  placesOf(file: string, line: number): { line: number; places: CodePlace[] } | null {
    const asked = [...this.tablesOf(file)]
    let best = Number.POSITIVE_INFINITY
    for (const { table, numbers } of asked) best = Math.min(best, nextLine(table, numbers, line))
    if (best === Number.POSITIVE_INFINITY) return null
    const places = new Map<string, CodePlace>()
    for (const { table, numbers } of asked) {
      for (const row of rowsOf(table, numbers, best)) {
        const address = table.addresses[row]
        const place = this.places.placeOf(address)
        const key = `${place?.function} ${this.callsAt(address)[0]?.[0].offset}`
        if (place === null || places.has(key)) continue
        places.set(key, place.pc === 0 ? this.behindPrologue(table, row) : place)
      }
    }
    return { line: best, places: [...places.values()] }
  }

  /** The place behind the prologue of a function, where its parameters are in place. */
  bodyOf(index: number): CodePlace {
    const start = { function: index, pc: 0 }
    const address = this.places.addressOf(start)
    const table = address === null ? null : this.tableAt(address)
    const row = address === null ? -1 : (table?.rowAt(address) ?? -1)
    return table === null || row < 0 ? start : this.behindPrologue(table, row)
  }

  private behindPrologue(table: LineTable, first: number): CodePlace {
    const start = this.places.placeOf(table.addresses[first]) ?? { function: -1, pc: 0 }
    for (let row = first; row < table.flags.length; row++) {
      if ((table.flags[row] & RowFlag.end) !== 0) break
      if ((table.flags[row] & RowFlag.prologueEnd) === 0) continue
      const place = this.places.placeOf(table.addresses[row])
      return place?.function === start.function ? place : start
    }
    return start
  }

  private *tablesOf(file: string): Generator<{ table: LineTable; numbers: Set<number> }> {
    for (const { files, tableOf } of this.listings()) {
      const numbers = fileNumbers(files, file)
      const table = numbers.size === 0 ? null : tableOf()
      if (table !== null) yield { table, numbers }
    }
  }
  /** The files that lines come from, and the lines, which are read when they are asked for. */
  private *listings(): Generator<{
    files: LineTable['files']
    tableOf: () => LineTable | null
  }> {
    const { units, map } = this
    if (map !== null) yield { files: map.files, tableOf: () => map }
    for (const unit of units?.units ?? []) {
      const files = units?.headerOf(unit)?.files ?? []
      yield { files, tableOf: () => units?.tableOf(unit) ?? null }
    }
  }
  /** Scopes at an address, call by call, the innermost call first; in each, blocks inwards. */
  private callsAt(address: number): Entry[][] {
    const calls: Entry[][] = []
    for (const scope of this.functions?.scopesAt(address) ?? []) {
      if (scope.tag !== Tag.lexicalBlock) calls.unshift([])
      calls[0]?.push(scope)
    }
    return calls
  }
  /** Where an inlined function was called. */
  private callLine(inlined: Entry): SourceLine | null {
    const line = inlined.constant(Attribute.callLine) ?? 0
    const column = inlined.constant(Attribute.callColumn) ?? 0
    const number = inlined.constant(Attribute.callFile) ?? -1
    const file = this.units?.headerOf(inlined.unit)?.files[number]
    return file === undefined || line === 0 ? null : { file, line, column }
  }
  private tableAt(address: number): LineTable | null {
    const unit = this.units?.unitAt(address) ?? null
    return unit === null ? this.map : (this.units?.tableOf(unit) ?? null)
  }
}

/** Does a path end in this one, folder by folder? */
const endsIn = (path: string, end: string): boolean =>
  path === end || path.endsWith(`/${end.replace(/^(\.\/)+/, '')}`)

function fileNumbers(files: LineTable['files'], asked: string): Set<number> {
  const numbers = new Set<number>()
  files.forEach((file, number) => {
    if (file !== undefined && (file.name === asked || endsIn(file.path, asked))) numbers.add(number)
  })
  return numbers
}

const isStart = ({ flags, lines }: LineTable, row: number): boolean =>
  (flags[row] & RowFlag.statement) !== 0 && (flags[row] & RowFlag.end) === 0 && lines[row] !== 0

/** The least line with a statement, this one or a later one. */
function nextLine(table: LineTable, numbers: ReadonlySet<number>, line: number): number {
  let best = Number.POSITIVE_INFINITY
  table.lines.forEach((found, row) => {
    if (found < line || found >= best) return
    if (numbers.has(table.fileNumbers[row]) && isStart(table, row)) best = found
  })
  return best
}

function* rowsOf(table: LineTable, numbers: ReadonlySet<number>, line: number): Generator<number> {
  for (let row = 0; row < table.lines.length; row++) {
    if (table.lines[row] !== line || !numbers.has(table.fileNumbers[row])) continue
    if (isStart(table, row)) yield row
  }
}
