// A file system as simple as can be: nodes in a list, everything found by searching. What the real
// one (src/wall/files) answers is compared with it.

export type Kind = 'directory' | 'file' | 'symlink'

/** A place in a directory's listing; it stays, dead, when its name goes. */
interface Row {
  readonly name: string
  node: number
  alive: boolean
}
interface Node {
  readonly id: number
  readonly kind: Kind
  rows: Row[]
  bytes: Uint8Array
  target: string
  atime: number
  mtime: number
  ctime: number
}
interface Place {
  readonly parent: number
  readonly name: string
  readonly node: Node | null
  readonly slash: boolean
}
export interface Listing {
  readonly directory: number
  row: Row | null
}
type Refused = string

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const block = (size: number): number => Math.ceil(size / 4096) * 4096
const isPlace = (found: Place | Refused): found is Place => typeof found !== 'string'

export class FileModel {
  nodes: Node[] = []
  held: number[] = []
  private next = 1
  private readonly limits: { bytes: number; inodes: number }

  constructor(limits: { bytes: number; inodes: number }) {
    this.limits = limits
    this.add('directory', 0)
  }

  private add(kind: Kind, now: number): Node {
    const times = { atime: now, mtime: now, ctime: now }
    const node = { id: this.next++, kind, rows: [], bytes: new Uint8Array(0), target: '', ...times }
    this.nodes.push(node)
    return node
  }
  node(id: number): Node {
    return this.nodes.find((node) => node.id === id) as Node
  }
  private child(directory: number, name: string): Row | undefined {
    return this.node(directory).rows.find((row) => row.alive && row.name === name)
  }
  private get names(): { row: Row; parent: Node }[] {
    return this.nodes.flatMap((parent) =>
      parent.rows.filter(({ alive }) => alive).map((row) => ({ row, parent })),
    )
  }
  private parentOf(id: number): number | null {
    return this.names.find(({ row }) => row.node === id)?.parent.id ?? null
  }
  linksOf(id: number): number {
    return id === 1 ? 1 : this.names.filter(({ row }) => row.node === id).length
  }
  private used(without: Node | null = null): number {
    const sizes = this.nodes.map((node) => {
      if (node === without || node.kind === 'directory') return 0
      return node.kind === 'file' ? block(node.bytes.length) : 4096
    })
    return sizes.reduce((sum, size) => sum + size, 0)
  }
  /** Drops what nothing names and nobody holds. */
  sweep(): void {
    this.nodes = this.nodes.filter(({ id }) => this.linksOf(id) > 0 || this.held.includes(id))
  }

  // --- paths

  private text(path: Uint8Array | string): { text: string } | Refused {
    if (typeof path === 'string' && !path.isWellFormed()) return 'ilseq'
    const bytes = typeof path === 'string' ? utf8(path) : path
    if (bytes.length > 4096 && typeof path !== 'string') return 'nametoolong'
    let text: string
    try {
      text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    } catch {
      return 'ilseq'
    }
    if (text === '') return 'noent'
    if (text.includes('\0')) return 'inval'
    if (text.startsWith('/')) return 'notcapable'
    return bytes.length > 4096 ? 'nametoolong' : { text }
  }

  /** follow: yes, no, or only where a slash ends the path. */
  private walk(base: number, path: Uint8Array | string, follow: 'yes' | 'no' | 'slash') {
    const text = this.text(path)
    if (typeof text === 'string') return text
    if (this.node(base).kind !== 'directory') return 'notdir'
    return this.go(base, base, text.text, follow, { count: 0 })
  }

  private go(
    base: number,
    from: number,
    text: string,
    follow: 'yes' | 'no' | 'slash',
    followed: { count: number },
  ): Place | Refused {
    const slash = text.endsWith('/')
    const parts = text.split('/').filter((part) => part !== '')
    let at = from
    for (let i = 0; i < parts.length; i++) {
      const name = parts[i]
      const last = i === parts.length - 1
      if (name === '..' && at === base) return 'notcapable'
      if (name === '..') at = this.parentOf(at) as number
      if (name === '.' || name === '..') {
        if (last) return { parent: at, name, node: this.node(at), slash }
        continue
      }
      if (utf8(name).length > 255) return 'nametoolong'
      const row = this.child(at, name)
      if (row === undefined) return last ? { parent: at, name, node: null, slash } : 'noent'
      const node = this.node(row.node)
      const through = !last || follow === 'yes' || (follow === 'slash' && slash)
      if (node.kind === 'symlink' && through) {
        if (++followed.count > 40) return 'loop'
        if (node.target.startsWith('/')) return 'notcapable'
        const rest = parts.slice(i + 1).join('/')
        const more = last ? node.target : `${node.target}/${rest}`
        return this.go(base, at, more + (slash && !more.endsWith('/') ? '/' : ''), follow, followed)
      }
      if (last) return { parent: at, name, node, slash }
      if (node.kind !== 'directory') return 'notdir'
      at = node.id
    }
    return { parent: at, name: '.', node: this.node(at), slash }
  }

