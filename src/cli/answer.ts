// How a verb asks a question about a recorded run: with progress, until Ctrl-C.
import { VacError } from '../base/errors.ts'
import { type Bytes, inTurns, RecordedRun } from '../recorded-run.ts'
import { interruption } from './interruption.ts'
import { type Given, type OptionRow, wholeNumber } from './options.ts'
import { Progress } from './progress.ts'
import { engineOf } from './run-options.ts'
import type { Io } from './verb.ts'

export const threadsOption: OptionRow = {
  name: 'threads',
  value: 'N',
  says: 'make the index of writes with N threads; else 8 at most, as the host has cores and memory',
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
  const interrupt = interruption()
  const abort = new AbortController()
  interrupt.happened.then(() => abort.abort())
  const progress = Progress.start(() => run.vac, 'long', process.stderr)
  try {
    const found = await inTurns(question(run), () => {
      progress?.look()
      abort.signal.throwIfAborted()
    })
    progress?.clear()
    return answer(found, run)
  } catch (error) {
    if (!abort.signal.aborted) throw error
    io.tell(`stopped at tick ${run.vac.ticks}, without an answer`)
    return 130
  } finally {
    progress?.clear()
    interrupt.stopListening()
  }
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
