// A command of the host that is asked about a machine: it gets the machine as files, and its exit
// code is the answer.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VacError } from '../base/errors.ts'
import type { Machine } from '../machine/machine.ts'
import { PAGE_BYTES } from '../memory/page.ts'

/** What it is asked about: a computer. */
export interface Subject {
  readonly machine: Machine
  save(): Uint8Array
}

/** From here on an exit code is no answer, as shells and git bisect have it. */
const LEAST_FAILURE = 125

/**
 * Runs a command of the shell, which finds in its environment VAC_TICK; VAC_STATE, a file with the
 * whole machine (`vac run --load-state`); VAC_MEMORY, a file with the bytes of memory 0, where
 * there is one. Exit code 0: it holds; up to 124: it does not. What it prints goes to standard
 * error. Errors: COMMAND_FAILED for all others.
 */
export async function commandHolds(command: string, subject: Subject): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'vac-bisect-'))
  const { ticks, store } = subject.machine
  try {
    const state = join(folder, 'state.vst')
    writeFileSync(state, subject.save())
    const memory = join(folder, 'memory')
    const [first] = store.memories
    if (first !== undefined) {
      writeFileSync(memory, first.readBytes(0, first.sizePages * PAGE_BYTES))
    }
    const env = { ...process.env, VAC_TICK: `${ticks}`, VAC_STATE: state, VAC_MEMORY: memory }
    const [exit, signal] = await ended(command, env)
    if (exit !== null && exit < LEAST_FAILURE) return exit === 0
    throw new VacError('COMMAND_FAILED', {
      where: `tick ${ticks}`,
      found: exit === null ? `${signal}` : `exit code ${exit}`,
      expected: `0, or 1 to ${LEAST_FAILURE - 1}`,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function ended(
  command: string,
  env: NodeJS.ProcessEnv,
): Promise<[exit: number | null, signal: NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, env, stdio: ['ignore', 2, 2] })
    child.on('error', ({ message }) => reject(new VacError('COMMAND_FAILED', { found: message })))
    child.on('close', (exit, signal) => resolve([exit, signal]))
  })
}
