// Looking a path up from a base directory, never above it. The walk remembers the directories that
// it went down through: `..` goes back up these, wherever links led, and ends at the base.
import { nameTooLong } from '../../machine/file-tree.ts'
import { type Answer, type FileError, failed } from './file-error.ts'
import type { Inodes } from './inodes.ts'
import { type Path, relativeText } from './names.ts'

/** As in Linux. */
const LINKS_FOLLOWED = 40

/**
 * entry: the name itself, to make or remove it. target: what it leads to; a final link is followed.
 * here: a final link is followed only before a trailing slash.
 */
export type Final = 'entry' | 'target' | 'here'

export interface Place {
  /** The directory that holds the name. */
  readonly parent: number
  /** The last name; `.` or `..` where the path ends with the directory itself. */
  readonly name: string
  /** null: the parent has no such name. */
  readonly inode: number | null
  /** A slash ended the path: it must be a directory. */
  readonly slash: boolean
}

export const isSelf = ({ name }: Place): boolean => name === '.' || name === '..'

export function walk(inodes: Inodes, base: number, path: Path, final: Final): Answer<Place> {
  const relative = relativeText(path)
  if (failed(relative)) return relative
  if (inodes.get(base).kind !== 'directory') return 'notdir'
  return new Walk(inodes, base, relative.text).to(final)
}

class Walk {
  private readonly inodes: Inodes
  private readonly directories: number[]
  /** Names still to go through, the next one last. */
  private readonly names: string[]
  private slash: boolean
  private followed = 0

  constructor(inodes: Inodes, base: number, text: string) {
    this.inodes = inodes
    this.directories = [base]
    this.names = namesOf(text)
    this.slash = text.endsWith('/')
  }

  to(final: Final): Answer<Place> {
    for (;;) {
      const name = this.names.pop() ?? '.'
      const place = name === '.' || name === '..' ? this.self(name) : this.down(name, final)
      if (place !== null) return place
    }
  }

  /** null: more names follow. */
  private self(name: string): Answer<Place> | null {
    if (name === '..') {
      if (this.directories.length === 1) return 'notcapable'
      this.directories.pop()
    }
    if (this.names.length > 0) return null
    return { parent: this.current, name, inode: this.current, slash: this.slash }
  }

  private down(name: string, final: Final): Answer<Place> | null {
    if (nameTooLong(name)) return 'nametoolong'
    const parent = this.current
    const inode = this.inodes.directory(parent).entries.get(name)?.inode ?? null
    const last = this.names.length === 0
    if (inode === null) return last ? { parent, name, inode, slash: this.slash } : 'noent'
    const found = this.inodes.get(inode)
    if (found.kind === 'symlink' && (!last || this.follows(final))) {
      return this.follow(found.target, last)
    }
    if (last) return { parent, name, inode, slash: this.slash }
    if (found.kind !== 'directory') return 'notdir'
    this.directories.push(inode)
    return null
  }

  private follows(final: Final): boolean {
    return final === 'target' || (final === 'here' && this.slash)
  }

  private follow(target: string, last: boolean): FileError | null {
    if (++this.followed > LINKS_FOLLOWED) return 'loop'
    if (target.startsWith('/')) return 'notcapable'
    if (last && target.endsWith('/')) this.slash = true
    this.names.push(...namesOf(target))
    return null
  }

  private get current(): number {
    return this.directories[this.directories.length - 1]
  }
}

/** The names of a path, last one first, without what says nothing. */
function namesOf(text: string): string[] {
  const names = text.split('/').filter((name) => name !== '')
  return names.reverse().filter((name, i) => name !== '.' || i === 0)
}
