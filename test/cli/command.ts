// Starts the `vac` command as a process of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { command } from '../../src/cli/command.ts'

export const root = join(import.meta.dirname, '..', '..')
const main = join(root, 'src', 'cli', 'main.ts')

export interface Ended {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

/** As ./vac starts it, but for the installing. */
const env = {
  ...process.env,
  NODE_COMPILE_CACHE: join(root, '.cache', 'compile'),
  VAC_CACHE_DIR: join(root, '.cache', 'code'),
}

export const startVac = (
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
  cwd = root,
): ChildProcess => startCommand(main, args, more, cwd)

/** The same by another main file. */
export const startCommand = (
  file: string,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
  cwd = root,
): ChildProcess =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...args], {
    cwd,
    env: { ...env, ...more },
  })

/** How the process ends, with all that it printed. */
export function ending(child: ChildProcess): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exit) => resolve({ exit, stdout, stderr }))
  })
}

/** Runs a command in this process: the same but for the streams and the process around it. */
export async function inProcess(args: readonly string[]): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  const exit = await command(args, {
    print: (text) => {
      stdout += text
    },
    tell: (text) => {
      stderr += `vac: ${text}\n`
    },
  })
  return { exit, stdout, stderr }
}

/** Runs `vac` with these arguments and this standard input. */
export function vac(args: readonly string[], input = ''): Promise<Ended> {
  const child = startVac(args)
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
  return ending(child)
}
