// Files of a run: folders that go in with --dir, and what comes out with --save. Nothing passes
// between, so the host cannot see what a program does to its copies before it has ended.
import { VacError } from '../base/errors.ts'
import { exportTree } from '../host/export-tree.ts'
import { importTree } from '../host/import-tree.ts'
import type { Directory, Vac } from '../vac.ts'
import { type Given, optionValues } from './options.ts'

/**
 * `--dir HOST:GUEST`: the last colon before a guest's path parts them; two are taken for one. GUEST
 * is the name under which the program is given the directory: absolute, `.`, or relative, which
 * lies below the root.
 */
export function directoriesOf(given: Given): Directory[] {
  const directories: Directory[] = []
  for (const text of optionValues(given, 'dir')) {
    const [, before, guestPath] = /^(.+):(\/[^\0]*|[^:/\0][^:\0]*)$/s.exec(text) ?? []
    const host = before?.replace(/(?<=.):$/, '')
    if (host === undefined) refuse(`--dir ${text}`, '--dir HOST:GUEST, as in --dir data:/data')
    directories.push({ guestPath, tree: importTree(host) })
  }
  return directories
}

export interface Save {
  readonly guest: string
  readonly host: string
}

/** `--save GUEST:HOST`. */
export function savesOf(given: Given): Save[] {
  return optionValues(given, 'save').map((text) => {
    const [, guest, host] = /^([^:\0]+):(.+)$/s.exec(text) ?? []
    if (host === undefined) refuse(`--save ${text}`, '--save GUEST:HOST, as in --save /out:out')
    return { guest, host }
  })
}

/** Copies out what lies at the paths of the machine: all that can be, then the first error. */
export function saveFiles(vac: Vac, saves: readonly Save[]): void {
  const errors: unknown[] = []
  for (const { guest, host } of saves) {
    try {
      exportTree(vac.files(guest), host)
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}

const refuse = (found: string, expected: string): never => {
  throw new VacError('USAGE', { found, expected })
}
