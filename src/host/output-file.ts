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
    throw refusal(error, path)
  }
}

/** Refuses a path that cannot be written, before the work whose result goes there. */
export function checkWritable(path: string): void {
  if (isSpecial(path)) return
  const target = `${path}.${process.pid}.part`
  try {
    const status = statSync(path, { throwIfNoEntry: false })
    if (status?.isDirectory())
      throw new VacError('FILE_UNWRITABLE', { found: 'a directory', where: path })
    closeSync(openSync(target, 'w'))
  } catch (error) {
    throw refusal(error, path)
  } finally {
    rmSync(target, { force: true })
  }
}

const refusal = (error: unknown, path: string): VacError => {
  if (error instanceof VacError) return error
  const { code } = error as NodeJS.ErrnoException
  return new VacError('FILE_UNWRITABLE', { found: code ?? String(error), where: path })
}

function isSpecial(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false })
  return status !== undefined && !status.isFile() && !status.isDirectory()
}
