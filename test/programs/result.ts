// What a run leaves: the same facts of a run on the host and of one on the machine.
import { createHash } from 'node:crypto'

export interface StepResult {
  readonly exitCode: number
  /** As hex. */
  readonly stdout: string
  readonly stderr: string
}

export interface HostResult {
  readonly steps: readonly StepResult[]
  /** Path -> SHA-256, of all files below /work. */
  readonly files: Readonly<Record<string, string>>
}

export interface MachineResult extends HostResult {
  readonly node: string
  readonly ticks: readonly number[]
  readonly roots: readonly string[]
  /** Saves and loads on the way. */
  readonly stops: number
}

export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex')

export const print = (result: object): void => console.log(JSON.stringify(result))
