// What changes names: making, removing, linking and moving them, by the rules of POSIX.
import { LINKS_MAX } from '../../machine/file-tree.ts'
import { FileBytes } from '../../memory/file-bytes.ts'
import { type Answer, failed } from './file-error.ts'
import type { Inodes } from './inodes.ts'
import { type Path, relativeText } from './names.ts'
import { isSelf, type Place, walk } from './walk.ts'

/** A path from a directory. */
export interface From {
  readonly base: number
  readonly path: Path
}

const entryAt = (inodes: Inodes, { base, path }: From): Answer<Place> =>
  walk(inodes, base, path, 'entry')

export interface OpenOptions {
  /** Make an empty file where there is none. */
  readonly create?: boolean
  /** With `create`: 'exist' where there is something, be it a dangling link. */
  readonly exclusive?: boolean
  /** Cut a file to nothing. */
  readonly truncate?: boolean
  /** 'notdir' for anything but a directory. */
  readonly directory?: boolean
  /** The descriptor will write: 'isdir' for a directory. */
  readonly write?: boolean
  /** Follow a final symbolic link; else it is 'loop'. */
  readonly follow?: boolean
}

/** Does not truncate: the caller does, by `truncates`. */
export function open(
  inodes: Inodes,
  { base, path }: From,
  options: OpenOptions,
  now: bigint,
): Answer<{ readonly inode: number }> {
  const create = options.create ?? false
  const exclusive = create && (options.exclusive ?? false)
  if (create && options.directory) return 'inval'
  const place = walk(inodes, base, path, options.follow && !exclusive ? 'target' : 'here')
  if (failed(place)) return place
  if (place.inode === null) {
    if (!create) return 'noent'
    if (place.slash) return 'isdir'
    return inodes.create(place.parent, place.name, { kind: 'file', bytes: new FileBytes() }, now)
  }
  if (exclusive) return 'exist'
  const { kind } = inodes.get(place.inode)
  if (kind === 'symlink') return 'loop'
  if (kind === 'directory' && (create || options.write || options.truncate)) return 'isdir'
  if (kind === 'file' && (place.slash || options.directory)) return 'notdir'
  return { inode: place.inode }
}

export function mkdir(inodes: Inodes, from: From, now: bigint): Answer<0> {
  const place = entryAt(inodes, from)
  if (failed(place)) return place
  if (place.inode !== null) return 'exist'
  const made = inodes.create(place.parent, place.name, { kind: 'directory' }, now)
  return failed(made) ? made : 0
}

export function symlink(inodes: Inodes, target: Path, from: From, now: bigint): Answer<0> {
  const relative = relativeText(target)
  if (failed(relative)) return relative
  const place = entryAt(inodes, from)
  if (failed(place)) return place
  if (place.inode !== null) return 'exist'
  if (place.slash) return 'noent'
  const link = { kind: 'symlink', target: relative.text } as const
  const made = inodes.create(place.parent, place.name, link, now)
  return failed(made) ? made : 0
}

export function readlink(inodes: Inodes, { base, path }: From): Answer<{ target: string }> {
  const place = walk(inodes, base, path, 'here')
  if (failed(place)) return place
  if (place.inode === null) return 'noent'
  const inode = inodes.get(place.inode)
  return inode.kind === 'symlink' ? { target: inode.target } : 'inval'
}

export function rmdir(inodes: Inodes, from: From, now: bigint): Answer<0> {
  const place = entryAt(inodes, from)
  if (failed(place)) return place
  if (place.name === '.') return 'inval'
  if (place.name === '..') return 'notempty'
  if (place.inode === null) return 'noent'
  const inode = inodes.get(place.inode)
  if (inode.kind !== 'directory') return 'notdir'
  if (inode.entries.size > 0) return 'notempty'
  inodes.unname(place.parent, place.name, now)
  return 0
}

export function unlink(inodes: Inodes, from: From, now: bigint): Answer<0> {
  const place = entryAt(inodes, from)
  if (failed(place)) return place
  if (place.inode === null) return 'noent'
  if (inodes.get(place.inode).kind === 'directory') return 'isdir'
  if (place.slash) return 'notdir'
  inodes.unname(place.parent, place.name, now)
  return 0
}

export function link(
  inodes: Inodes,
  from: From,
  follow: boolean,
  to: From,
  now: bigint,
): Answer<0> {
  const source = walk(inodes, from.base, from.path, follow ? 'target' : 'here')
  if (failed(source)) return source
  if (source.inode === null) return 'noent'
  const inode = inodes.get(source.inode)
  if (source.slash && inode.kind !== 'directory') return 'notdir'
  const place = entryAt(inodes, to)
  if (failed(place)) return place
  if (place.inode !== null) return 'exist'
  if (place.slash) return 'noent'
  if (inode.kind === 'directory') return 'perm'
  if (inode.links >= LINKS_MAX) return 'mlink'
  if (!inodes.isPlaced(place.parent)) return 'noent'
  if (!inodes.hasRoomForName()) return 'nospc'
  inodes.name(place.parent, place.name, source.inode, now)
  return 0
}

export function rename(inodes: Inodes, from: From, to: From, now: bigint): Answer<0> {
  const source = entryAt(inodes, from)
  if (failed(source)) return source
  const target = entryAt(inodes, to)
  if (failed(target)) return target
  if (isSelf(source) || isSelf(target)) return 'busy'
  if (source.inode === null) return 'noent'
  const refused = refusal(inodes, source.inode, source.slash, target)
  if (refused !== 0) return refused
  if (source.inode === target.inode) return 0
  inodes.move(source.parent, source.name, target.parent, target.name, now)
  return 0
}

/** Why an inode cannot take the target's place; 0: it can. */
function refusal(inodes: Inodes, source: number, slash: boolean, target: Place): Answer<0> {
  const isDirectory = inodes.get(source).kind === 'directory'
  if (!isDirectory && (slash || target.slash)) return 'notdir'
  if (!inodes.isPlaced(target.parent)) return 'noent'
  if (isDirectory && isWithin(inodes, target.parent, source)) return 'inval'
  if (target.inode === null || target.inode === source) return 0
  const replaced = inodes.get(target.inode)
  if (replaced.kind !== 'directory') return isDirectory ? 'notdir' : 0
  if (!isDirectory) return 'isdir'
  return replaced.entries.size > 0 ? 'notempty' : 0
}

/** Is the directory `inner` the directory `outer` or below it? */
function isWithin(inodes: Inodes, inner: number, outer: number): boolean {
  for (let at = inner; ; ) {
    if (at === outer) return true
    const { parent } = inodes.directory(at)
    if (parent === at || parent === 0) return false
    at = parent
  }
}
