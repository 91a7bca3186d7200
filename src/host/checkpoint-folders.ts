// The files of checkpoints: small ones and segments of pages, in folders of a recording or in the
// bytes of a packed one.
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { VacError } from '../base/errors.ts'
import type { SegmentStore } from '../memory/vault.ts'
import type { SmallFiles } from '../time/checkpoints/checkpoint-files.ts'
import { readInputFile } from './input-file.ts'
import { writeAll, writeOutputFile } from './output-file.ts'

const LIMIT_SMALL_BYTES = 2 ** 31

const namesIn = (folder: string, suffix: string): string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(suffix))
      .sort()
  } catch {
    return []
  }
}

/** What comes of a file that the disk refuses. */
function onDisk<T>(path: string, does: () => T): T {
  try {
    return does()
  } catch (error) {
    if (error instanceof VacError) throw error
    const found = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new VacError('FILE_UNWRITABLE', { where: path, found, expected: 'room and permission' })
  }
}

/** A folder that a loss of power cannot take a file from. */
function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** `check` runs before every change: whether we still may. */
export class FolderFiles implements SmallFiles {
  private readonly folder: string
  private readonly check: () => void

  constructor(folder: string, check: () => void = () => {}) {
    this.folder = folder
    this.check = check
  }

  readonly list = (): string[] => namesIn(this.folder, '.dc.json')
  readonly read = (name: string): Uint8Array =>
    readInputFile(join(this.folder, name), LIMIT_SMALL_BYTES)
  readonly write = (name: string, bytes: Uint8Array): void => {
    this.check()
    onDisk(this.folder, () => {
      mkdirSync(this.folder, { recursive: true })
      writeOutputFile(join(this.folder, name), bytes)
      syncFolder(this.folder)
    })
  }
  readonly remove = (name: string): void => {
    this.check()
    onDisk(this.folder, () => rmSync(join(this.folder, name), { force: true }))
  }
}

export class FolderSegments implements SegmentStore {
  private readonly folder: string
  private readonly check: () => void
  /** The one segment that grows. Nothing else stays open: nobody says when reading is over. */
  private growing: { readonly name: string; readonly fd: number } | null = null

  constructor(folder: string, check: () => void = () => {}) {
    this.folder = folder
    this.check = check
  }

  readonly list = () =>
    namesIn(this.folder, '.seg').map((name) => ({
      name: name.slice(0, -'.seg'.length),
      sizeBytes: statSync(this.path(name.slice(0, -'.seg'.length))).size,
    }))

  readonly read = (name: string, offset: number, sizeBytes: number): Uint8Array => {
    const bytes = new Uint8Array(sizeBytes)
    let fd: number | null = null
    try {
      fd = openSync(this.path(name), 'r')
      for (let done = 0; done < sizeBytes; ) {
        const count = readSync(fd, bytes, done, sizeBytes - done, offset + done)
        if (count === 0) throw new Error('the file ends')
        done += count
      }
      return bytes
    } catch (error) {
      const found = (error as NodeJS.ErrnoException).code ?? String(error)
      throw new VacError('FILE_MISSING', { where: this.path(name), found, expected: 'its bytes' })
    } finally {
      if (fd !== null) closeSync(fd)
    }
  }

  readonly append = (name: string, bytes: Uint8Array): void => {
    this.check()
    onDisk(this.path(name), () => {
      if (this.growing?.name !== name) {
        this.close()
        mkdirSync(this.folder, { recursive: true })
        this.growing = { name, fd: openSync(this.path(name), 'a') }
      }
      const { fd } = this.growing
      writeAll(fd, bytes)
    })
  }

  readonly sync = (name: string): void => {
    const { growing } = this
    if (growing?.name !== name) return
    onDisk(this.path(name), () => {
      fsyncSync(growing.fd)
      syncFolder(this.folder)
    })
  }

  readonly remove = (name: string): void => {
    this.check()
    if (this.growing?.name === name) this.close()
    onDisk(this.path(name), () => rmSync(this.path(name), { force: true }))
  }

  /** Lets go of what is open for writing. */
  close(): void {
    if (this.growing !== null) closeSync(this.growing.fd)
    this.growing = null
  }

  private path(name: string): string {
    return join(this.folder, `${name}.seg`)
  }
}

const readOnly = (): never => {
  throw new VacError('FILE_UNWRITABLE', {
    found: 'a packed recording',
    expected: 'a directory: what is packed is not changed',
  })
}

/** Files of a packed recording, by their names. */
export const packedFiles = (files: ReadonlyMap<string, Uint8Array>): SmallFiles => ({
  list: () => [...files.keys()].filter((name) => name.endsWith('.dc.json')),
  read: (name) => files.get(name) ?? missing(name),
  write: readOnly,
  remove: readOnly,
})

export const packedSegments = (segments: ReadonlyMap<string, Uint8Array>): SegmentStore => ({
  list: () =>
    [...segments].map(([name, bytes]) => ({
      name: name.slice(0, -'.seg'.length),
      sizeBytes: bytes.length,
    })),
  read: (name, offset, sizeBytes) =>
    (segments.get(`${name}.seg`) ?? missing(name)).subarray(offset, offset + sizeBytes),
  append: readOnly,
  sync: () => {},
  remove: readOnly,
})

const missing = (name: string): never => {
  throw new VacError('RECORDING_DAMAGED', { where: name, found: 'no such file', expected: 'it' })
}
