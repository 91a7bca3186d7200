// What a debug client shows as source: the file that the program's debug sections name, where this
// host has it, else the instructions of the function, one a line.
import { basename } from 'node:path'
import type { DebugProtocol } from '@vscode/debugprotocol'
import { VacError } from '../../base/errors.ts'
import { findSource } from '../../host/source-file.ts'
import type { Machine, Place } from '../../machine/machine.ts'
import { sourceOf } from '../../wasm/dwarf/program-source.ts'
import { isPlace, placesOfFunction, placeText } from '../debug/code.ts'
import { functionTitle } from '../debug/frames.ts'
import { sourceLine } from '../debug/lines.ts'

/** Where an instruction is shown; lines and columns count from 1. */
export interface Shown {
  readonly source: DebugProtocol.Source
  readonly line: number
  readonly column: number
}

export class Sources {
  /** Files of the host by what debug sections call them; null: not here. */
  private readonly files = new Map<string, string | null>()
  /** Functions that were shown, by their number less one: that is the reference. */
  private readonly functions: Place[] = []
  private readonly folder: string

  /** `folder`: from where files are looked for. */
  constructor(folder: string) {
    this.folder = folder
  }

  /** `line`: that of the place; null: not known, or not by its debug sections. */
  shown(m: Machine, place: Place, line = sourceLine(m, place)): Shown {
    const path = line === null ? null : this.fileOf(line.file.path)
    if (line !== null && path !== null) {
      return { source: { name: basename(path), path }, line: line.line, column: line.column || 1 }
    }
    const name = `${functionTitle(m, place)}.vasm`
    const source = { name, sourceReference: this.referenceOf(place), origin: 'disassembly' }
    return { source, line: place.pc + 1, column: 1 }
  }

  /** The instructions of a function that was shown. REQUEST_INVALID. */
  text(m: Machine, reference: number): string {
    const place = this.functionOf(reference)
    return placesOfFunction(m, place)
      .map((one) => placeText(m, one))
      .join('\n')
  }

  /** Where the code of a line of a file stands, and the line that it is of; null: there is none. */
  placesOf(m: Machine, path: string, line: number): { line: number; places: Place[] } | null {
    let best: { line: number; places: Place[] } | null = null
    m.store.instances.forEach(({ program }, instance) => {
      const source = sourceOf(program)
      for (const file of source?.files() ?? []) {
        if (this.fileOf(file.path) !== path && !path.endsWith(`/${file.path}`)) continue
        const found = source?.placesOf(file.path, line) ?? null
        if (found === null || (best !== null && best.line <= found.line)) continue
        best = { line: found.line, places: found.places.map((one) => ({ instance, ...one })) }
      }
    })
    return best
  }

  /** The instruction that a line of a function that was shown is; null: there is none. */
  placeOf(m: Machine, reference: number, line: number): Place | null {
    const place = { ...this.functionOf(reference), pc: line - 1 }
    return isPlace(m, place) ? place : null
  }

  private fileOf(path: string): string | null {
    let found = this.files.get(path)
    if (found === undefined) {
      found = findSource(path, this.folder)
      this.files.set(path, found)
    }
    return found
  }

  private referenceOf({ instance, function: index }: Place): number {
    const known = this.functions.findIndex(
      (one) => one.instance === instance && one.function === index,
    )
    return known < 0 ? this.functions.push({ instance, function: index, pc: 0 }) : known + 1
  }

  private functionOf(reference: number): Place {
    const found = this.functions[reference - 1]
    if (found !== undefined) return found
    throw new VacError('REQUEST_INVALID', {
      found: `source ${reference}`,
      expected: 'one that a stack trace named',
    })
  }
}
