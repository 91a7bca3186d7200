// Records a program for a debug client: `vac run` does it, in a process of its own, as the streams
// of this one may be the client's.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VacError } from '../../base/errors.ts'
import type { Arguments } from './requests.ts'
import type { Work } from './work.ts'

/** Starts the `vac` command with these words. */
export type StartVac = (
  words: readonly string[],
  options: { readonly cwd: string | undefined },
) => ChildProcess

/** `vac`, as this process was started. */
export const startVac: StartVac = (words, { cwd }) =>
  spawn(process.execPath, [...process.execArgv, process.argv[1], ...words], {
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })

export interface Recorded {
  readonly path: string
  readonly remove: () => void
}

const MOST_REPORT_BYTES = 1 << 24
const LOOK_MS = 250

/**
 * Runs a program to its end, or until the work is stopped, and records it where nobody looks.
 * Errors: those of `vac run`.
 */
export async function recordProgram(
  start: StartVac,
  { program = '', args = [], stdin, cwd, engine, options = [] }: Arguments<'launch'>,
  work: Work,
): Promise<Recorded> {
  const folder = mkdtempSync(join(tmpdir(), 'vac-dap-'))
  const path = join(folder, 'run')
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    const words = [
      ...['run', '--json', '--record', path],
      ...(engine === undefined ? [] : ['--engine', engine]),
      ...(stdin === undefined ? [] : ['--stdin', stdin]),
      ...[...options, '--', program, ...args],
    ]
    const child = start(words, { cwd })
    work.whenStopped(() => child.kill('SIGINT'))
    const looks = setInterval(() => work.look(), LOOK_MS)
    try {
      refuseFailure(await reportOf(child))
    } finally {
      clearInterval(looks)
    }
    return { path, remove }
  } catch (error) {
    remove()
    throw error
  }
}

/** What it printed: the program's output comes when the recording is looked at. */
function reportOf(child: ChildProcess): Promise<string> {
  let report = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    if (report.length < MOST_REPORT_BYTES) report += text
  })
  child.stderr?.resume()
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      reject(new VacError('FILE_MISSING', { where: child.spawnfile, found: error.message }))
    })
    child.on('close', () => resolve(report))
  })
}

function refuseFailure(report: string): void {
  let found: unknown
  try {
    found = JSON.parse(report)
  } catch {
    throw new VacError('REQUEST_INVALID', {
      found: `a run that ended without a report: ${report.slice(0, 200)}`,
      expected: 'a program that vac run runs',
    })
  }
  const { error } = found as { error?: { code: string } & Record<string, string> }
  if (error === undefined) return
  const { code, message, ...detail } = error
  throw new VacError(code, detail)
}
