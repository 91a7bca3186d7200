// A recording on disk: a directory with the state in which it begins and the lineage, or the same
// packed into one `.vac` file. Everything that is read is verified.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { packTar, type TarEntry, unpackTar } from 'modern-tar'
import { sameBytes } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import { type Codec, type Host, type Lineage, readLineage } from '../time/lineage.ts'
import { nodeHasher } from './hasher.ts'
import { readInputFile } from './input-file.ts'
import { writeOutputFile } from './output-file.ts'
import { type Place, placeOf } from './recording-place.ts'

const BEGIN = 'begin.vst.zst'
const LINEAGE = 'lineage.vbl'
const LIMIT_BYTES = 2 ** 33

export const zstd: Codec = {
  compress: (bytes) => zstdCompressSync(bytes),
  decompress: (bytes, limitBytes) => {
    try {
      return new Uint8Array(zstdDecompressSync(bytes, { maxOutputLength: limitBytes }))
    } catch {
      throw new VacError('RECORDING_DAMAGED', {
        found: `${bytes.length} bytes that do not decompress`,
        expected: 'zstd',
      })
    }
  },
}

/** A name that ends so is one file. */
const isPacked = (path: string): boolean => path.endsWith('.vac')
const folderOf = (path: string): string => (isPacked(path) ? `${path}.part` : path)

/** A recording that is being written. */
export class RecordingFiles {
  private readonly path: string
  private readonly folder: string
  private readonly fd: number

  private constructor(path: string, folder: string, fd: number) {
    this.path = path
    this.folder = folder
    this.fd = fd
  }

  /** FILE_UNWRITABLE where something is there already, or the disk refuses. */
  static create(path: string): RecordingFiles {
    const folder = folderOf(path)
    if (existsSync(path)) refuse(path, 'a file or directory that is there')
    try {
      if (isPacked(path)) rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder)
      return new RecordingFiles(path, folder, openSync(join(folder, LINEAGE), 'ax'))
    } catch (error) {
      return refuse(path, codeOf(error))
    }
  }

  /** Keeps the state in which the recording begins; gives the SHA-256 of its file. */
  begin(state: Uint8Array): Uint8Array {
    const file = zstd.compress(state)
    writeOutputFile(join(this.folder, BEGIN), file)
    return nodeHasher.hash(file)
  }

  readonly append = (bytes: Uint8Array): void => {
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.fd, bytes, done)
    } catch (error) {
      refuse(this.path, codeOf(error))
    }
  }

  /** Everything is on the disk behind it; one file is packed now. */
  async close(): Promise<void> {
    fsyncSync(this.fd)
    closeSync(this.fd)
    if (!isPacked(this.path)) return
    writeOutputFile(this.path, await packed(readFolder(this.folder)))
    rmSync(this.folder, { recursive: true })
  }
}

const refuse = (path: string, found: string): never => {
  throw new VacError('FILE_UNWRITABLE', { found, where: path, expected: 'a new name' })
}
const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error)

export interface OpenedRecording {
  /** The state in which it begins. */
  readonly begin: Uint8Array
  /** Of a branch, from there on through all its forks. */
  readonly lineage: Lineage
  readonly place: Place
}

/**
 * A recording by its path, or a branch of it as PATH@NAME. Errors: FILE_MISSING, RECORDING_DAMAGED,
 * BRANCH_UNKNOWN.
 */
export async function openRecording(address: string): Promise<OpenedRecording> {
  const place = placeOf(address)
  const { begin, lineage } = await openRoot(place.path)
  if (place.branch === null) return { begin, lineage, place }
  // With the checker of its descriptors, which nobody else needs.
  const { openBranches } = await import('./branch-files.ts')
  const branches = openBranches(place.path, recordingHost)
  return { begin, lineage: branches.lineageOf(place.branch, lineage), place }
}

/** What lineages are read and written with. */
export const recordingHost: Host = { hasher: nodeHasher, codec: zstd }

async function openRoot(path: string): Promise<Omit<OpenedRecording, 'place'>> {
  try {
    const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
    const parts = isFolder ? readFolder(path) : await unpacked(readInputFile(path, LIMIT_BYTES))
    const lineage = readLineage(parts.lineage, { hasher: nodeHasher, codec: zstd })
    if (!sameBytes(nodeHasher.hash(parts.begin), lineage.header.begin)) damaged(BEGIN)
    return { begin: zstd.decompress(parts.begin, LIMIT_BYTES), lineage }
  } catch (error) {
    if (!(error instanceof VacError) || error.code !== 'RECORDING_DAMAGED') throw error
    const { where, ...detail } = error.detail
    throw new VacError(error.code, {
      ...detail,
      where: where === undefined ? path : `${path}, ${where}`,
    })
  }
}

const damaged = (name: string): never => {
  throw new VacError('RECORDING_DAMAGED', {
    found: `another ${name}`,
    expected: 'the one that was recorded',
  })
}

interface Parts {
  readonly begin: Uint8Array
  readonly lineage: Uint8Array
}

function readFolder(folder: string): Parts {
  const read = (name: string): Uint8Array => readInputFile(join(folder, name), LIMIT_BYTES)
  return { begin: read(BEGIN), lineage: read(LINEAGE) }
}

const entry = (name: string, bytes: Uint8Array): TarEntry => ({
  header: { name, size: bytes.length, mode: 0o644, mtime: new Date(0) },
  body: bytes as Uint8Array<ArrayBuffer>,
})

const packed = ({ begin, lineage }: Parts): Promise<Uint8Array> =>
  packTar([entry(BEGIN, begin), entry(LINEAGE, lineage)])

/** The archive has one form: another byte anywhere is damage. */
async function unpacked(bytes: Uint8Array): Promise<Parts> {
  let parts: Parts
  try {
    const entries = await unpackTar(bytes as Uint8Array<ArrayBuffer>, { strict: true })
    const [begin, lineage] = entries.map(({ data }) => data ?? new Uint8Array(0))
    parts = { begin, lineage }
    if (entries.length !== 2 || !sameBytes(await packed(parts), bytes)) damaged('archive')
  } catch (error) {
    if (error instanceof VacError) throw error
    return damaged('archive')
  }
  return parts
}
