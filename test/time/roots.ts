// A process: goes to ticks of a recording, in the order given, and prints the roots, and the one
// that the whole run comes to. Parameters: the recording, the engine, and the ticks; `whole` for
// the run from its beginning on, by no checkpoint.
import { inTurns, RecordedRun } from '../../src/recorded-run.ts'
import type { EngineName } from '../../src/vac.ts'

export interface Roots {
  readonly node: string
  readonly roots: readonly string[]
}

const [path, engine, ...ticks] = process.argv.slice(2)
const run = await RecordedRun.open(path, engine as EngineName)
const roots: string[] = []
for (const word of ticks) {
  if (word === 'whole') {
    await inTurns(run.timeline.watch(run.firstTick, run.lastTick, null), () => {})
    roots.push(run.vac.root())
  } else roots.push((await run.at(Number(word))).root())
}
process.stdout.write(JSON.stringify({ node: process.version, roots } satisfies Roots))
