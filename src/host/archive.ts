// A tar archive, maybe gzipped, as a tree of files: for the libraries of interpreters.
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { unpackTar } from 'modern-tar'
import { VacError } from '../base/errors.ts'
import { Blob } from '../memory/file-bytes.ts'
import type { TreeEntry } from '../wall/files/tree.ts'

const LIMIT_BYTES = 1 << 30

/** In one piece and on another thread. */
async function unzipped(bytes: Uint8Array): Promise<Uint8Array> {
  // A gzip file ends with its unpacked size; no byte stands for more than 1032.
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(-4)
  const claimed = a + (b << 8) + (c << 16) + d * 2 ** 24
  const chunkSize = Math.min(claimed, bytes.length * 1032) + 64
  return promisify(gunzip)(bytes, { maxOutputLength: LIMIT_BYTES, chunkSize })
}

/** Modes, owners and times are left out. Errors: TREE_REFUSED. */
export async function readArchive(bytes: Uint8Array, name: string): Promise<TreeEntry[]> {
  const refuse = (found: string): never => {
    throw new VacError('TREE_REFUSED', { where: name, found, expected: 'a tar archive' })
  }
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  try {
    const plain = zipped ? await unzipped(bytes) : bytes
    const entries = await unpackTar(plain as Uint8Array<ArrayBuffer>, { strict: true })
    return entries.flatMap(({ header, data }): TreeEntry[] => {
      const path = header.name.replace(/^(\.?\/)+/, '').replace(/\/+$/, '')
      if (path === '' || path === '.') return []
      switch (header.type ?? 'file') {
        case 'directory':
          return [{ path, kind: 'directory' }]
        case 'symlink':
          return [{ path, kind: 'symlink', target: header.linkname ?? '' }]
        case 'file':
          return [{ path, kind: 'file', content: new Blob((data ?? new Uint8Array(0)).slice()) }]
        default:
          return refuse(`${path}, a ${header.type}`)
      }
    })
  } catch (error) {
    if (error instanceof VacError) throw error
    return refuse(error instanceof Error ? error.message.slice(0, 200) : String(error))
  }
}
