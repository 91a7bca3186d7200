// Makes the bundle that `./vac` starts: the sources of the command in few files, without types, as
// three hundred take longer to find and link than to run. Parameter: the path of its main file.
// Nothing but speed tells it from the sources.
import { mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { codeVersion } from '../../host/code-version.ts'

/** All sources that ask where they lie are in rooms of `src`, as deep as this one. */
const place = join(import.meta.dirname, '..')

/** The sources need not be read at each start to know their version. */
function constantVersion(version: Buffer): Plugin {
  const value = `Buffer.from('${version.toString('hex')}', 'hex')`
  const contents = `export const codeVersion = () => ${value}`
  return {
    name: 'constant version',
    setup: ({ onLoad }) => onLoad({ filter: /\bhost\/code-version\.ts$/ }, () => ({ contents })),
  }
}

/** Parts that are loaded later have their hash in their name; the main one is written last. */
async function bundle(path: string): Promise<void> {
  const folder = dirname(path)
  const began = new Date()
  const { outputFiles } = await build({
    entryPoints: {
      main: join(place, 'main.ts'),
      // A thread begins with a file of its own.
      'index-worker': join(place, '..', 'index-worker.ts'),
    },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    packages: 'external',
    define: { 'import.meta.dirname': JSON.stringify(place) },
    plugins: [constantVersion(codeVersion())],
    logLevel: 'silent',
  })
  mkdirSync(folder, { recursive: true })
  outputFiles.sort((a, b) => Number(a.path === path) - Number(b.path === path))
  for (const file of outputFiles) write(file.path, file.contents, began)
  const names = new Set(outputFiles.map((file) => basename(file.path)))
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.mjs') && !names.has(name)) rmSync(join(folder, name), { force: true })
  }
}

/** `began`: older than any change that was made while the sources were read. */
function write(path: string, contents: Uint8Array, began: Date): void {
  const draft = `${path}.${process.pid}`
  try {
    writeFileSync(draft, contents)
    utimesSync(draft, began, began)
    renameSync(draft, path)
  } finally {
    rmSync(draft, { force: true })
  }
}

await bundle(resolve(process.argv[2]))
