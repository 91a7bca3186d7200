// Files that a machine starts with: trees put at paths, and which of them programs are given.
import { VacError } from '../base/errors.ts'
import type { Machine } from '../machine/machine.ts'
import { FileSystem } from '../wall/files/file-system.ts'
import type { TreeEntry } from '../wall/files/tree.ts'
import type { GivenDirectory, WorldOptions } from '../wall/world.ts'

/** A directory of the machine that programs are given. */
export interface Directory {
  /**
   * The name that programs see. `.` is the root, under the name that relative paths begin at; a
   * relative name such as `data` lies below the root.
   */
  readonly guestPath: string
  /** What is put there at the start. */
  readonly tree: Iterable<TreeEntry>
  /** Programs are not given it as such: they reach it through a directory above. */
  readonly hidden?: boolean
  readonly readOnly?: boolean
}

/** A path from the root, without slashes at its ends. */
const placeOf = (guestPath: string): string =>
  guestPath === '.' ? '' : guestPath.replace(/^\/+|\/+$/g, '')

/** Trees are put in place in the order given. Errors: TREE_REFUSED. */
export function startFiles(
  { vtime }: Machine,
  directories: readonly Directory[],
): Pick<WorldOptions, 'files' | 'directories'> {
  if (directories.length === 0) return {}
  const files = FileSystem.empty(vtime)
  const given: GivenDirectory[] = []
  for (const { guestPath, tree, hidden, readOnly } of directories) {
    const inode = files.import(placeOf(guestPath), tree, vtime)
    if (!hidden) given.push({ guestPath, inode, ...(readOnly === undefined ? {} : { readOnly }) })
  }
  return { files, directories: given }
}

/** What lies at a path, parents first. FILE_MISSING: nothing does. */
export function filesAt(files: FileSystem, guestPath: string): Iterable<TreeEntry> {
  const place = placeOf(guestPath)
  const inode = place === '' ? files.root : files.resolve(files.root, place, true)
  if (typeof inode === 'number') return files.export(inode)
  const expected = 'a path of the files of the machine'
  throw new VacError('FILE_MISSING', { found: inode, expected, where: guestPath })
}
