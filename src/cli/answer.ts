// How a verb asks a question about a recorded run: with progress, until Ctrl-C.
import { VacError } from '../base/errors.ts'
import { type Bytes, inTurns, RecordedRun } from '../recorded-run.ts'
import { interruption } from './interruption.ts'
import { type Given, type OptionRow, wholeNumber } from './options.ts'
import { Progress } from './progress.ts'
import { engineOf } from './run-options.ts'
import { Exit } from './run-report.ts'
import type { Io } from './verb.ts'

export const threadsOption: OptionRow = {
  name: 'threads',
  value: 'N',
  says: 'make the index of writes with N threads; else 8 at most, as the host has cores and memory',
}

/** What long work about a run is given. */
export interface Turns {
  /** Between its turns: shows progress, and throws where Ctrl-C came. */
  readonly look: () => void
  /** Before it prints: no progress stands on the terminal. */
  readonly clear: () => void
}

/** Work that gives the exit code; 130 where Ctrl-C came first. */
export async function untilInterrupted(
  io: Io,
  run: RecordedRun,
  work: (turns: Turns) => Promise<number>,
): Promise<number> {
  const interrupt = interruption()
  const abort = new AbortController()
  interrupt.happened.then(() => abort.abort())
  const progress = Progress.start(() => run.vac, 'long', process.stderr)
  let exit: number
  try {
    exit = await work({
      look: () => {
        progress?.look()
        abort.signal.throwIfAborted()
      },
      clear: () => progress?.clear(),
    })
  } catch (error) {
    if (!abort.signal.aborted) throw error
    io.tell(`stopped at tick ${run.vac.ticks}, without an answer`)
    return Exit.interrupted
  } finally {
    progress?.clear()
    interrupt.stopListening()
  }
  // Last, when Ctrl-C ends the process: whoever does not wait loses nothing.
  run.vac.engine.keep()
  return exit
}

/** `answer` gives the exit code; 130 where Ctrl-C came first. */
export async function answering<T>(
  given: Given,
  io: Io,
  path: string,
  question: (run: RecordedRun) => Generator<void, T>,
  answer: (found: T, run: RecordedRun) => number,
): Promise<number> {
  const run = await RecordedRun.open(path, engineOf(given))
  run.notice = (text) => io.tell(text)
  run.threads.most = wholeNumber(given, 'threads', 1, 64)
  return untilInterrupted(io, run, async ({ look, clear }) => {
    const found = await inTurns(question(run), look)
    clear()
    return answer(found, run)
  })
}

/** ADDRESS[:BYTES] of the memory of `--memory`. Errors: USAGE. */
export function bytesGiven(given: Given, word: string | undefined, usage: string): Bytes {
  const match = /^(0x[0-9a-f]+|\d+)(?::(\d+))?$/i.exec(word ?? '')
  if (match === null) {
    throw new VacError('USAGE', { found: word ?? 'no address', expected: usage })
  }
  const memory = wholeNumber(given, 'memory', 0, 2 ** 20) ?? 0
  const from = Number(match[1])
  return { memory, from, to: from + Number(match[2] ?? 1) }
}
