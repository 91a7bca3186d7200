// A program from bytes of any kind that VAC takes: decoded, verified, named by its hash.
import { decodeUtf8, hex } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import { decodeProgram } from '../isa/codec/decode.ts'
import type { Program } from '../isa/program.ts'
import { summaryOf } from '../isa/summary.ts'
import { assemble } from '../isa/vasm/assemble.ts'
import { verifyProgram } from '../isa/verify/verify.ts'
import { programHash } from '../machine/state/program-hash.ts'
import { sourceMapName, withSourceMap } from '../wasm/dwarf/source-map.ts'
import { translate, translateLater } from '../wasm/translate.ts'
import { CodeCache } from './code-cache.ts'
import { type FileKind, fileKind } from './file-kind.ts'
import { nodeHasher } from './hasher.ts'
import { parseWat } from './wat.ts'

export interface LoadedProgram {
  readonly kind: Exclude<FileKind, 'component' | 'state' | 'unknown'>
  readonly program: Program
  /** Of the file. */
  readonly sizeBytes: number
  /** Of the program's canonical form: debug facts do not change it. */
  readonly hash: Uint8Array
}

export interface LoadOptions {
  /** Of the bytes, where it is known. */
  readonly sha256?: Uint8Array
  /** Of the program, where it is known that the bytes translate without an error; else null. */
  readonly instructions?: number | null
  /** Where large files are known from one process to the next; null: nowhere. */
  readonly cache?: CodeCache | null
  /** Files beside the program's own, by name: its source map; null: there is none. */
  readonly beside?: Beside
}

type Beside = (name: string) => Uint8Array | null

/** With its source map, where it names one that is there. */
function mapped(program: Program, beside: Beside): Program {
  const name = sourceMapName(program)
  const map = name === null ? null : beside(name)
  return map === null ? program : withSourceMap(program, map)
}

/** Smaller files are translated faster than they could be found. */
const SMALL_BYTES = 1 << 17

/**
 * Makes a program of a WebAssembly module, its text, an assembly text or an Atom program; which it
 * is, its first bytes tell. `name` stands in messages. Everything is checked here: what comes back
 * runs. The bytes are kept and must not change.
 */
export async function loadProgram(
  bytes: Uint8Array,
  name = 'program',
  { sha256, instructions = null, cache = new CodeCache(), beside = () => null }: LoadOptions = {},
): Promise<LoadedProgram> {
  const kind = fileKind(bytes)
  if (kind === 'wasm' && bytes.length >= SMALL_BYTES && cache !== null) {
    return loadKnown(bytes, sha256 ?? nodeHasher.hash(bytes), instructions, cache, beside)
  }
  const program = mapped(await programOf(kind, bytes, name), beside)
  return new Loaded(kind as LoadedProgram['kind'], bytes.length, program)
}

/** A module that was translated before is not again, but for the functions that are looked at. */
function loadKnown(
  bytes: Uint8Array,
  sha256: Uint8Array,
  counted: number | null,
  cache: CodeCache,
  beside: Beside,
): LoadedProgram {
  const pinned = counted === null ? null : { hash: null, instructions: counted }
  const known = cache.known(sha256) ?? pinned
  const translated =
    known === null ? translate(bytes, sha256) : translateLater(bytes, known.instructions, sha256)
  const program = mapped(translated, beside)
  const { instructions } = summaryOf(program)
  const learn = (hash: Uint8Array | null): void => cache.learn(sha256, { hash, instructions })
  if (known === null) learn(null)
  return new Loaded('wasm', bytes.length, program, known?.hash ?? null, learn)
}

/** The hash is computed when it is first asked for. */
class Loaded implements LoadedProgram {
  readonly kind: LoadedProgram['kind']
  readonly sizeBytes: number
  readonly program: Program
  private known: Uint8Array | null
  private readonly learn: (hash: Uint8Array) => void

  constructor(
    kind: LoadedProgram['kind'],
    sizeBytes: number,
    program: Program,
    known: Uint8Array | null = null,
    learn: (hash: Uint8Array) => void = () => {},
  ) {
    this.kind = kind
    this.sizeBytes = sizeBytes
    this.program = program
    this.known = known
    this.learn = learn
  }

  get hash(): Uint8Array {
    if (this.known === null) {
      this.known = programHash(this.program, nodeHasher)
      this.learn(this.known)
    }
    return this.known
  }
}

async function programOf(kind: FileKind, bytes: Uint8Array, name: string): Promise<Program> {
  switch (kind) {
    case 'wasm':
      return translate(bytes)
    case 'wat':
      return translate(await parseWat(textOf(bytes, 'WAT_SYNTAX', name), name))
    case 'vasm':
      return verified(assemble(textOf(bytes, 'VASM_SYNTAX', name)))
    case 'atom':
      return verified(decodeProgram(bytes))
    case 'component':
      throw new VacError('WASM_UNSUPPORTED', { found: 'a component', where: name })
    case 'state':
      throw new VacError('FILE_UNKNOWN_KIND', {
        found: 'a saved machine',
        expected: 'a program',
        where: name,
        hint: 'continue it with: vac run --load-state FILE',
      })
    default:
      throw new VacError('FILE_UNKNOWN_KIND', { found: sampleOf(bytes), where: name })
  }
}

function verified(program: Program): Program {
  verifyProgram(program)
  return program
}

function textOf(bytes: Uint8Array, code: 'WAT_SYNTAX' | 'VASM_SYNTAX', name: string): string {
  const text = decodeUtf8(bytes)
  if (text === null) {
    throw new VacError(code, { found: 'bytes that are not UTF-8', where: name })
  }
  return text.replace(/^\ufeff/, '')
}

const sampleOf = (bytes: Uint8Array): string =>
  bytes.length === 0 ? 'an empty file' : `a file that begins with ${hex(bytes.subarray(0, 8))}`
