// Runs benches: `npm run bench` lists them, `npm run bench -- NAME...` runs bench/NAME.bench.ts.
import { readdirSync } from 'node:fs'

const ending = '.bench.ts'
const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(ending))
  .map((file) => file.slice(0, -ending.length))
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !known.includes(name))

if (wanted.length === 0 || unknown.length > 0) {
  for (const name of unknown) console.error(`no bench named ${name}`)
  console.error(known.length > 0 ? 'benches:' : 'no bench yet')
  for (const name of known) console.log(name)
  process.exit(unknown.length > 0 ? 2 : 0)
}
for (const name of wanted) await import(`./${name}${ending}`)
