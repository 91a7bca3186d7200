// The line of the source that a place of a machine comes from, for people.
import type { Machine, Place } from '../machine/machine.ts'
import { type SourceFrame, type SourceLine, sourceOf } from '../wasm/dwarf/program-source.ts'
import { printable } from './printable.ts'

/** null: the program has no debug sections, or they do not tell. */
export const sourceLine = (m: Machine, place: Place): SourceLine | null =>
  sourceOf(m.store.instances[place.instance].program)?.lineOf(place) ?? null

/** The calls that stand at a place, innermost first: more than one where some were inlined. */
export const sourceFrames = (m: Machine, place: Place): SourceFrame[] =>
  sourceOf(m.store.instances[place.instance].program)?.framesOf(place) ?? []

/** `main.c:12:5`, and for inlined functions ` in add, inlined at main.c:30:9`; '': not known. */
export function framesText(frames: readonly SourceFrame[]): string {
  return frames
    .map(({ name, line }, at) => {
      const text = line === null ? 'an unknown line' : lineText(line)
      const inlined = at < frames.length - 1 ? ` in ${printable(name ?? '?')}` : ''
      return `${at === 0 ? '' : ', inlined at '}${text}${inlined}`
    })
    .join('')
}

/** `main.c:12:5`, with the file as the compiler was told it. */
export function lineText({ file, line, column }: SourceLine): string {
  const name = printable(file.name)
  return column === 0 ? `${name}:${line}` : `${name}:${line}:${column}`
}
