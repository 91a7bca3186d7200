// Listing a directory in a defined order, in parts, while names come and go.
//
// A listing that starts (cookie 0) gives names in the order of their bytes. Where names were made
// out of that order since, they get new cookies first, greater than all before: so a cookie keeps
// its place for as long as the listing goes on, a name made meanwhile comes last, and a removed one
// is left out.
import type { Directory, DirectoryEntry, Inode } from '../../machine/file-tree.ts'
import type { Answer } from './file-error.ts'
import type { Inodes } from './inodes.ts'
import { compareNames } from './names.ts'

export interface Listed {
  /** `.` and `..` first, then the names. */
  readonly name: string
  readonly inode: number
  readonly kind: Inode['kind']
  /** Give this to go on after the entry. */
  readonly next: number
}

interface Row {
  readonly name: string
  readonly cookie: number
}

/** The rows of a directory by cookie, while its map stays the same but for removals. */
interface Rows {
  readonly entries: ReadonlyMap<string, DirectoryEntry>
  readonly nextCookie: number
  readonly rows: readonly Row[]
}

const selfNames = ['.', '..'] as const
/** Rows of removed names that are kept at least. */
const SPARE_ROWS = 64

/** Remembers the rows of directories that are being listed: derived, no state. */
export class Listings {
  private readonly known = new WeakMap<object, Rows>()

  list(
    inodes: Inodes,
    directory: number,
    cookie: number,
    count: number,
  ): Answer<readonly Listed[]> {
    if (inodes.get(directory).kind !== 'directory') return 'notdir'
    if (cookie === 0) putInOrder(inodes, directory)
    const found = inodes.directory(directory)
    const listed: Listed[] = []
    const selves = [directory, found.parent === 0 ? directory : found.parent]
    for (let i = cookie; i < 2 && listed.length < count; i++) {
      listed.push({ name: selfNames[i], inode: selves[i], kind: 'directory', next: i + 1 })
    }
    const rows = this.rowsOf(found)
    for (let i = firstAfter(rows, cookie); i < rows.length && listed.length < count; i++) {
      const { name, cookie: next } = rows[i]
      const entry = found.entries.get(name)
      if (entry === undefined || entry.cookie !== next) continue
      const { kind } = inodes.get(entry.inode)
      listed.push({ name, inode: entry.inode, kind, next })
    }
    return listed
  }

  private rowsOf({ entries, nextCookie }: Directory): readonly Row[] {
    const known = this.known.get(entries)
    const spare = known === undefined ? 0 : known.rows.length - entries.size
    if (known?.nextCookie === nextCookie && spare <= entries.size + SPARE_ROWS) return known.rows
    const rows = Array.from(entries, ([name, { cookie }]) => ({ name, cookie }))
    this.known.set(entries, { entries, nextCookie, rows })
    return rows
  }
}

function firstAfter(rows: readonly Row[], cookie: number): number {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (rows[middle].cookie > cookie) high = middle
    else low = middle + 1
  }
  return low
}

/** Gives the names of a directory new cookies where the ones they have are not in name order. */
function putInOrder(inodes: Inodes, number: number): void {
  if (isInOrder(inodes.directory(number).entries)) return
  const directory = inodes.own(number) as Directory
  const sorted = [...directory.entries].sort(([a], [b]) => compareNames(a, b))
  directory.entries.clear()
  for (const [name, { inode }] of sorted) {
    directory.entries.set(name, { inode, cookie: directory.nextCookie++ })
  }
}

function isInOrder(entries: ReadonlyMap<string, unknown>): boolean {
  let last: string | null = null
  for (const name of entries.keys()) {
    if (last !== null && compareNames(last, name) > 0) return false
    last = name
  }
  return true
}
