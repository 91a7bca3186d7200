// The end of the process, without waiting. The host's compilers work on in the background when a
// program has ended, on code that nobody will run; they cannot be called off, and a process that
// exits waits for them, some 100 ms. So the process is replaced by a shell that does nothing but
// exit. Where that could lose something, it exits as any process does.
import { existsSync, fstatSync } from 'node:fs'
import { flushCompileCache } from 'node:module'

const SHELL = '/bin/sh'
/** Options of Node that `./vac` gives. */
const OWN_OPTIONS = /^--(disable-warning|v8-pool-size)=/

/** Ends the process with this code, once all is written; or lets it end by itself. */
export async function leave(exitCode: number): Promise<void> {
  if (!canBeReplaced()) return
  await Promise.all([process.stdout, process.stderr].map(written))
  // Complaints of the streams come a turn later, and may change the exit code.
  await new Promise((resolve) => setImmediate(resolve))
  for (const stream of [process.stdout, process.stderr]) makeBlocking(stream)
  flushCompileCache()
  process.execve?.(SHELL, ['sh', '-c', `exit ${Number(process.exitCode ?? exitCode)}`], {})
}

/** Whoever gave Node options of his own may want what it writes at its end. */
function canBeReplaced(): boolean {
  const options = process.execArgv.filter((word) => !OWN_OPTIONS.test(word))
  const quiet = options.length === 0 && process.env['NODE_OPTIONS'] === undefined
  const plain = process.env['NODE_V8_COVERAGE'] === undefined && process.listenerCount('exit') === 0
  const able = process.execve !== undefined && process.platform !== 'win32' && existsSync(SHELL)
  return quiet && plain && able && !isPipe(0)
}

/** Node reads a pipe without blocking, and only its own exit undoes that for others who read it. */
function isPipe(fd: number): boolean {
  try {
    const status = fstatSync(fd)
    return status.isFIFO() || status.isSocket()
  } catch {
    return true
  }
}

const written = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => stream.write('', () => resolve()))

/** The other end of a stream may belong to others after us; Node's own exit would do the same. */
function makeBlocking(stream: NodeJS.WriteStream): void {
  const { _handle: handle } = stream as unknown as {
    readonly _handle?: { setBlocking?: (blocking: boolean) => number } | null
  }
  handle?.setBlocking?.(true)
}
