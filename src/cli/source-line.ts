// Lines of source, for people.
import type { SourceFrame, SourceLine } from '../wasm/dwarf/program-source.ts'
import { printable } from './printable.ts'

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
