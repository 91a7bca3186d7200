// Reading a whole file that someone named: bounded, and every way to fail has a code.
import {
  closeSync,
  createReadStream,
  fstatSync,
  openSync,
  type ReadStream,
  readSync,
} from 'node:fs'
import { VacError } from '../base/errors.ts'

/** The largest program or state that is read, in bytes. */
export const FILE_LIMIT_BYTES = 1 << 30

const reasons: Record<string, string> = {
  ENOENT: 'no such file',
  EISDIR: 'a directory',
  EACCES: 'no permission to read',
  ENOTDIR: 'a path through something that is no directory',
  ELOOP: 'a loop of links',
  ENAMETOOLONG: 'a name that is too long',
}

const reasonOf = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return reasons[code] ?? (code === '' ? String(error) : code)
}

/**
 * The bytes of a file; FILE_MISSING or FILE_TOO_LARGE otherwise. Devices and pipes are read to
 * their end.
 */
export function readInputFile(path: string, limitBytes = FILE_LIMIT_BYTES): Uint8Array {
  const fail = (found: string): never => {
    throw new VacError('FILE_MISSING', { found, expected: 'a file', where: path })
  }
  if (path.includes('\0')) fail('a NUL in the name')
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch (error) {
    return fail(reasonOf(error))
  }
  try {
    const status = fstatSync(fd)
    if (status.isDirectory()) fail('a directory')
    if (status.size > limitBytes) tooLarge(path, status.size, limitBytes)
    return readAll(fd, path, status.size, limitBytes)
  } catch (error) {
    if (error instanceof VacError) throw error
    return fail(reasonOf(error))
  } finally {
    closeSync(fd)
  }
}

/** A stream of a file, which is open already; FILE_MISSING otherwise. */
export function openInput(path: string): ReadStream {
  const fail = (found: string): never => {
    throw new VacError('FILE_MISSING', { found, expected: 'a file', where: path })
  }
  if (path.includes('\0')) fail('a NUL in the name')
  try {
    const fd = openSync(path, 'r')
    if (fstatSync(fd).isDirectory()) {
      closeSync(fd)
      fail('a directory')
    }
    return createReadStream(path, { fd })
  } catch (error) {
    if (error instanceof VacError) throw error
    return fail(reasonOf(error))
  }
}

function tooLarge(path: string, sizeBytes: number, limitBytes: number): never {
  throw new VacError('FILE_TOO_LARGE', {
    found: `${sizeBytes} bytes`,
    expected: `at most ${limitBytes}`,
    where: path,
  })
}

function readAll(fd: number, path: string, expected: number, limitBytes: number): Uint8Array {
  let bytes = new Uint8Array(expected + 1)
  let length = 0
  for (;;) {
    if (length === bytes.length) {
      const grown = new Uint8Array(Math.min(bytes.length * 2, limitBytes + 1))
      grown.set(bytes)
      bytes = grown
    }
    const got = readSync(fd, bytes, length, bytes.length - length, null)
    if (got === 0) return bytes.subarray(0, length)
    length += got
    if (length > limitBytes) tooLarge(path, length, limitBytes)
  }
}
