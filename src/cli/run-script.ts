// A script as the program to run: its interpreter, with the script among the machine's files.
import { basename, extname } from 'node:path'
import { configPath } from '../host/config-path.ts'
import { readInputFile } from '../host/input-file.ts'
import { argumentsOf, type Runtime, runtimeFor } from '../host/runtimes.ts'
import { Blob } from '../memory/file-bytes.ts'
import { type Directory, type LoadedProgram, loadProgram } from '../vac.ts'
import type { Io } from './verb.ts'

/** Where the script lies in the machine. */
const FOLDER = '/app'

/** What a machine is started with. */
export interface Start {
  readonly loaded: LoadedProgram
  /** The first is the program's name. */
  readonly args: readonly string[]
  readonly env: readonly string[]
  readonly directories: readonly Directory[]
}

/** The interpreter that a file's name asks for; null: the file is a program. */
export async function runtimeOf(file: string): Promise<Runtime | null> {
  if (programs.includes(extname(file))) return null
  return runtimeFor(basename(file), await ownRuntimes(configPath()))
}

const programs = ['.wasm', '.wat', '.vasm', '.atom', '']

/** zod is loaded only where there is a configuration to check. */
async function ownRuntimes(path: string | null): Promise<readonly Runtime[]> {
  if (path === null) return []
  const { CONFIG_LIMIT_BYTES, parseConfig } = await import('../host/runtime-config.ts')
  return parseConfig(readInputFile(path, CONFIG_LIMIT_BYTES), path)
}

/** Reads a script and its interpreter. Errors name the file at fault. */
export async function prepareScript(
  file: string,
  words: readonly string[],
  runtime: Runtime,
  io: Io,
): Promise<Start> {
  const script = readInputFile(file)
  const name = basename(file)
  const { runtimeFiles } = await import('../host/runtime-files.ts')
  const { program, sha256, instructions, tree } = await runtimeFiles(runtime, io)
  const loaded = await loadProgram(program, runtime.program.path, { sha256, instructions })
  const directories: Directory[] = [
    { guestPath: '/', tree: await tree },
    {
      guestPath: FOLDER,
      tree: [{ path: name, kind: 'file', content: new Blob(script) }],
      hidden: true,
    },
  ]
  return {
    loaded,
    args: argumentsOf(runtime, `${FOLDER}/${name}`, words),
    env: Object.entries(runtime.env).map(([key, value]) => `${key}=${value}`),
    directories,
  }
}
