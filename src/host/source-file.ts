// The text of a source file that debug data names, where this host has it.
import { statSync } from 'node:fs'
import { decodeUtf8 } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import { readInputFile } from './input-file.ts'

const LIMIT_BYTES = 1 << 24

/**
 * Its lines; null: it is not here, or no text. It is looked for where the compiler had it, then
 * below the working directory by ever fewer of its folders.
 */
export function readSourceLines(path: string): string[] | null {
  for (const candidate of candidates(path)) {
    const text = readText(candidate)
    if (text !== null) return text.split(/\r?\n/)
  }
  return null
}

function candidates(path: string): string[] {
  const parts = path.split(/[/\\]/).filter((part) => part !== '' && part !== '.')
  return [path, ...parts.map((_, at) => parts.slice(at).join('/'))]
}

function readText(path: string): string | null {
  try {
    // A name from a program may be that of a device, which has no end.
    if (!statSync(path).isFile()) return null
    return decodeUtf8(readInputFile(path, LIMIT_BYTES))
  } catch (error) {
    if (error instanceof VacError || (error as NodeJS.ErrnoException).code !== undefined)
      return null
    throw error
  }
}
