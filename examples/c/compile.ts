// Compiles a C program inside VAC: Clang and LLD, themselves WebAssembly, run in two machines; the
// object file goes from one to the other. What comes out is the same on every host, to the byte.
//
//   node examples/c/compile.ts examples/c/primes.c primes.wasm
//
// Needs the package @yowasp/clang, which a checkout has.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readArchive } from '../../src/host/archive.ts'
import { Blob } from '../../src/memory/file-bytes.ts'
import { type LoadedProgram, loadProgram, type TreeEntry, Vac } from '../../src/vac.ts'

export interface Compiled {
  readonly wasm: Uint8Array
  /** Of Clang and of LLD. */
  readonly ticks: readonly [number, number]
  /** Of both machines at their ends. */
  readonly roots: readonly [string, string]
}

/** The folder of Clang's files; null: the package is not installed. */
export function clangFolder(): string | null {
  try {
    const folder = dirname(fileURLToPath(import.meta.resolve('@yowasp/clang')))
    return existsSync(join(folder, 'llvm.core.wasm')) ? folder : null
  } catch {
    return null
  }
}

const SYSTEM = '/usr'
const libraries = `${SYSTEM}/lib/wasm32-wasip1`

const clang = (source: string): string[] => [
  ...['clang', '-cc1', '-triple', 'wasm32-unknown-wasip1', '-emit-obj', '-O2'],
  ...['-resource-dir', SYSTEM, '-isysroot', SYSTEM],
  ...['-internal-isystem', `${SYSTEM}/include/wasm32-wasip1`],
  ...['-internal-isystem', `${SYSTEM}/include`],
  ...['-x', 'c', '-o', '/build/program.o', source],
]
const lld = [
  ...['wasm-ld', '-m', 'wasm32', `-L${libraries}`, `${libraries}/crt1.o`, '/build/program.o'],
  ...['-lc', `${SYSTEM}/lib/wasm32-unknown-wasip1/libclang_rt.builtins.a`],
  ...['-o', '/build/program.wasm'],
]

/** Runs one tool over a few files of /build; gives the file that it makes. */
function runTool(
  program: LoadedProgram,
  system: readonly TreeEntry[],
  work: readonly TreeEntry[],
  args: readonly string[],
  made: string,
) {
  let messages = ''
  const vac = new Vac({
    output: (_, bytes) => {
      messages += new TextDecoder().decode(bytes)
    },
    directories: [
      { guestPath: '/', tree: [] },
      { guestPath: SYSTEM, tree: system, hidden: true },
      { guestPath: '/build', tree: work, hidden: true },
    ],
  })
  vac.start(args)
  const instance = vac.instantiate(program)
  const end = instance.call('_start')
  const failed = end.status === 'trapped' || (end.status === 'exited' && end.exitCode !== 0)
  if (failed) throw new Error(`${args[0]} failed: ${messages || end.status}`)
  const [entry] = vac.files(made)
  if (entry.kind !== 'file' || entry.content instanceof Blob) throw new Error(`no ${made}`)
  const bytes = entry.content.read(0, entry.content.sizeBytes)
  return { bytes, ticks: vac.ticks, root: vac.root() }
}

const file = (path: string, bytes: Uint8Array): TreeEntry => ({
  path,
  kind: 'file',
  content: new Blob(bytes),
})

export async function compile(source: Uint8Array, folder: string): Promise<Compiled> {
  const program = await loadProgram(readFileSync(join(folder, 'llvm.core.wasm')), 'llvm')
  const archive = 'llvm-resources.tar'
  const system = await readArchive(readFileSync(join(folder, archive)), archive)
  const name = 'program.c'
  const object = runTool(
    program,
    system,
    [file(name, source)],
    clang(`/build/${name}`),
    '/build/program.o',
  )
  const whole = runTool(
    program,
    system,
    [file('program.o', object.bytes)],
    lld,
    '/build/program.wasm',
  )
  return {
    wasm: whole.bytes,
    ticks: [object.ticks, whole.ticks],
    roots: [object.root, whole.root],
  }
}

if (import.meta.main) {
  const [source, output = 'program.wasm'] = process.argv.slice(2)
  const folder = clangFolder()
  if (source === undefined || folder === null) {
    const says = source === undefined ? 'usage: compile.ts SOURCE [OUTPUT]' : 'npm install first'
    process.stderr.write(`${says}\n`)
    process.exit(2)
  }
  const { wasm, ticks } = await compile(readFileSync(source), folder)
  writeFileSync(output, wasm)
  console.log(`${basename(source)}: Clang ${ticks[0]} ticks, LLD ${ticks[1]}, ${wasm.length} bytes`)
}
