// A lock that one process holds on a folder: a file with its number and a word of its own. The lock
// of a process that is gone counts for nothing.
import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { VacError } from '../base/errors.ts'

export class LockFile {
  private readonly path: string
  private readonly text = `${process.pid} ${randomBytes(8).toString('hex')}\n`

  private constructor(path: string) {
    this.path = path
  }

  /** Errors: LOCKED, where another process holds it; FILE_UNWRITABLE. */
  static take(path: string): LockFile {
    const lock = new LockFile(path)
    for (let tries = 0; ; tries++) {
      try {
        writeFileSync(path, lock.text, { flag: 'wx' })
        return lock
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code !== 'EEXIST') {
          throw new VacError('FILE_UNWRITABLE', { where: path, found: code ?? String(error) })
        }
      }
      const owner = Number.parseInt(textOf(path) ?? '', 10)
      if (tries > 8 || (owner > 0 && isAlive(owner))) {
        throw new VacError('LOCKED', { where: path, found: `process ${owner}` })
      }
      rmSync(path, { force: true })
    }
  }

  /** Errors: LOCKED, where it is no more ours. */
  check(): void {
    const text = textOf(this.path)
    if (text === this.text) return
    const found =
      text === null ? 'no lock any more' : `the lock of process ${Number.parseInt(text, 10)}`
    throw new VacError('LOCKED', { where: this.path, found, expected: 'our own' })
  }

  release(): void {
    if (textOf(this.path) === this.text) rmSync(this.path, { force: true })
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
