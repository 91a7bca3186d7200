// The header of a line program in `.debug_line` (DWARF 4 and 5, 6.2.4): its files and its opcodes.
import { Form } from './constants.ts'
import { DamagedDebugData, DebugReader } from './debug-reader.ts'
import { type Encoding, readValue } from './forms.ts'
import type { DebugSections } from './sections.ts'

export interface SourceFile {
  /** As the compiler was told it. */
  readonly name: string
  /** With the folder in which the compiler ran. */
  readonly path: string
  /** What stands in it, where a source map has that. */
  readonly text?: string
}

export interface LineHeader {
  readonly version: number
  readonly instructionBytes: number
  readonly startsStatement: boolean
  readonly lineBase: number
  readonly lineRange: number
  readonly opcodeBase: number
  /** Operands of the standard opcodes, from opcode 1 on. */
  readonly operands: readonly number[]
  /** By the number that the program uses; from 0 in version 5, from 1 before. */
  readonly files: readonly (SourceFile | undefined)[]
  /** The program itself. */
  readonly program: DebugReader
}

const PATH = 1
const FOLDER = 2

export function readLineHeader(
  sections: DebugSections,
  offset: number,
  compDir: string,
): LineHeader {
  const { body, offsetBytes } = new DebugReader(sections.lines, offset).unit()
  const version = body.u16()
  if (version < 2 || version > 5) throw new DamagedDebugData('an unknown version')
  let addressBytes = 4
  if (version === 5) {
    addressBytes = body.u8()
    body.u8()
  }
  const length = body.uint(offsetBytes)
  const start = body.at + length
  const instructionBytes = body.u8()
  if (version >= 4) body.u8()
  const startsStatement = body.u8() !== 0
  const lineBase = body.s8()
  const lineRange = body.u8()
  const opcodeBase = body.u8()
  if (lineRange === 0 || opcodeBase === 0) throw new DamagedDebugData('no opcodes')
  const operands = Array.from({ length: opcodeBase - 1 }, () => body.u8())
  const encoding = { version, addressBytes, offsetBytes }
  const files = version === 5 ? files5(body, sections, encoding, compDir) : files4(body, compDir)
  const program = new DebugReader(sections.lines, start, body.end)
  return {
    ...{ version, instructionBytes, startsStatement, lineBase, lineRange, opcodeBase },
    ...{ operands, files, program },
  }
}

function files4(r: DebugReader, compDir: string): (SourceFile | undefined)[] {
  const folders = ['']
  for (let name = r.text(); name !== ''; name = r.text()) folders.push(name)
  const files: (SourceFile | undefined)[] = [undefined]
  for (let name = r.text(); name !== ''; name = r.text()) {
    const folder = folders[r.uleb()] ?? ''
    r.skipLeb()
    r.skipLeb()
    files.push(fileOf(compDir, folder, name))
  }
  return files
}

function files5(
  r: DebugReader,
  sections: DebugSections,
  encoding: Encoding,
  compDir: string,
): SourceFile[] {
  const folders = readRows(r, sections, encoding).map(({ path }) => path)
  return readRows(r, sections, encoding).map(({ path, folder }) => {
    const base = folders[0] ?? compDir
    const within = folder === 0 ? '' : (folders[folder] ?? '')
    return fileOf(base, within, path)
  })
}

function readRows(
  r: DebugReader,
  sections: DebugSections,
  encoding: Encoding,
): { path: string; folder: number }[] {
  const formats = Array.from({ length: r.u8() }, () => ({ content: r.uleb(), form: r.uleb() }))
  const count = r.uleb()
  if (count > r.end - r.at) throw new DamagedDebugData('more files than bytes')
  const rows: { path: string; folder: number }[] = []
  for (let left = count; left > 0; left--) {
    let path = ''
    let folder = 0
    for (const { content, form } of formats) {
      const value = readValue(r, form, 0, encoding)
      if (content === FOLDER) folder = value.number
      if (content !== PATH) continue
      if (form === Form.text) path = value.text ?? ''
      else if (form === Form.lineTextOffset) path = textAt(sections.lineTexts, value.number)
      else if (form === Form.textOffset) path = textAt(sections.texts, value.number)
    }
    rows.push({ path, folder })
  }
  return rows
}

const textAt = (bytes: Uint8Array, at: number): string => new DebugReader(bytes, at).text()

const isAbsolute = (path: string): boolean => /^([/\\]|[A-Za-z]:)/.test(path)
export const joinPath = (folder: string, name: string): string => {
  const plain = name.replace(/^(\.\/)+/, '')
  return folder === '' || isAbsolute(plain) ? plain : `${folder.replace(/\/+$/, '')}/${plain}`
}

function fileOf(compDir: string, folder: string, file: string): SourceFile {
  const name = joinPath(folder, file)
  return { name, path: joinPath(compDir, name) }
}
