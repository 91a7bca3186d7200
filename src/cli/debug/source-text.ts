// The source of a recorded program, where its debug sections name it and this host has it.
import { VacError } from '../../base/errors.ts'
import { readSourceLines } from '../../host/source-file.ts'
import type { Machine } from '../../machine/machine.ts'
import { sourceLine } from '../../server/debug/lines.ts'
import { placesNamed } from '../../time/questions/places.ts'
import { printable } from '../printable.ts'
import { lineText } from '../source-line.ts'

/** Lines shown before and behind the one asked for. */
const AROUND = 5

/** Where the machine stands: the line, and what it says; null: that is not known. */
export function hereText(m: Machine): string | null {
  const here = lineHere(m)
  if (here === null) return null
  const text = readSourceLines(here.file)?.[here.line - 1] ?? ''
  return `  ${lineText(here)}  ${printable(text.trim())}`.trimEnd()
}

/** Lines of source around FILE:LINE, or around where the machine stands. USAGE, FILE_MISSING. */
export function listText(m: Machine, asked: string | undefined): string {
  const [place] = asked === undefined ? [] : placesNamed(m, asked, null)
  const at = place === undefined ? lineHere(m) : sourceLine(m, place)
  if (at === null) {
    throw new VacError('USAGE', {
      found: asked ?? 'a place whose line is not known',
      expected: 'FILE:LINE of a program with debug sections',
    })
  }
  const lines = readSourceLines(at.file)
  if (lines === null) throw new VacError('FILE_MISSING', { where: at.file.path })
  const first = Math.max(1, at.line - AROUND)
  return lines
    .slice(first - 1, at.line + AROUND)
    .map((text, index) => {
      const mark = first + index === at.line ? '>' : ' '
      const number = `${first + index}`.padStart(5)
      return `${mark} ${number}  ${printable(text.replaceAll('\t', '  '))}`.trimEnd()
    })
    .join('\n')
}

function lineHere(m: Machine) {
  if (m.trap !== null) return sourceLine(m, m.trap.chain[0])
  return m.depth === 0 ? null : sourceLine(m, m.chain(m.framePc[m.depth - 1])[0])
}
