// Builds the programs of the benches from their AssemblyScript sources, once for each source: what
// was built lies in .cache/bench. Every side of a bench gets the very same bytes.
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

const ending = '.as'
const folder = import.meta.dirname
export const cacheFolder = join(folder, '../../.cache/bench')

/** As a size-minded user compiles: optimised, no run-time library, vectors on. */
const options = ['-O3', '--runtime', 'stub', '--use', 'abort=', '--enable', 'simd']

export const programNames = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))

/** The binary of a program of this folder. */
export async function buildProgram(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const source = readFileSync(join(folder, name + ending), 'utf8')
  const { main, version } = await import('assemblyscript/asc')
  const key = createHash('sha256').update(`${version} ${options.join(' ')}\n${source}`)
  const path = join(cacheFolder, `${name}-${key.digest('hex').slice(0, 16)}.wasm`)
  if (existsSync(path)) return new Uint8Array(readFileSync(path))

  let binary: Uint8Array | null = null
  const { error, stderr } = await main([`${name}.ts`, '--outFile', 'out.wasm', ...options], {
    // Named .as on disk: TypeScript's own tools cannot read it.
    readFile: (file) => (file === `${name}.ts` ? source : null),
    writeFile: (_, contents) => {
      binary = contents as Uint8Array
    },
    listFiles: () => [],
  })
  if (error !== null || binary === null) throw new Error(`${name}${ending}: ${stderr}`)
  mkdirSync(cacheFolder, { recursive: true })
  // Renamed in one step: benches may run side by side.
  writeFileSync(`${path}.${process.pid}`, binary)
  renameSync(`${path}.${process.pid}`, path)
  return new Uint8Array(binary)
}

if (import.meta.main) {
  for (const name of programNames()) {
    console.log(`${name}: ${(await buildProgram(name)).length} bytes`)
  }
}
