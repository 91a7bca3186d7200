// Variables of a recorded program's source, as they stand in a frame.
import { VacError } from '../../base/errors.ts'
import type { Machine } from '../../machine/machine.ts'
import {
  type SourceFrameValues,
  sourceFrameValues,
  variableOf,
} from '../../time/questions/source-variables.ts'
import type { Variable } from '../../wasm/dwarf/program-source.ts'
import { printable } from '../printable.ts'

/** A frame by its number in the call chain: 0 is the innermost. USAGE where there is none. */
function frameAt(m: Machine, number: number): SourceFrameValues {
  const at = m.depth - 1 - number
  if (at < 0 || number < 0) {
    const hint = m.status === 'trapped' ? '; back 1 is before the trap' : ''
    const found = m.depth === 0 ? `a machine that is ${m.status}${hint}` : `frame ${number}`
    throw new VacError('USAGE', { found, expected: 'a frame of a program that runs' })
  }
  const frame = sourceFrameValues(m, at)
  if (frame !== null) return frame
  throw new VacError('USAGE', {
    found: 'a program without debug sections',
    expected: 'one that was compiled with them, as by clang -g',
  })
}

/** Parameters and variables of a frame, of each function that was inlined into it too. */
export function localsText(m: Machine, number: number): string {
  const { place, source, values } = frameAt(m, number)
  const calls = source.framesOf(place)
  const lines = calls.flatMap(({ name }, call) => {
    const variables = source.variablesOf(place, values, call)
    const title = calls.length > 1 ? [`  of ${printable(name ?? 'a function')}:`] : []
    return [...title, ...variables.map((variable) => `  ${variableLine(variable)}`)]
  })
  return lines.length === 0 ? '  no variables are known here' : lines.join('\n')
}

/** A variable by name, or a part of one: `list->at.x`, `tags[2]`. USAGE where there is none. */
export function printText(m: Machine, asked: string, number = 0): string {
  const variable = variableNamed(m, asked, number)
  const parts = variable.children.map((part) => `  ${variableLine(part)}`)
  return [variableLine(variable), ...parts].join('\n')
}

export function variableNamed(m: Machine, asked: string, number: number): Variable {
  const found = variableOf(frameAt(m, number), asked)
  if (found !== null) return found
  throw new VacError('USAGE', {
    found: asked === '' ? 'nothing' : asked,
    expected: 'a variable that is known here; locals lists them',
  })
}

const variableLine = ({ name, type, value }: Variable): string =>
  printable(`${name} = ${value}   (${type})`)
