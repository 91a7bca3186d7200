// The lines of source that the instructions of a machine's programs come from.

import type { Machine, Place } from '../../machine/machine.ts'
import { type SourceFrame, type SourceLine, sourceOf } from '../../wasm/dwarf/program-source.ts'
import { isCall, placesOfFunction } from './code.ts'

/** null: the program has no debug sections, or they do not tell. */
export const sourceLine = (m: Machine, place: Place): SourceLine | null =>
  sourceOf(m.store.instances[place.instance].program)?.lineOf(place) ?? null

/** The calls that stand at a place, innermost first: more than one where some were inlined. */
export const sourceFrames = (m: Machine, place: Place): SourceFrame[] =>
  sourceOf(m.store.instances[place.instance].program)?.framesOf(place) ?? []

/** The same text for each place of a line; null: its line is not known. */
export function lineKey(m: Machine, place: Place): string | null {
  const found = sourceLine(m, place)
  return found === null ? null : `${found.file.path}:${found.line}`
}

/** Where the function of a place comes to stand in another line. */
export function otherLines(m: Machine, place: Place): Place[] {
  const here = lineKey(m, place)
  return placesOfFunction(m, place).filter((one) => {
    const key = lineKey(m, one)
    return key !== null && key !== here
  })
}

/** The calls in the line of a place. */
export function callsInLine(m: Machine, place: Place): Place[] {
  const here = lineKey(m, place)
  return placesOfFunction(m, place).filter((one) => isCall(m, one) && lineKey(m, one) === here)
}

/** Behind the prologue of a function, where its parameters are in place; null: no lines. */
export function bodyOf(m: Machine, place: Place): Place | null {
  const { instance } = place
  const source = sourceOf(m.store.instances[instance].program)
  if (source === null || source.lineOf(place) === null) return null
  return { instance, ...source.bodyOf(place.function) }
}
