// Files that are kept from one process to the next, each under a key. What is read is verified
// first; what is damaged, or cannot be written, is as if it were not there.
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { nodeHasher } from './hasher.ts'
import { writeAll } from './output-file.ts'

/** Bytes of all files together; beyond it the oldest go. */
const LIMIT_BYTES = 1 << 30
const HASH_BYTES = 32

export class KeptFiles {
  private readonly folder: string

  /** Nothing is touched before the first call. */
  constructor(folder: string) {
    this.folder = folder
  }

  has(key: string): boolean {
    return statSync(join(this.folder, key), { throwIfNoEntry: false }) !== undefined
  }

  /** What was put under the key, or null. */
  get(key: string): Uint8Array<ArrayBuffer> | null {
    let bytes: Buffer<ArrayBuffer>
    const path = join(this.folder, key)
    try {
      bytes = readFileSync(path)
    } catch {
      return null
    }
    const content = bytes.subarray(HASH_BYTES)
    if (Buffer.compare(nodeHasher.hash(content), bytes.subarray(0, HASH_BYTES)) === 0) {
      return content
    }
    rmSync(path, { force: true })
    return null
  }

  put(key: string, content: Uint8Array): void {
    try {
      mkdirSync(this.folder, { recursive: true })
      write(join(this.folder, key), [nodeHasher.hash(content), content])
      this.trim()
    } catch {
      // A cache that cannot be written is no reason to stop a program.
    }
  }

  private trim(): void {
    const files = readdirSync(this.folder).map((name) => {
      const path = join(this.folder, name)
      const { size, mtimeMs } = statSync(path)
      return { path, size, mtimeMs }
    })
    files.sort((a, b) => b.mtimeMs - a.mtimeMs)
    let total = 0
    for (const { path, size } of files) {
      total += size
      if (total > LIMIT_BYTES) rmSync(path, { force: true })
    }
  }
}

/** A whole file or none. Nobody waits for the disk: what a crash damages is not believed. */
function write(path: string, parts: readonly Uint8Array[]): void {
  const draft = `${path}.${process.pid}.part`
  try {
    const fd = openSync(draft, 'w')
    try {
      for (const part of parts) {
        writeAll(fd, part)
      }
    } finally {
      closeSync(fd)
    }
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}
