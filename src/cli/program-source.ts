// The program that a verb is about: read from a file, or from standard input as `-`.
import { dirname, join } from 'node:path'
import { VacError } from '../base/errors.ts'
import { readInputFile } from '../host/input-file.ts'
import { type LoadedProgram, loadProgram } from '../host/program-file.ts'
import { readPlainFile } from '../host/source-file.ts'

export function onlyFile(rest: readonly string[], verb: string): string {
  if (rest.length === 1) return rest[0]
  throw new VacError('USAGE', {
    found: rest.length === 0 ? 'no file' : `${rest.length} files`,
    expected: `vac ${verb} FILE`,
  })
}

export const pathOf = (file: string): string => (file === '-' ? '/dev/stdin' : file)

/** Reads and checks a program; errors name the file. */
export async function readProgram(file: string): Promise<LoadedProgram> {
  const bytes = readInputFile(pathOf(file))
  try {
    return await loadProgram(bytes, file, { beside: (name) => besideFile(file, name) })
  } catch (error) {
    throw error instanceof VacError ? inFile(error, file) : error
  }
}

const MAP_LIMIT_BYTES = 1 << 26

/** A file in the same folder; null: it is not there, or not to be read. */
function besideFile(file: string, name: string): Uint8Array | null {
  return file === '-' ? null : readPlainFile(join(dirname(file), name), MAP_LIMIT_BYTES)
}

/** The same error with the file's name in front of its place. */
export function inFile(error: VacError, file: string): VacError {
  const { where } = error.detail
  if (where?.startsWith(file)) return error
  return new VacError(error.code, {
    ...error.detail,
    where: where === undefined ? file : `${file}, ${where}`,
  })
}
