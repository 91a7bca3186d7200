// Compiled code kept on disk: a file a program, variant and emitter. What is read is verified
// before it is used; what is damaged, or cannot be written, is as if it were not there.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ModuleStore } from '../jit/library.ts'
import { type Variant, variantName } from '../jit/variant.ts'
import { nodeHasher } from './hasher.ts'
import { writeOutputFile } from './output-file.ts'

/** Bytes of all files together; beyond it the oldest go. */
const LIMIT_BYTES = 1 << 30
const HASH_BYTES = 32

export class CodeCache implements ModuleStore {
  private readonly folder: string
  private emitter: string | null = null

  /** Nothing is touched before the first `get` or `put`. */
  constructor(folder: string = defaultFolder(process.env)) {
    this.folder = folder
  }

  /** The module that was put for the program of this hash, or null. */
  get(program: Uint8Array, variant: Variant): Uint8Array<ArrayBuffer> | null {
    let bytes: Buffer<ArrayBuffer>
    const path = this.pathOf(program, variant)
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

  /** Keeps a module; where the disk refuses, it is made anew next time. */
  put(program: Uint8Array, variant: Variant, module: Uint8Array): void {
    try {
      mkdirSync(this.folder, { recursive: true })
      const file = Buffer.concat([nodeHasher.hash(module), module])
      writeOutputFile(this.pathOf(program, variant), file)
      this.trim()
    } catch {
      // A cache that cannot be written is no reason to stop a program.
    }
  }

  private pathOf(program: Uint8Array, variant: Variant): string {
    this.emitter ??= emitterVersion()
    const key = createHash('sha256')
    key.update(program).update(this.emitter).update(variantName(variant))
    return join(this.folder, `${key.digest('hex').slice(0, 40)}.wasm`)
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

/** `VAC_CACHE_DIR`, or `vac/code` in the user's cache folder. */
const defaultFolder = (env: NodeJS.ProcessEnv): string =>
  env['VAC_CACHE_DIR'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'vac', 'code')

/** The emitter's own files are its version: no number that somebody forgets to raise. */
function emitterVersion(): string {
  const hash = createHash('sha256')
  for (const room of ['isa', 'jit']) {
    const folder = join(import.meta.dirname, '..', room)
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
      if (/\.[jt]s$/.test(name) && !/\.test\.|\.d\.ts$/.test(name)) {
        hash.update(name).update(readFileSync(join(folder, name)))
      }
    }
  }
  return hash.digest('hex')
}
