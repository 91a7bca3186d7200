// The line of the source that a place of a machine comes from, for people.
import type { Machine, Place } from '../machine/machine.ts'
import { type SourceLine, sourceOf } from '../wasm/dwarf/program-source.ts'
import { printable } from './printable.ts'

/** null: the program has no debug sections, or they do not tell. */
export const sourceLine = (m: Machine, place: Place): SourceLine | null =>
  sourceOf(m.store.instances[place.instance].program)?.lineOf(place) ?? null

/** `main.c:12:5`, with the file as the compiler was told it. */
export function lineText({ file, line, column }: SourceLine): string {
  const name = printable(file.name)
  return column === 0 ? `${name}:${line}` : `${name}:${line}:${column}`
}
