// A recording on disk: a directory with the state in which it begins, the lineage, checkpoints and
// their pages; or the same packed into one `.vac` file. Everything that is read is verified.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { packTar, type TarEntry, unpackTar } from 'modern-tar'
import { joined, sameBytes } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import type { Snapshot } from '../machine/state/snapshot.ts'
import type { FilePart } from '../machine/state/state-format.ts'
import { type SegmentStore, Vault } from '../memory/vault.ts'
import type { SmallFiles } from '../time/checkpoints/checkpoint-files.ts'
import { StoredCheckpoints } from '../time/checkpoints/stored-checkpoints.ts'
import { type Lineage, readLineage } from '../time/lineage/lineage.ts'
import { FolderFiles, FolderSegments, packedFiles, packedSegments } from './checkpoint-folders.ts'
import { nodeHasher } from './hasher.ts'
import { readInputFile } from './input-file.ts'
import { LockFile } from './lock-file.ts'
import { writeAll, writeOutputFile } from './output-file.ts'
import { type Place, placeOf } from './recording-place.ts'
import { fastZstd, zstd } from './zstd.ts'

const BEGIN = 'begin.vst.zst'
const LINEAGE = 'lineage.vbl'
const CHECKPOINTS = 'checkpoints'
const PAGES = 'pages'
const LOCK = 'lock'
const LIMIT_BYTES = 2 ** 33
const TAR_BLOCK = 512

/** A name that ends so is one file. */
const isPacked = (path: string): boolean => path.endsWith('.vac')
const folderOf = (path: string): string => (isPacked(path) ? `${path}.part` : path)

/** What readers and writers of a recording hash and compress with. */
export const recordingHost = { hasher: nodeHasher, codec: zstd }

const vaultHost = { hasher: nodeHasher, codec: fastZstd }

/** A recording that is being written. */
export class RecordingFiles {
  private readonly path: string
  private readonly folder: string
  private readonly lock: LockFile
  private readonly fd: number
  private segments: FolderSegments | null = null

  private constructor(path: string, folder: string, lock: LockFile) {
    this.path = path
    this.folder = folder
    this.lock = lock
    this.fd = openSync(join(folder, LINEAGE), 'ax')
  }

  /** FILE_UNWRITABLE where something is there already, or the disk refuses. */
  static create(path: string): RecordingFiles {
    const folder = folderOf(path)
    if (existsSync(path)) refuse(path, 'a file or directory that is there')
    try {
      if (isPacked(path)) {
        if (existsSync(join(folder, LOCK))) LockFile.take(join(folder, LOCK)).release()
        rmSync(folder, { recursive: true, force: true })
      }
      mkdirSync(folder)
      return new RecordingFiles(path, folder, LockFile.take(join(folder, LOCK)))
    } catch (error) {
      if (error instanceof VacError) throw error
      return refuse(path, codeOf(error))
    }
  }

  /**
   * Keeps the state in which the recording begins, given in parts; gives the SHA-256 of its file.
   * `packed`: the zstd frame of a part, for who has it already.
   */
  begin(
    state: readonly FilePart[],
    packed: (part: FilePart) => Uint8Array | null = () => null,
  ): Uint8Array {
    const frames: Uint8Array[] = []
    let waiting: Uint8Array[] = []
    const flush = (): void => {
      if (waiting.length > 0) frames.push(fastZstd.compress(joined(waiting)))
      waiting = []
    }
    for (const part of state) {
      const frame = packed(part)
      if (frame === null) waiting.push(part.bytes())
      else {
        flush()
        frames.push(frame)
      }
    }
    flush()
    writeOutputFile(join(this.folder, BEGIN), ...frames)
    return nodeHasher.hashParts(frames)
  }

  /** Where the checkpoints of the run go. */
  checkpoints(begin: Snapshot): StoredCheckpoints {
    const check = (): void => this.lock.check()
    this.segments = new FolderSegments(join(this.folder, PAGES), check)
    const files = new FolderFiles(join(this.folder, CHECKPOINTS), check)
    return new StoredCheckpoints(begin, files, new Vault(this.segments, vaultHost), recordingHost)
  }

  readonly append = (bytes: Uint8Array): void => {
    try {
      writeAll(this.fd, bytes)
    } catch (error) {
      refuse(this.path, codeOf(error))
    }
  }

