// Reading a whole file that someone named: bounded, and every way to fail has a code.
import { createHash } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  fstatSync,
  openSync,
  type ReadStream,
  read,
  readSync,
} from 'node:fs'
import { promisify } from 'node:util'
import { VacError } from '../base/errors.ts'

const readLater = promisify(read)

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

function missing(path: string, found: string): never {
  throw new VacError('FILE_MISSING', { found, expected: 'a file', where: path })
}

/** What fails without a code of its own while a file is read. */
function unreadable(path: string, error: unknown): never {
  if (error instanceof VacError) throw error
  return missing(path, reasonOf(error))
}

/** Who opens it closes it. */
function open(path: string): number {
  if (path.includes('\0')) missing(path, 'a NUL in the name')
  try {
    return openSync(path, 'r')
  } catch (error) {
    return unreadable(path, error)
  }
}

/** As far as is known before it is read. */
function sizeOf(fd: number, path: string, limitBytes: number): number {
  const status = fstatSync(fd)
  if (status.isDirectory()) missing(path, 'a directory')
  if (status.size > limitBytes) tooLarge(path, status.size, limitBytes)
  return status.size
}

/**
 * The bytes of a file; FILE_MISSING or FILE_TOO_LARGE otherwise. Devices and pipes are read to
 * their end.
 */
export function readInputFile(path: string, limitBytes = FILE_LIMIT_BYTES): Uint8Array {
  const fd = open(path)
  try {
    return readAll(fd, path, sizeOf(fd, path, limitBytes), limitBytes)
  } catch (error) {
    return unreadable(path, error)
  } finally {
    closeSync(fd)
  }
}

/** Bytes that another thread reads while those before them are hashed. */
const STRETCH_BYTES = 1 << 21

/**
 * The bytes of a file that does not grow meanwhile, and their SHA-256, in little more time than the
 * longer of the two takes. Errors: FILE_MISSING, FILE_TOO_LARGE.
 */
export async function readHashed(path: string) {
  const fd = open(path)
  try {
    const bytes = new Uint8Array(sizeOf(fd, path, FILE_LIMIT_BYTES))
    const hash = createHash('sha256')
    const stretch = (at: number) =>
      readLater(fd, bytes, at, Math.min(STRETCH_BYTES, bytes.length - at), at)
    let coming = stretch(0)
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await coming
      if (bytesRead === 0) missing(path, `${at} bytes of ${bytes.length}: it was cut meanwhile`)
      if (at + bytesRead < bytes.length) coming = stretch(at + bytesRead)
      hash.update(bytes.subarray(at, at + bytesRead))
      at += bytesRead
    }
    return { bytes, sha256: new Uint8Array(hash.digest()) }
  } catch (error) {
    return unreadable(path, error)
  } finally {
    closeSync(fd)
  }
}

/** A stream of a file, which is open already; FILE_MISSING otherwise. */
export function openInput(path: string): ReadStream {
  const fd = open(path)
  try {
    sizeOf(fd, path, Number.POSITIVE_INFINITY)
  } catch (error) {
    closeSync(fd)
    return unreadable(path, error)
  }
  return createReadStream(path, { fd })
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
