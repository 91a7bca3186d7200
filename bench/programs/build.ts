// Builds the programs of the benches from their sources (AssemblyScript, WebAssembly text, C), once
// for each source: what was built lies in .cache/bench. All sides of a bench get the same bytes.
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { extname, join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { parseWat } from '../../src/host/wat.ts'

const folder = import.meta.dirname
export const cacheFolder = join(folder, '../../.cache/bench')

type Bytes = Uint8Array<ArrayBuffer>

interface Builder {
  readonly ending: string
  readonly package: keyof typeof manifest.devDependencies
  readonly options: readonly string[]
  readonly build: (source: string, name: string, options: readonly string[]) => Promise<Uint8Array>
}

const builders: readonly Builder[] = [
  {
    // Named .as on disk: TypeScript's own tools cannot read it.
    ending: '.as',
    package: 'assemblyscript',
    /** As a size-minded user compiles: optimised, no run-time library, vectors on. */
    options: ['-O3', '--runtime', 'stub', '--use', 'abort=', '--enable', 'simd'],
    build: buildScript,
  },
  { ending: '.wat', package: 'wabt', options: [], build: parseWat },
  {
    ending: '.c',
    package: '@yowasp/clang',
    options: ['-O2', '-mexec-model=reactor'],
    build: (source, name, options) => compileC({ [`${name}.c`]: source }, options),
  },
]

/** With setjmp as exceptions of WebAssembly 3.0. */
const exceptions = ['-mllvm', '-wasm-enable-sjlj', '-mllvm', '-wasm-use-legacy-eh=false']

const isSource = (file: string): boolean => builders.some(({ ending }) => file.endsWith(ending))

/** The binary of a program of this folder. */
export function buildProgram(name: string): Promise<Bytes> {
  const builder = builders.find(({ ending }) => existsSync(join(folder, name + ending)))
  if (builder === undefined) throw new Error(`there is no program ${name} in ${folder}`)
  const source = readFileSync(join(folder, name + builder.ending), 'utf8')
  const { options } = builder
  return builtOnce(name, [manifest.devDependencies[builder.package], ...options, source], () =>
    builder.build(source, name, options),
  )
}

/** What `build` makes, from the cache where it was made from the same `parts`. */
export async function builtOnce(
  name: string,
  parts: readonly string[],
  build: () => Promise<Uint8Array>,
): Promise<Bytes> {
  const key = createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16)
  const path = join(cacheFolder, `${name}-${key}.wasm`)
  if (existsSync(path)) return new Uint8Array(readFileSync(path))
  const binary = await build()
  mkdirSync(cacheFolder, { recursive: true })
  // Renamed in one step: benches may run side by side.
  writeFileSync(`${path}.${process.pid}`, binary)
  renameSync(`${path}.${process.pid}`, path)
  return new Uint8Array(binary)
}

async function buildScript(
  source: string,
  name: string,
  options: readonly string[],
): Promise<Uint8Array> {
  const { main } = await import('assemblyscript/asc')
  let binary: Uint8Array | null = null
  const { error, stderr } = await main([`${name}.ts`, '--outFile', 'out.wasm', ...options], {
    readFile: (file) => (file === `${name}.ts` ? source : null),
    writeFile: (_, contents) => {
      binary = contents as Uint8Array
    },
    listFiles: () => [],
  })
  if (error !== null || binary === null) throw new Error(`${name}: ${stderr}`)
  return binary
}

/** Compiles and links C files; others are what they include. */
export async function compileC(
  files: Readonly<Record<string, string>>,
  options: readonly string[],
): Promise<Uint8Array> {
  const { commands, Exit, runLLVM } = await import('@yowasp/clang')
  // Loads it without a word: it would report on standard output.
  await runLLVM(undefined, {}, { fetchProgress: () => {} })
  const sources = Object.keys(files).filter((file) => file.endsWith('.c'))
  const words = [...options, ...exceptions, ...sources, '-lsetjmp', '-o', 'out.wasm']
  let messages = ''
  const stderr = (bytes: Uint8Array | null): void => {
    messages += bytes === null ? '' : new TextDecoder().decode(bytes)
  }
  try {
    const made = await commands.clang(words, { ...files }, { stderr })
    const binary = made?.['out.wasm']
    if (binary instanceof Uint8Array) return binary
  } catch (error) {
    if (!(error instanceof Exit)) throw error
  }
  throw new Error(`${sources.join(' ')}: ${messages}`)
}

if (import.meta.main) {
  for (const file of readdirSync(folder).filter(isSource)) {
    const name = file.slice(0, -extname(file).length)
    console.log(`${name}: ${(await buildProgram(name)).length} bytes`)
  }
}
