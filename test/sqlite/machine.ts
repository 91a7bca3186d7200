// The SQLite shell on the machine: made, and read out at its end.
import { readFileSync } from 'node:fs'
import { type EngineName, start, Vac } from '../../src/vac.ts'
import {
  type MachineRun,
  scriptPath,
  shellArguments,
  shellEnvironment,
  shellPath,
} from './shell.ts'

/** What the shell wrote so far. */
export class Written {
  private readonly streams = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] }
  readonly sink = (stream: 'stdout' | 'stderr', bytes: Uint8Array): void => {
    this.streams[stream].push(bytes.slice())
  }
  hex(stream: 'stdout' | 'stderr'): string {
    return Buffer.concat(this.streams[stream]).toString('hex')
  }
}

/** A machine before its first tick, with an SQL script as its standard input. */
export async function newShell(
  written: Written,
  script = scriptPath,
  engine: EngineName = 'auto',
): Promise<Vac> {
  const options = { engine, output: written.sink }
  const { vac, instance } = await start(readFileSync(shellPath), options)
  const environment = Object.entries(shellEnvironment).map(([name, value]) => `${name}=${value}`)
  vac.start(shellArguments, environment)
  vac.input(readFileSync(script))
  vac.input(null)
  instance.begin('_start')
  return vac
}

export const restored = (from: string | Uint8Array, written: Written): Vac =>
  Vac.restore(typeof from === 'string' ? readFileSync(from) : from, { output: written.sink })

export function report(vac: Vac, written: Written): MachineRun {
  return {
    node: process.version,
    ticks: vac.ticks,
    root: vac.root(),
    exitCode: vac.exitCode,
    stdout: written.hex('stdout'),
    stderr: written.hex('stderr'),
  }
}

export const print = (result: object): void => console.log(JSON.stringify(result))
