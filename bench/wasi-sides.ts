// Programs of WASI as sides of a contest: on Node's WASI and on our wall. Each run is a new
// instance; the module is compiled, or translated, once.
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { WASI } from 'node:wasi'
import { hex } from '../src/base/bytes.ts'
import { nodeHasher } from '../src/host/hasher.ts'
import { importTree } from '../src/host/import-tree.ts'
import { loadProgram, Vac } from '../src/vac.ts'
import type { Side } from './harness.ts'
import { type OurSide, prepareMachine, runToEnd } from './ours.ts'
import { cacheFolder } from './programs/build.ts'

export interface WasiWork {
  /** The program's name first. */
  readonly args: readonly string[]
  /** Standard input. */
  readonly input: string
}

export interface WasiProgram {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
  /** The folder of the host whose files lie at the root at the start; null: there are none. */
  readonly folder: string | null
  readonly work: (size: number) => WasiWork
  readonly size: number
  /** Sides that compile get so much work a few times, before they are measured. */
  readonly warmSize: number
  /** False: standard output goes nowhere, and the program checks itself. */
  readonly compared: boolean
}

/** Node's WASI fails programs that ask for an empty environment. */
const ENVIRONMENT = { LANG: 'C', PYTHONDONTWRITEBYTECODE: '1' }

const WARM_RUNS = 4
/** Time for the host's compilers, which work beside us. */
const WARM_PAUSE_MS = 500

/** Hosts count calls by instance before they optimise: long runs first. */
async function warmed(side: Side): Promise<void> {
  for (let count = 0; count < WARM_RUNS; count++) {
    side.prepare()()
    await setTimeout(WARM_PAUSE_MS)
  }
}

const checkOf = (exit: number, output: Uint8Array): string =>
  `exit ${exit}, ${output.length} bytes, ${hex(nodeHasher.hash(output))}`

export async function hostWasi(program: WasiProgram): Promise<Side> {
  const module = new WebAssembly.Module(program.bytes)
  await warmed(hostSide(module, program, program.warmSize))
  return hostSide(module, program, program.size)
}

/** The output of the host goes to a file. */
function hostSide(module: WebAssembly.Module, program: WasiProgram, size: number): Side {
  const { args, input } = program.work(size)
  mkdirSync(cacheFolder, { recursive: true })
  const path = join(cacheFolder, `${program.name}-${size}-${process.pid}`)
  writeFileSync(`${path}.in`, input)
  process.once('exit', () => {
    for (const ending of ['in', 'out']) rmSync(`${path}.${ending}`, { force: true })
  })
  return {
    name: 'host',
    prepare: () => {
      const stdin = openSync(`${path}.in`, 'r')
      const stdout = openSync(program.compared ? `${path}.out` : '/dev/null', 'w')
      const { wasi, instance } = hostInstance(module, program, args, [stdin, stdout])
      return () => {
        const exit = wasi.start(instance)
        closeSync(stdin)
        closeSync(stdout)
        const output = program.compared ? readFileSync(`${path}.out`) : new Uint8Array()
        return { check: checkOf(exit, new Uint8Array(output)), ticks: 0 }
      }
    },
  }
}

const ENOSYS = 52

function hostInstance(
  module: WebAssembly.Module,
  { folder }: WasiProgram,
  args: readonly string[],
  [stdin, stdout]: readonly [number, number],
) {
  const wanted = WebAssembly.Module.imports(module)
  const dialect = wanted[0].module
  const wasi = new WASI({
    version: dialect === 'wasi_unstable' ? 'unstable' : 'preview1',
    args: [...args],
    env: ENVIRONMENT,
    ...(folder === null ? {} : { preopens: { '/': folder } }),
    stdin,
    stdout,
    returnOnExit: true,
  })
  const imports: WebAssembly.Imports[string] = {}
  for (const { name } of wanted) {
    // As on our wall, calls of other systems are there and answer so.
    imports[name] = (wasi.wasiImport[name] as WebAssembly.ImportValue) ?? (() => ENOSYS)
  }
  return { wasi, instance: new WebAssembly.Instance(module, { [dialect]: imports }) }
}

export async function ourWasi(program: WasiProgram, side: OurSide): Promise<Side> {
  const loaded = await loadProgram(program.bytes, program.name)
  const tree = program.folder === null ? null : importTree(program.folder)
  const env = Object.entries(ENVIRONMENT).map(([name, value]) => `${name}=${value}`)
  const sideOf = (size: number): Side => ({
    name: side.name,
    prepare: () => {
      const { args, input } = program.work(size)
      const output: Uint8Array[] = []
      const vac = new Vac({
        output: (stream, written) => {
          if (program.compared && stream === 'stdout') output.push(written.slice())
        },
        directories: tree === null ? [] : [{ guestPath: '/', tree }],
      })
      vac.start(args, env)
      vac.input(input)
      vac.input(null)
      const instance = vac.instantiate(loaded)
      prepareMachine(vac.machine, side)
      instance.begin('_start')
      return () => {
        runToEnd(vac.machine, side)
        return { check: checkOf(vac.exitCode, Buffer.concat(output)), ticks: vac.ticks }
      }
    },
  })
  if (side.compiled) await warmed(sideOf(program.warmSize))
  return sideOf(program.size)
}