  // --- names

  private touch(id: number, now: number): void {
    const node = this.node(id)
    node.mtime = now
    node.ctime = now
  }
  private make(place: Place, kind: Kind, now: number): Node | Refused {
    if (this.linksOf(place.parent) === 0) return 'noent'
    const { inodes, bytes } = this.limits
    if (this.nodes.length >= inodes || this.names.length >= inodes) return 'nospc'
    if (kind === 'symlink' && this.used() + 4096 > bytes) return 'nospc'
    const node = this.add(kind, now)
    this.node(place.parent).rows.push({ name: place.name, node: node.id, alive: true })
    this.touch(place.parent, now)
    return node
  }
  private remove(place: Place, now: number): void {
    const row = this.child(place.parent, place.name) as Row
    row.alive = false
    this.node(row.node).ctime = now
    this.touch(place.parent, now)
    this.sweep()
  }

  resolve(base: number, path: Uint8Array | string, follow: boolean): number | Refused {
    const place = this.walk(base, path, follow ? 'yes' : 'slash')
    if (!isPlace(place)) return place
    if (place.node === null) return 'noent'
    return place.slash && place.node.kind !== 'directory' ? 'notdir' : place.node.id
  }

  open(
    base: number,
    path: Uint8Array | string,
    options: Record<string, boolean>,
    now: number,
  ): { inode: number } | Refused {
    if (options.create && options.directory) return 'inval'
    const exclusive = options.create && options.exclusive
    const place = this.walk(base, path, options.follow && !exclusive ? 'yes' : 'slash')
    if (!isPlace(place)) return place
    let { node } = place
    if (node === null) {
      if (!options.create) return 'noent'
      if (place.slash) return 'isdir'
      const made = this.make(place, 'file', now)
      if (typeof made === 'string') return made
      node = made
    } else {
      if (exclusive) return 'exist'
      if (node.kind === 'symlink') return 'loop'
      const changes = options.create || options.write || options.truncate
      if (node.kind === 'directory' && changes) return 'isdir'
      if (node.kind === 'file' && (place.slash || options.directory)) return 'notdir'
    }
    if (options.truncate) this.setSize(node.id, 0, now)
    return { inode: node.id }
  }

  mkdir(base: number, path: Uint8Array | string, now: number): 0 | Refused {
    const place = this.walk(base, path, 'no')
    if (!isPlace(place)) return place
    if (place.node !== null) return 'exist'
    const made = this.make(place, 'directory', now)
    return typeof made === 'string' ? made : 0
  }

  symlink(target: string, base: number, path: Uint8Array | string, now: number): 0 | Refused {
    const text = this.text(target)
    if (typeof text === 'string') return text
    const place = this.walk(base, path, 'no')
    if (!isPlace(place)) return place
    if (place.node !== null) return 'exist'
    if (place.slash) return 'noent'
    const made = this.make(place, 'symlink', now)
    if (typeof made === 'string') return made
    made.target = target
    return 0
  }

  readlink(base: number, path: Uint8Array | string): { target: string } | Refused {
    const place = this.walk(base, path, 'slash')
    if (!isPlace(place)) return place
    if (place.node === null) return 'noent'
    return place.node.kind === 'symlink' ? { target: place.node.target } : 'inval'
  }

  rmdir(base: number, path: Uint8Array | string, now: number): 0 | Refused {
    const place = this.walk(base, path, 'no')
    if (!isPlace(place)) return place
    if (place.name === '.') return 'inval'
    if (place.name === '..') return 'notempty'
    if (place.node === null) return 'noent'
    if (place.node.kind !== 'directory') return 'notdir'
    if (place.node.rows.some(({ alive }) => alive)) return 'notempty'
    this.remove(place, now)
    return 0
  }

  unlink(base: number, path: Uint8Array | string, now: number): 0 | Refused {
    const place = this.walk(base, path, 'no')
    if (!isPlace(place)) return place
    if (place.node === null) return 'noent'
    if (place.node.kind === 'directory') return 'isdir'
    if (place.slash) return 'notdir'
    this.remove(place, now)
    return 0
  }

