// Writing a whole file: a reader sees the old one or the new one, never a half.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { VacError } from '../base/errors.ts'

/** Writes beside the target, then renames over it; devices and pipes are written directly. */
export function writeOutputFile(path: string, bytes: Uint8Array): void {
  const direct = isSpecial(path)
  const target = direct ? path : `${path}.${process.pid}.part`
  try {
    const fd = openSync(target, 'w')
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
      if (!direct) fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    if (!direct) renameSync(target, path)
  } catch (error) {
    if (!direct) rmSync(target, { force: true })
    const found = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new VacError('FILE_UNWRITABLE', { found, where: path })
  }
}

function isSpecial(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false })
  return status !== undefined && !status.isFile() && !status.isDirectory()
}