  /** Everything is on the disk behind it; one file is packed now. */
  async close(): Promise<void> {
    fsyncSync(this.fd)
    closeSync(this.fd)
    this.segments?.close()
    if (isPacked(this.path)) writeOutputFile(this.path, await packed(readFolder(this.folder)))
    this.lock.release()
    if (isPacked(this.path)) rmSync(this.folder, { recursive: true })
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
  /** `begin`: a snapshot of the state in which it begins. Errors: RECORDING_DAMAGED. */
  readonly checkpoints: (begin: Snapshot) => StoredCheckpoints
  /** Checkpoints before this tick are of this run: of a branch those before the first fork. */
  readonly sharedUntil: number
}

/**
 * A recording by its path, or a branch of it as PATH@NAME. Errors: FILE_MISSING, RECORDING_DAMAGED,
 * BRANCH_UNKNOWN.
 */
export async function openRecording(address: string): Promise<OpenedRecording> {
  const place = placeOf(address)
  const root = await openRoot(place.path)
  if (place.branch === null) return { ...root, place, sharedUntil: Number.POSITIVE_INFINITY }
  // With the checker of its descriptors, which nobody else needs.
  const { openBranches } = await import('./branch-files.ts')
  const branches = openBranches(place.path, recordingHost)
  const lineage = branches.lineageOf(place.branch, root.lineage)
  const [fork] = branches.pathTo(place.branch)
  return { ...root, lineage, place, sharedUntil: fork.tick }
}

type Root = Omit<OpenedRecording, 'place' | 'sharedUntil'>

async function openRoot(path: string): Promise<Root> {
  try {
    const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
    return opened(path, isFolder ? partsOfFolder(path) : partsOf(await unpacked(path)))
  } catch (error) {
    throw placed(error, path)
  }
}

/** The error with the recording's name before the place in it. */
function placed(error: unknown, path: string): unknown {
  if (!(error instanceof VacError) || error.code !== 'RECORDING_DAMAGED') return error
  const { where, ...detail } = error.detail
  return new VacError(error.code, {
    ...detail,
    where: where === undefined ? path : `${path}, ${where}`,
  })
}

const damaged = (where: string, found: string): never => {
  throw new VacError('RECORDING_DAMAGED', { where, found, expected: 'what was recorded' })
}

/** What is damaged in a file has the file's name before it. */
function inFile<T>(name: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw placed(error, name)
  }
}

interface Parts {
  readonly begin: Uint8Array
  readonly lineage: Uint8Array
  readonly files: SmallFiles
  readonly segments: SegmentStore
}

function opened(path: string, parts: Parts): Root {
  const lineage = inFile(LINEAGE, () => readLineage(parts.lineage, recordingHost))
  if (!sameBytes(nodeHasher.hash(parts.begin), lineage.header.begin)) damaged(BEGIN, 'other bytes')
  return {
    begin: zstd.decompress(parts.begin, LIMIT_BYTES),
    lineage,
    checkpoints: (begin) =>
      inFile(path, () => {
        const vault = new Vault(parts.segments, vaultHost)
        return new StoredCheckpoints(begin, parts.files, vault, recordingHost)
      }),
  }
}

function partsOfFolder(folder: string): Parts {
  const read = (name: string): Uint8Array => readInputFile(join(folder, name), LIMIT_BYTES)
  return {
    begin: read(BEGIN),
    lineage: read(LINEAGE),
    files: new FolderFiles(join(folder, CHECKPOINTS)),
    segments: new FolderSegments(join(folder, PAGES)),
  }
}

/** Files of a recording by their paths in it, in the order of the paths. */
type Files = ReadonlyMap<string, Uint8Array>

function readFolder(folder: string): Files {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .filter((name) => name !== LOCK && !name.endsWith('.part'))
    .sort()
  return new Map(names.map((name) => [name, readInputFile(join(folder, name), LIMIT_BYTES)]))
}

function partsOf(files: Files): Parts {
  const below = (folder: string): Files =>
    new Map(
      [...files]
        .filter(([name]) => name.startsWith(`${folder}/`))
        .map(([name, bytes]) => [name.slice(folder.length + 1), bytes]),
    )
  return {
    begin: files.get(BEGIN) ?? damaged(BEGIN, 'no such file'),
    lineage: files.get(LINEAGE) ?? damaged(LINEAGE, 'no such file'),
    files: packedFiles(below(CHECKPOINTS)),
    segments: packedSegments(below(PAGES)),
  }
}

const entry = (name: string, bytes: Uint8Array): TarEntry => ({
  header: { name, size: bytes.length, mode: 0o644, mtime: new Date(0) },
  body: bytes as Uint8Array<ArrayBuffer>,
})

const packed = (files: Files): Promise<Uint8Array> =>
  packTar([...files].map(([name, bytes]) => entry(name, bytes)))

/** The archive has one form: another byte anywhere is damage. */
async function unpacked(path: string): Promise<Files> {
  const bytes = readInputFile(path, LIMIT_BYTES)
  const files = await unpackTar(bytes as Uint8Array<ArrayBuffer>, { strict: true }).then(
    (entries) =>
      new Map(entries.map(({ header, data }) => [header.name, data ?? new Uint8Array()])),
    () => damaged(`offset ${badHeader(bytes)}`, 'a damaged archive'),
  )
  const again = await packed(files)
  if (sameBytes(again, bytes)) return files
  const offset = bytes.findIndex((byte, at) => byte !== again[at])
  return damaged(`offset ${offset < 0 ? bytes.length : offset}`, 'another form of the archive')
}

/** Of the first header of an archive whose checksum is not right; or where the bytes end. */
function badHeader(bytes: Uint8Array): number {
  const octal = (from: number, to: number): number =>
    Number.parseInt(Buffer.from(bytes.subarray(from, to)).toString('latin1'), 8)
  for (let at = 0; at + TAR_BLOCK <= bytes.length; ) {
    const header = bytes.slice(at, at + TAR_BLOCK).fill(0x20, 148, 156)
    const sum = header.reduce((total, byte) => total + byte, 0)
    const sizeBytes = octal(at + 124, at + 136)
    if (octal(at + 148, at + 156) !== sum || !(sizeBytes >= 0)) return at
    at += TAR_BLOCK * (1 + Math.ceil(sizeBytes / TAR_BLOCK))
  }
  return bytes.length
}
