// Lua for WASI: its sources come from the Debian archive that the machine's own package manager
// knows and checks, its main program from lua/main.c. Compiled once, by the Clang of node_modules.
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { builtOnce, cacheFolder, compileC } from './build.ts'

const PACKAGE = 'lua5.4'

const mainFile = readFileSync(join(import.meta.dirname, 'lua/main.c'), 'utf8')

/** What needs a system that WASI is not, and the programs. */
const leftOut = ['lua.c', 'luac.c', 'linit.c', 'liolib.c', 'loadlib.c', 'loslib.c']

/** Signals are left out; hashes and pivots are not seeded by the clock: all runs are alike. */
const options = [
  ...['-O2', '-I.', '-Dl_signalT=int'],
  ...['-Dluai_makeseed(...)=1', '-Dl_randomizePivot()=0u'],
]
const headers = { 'signal.h': '#pragma once\n' }

/** There is no package manager of Debian's kind, or it does not find the sources. */
export class SourcesMissing extends Error {}

/** Throws SourcesMissing. */
export const luaProgram = (): Promise<Uint8Array<ArrayBuffer>> => {
  const parts = [manifest.devDependencies['@yowasp/clang'], PACKAGE, ...options, mainFile]
  return builtOnce('lua', parts, () =>
    compileC({ ...luaSources(), ...headers, 'main.c': mainFile }, options),
  )
}

function luaSources(): Record<string, string> {
  mkdirSync(cacheFolder, { recursive: true })
  const folder = mkdtempSync(join(cacheFolder, 'lua-'))
  try {
    download(folder)
    const archive = readdirSync(folder).find((file) => file.includes('.orig.tar.'))
    if (archive === undefined) throw new Error(`the sources of ${PACKAGE} have no archive`)
    execFileSync('tar', ['xf', archive, '--strip-components=1'], { cwd: folder })
    const sources = join(folder, 'src')
    const files = readdirSync(sources).filter((file) => /\.[ch]$/.test(file))
    return Object.fromEntries(
      files
        .filter((file) => !leftOut.includes(file))
        .map((file) => [file, readFileSync(join(sources, file), 'utf8')]),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const SYSTEM_LISTS = '/etc/apt/sources.list.d/debian.sources'

/** The machine's list of archives, asked for sources; the machine's own lists stay as they are. */
function download(folder: string): void {
  const at = (name: string): string => join(folder, name)
  for (const name of ['parts', 'lists', 'cache']) mkdirSync(at(name))
  if (!existsSync(SYSTEM_LISTS)) throw new SourcesMissing(`its sources need ${SYSTEM_LISTS}`)
  const list = readFileSync(SYSTEM_LISTS, 'utf8').replace(/^Types:.*$/gm, 'Types: deb-src')
  writeFileSync(at('parts/debian.sources'), list)
  const own = Object.entries({
    'Dir::Etc::SourceList': '/dev/null',
    'Dir::Etc::SourceParts': at('parts'),
    'Dir::State::Lists': at('lists'),
    'Dir::Cache': at('cache'),
    'APT::Sandbox::User': '',
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  const apt = (...words: string[]): void => {
    try {
      execFileSync('apt-get', [...own, '-qq', ...words], { cwd: folder, stdio: 'pipe' })
    } catch (error) {
      throw new SourcesMissing(`apt-get ${words.join(' ')}: ${(error as Error).message}`)
    }
  }
  apt('update')
  apt('source', '--download-only', PACKAGE)
}

if (import.meta.main) console.log(`lua: ${(await luaProgram()).length} bytes`)
