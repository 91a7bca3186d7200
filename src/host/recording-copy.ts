// Copies of recordings with all their branches: packed in one file, or as a directory.
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { VacError } from '../base/errors.ts'
import { openBranches } from './branch-files.ts'
import { LockFile } from './lock-file.ts'
import { writeOutputFile } from './output-file.ts'
import {
  BRANCHES,
  branchFolder,
  type Files,
  isPacked,
  LOCK,
  packed,
  readFolder,
  unpacked,
} from './recording-archive.ts'
import { openRecording, recordingHost } from './recording-files.ts'

/** The index of writes: made again where it is asked for. */
const INDEX = /^index\//

/**
 * Copies a recording to a new path: to one file where the name ends in `.vac`, else to a directory.
 * What is copied is read as if it were opened, and damage in it stays damage. Gives the number of
 * its branches. Errors: FILE_MISSING, RECORDING_DAMAGED, LOCKED while it is recorded,
 * FILE_UNWRITABLE.
 */
export async function copyRecording(from: string, to: string): Promise<number> {
  if (existsSync(to) || existsSync(branchFolder(to, !isPacked(to)))) {
    throw new VacError('FILE_UNWRITABLE', {
      found: 'something there',
      where: to,
      expected: 'a new name',
    })
  }
  const lock = join(from, LOCK)
  if (existsSync(lock)) LockFile.take(lock).release()
  const { lineage } = await openRecording(from)
  const inside = statSync(from).isDirectory() ? null : await unpacked(from)
  const tree = await openBranches(from, recordingHost, inside)
  for (const name of tree.branches.keys()) tree.lineageOf(name, lineage)
  const files = filesOf(from, inside)
  if (isPacked(to)) writeOutputFile(to, await packed(files))
  else writeFolder(to, files)
  return tree.branches.size
}

/** All of a recording, its branches with it. `inside`: what is in its archive, where it is one. */
function filesOf(path: string, inside: Files | null): Files {
  const own = inside ?? readFolder(path)
  const beside = branchFolder(path, false)
  const more = inside !== null && existsSync(beside) ? readFolder(beside) : new Map()
  const all = [
    ...[...own].filter(([name]) => !INDEX.test(name)),
    ...[...more].map(([name, bytes]) => [`${BRANCHES}/${name}`, bytes] as const),
  ]
  return new Map(all.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The whole directory or none. */
function writeFolder(path: string, files: Files): void {
  const part = `${path}.${process.pid}.part`
  try {
    for (const [name, bytes] of files) {
      mkdirSync(dirname(join(part, name)), { recursive: true })
      writeOutputFile(join(part, name), bytes)
    }
    renameSync(part, path)
  } catch (error) {
    rmSync(part, { recursive: true, force: true })
    if (error instanceof VacError) throw error
    const found = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new VacError('FILE_UNWRITABLE', { found, where: path, expected: 'a new name' })
  }
}
