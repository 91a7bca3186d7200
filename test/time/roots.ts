// A process: goes to ticks of a recording, in the order given, and prints the roots. Parameters:
// the recording, the engine, and the ticks.
import { RecordedRun } from '../../src/recorded-run.ts'
import type { EngineName } from '../../src/vac.ts'

export interface Roots {
  readonly node: string
  readonly roots: readonly string[]
}

const [path, engine, ...ticks] = process.argv.slice(2)
const run = await RecordedRun.open(path, engine as EngineName)
const roots: string[] = []
for (const tick of ticks) roots.push((await run.at(Number(tick))).root())
process.stdout.write(JSON.stringify({ node: process.version, roots } satisfies Roots))
