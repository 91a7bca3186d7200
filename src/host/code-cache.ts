// What is kept of programs from one process to the next: compiled code, a file a program, variant
// and part; of WebAssembly files that were translated, what is asked before a body is looked at,
// and their Atom bytes.
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { joined } from '../base/bytes.ts'
import type { CodePart, CodeStore } from '../jit/library.ts'
import { type Variant, variantName } from '../jit/variant.ts'
import { partOf } from '../machine/state/state-format.ts'
import { aloneHash, type ProgramBytes } from '../machine/state/state-programs.ts'
import { codeVersion } from './code-version.ts'
import { nodeHasher } from './hasher.ts'
import { KeptFiles } from './kept-files.ts'
import { fastZstd } from './zstd.ts'

/** A WebAssembly file that translates without an error. */
export interface KnownFile {
  /** The program's; null: nobody has asked for it. */
  readonly hash: Uint8Array | null
  readonly instructions: number
}

export interface KnownAtom extends ProgramBytes {
  /** The bytes as a zstd frame; null: nobody made one. */
  readonly packed: Uint8Array | null
}

const HASH_BYTES = 32
/** Size of the bytes, and their `aloneHash`. */
const ATOM_HEAD_BYTES = 4 + HASH_BYTES

export class CodeCache implements CodeStore {
  private readonly files: KeptFiles
  private version: Buffer | null = null

  /** Nothing is touched before the first call. */
  constructor(folder: string = defaultFolder(process.env)) {
    this.files = new KeptFiles(folder)
  }

  has(key: Uint8Array, variant: Variant): boolean {
    return this.files.has(this.partKey(key, variant, 'bodies'))
  }

  /** What was put for the program of this key, or null. */
  get(key: Uint8Array, variant: Variant, part: CodePart): Uint8Array<ArrayBuffer> | null {
    return this.files.get(this.partKey(key, variant, part))
  }

  /** Keeps code; where the disk refuses, it is made anew next time. */
  put(key: Uint8Array, variant: Variant, part: CodePart, code: Uint8Array): void {
    this.files.put(this.partKey(key, variant, part), code)
  }

  /** What is known of the file with this SHA-256, or null. */
  known(file: Uint8Array): KnownFile | null {
    const bytes = this.files.get(this.fileKey(file))
    if (bytes === null || (bytes.length !== 4 && bytes.length !== 4 + HASH_BYTES)) return null
    const instructions = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
    const hash = bytes.length === 4 ? null : new Uint8Array(bytes.subarray(4))
    return { hash, instructions }
  }

  learn(file: Uint8Array, { hash, instructions }: KnownFile): void {
    const bytes = new Uint8Array(4 + (hash?.length ?? 0))
    new DataView(bytes.buffer).setUint32(0, instructions, true)
    bytes.set(hash ?? [], 4)
    this.files.put(this.fileKey(file), bytes)
  }

  /** What the file with this SHA-256 translates to, or null. */
  atom(file: Uint8Array): KnownAtom | null {
    const kept = this.files.get(this.atomKey(file))
    if (kept === null || kept.length < ATOM_HEAD_BYTES) return null
    const sizeBytes = new DataView(kept.buffer, kept.byteOffset).getUint32(0, true)
    const alone = new Uint8Array(kept.subarray(4, ATOM_HEAD_BYTES))
    const packed = kept.subarray(ATOM_HEAD_BYTES)
    return {
      sizeBytes,
      bytes: () => fastZstd.decompress(packed, sizeBytes),
      aloneHash: alone,
      packed,
    }
  }

  keepAtom(file: Uint8Array, bytes: Uint8Array): KnownAtom {
    const packed = fastZstd.compress(bytes)
    const alone = aloneHash(bytes, nodeHasher)
    const head = new Uint8Array(ATOM_HEAD_BYTES)
    new DataView(head.buffer).setUint32(0, bytes.length, true)
    head.set(alone, 4)
    this.files.put(this.atomKey(file), joined([head, packed]))
    return { ...partOf(bytes), aloneHash: alone, packed }
  }

  private atomKey(file: Uint8Array): string {
    return `${this.key(file, 'atom')}.atom.zst`
  }
  private partKey(program: Uint8Array, variant: Variant, part: CodePart): string {
    return `${this.key(program, variantName(variant))}.${part}`
  }
  private fileKey(file: Uint8Array): string {
    return `${this.key(file, 'file')}.known`
  }
  private key(of: Uint8Array, what: string): string {
    this.version ??= codeVersion()
    return createHash('sha256').update(of).update(this.version).update(what).digest('hex')
  }
}

/** `VAC_CACHE_DIR`, or `vac/code` in the user's cache folder. */
const defaultFolder = (env: NodeJS.ProcessEnv): string =>
  env['VAC_CACHE_DIR'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'vac', 'code')
