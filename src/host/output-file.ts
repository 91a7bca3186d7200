// Writing a whole file: a reader sees the old one or the new one, never a half.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { VacError } from '../base/errors.ts'

/**
 * Writes the parts, one after the other, beside the target, then renames over it; devices and pipes
 * are written directly.
 */
export function writeOutputFile(path: string, ...parts: readonly Uint8Array[]): void {
  let target: string | null = null
  try {
    if (!isSpecial(path)) target = partOf(path)
    const fd = openSync(target ?? path, 'w')
    try {
      for (const part of parts) writeAll(fd, part)
      if (target !== null) fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    if (target !== null) renameSync(target, path)
  } catch (error) {
    if (target !== null) rmSync(target, { force: true })
    throw refusal(error, path)
  }
}

/** All bytes, where the host takes them by parts. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
}

/** Refuses a path that cannot be written, before the work whose result goes there. */
export function checkWritable(path: string): void {
  try {
    if (isSpecial(path)) return
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      throw new VacError('FILE_UNWRITABLE', { found: 'a directory', where: path })
    }
    const target = partOf(path)
    closeSync(openSync(target, 'w'))
    rmSync(target)
  } catch (error) {
    throw refusal(error, path)
  }
}

function partOf(path: string): string {
  if (path === '') throw new VacError('FILE_UNWRITABLE', { found: 'no name', where: path })
  return `${path}.${process.pid}.part`
}

const refusal = (error: unknown, path: string): VacError => {
  if (error instanceof VacError) return error
  const { code } = error as NodeJS.ErrnoException
  return new VacError('FILE_UNWRITABLE', { found: code ?? String(error), where: path })
}

/** A device, pipe or socket. */
export function isSpecial(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false })
  return status !== undefined && !status.isFile() && !status.isDirectory()
}
