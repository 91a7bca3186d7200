// The text of a source file that debug data names, where this host has it.
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { decodeUtf8 } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import type { SourceFile } from '../wasm/dwarf/program-source.ts'
import { readInputFile } from './input-file.ts'

const LIMIT_BYTES = 1 << 24

/**
 * Its lines; null: it is not here, or no text. Where the debug data does not hold them, the file is
 * looked for where the compiler had it, then below the working directory by ever fewer of its
 * folders.
 */
export function readSourceLines({ path, text: kept }: SourceFile): string[] | null {
  if (kept !== undefined) return kept.split(/\r?\n/)
  for (const candidate of candidates(path)) {
    const text = readText(candidate)
    if (text !== null) return text.split(/\r?\n/)
  }
  return null
}

/** Where on this host that file is, from a folder on; null: it is not here. */
export function findSource(path: string, folder: string): string | null {
  for (const candidate of candidates(path)) {
    const found = resolve(folder, candidate)
    if (statSync(found, { throwIfNoEntry: false })?.isFile() === true) return found
  }
  return null
}

function candidates(path: string): string[] {
  const parts = path.split(/[/\\]/).filter((part) => part !== '' && part !== '.')
  return [path, ...parts.map((_, at) => parts.slice(at).join('/'))]
}

function readText(path: string): string | null {
  const bytes = readPlainFile(path, LIMIT_BYTES)
  return bytes === null ? null : decodeUtf8(bytes)
}

/** The bytes of a file whose name a program tells; null: it cannot be read, or is too large. */
export function readPlainFile(path: string, limitBytes: number): Uint8Array | null {
  try {
    // Such a name may be that of a device, which has no end.
    return statSync(path).isFile() ? readInputFile(path, limitBytes) : null
  } catch (error) {
    if (error instanceof VacError || (error as NodeJS.ErrnoException).code !== undefined)
      return null
    throw error
  }
}
