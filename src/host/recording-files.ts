// A recording on disk: a directory with the state in which it begins, the lineage, checkpoints and
// their pages; or the same packed into one `.vac` file. Everything that is read is verified.
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
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
import {
  below,
  branchFolder,
  type Files,
  isPacked,
  LIMIT_BYTES,
  LOCK,
  packed,
  readFolder,
  unpacked,
} from './recording-archive.ts'
import { type Place, placeOf } from './recording-place.ts'
import { fastZstd, zstd } from './zstd.ts'

const BEGIN = 'begin.vst.zst'
const LINEAGE = 'lineage.vbl'
const CHECKPOINTS = 'checkpoints'
const PAGES = 'pages'

const folderOf = (path: string): string => (isPacked(path) ? `${path}.part` : path)

/** Smaller parts of the first state are compressed together. */
const OWN_FRAME_BYTES = 2 ** 16

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
    const branches = branchFolder(path, !isPacked(path))
    if (existsSync(branches)) refuse(branches, 'branches of a recording that was there')
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
    let small: Uint8Array[] = []
    const flush = (): void => {
      if (small.length > 0) frames.push(fastZstd.compress(joined(small)))
      small = []
    }
    for (const part of state) {
      if (part.sizeBytes < OWN_FRAME_BYTES) small.push(part.bytes())
      else {
        flush()
        frames.push(packed(part) ?? fastZstd.compress(part.bytes()))
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
  const { inside, ...root } = await openRoot(place.path)
  if (place.branch === null) return { ...root, place, sharedUntil: Number.POSITIVE_INFINITY }
  // With the checker of its descriptors, which nobody else needs.
  const { openBranches } = await import('./branch-files.ts')
  const branches = await openBranches(place.path, recordingHost, inside)
  const lineage = branches.lineageOf(place.branch, root.lineage)
  const [fork] = branches.pathTo(place.branch)
  return { ...root, lineage, place, sharedUntil: fork.tick }
}

interface Root extends Omit<OpenedRecording, 'place' | 'sharedUntil'> {
  /** Of a recording in one file all that is in it. */
  readonly inside: Files | null
}

async function openRoot(path: string): Promise<Root> {
  try {
    const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
    const inside = isFolder ? null : await unpacked(path)
    return { inside, ...opened(path, inside === null ? partsOfFolder(path) : partsOf(inside)) }
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

function opened(path: string, parts: Parts): Omit<Root, 'inside'> {
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

function partsOf(files: Files): Parts {
  return {
    begin: files.get(BEGIN) ?? damaged(BEGIN, 'no such file'),
    lineage: files.get(LINEAGE) ?? damaged(LINEAGE, 'no such file'),
    files: packedFiles(below(files, CHECKPOINTS)),
    segments: packedSegments(below(files, PAGES)),
  }
}
