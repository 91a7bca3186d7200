// The program that a verb is about: read from a file, or from standard input as `-`.
import { VacError } from '../base/errors.ts'
import { readInputFile } from '../host/input-file.ts'
import { type LoadedProgram, loadProgram } from '../host/program-file.ts'

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
    return await loadProgram(bytes, file)
  } catch (error) {
    throw error instanceof VacError ? inFile(error, file) : error
  }
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
