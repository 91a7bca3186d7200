// Files of the machine written to the host, after the run. A guest chose the names: nothing is
// written through a link, nothing outside the target, and no link that could lead out is made.
import {
  closeSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { VacError } from '../base/errors.ts'
import { PATH_BYTES } from '../machine/file-tree.ts'
import { Blob, type FileBytes } from '../memory/file-bytes.ts'
import { isZero } from '../memory/merkle.ts'
import type { TreeEntry } from '../wall/files/tree.ts'
import { isSpecial, writeAll } from './output-file.ts'

type Content = Blob | FileBytes

const CHUNK_BYTES = 1 << 20

/**
 * Writes a tree, parents first, to `host`: a file, or a directory whose other content stays.
 * TREE_REFUSED names what was left out, after all else was written.
 */
export function exportTree(tree: Iterable<TreeEntry>, host: string): void {
  const [top, ...below] = tree
  if (top === undefined) return
  const writer = new TreeWriter(resolve(host))
  if (top.kind === 'directory') writer.directory(below)
  else if (top.kind === 'file') writer.file(top.content)
  else writer.leaveOut({ path: '', reason: 'a link' })
  writer.finish()
}

interface LeftOut {
  readonly path: string
  readonly reason: string
}

class TreeWriter {
  private top: string
  private readonly leftOut: LeftOut[] = []
  /** Where a content was written: its other names become hard links. */
  private readonly written = new Map<Content, string>()
  /** Directories that are known to be such: nothing is written elsewhere. */
  private readonly made = new Set([''])
  private serial = 0

  constructor(top: string) {
    this.top = top
  }

  leaveOut(entry: LeftOut): void {
    this.leftOut.push(entry)
  }

  file(content: Content): void {
    try {
      if (isSpecial(this.top)) return writeThrough(this.top, content)
      const directory = realpathSync(dirname(this.top))
      this.put(directory, this.top, (path) => write(path, content))
    } catch (error) {
      throw unwritable(this.top, error)
    }
  }

  /** Links come last: while directories and files are written, none of them is there. */
  directory(entries: readonly TreeEntry[]): void {
    try {
      mkdirSync(this.top, { recursive: true })
      this.top = realpathSync(this.top)
    } catch (error) {
      throw unwritable(this.top, error)
    }
    for (const entry of entries) if (entry.kind === 'directory') this.try(entry)
    for (const entry of entries) if (entry.kind === 'file') this.try(entry)
    for (const entry of entries) if (entry.kind === 'symlink') this.try(entry)
  }

  finish(): void {
    const [first] = this.leftOut
    if (first === undefined) return
    const found = `${first.reason}; ${this.leftOut.length} left out, the rest is written`
    throw new VacError('TREE_REFUSED', { where: first.path.slice(0, 200), found })
  }

  private try(entry: TreeEntry): void {
    const { path } = entry
    const refused = refusal(entry) ?? (this.isMade(path) ? null : 'not in a directory')
    if (refused !== null) return this.leaveOut({ path, reason: refused })
    try {
      this.write(entry)
      if (entry.kind === 'directory') this.made.add(path)
    } catch (error) {
      this.leaveOut({ path, reason: (error as NodeJS.ErrnoException).code ?? String(error) })
    }
  }

  private isMade(path: string): boolean {
    return this.made.has(path.slice(0, Math.max(path.lastIndexOf('/'), 0)))
  }

  private write(entry: TreeEntry): void {
    const path = join(this.top, entry.path)
    const directory = dirname(path)
    if (entry.kind === 'directory') return makeDirectory(path)
    if (entry.kind === 'symlink') {
      return this.put(directory, path, (made) => symlinkSync(entry.target, made))
    }
    const first = this.written.get(entry.content)
    this.put(directory, path, (made) => {
      if (first === undefined || !linked(first, made)) write(made, entry.content)
    })
    if (!(entry.content instanceof Blob)) this.written.set(entry.content, path)
  }

  /** Makes something under a new name, then moves it in place: a link there is replaced. */
  private put(directory: string, path: string, make: (made: string) => void): void {
    const made = this.newName(directory)
    try {
      make(made)
      renameSync(made, path)
    } finally {
      rmSync(made, { force: true })
    }
  }

  private newName(directory: string): string {
    for (;;) {
      const path = join(directory, `.vac-save-${process.pid}-${this.serial++}`)
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return path
    }
  }
}

const unwritable = (where: string, error: unknown): VacError =>
  new VacError('FILE_UNWRITABLE', {
    found: (error as NodeJS.ErrnoException).code ?? String(error),
    where,
  })

/** A directory that is there already stays; a link to one is not one. */
function makeDirectory(path: string): void {
  const known = lstatSync(path, { throwIfNoEntry: false })
  if (known === undefined) mkdirSync(path)
  else if (!known.isDirectory()) throw new Error('something else is in its place')
}

function linked(first: string, path: string): boolean {
  try {
    linkSync(first, path)
    return true
  } catch {
    // Not every host file system has hard links.
    return false
  }
}

const sizeOf = (content: Content): number =>
  content instanceof Blob ? content.bytes.length : content.sizeBytes

const chunkOf = (content: Content, at: number): Uint8Array =>
  content instanceof Blob
    ? content.bytes.subarray(at, at + CHUNK_BYTES)
    : content.read(at, CHUNK_BYTES)

/** Into a device or pipe, which stays. */
function writeThrough(path: string, content: Content): void {
  const fd = openSync(path, 'w')
  try {
    for (let at = 0; at < sizeOf(content); at += CHUNK_BYTES) {
      const chunk = chunkOf(content, at)
      writeAll(fd, chunk)
    }
  } finally {
    closeSync(fd)
  }
}

function write(path: string, content: Content): void {
  const size = sizeOf(content)
  const fd = openSync(path, 'wx')
  try {
    for (let at = 0; at < size; at += CHUNK_BYTES) {
      const chunk = chunkOf(content, at)
      // Holes stay holes.
      if (isZero(chunk)) continue
      for (let done = 0; done < chunk.length; ) {
        done += writeSync(fd, chunk, done, chunk.length - done, at + done)
      }
    }
    ftruncateSync(fd, size)
  } finally {
    closeSync(fd)
  }
}

/** Names that mean something else to Windows: streams, drives, devices, other separators. */
const WINDOWS_NAME = /[\\:*?"<>|\p{Cc}]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/iu

/** Why an entry is not written, whatever the host; null: it may be. */
function refusal(entry: TreeEntry, platform: string = process.platform): string | null {
  // First: a guest may nest deeper than paths can be taken apart.
  if (entry.path.length > PATH_BYTES) return 'a path that is too long'
  const names = entry.path.split('/')
  if (names.some((name) => name === '' || name === '.' || name === '..')) return 'such a path'
  if (entry.path.includes('\0')) return 'such a path'
  if (platform === 'win32' && names.some((name) => WINDOWS_NAME.test(name))) return 'such a name'
  return entry.kind === 'symlink' && !staysInside(entry.target, names.length - 1, platform)
    ? `a link to ${JSON.stringify(entry.target)}, which could lead out`
    : null
}

/**
 * A link stays inside when it is relative and has `..` only at its beginning, no more of them than
 * directories stand above it: from a real place it goes up inside, and then only down. Where all
 * links are so, no chain of them leaves.
 */
export function staysInside(target: string, depth: number, platform: string): boolean {
  if (target.startsWith('/') || target.includes('\0')) return false
  if (platform === 'win32' && /[\\:]/.test(target)) return false
  const names = target.split('/').filter((name) => name !== '' && name !== '.')
  const ups = names.findIndex((name) => name !== '..')
  const leading = ups === -1 ? names.length : ups
  return leading <= depth && !names.slice(leading).includes('..')
}