  link(
    base: number,
    path: Uint8Array | string,
    follow: boolean,
    toBase: number,
    toPath: Uint8Array | string,
    now: number,
  ): 0 | Refused {
    const from = this.walk(base, path, follow ? 'yes' : 'slash')
    if (!isPlace(from)) return from
    if (from.node === null) return 'noent'
    if (from.slash && from.node.kind !== 'directory') return 'notdir'
    const to = this.walk(toBase, toPath, 'no')
    if (!isPlace(to)) return to
    if (to.node !== null) return 'exist'
    if (to.slash) return 'noent'
    if (from.node.kind === 'directory') return 'perm'
    if (this.linksOf(to.parent) === 0) return 'noent'
    if (this.names.length >= this.limits.inodes) return 'nospc'
    this.node(to.parent).rows.push({ name: to.name, node: from.node.id, alive: true })
    this.touch(to.parent, now)
    from.node.ctime = now
    return 0
  }

  rename(
    base: number,
    path: Uint8Array | string,
    toBase: number,
    toPath: Uint8Array | string,
    now: number,
  ): 0 | Refused {
    const from = this.walk(base, path, 'no')
    if (!isPlace(from)) return from
    const to = this.walk(toBase, toPath, 'no')
    if (!isPlace(to)) return to
    if (from.name.match(/^\.\.?$/) || to.name.match(/^\.\.?$/)) return 'busy'
    if (from.node === null) return 'noent'
    const isDirectory = from.node.kind === 'directory'
    if (!isDirectory && (from.slash || to.slash)) return 'notdir'
    if (this.linksOf(to.parent) === 0) return 'noent'
    for (let at: number | null = to.parent; isDirectory && at !== null; at = this.parentOf(at)) {
      if (at === from.node.id) return 'inval'
    }
    if (to.node === from.node) return 0
    if (to.node !== null) {
      if (isDirectory && to.node.kind !== 'directory') return 'notdir'
      if (!isDirectory && to.node.kind === 'directory') return 'isdir'
      if (to.node.rows.some(({ alive }) => alive)) return 'notempty'
    }
    const source = this.child(from.parent, from.name) as Row
    source.alive = false
    const target = this.child(to.parent, to.name)
    const rows = this.node(to.parent).rows
    if (target === undefined) rows.push({ name: to.name, node: from.node.id, alive: true })
    else target.node = from.node.id
    if (to.node !== null) to.node.ctime = now
    from.node.ctime = now
    this.touch(from.parent, now)
    this.touch(to.parent, now)
    this.sweep()
    return 0
  }

  // --- bytes

  read(id: number, offset: number, size: number): Uint8Array | Refused {
    const { kind, bytes } = this.node(id)
    if (kind !== 'file') return kind === 'directory' ? 'isdir' : 'inval'
    return bytes.slice(offset, offset + size)
  }

  write(id: number, offset: number, bytes: Uint8Array, now: number): number | Refused {
    const node = this.node(id)
    if (node.kind !== 'file') return node.kind === 'directory' ? 'isdir' : 'inval'
    if (bytes.length === 0) return 0
    const end = Math.max(node.bytes.length, offset + bytes.length)
    if (end > 2 ** 48) return 'fbig'
    const refused = this.setSize(id, end, now)
    if (refused !== 0) return refused
    node.bytes.set(bytes, offset)
    return bytes.length
  }

  setSize(id: number, size: number, now: number): 0 | Refused {
    const node = this.node(id)
    if (node.kind !== 'file') return node.kind === 'directory' ? 'isdir' : 'inval'
    if (size > 2 ** 48) return 'fbig'
    const grows = block(size) > block(node.bytes.length)
    if (grows && this.used(node) + block(size) > this.limits.bytes) return 'nospc'
    const bytes = new Uint8Array(size)
    bytes.set(node.bytes.subarray(0, size))
    node.bytes = bytes
    this.touch(id, now)
    return 0
  }

  // --- listings

  /** Goes on with a listing; a name as `.` or `..` has no row. */
  list(listing: Listing, count: number): string[] | Refused {
    const directory = this.node(listing.directory)
    if (directory.kind !== 'directory') return 'notdir'
    const at = directory.rows.indexOf(listing.row as Row)
    const rows = directory.rows.slice(at + 1).filter(({ alive }) => alive)
    const listed = rows.slice(0, count)
    listing.row = listed.at(-1) ?? listing.row
    return listed.map(({ name }) => name)
  }

  /** Starts a listing: rows are put in the order of their names. */
  start(directory: number): Listing {
    const node = this.node(directory)
    const alive = node.rows.filter((row) => row.alive)
    const sorted = alive.toSorted((a, b) => Buffer.compare(utf8(a.name), utf8(b.name)))
    if (sorted.some((row, i) => row !== alive[i])) node.rows = sorted.map((row) => ({ ...row }))
    return { directory, row: null }
  }
}
