// A directory of the host as a list for the machine's file system: read once, before the start.
// Links stay links; what is neither file, directory nor link is refused, not left out.
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
} from 'node:fs'
import { decodeUtf8 } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import { Blob } from '../memory/file-bytes.ts'
import { Merkle } from '../memory/merkle.ts'
import type { TreeEntry } from '../wall/files/tree.ts'
import { nodeHasher } from './hasher.ts'

/** Bytes of one imported tree. */
export const TREE_LIMIT_BYTES = 2 ** 32

const NO_FOLLOW = constants.O_NOFOLLOW ?? 0
/** Opening a pipe must not wait for its writer. */
const NO_WAIT = constants.O_NONBLOCK ?? 0

/**
 * The tree at `host`, which may be a link to it; equal files are one block of bytes, hashed once.
 * TREE_REFUSED names what cannot be imported; FILE_TOO_LARGE beyond `limitBytes`.
 */
export function importTree(host: string, limitBytes = TREE_LIMIT_BYTES): TreeEntry[] {
  return new TreeReader(limitBytes).read(topOf(host))
}

/** Names are bytes on the host: paths stay bytes until they are known to be UTF-8. */
function topOf(host: string): Buffer {
  try {
    const top = realpathSync.native(host)
    if (lstatSync(top).isDirectory()) return Buffer.from(top)
  } catch (error) {
    throw new VacError('FILE_MISSING', { found: codeOf(error), where: host })
  }
  throw new VacError('FILE_MISSING', { found: 'no directory', where: host })
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error)

const refuse = (where: string, found: string, expected = 'a file, directory or link'): never => {
  throw new VacError('TREE_REFUSED', { where, found, expected })
}

class TreeReader {
  private readonly merkle = new Merkle(nodeHasher)
  private readonly blobs = new Map<string, Blob>()
  private left: number

  constructor(limitBytes: number) {
    this.left = limitBytes
  }

  read(top: Buffer): TreeEntry[] {
    const entries: TreeEntry[] = [{ path: '', kind: 'directory' }]
    const waiting = [{ host: top, path: '' }]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const name of namesIn(next.host)) {
        const host = Buffer.concat([next.host, Buffer.from('/'), name])
        const text = decodeUtf8(name)
        if (text === null) return refuse(host.toString(), 'a name that is not UTF-8', 'UTF-8')
        const path = next.path === '' ? text : `${next.path}/${text}`
        const entry = this.entry(host, path)
        entries.push(entry)
        if (entry.kind === 'directory') waiting.push({ host, path })
      }
    }
    return entries
  }

  private entry(host: Buffer, path: string): TreeEntry {
    try {
      const status = lstatSync(host)
      if (status.isDirectory()) return { path, kind: 'directory' }
      if (status.isFile()) return { path, kind: 'file', content: this.file(host) }
      if (status.isSymbolicLink()) {
        const target = decodeUtf8(readlinkSync(host, 'buffer'))
        return target === null
          ? refuse(host.toString(), 'a link to what is not UTF-8', 'UTF-8')
          : { path, kind: 'symlink', target }
      }
    } catch (error) {
      if (error instanceof VacError) throw error
      return refuse(host.toString(), codeOf(error))
    }
    return refuse(host.toString(), 'a device, pipe or socket')
  }

  private file(host: Buffer): Blob {
    const fd = openSync(host, constants.O_RDONLY | NO_FOLLOW | NO_WAIT)
    try {
      const status = fstatSync(fd)
      if (!status.isFile()) refuse(host.toString(), 'something else than before')
      this.take(status.size, host)
      const bytes = readFileSync(fd)
      // It may have grown since.
      this.take(bytes.length - status.size, host)
      return this.shared(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length))
    } finally {
      closeSync(fd)
    }
  }

  private take(sizeBytes: number, host: Buffer): void {
    this.left -= sizeBytes
    if (this.left >= 0) return
    const found = 'a tree over the limit'
    throw new VacError('FILE_TOO_LARGE', { found, where: host.toString() })
  }

  private shared(bytes: Uint8Array): Blob {
    const blob = new Blob(bytes)
    const key = `${bytes.length} ${Buffer.from(blob.treeRoot(this.merkle)).toString('latin1')}`
    const known = this.blobs.get(key)
    if (known !== undefined) return known
    this.blobs.set(key, blob)
    return blob
  }
}

function namesIn(directory: Buffer): Buffer[] {
  try {
    return readdirSync(directory, 'buffer')
  } catch (error) {
    return refuse(directory.toString(), codeOf(error))
  }
}
