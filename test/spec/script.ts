// The WebAssembly specification suite's scripts: where they lie and what they say (JSON of
// `json-from-wast`).
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const tarball = join(root, '..', 'shared', 'suites', 'wasm-spec', 'wasm-3.0.tar.gz')
const unpacked = join(root, '.cache', 'wasm-spec')

/** One lane of a v128, or a number as the decimal of its bit pattern, `null`, or a NaN pattern. */
export interface Value {
  readonly type: string
  readonly lane_type?: string
  readonly value?: string | readonly string[]
  /** `either`: any of these will do. */
  readonly values?: readonly Value[]
}

export interface Action {
  readonly type: 'invoke' | 'get'
  readonly module?: string
  readonly field: string
  readonly args?: readonly Value[]
}

export interface Command {
  readonly type: string
  readonly line: number
  readonly name?: string
  readonly filename?: string
  /** Given where `filename` is text. */
  readonly binary_filename?: string
  readonly module_type?: 'binary' | 'text'
  readonly text?: string
  readonly as?: string
  readonly instance?: string
  readonly module?: string
  readonly action?: Action
  readonly expected?: readonly Value[]
}

export interface Script {
  /** As `gc/array`; the scripts of the top folder are in `core`. */
  readonly folder: string
  readonly name: string
  readonly commands: readonly Command[]
  readonly read: (filename: string) => Uint8Array
}

/** The suite's scripts, or null where it is not at hand: the caller must skip and say so. */
export function loadScripts(): Script[] | null {
  const top = join(unpacked, 'wasm-3.0')
  if (!existsSync(top)) {
    if (!existsSync(tarball)) return null
    unpack()
  }
  const folders = readdirSync(top, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const names = ['', ...folders.map((entry) => entry.name).sort()]
  return names.flatMap((folder) => scriptsOf(join(top, folder), folder === '' ? 'core' : folder))
}

/**
 * Unpacked beside and moved into place, so that test processes started together do not meet half of
 * it.
 */
function unpack(): void {
  const aside = `${unpacked}.${process.pid}`
  mkdirSync(aside, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '-C', aside])
  try {
    renameSync(aside, unpacked)
  } catch {
    rmSync(aside, { recursive: true })
  }
}

function scriptsOf(path: string, folder: string): Script[] {
  const files = readdirSync(path).filter((file) => file.endsWith('.json'))
  return files.sort().map((file) => ({
    folder,
    name: file.replace(/\.json$/, ''),
    commands: JSON.parse(readFileSync(join(path, file), 'utf8')).commands,
    read: (filename) => readFileSync(join(path, filename)),
  }))
}
