// vac debug: looks around in a recorded run, forwards and backwards.
import { createInterface } from 'node:readline'
import { VacError } from '../../base/errors.ts'
import { openRecording } from '../../host/recording-files.ts'
import { inTurns } from '../../recorded-run.ts'
import type { Given } from '../options.ts'
import { Progress } from '../progress.ts'
import { engineOf, engineOption } from '../run-options.ts'
import type { Io, Verb } from '../verb.ts'
import { perform } from './commands.ts'
import { DebugSession } from './session.ts'

export const debugVerb: Verb = {
  name: 'debug',
  says: 'look around in a recorded run, forwards and backwards',
  usage: '[options] RECORDING',
  examples: [
    { line: 'vac debug run.vac', says: 'then: help' },
    { line: 'echo "seek 1000000; where; back; at" | vac debug run.vac', says: 'from a script' },
  ],
  options: [engineOption],
  optionsAnywhere: true,
  notes: `Commands are read from standard input, one a line or several between semicolons; help
lists them. Ctrl-C stops a long one where the machine stands, a second one ends vac.`,
  run: runDebug,
}

async function runDebug(given: Given, io: Io): Promise<number> {
  const [path, ...more] = given.rest
  if (path === undefined || more.length > 0) {
    throw new VacError('USAGE', {
      found: more.length === 0 ? 'no recording' : `${given.rest.length} files`,
      expected: 'vac debug RECORDING',
    })
  }
  const engine = engineOf(given)
  const session = new DebugSession(await openRecording(path), engine, io.tell)
  const terminal = process.stdin.isTTY === true
  const reader = createInterface({ input: process.stdin, output: process.stdout, terminal })
  let stopped = false
  let busy = false
  const stop = (): void => {
    if (!busy || stopped) process.exit(130)
    stopped = true
  }
  reader.on('SIGINT', stop)
  process.on('SIGINT', stop)
  const prompt = (): void => {
    if (terminal) reader.setPrompt(`${session.prompt} > `)
    if (terminal) reader.prompt()
  }
  io.print(`${session.summary()}\n`)
  prompt()
  for await (const line of reader) {
    for (const command of line.split(';')) {
      if (command.trim() === '') continue
      stopped = false
      busy = true
      const over = await performed(session, command, io, () => stopped)
      busy = false
      if (over) return 0
    }
    prompt()
  }
  return 0
}

/** True: the session is over. A mistake is told, and the session goes on. */
async function performed(
  session: DebugSession,
  command: string,
  io: Io,
  stopped: () => boolean,
): Promise<boolean> {
  const progress = Progress.start(() => session.vac, 'long', process.stderr)
  try {
    const told = await inTurns(perform(session, command), () => {
      progress?.look()
      if (stopped()) throw new Stopped()
    })
    progress?.clear()
    if (told !== null && told !== '') io.print(`${told}\n`)
    return told === null
  } catch (error) {
    progress?.clear()
    if (error instanceof Stopped) io.print(`stopped: ${session.summary()}\n`)
    else if (error instanceof VacError) io.tell(error.message)
    else throw error
    return false
  }
}

/** Ctrl-C. */
class Stopped extends Error {}
