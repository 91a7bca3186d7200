// What a function of a program is called.
import type { Program } from './program.ts'

/** By the debug names, else the export's or the import's name; null: it has none. */
export function functionName(program: Program, index: number): string | null {
  const debug = program.names.functions.get(index)
  if (debug !== undefined) return debug
  const exported = program.exports.find((entry) => entry.kind === 'func' && entry.index === index)
  if (exported !== undefined) return exported.name
  const imported = program.imports.filter(({ extern }) => extern.kind === 'func')[index]
  return imported === undefined ? null : `${imported.module}.${imported.name}`
}
