// A process: the shell on one machine that is never saved and loaded; the root at each stop is
// taken on the way. Parameters: a folder with stops.json (ticks, ascending); for each of the
// following numbers the state at that stop is saved there, `start` being the state before the first
// tick.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newShell, print, report, Written } from './machine.ts'

const [folder, ...saved] = process.argv.slice(2)
const stops: number[] = JSON.parse(readFileSync(join(folder, 'stops.json'), 'utf8'))
const written = new Written()
const vac = await newShell(written)
const save = (name: string): void => writeFileSync(join(folder, `${name}.vst`), vac.save())
save('start')
const roots = stops.map((tick, index) => {
  vac.run(tick - vac.ticks)
  if (saved.includes(`${index}`)) save(`${index}`)
  return vac.root()
})
vac.run()
print({ ...report(vac, written), roots })
