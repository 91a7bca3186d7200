// A process: a chain of saves and loads. Parameters: the folder of run-straight.ts with roots.json
// beside it, the name of the state to begin with, the first stop, the stop to end before. At each
// stop the machine is saved and thrown away, and the loaded one goes on; where the chain reaches
// the last stop it goes on to the end.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Vac } from '../../src/vac.ts'
import { print, report, restored, Written } from './machine.ts'

const [folder, name, first, last] = process.argv.slice(2)
const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'))
const stops = read('stops.json') as number[]
const roots = read('roots.json') as string[]

const written = new Written()
let vac = restored(join(folder, `${name}.vst`), written)
let broken: string | null = null
let count = 0
const check = (holds: boolean, what: string): void => {
  if (!holds) broken ??= what
}

for (let index = Number(first); index < Number(last) && broken === null; index++) {
  const tick = stops[index]
  if (vac.ticks < tick) vac.run(tick - vac.ticks)
  check(vac.ticks === tick, `stopped at tick ${vac.ticks}, not ${tick}`)
  check(vac.root() === roots[index], `tick ${tick}: another root than the straight run's`)
  vac = Vac.restore(vac.save(), { output: written.sink })
  check(vac.root() === roots[index], `tick ${tick}: loading changed the root`)
  count++
}
const until = stops[Number(last)]
vac.run(until === undefined ? undefined : until - vac.ticks)
print({ ...report(vac, written), stops: count, broken })
