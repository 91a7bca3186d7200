// Lines by a source map (ECMA-426), which tells the line of offsets in the module. Who loads the
// program puts the map's text beside it, as a custom section.
import { decodeUtf8 } from '../../base/bytes.ts'
import type { Program } from '../../isa/program.ts'
import { DamagedDebugData, DebugReader, orWhereDamaged } from './debug-reader.ts'
import { joinPath, type SourceFile } from './line-header.ts'
import { initialState, LineTable, Rows } from './line-table.ts'
import { LINES } from './sections.ts'

/** The custom section with a source map's text: spec/program.md. */
export const SOURCE_MAP = 'vac.source_map'

/** The module's own custom section with the map's address. */
const ADDRESS = 'sourceMappingURL'

/** Behind all code. */
const END = 0xffff_ff00

/** null: the program has no source map, or none that can be read. */
export function sourceMapOf({ customs }: Program): LineTable | null {
  const bytes = customs.find(({ name }) => name === SOURCE_MAP)?.bytes
  if (bytes === undefined) return null
  return orWhereDamaged(null, () => readSourceMap(decodeUtf8(bytes) ?? ''))
}

/**
 * The name of the source map that lies beside a program's file; null: it names none, or has debug
 * sections, which tell more.
 */
export function sourceMapName({ customs }: Program): string | null {
  if (customs.some(({ name }) => name === LINES)) return null
  const bytes = customs.find(({ name }) => name === ADDRESS)?.bytes ?? new Uint8Array(0)
  const name = orWhereDamaged(null, () => {
    const r = new DebugReader(bytes)
    return decodeUtf8(r.raw(r.uleb()))
  })
  return name !== null && /^(\.\/)?[^/\\:]+$/.test(name) ? name : null
}

/** The program with a source map's text; as it was where that cannot be read. */
export function withSourceMap(program: Program, bytes: Uint8Array): Program {
  const others = program.customs.filter(({ name }) => name !== SOURCE_MAP)
  const mapped = { ...program, customs: [...others, { name: SOURCE_MAP, bytes }] }
  return sourceMapOf(mapped) === null ? program : mapped
}

function readSourceMap(text: string): LineTable | null {
  const map = parsed(text)
  if (map === null || typeof map.mappings !== 'string') return null
  const root = typeof map.sourceRoot === 'string' ? map.sourceRoot : ''
  const contents = listOf(map.sourcesContent)
  const files = listOf(map.sources).map((source, at): SourceFile | undefined => {
    if (typeof source !== 'string') return undefined
    const content = contents[at]
    const file = { name: source, path: joinPath(root, source) }
    return typeof content === 'string' ? { ...file, text: content } : file
  })
  const rows = new Rows()
  const state = initialState(true)
  for (const { offset, source, line, column } of mappings(map.mappings)) {
    state.address = offset
    state.file = source
    // Lines and columns of a map count from 0.
    state.line = source < 0 ? 0 : line + 1
    state.column = column + 1
    rows.add(state, false)
  }
  state.address = END
  rows.add(state, true)
  return new LineTable(files, rows)
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : null
  } catch {
    return null
  }
}
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

interface Mapping {
  readonly offset: number
  /** -1: what is from here on comes from no source. */
  readonly source: number
  readonly line: number
  readonly column: number
}

/** In ascending order of offset. The module is one line of the generated text. */
function mappings(text: string): Mapping[] {
  const found: Mapping[] = []
  let [offset, source, line, column] = [0, 0, 0, 0]
  for (const segment of text.split(';', 1)[0].split(',')) {
    if (segment === '') continue
    const [byOffset, bySource, byLine, byColumn] = numbersOf(segment)
    offset += byOffset
    const isMapped = byColumn !== undefined
    if (isMapped) {
      source += bySource
      line += byLine
      column += byColumn
    }
    found.push({ offset, source: isMapped ? source : -1, line, column })
  }
  return found.sort((a, b) => a.offset - b.offset)
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Base64 digits of 5 bits, the least ones first; the lowest bit of a number is its sign. */
function numbersOf(segment: string): number[] {
  const numbers: number[] = []
  let value = 0
  let weight = 1
  for (const letter of segment) {
    const digit = DIGITS.indexOf(letter)
    if (digit < 0 || weight > 2 ** 40) throw new DamagedDebugData('a bad mapping')
    value += (digit & 31) * weight
    weight *= 32
    if (digit >= 32) continue
    const size = Math.floor(value / 2)
    numbers.push(value % 2 === 1 ? -size : size)
    value = 0
    weight = 1
  }
  return numbers
}
