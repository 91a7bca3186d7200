// Runs benches: `npm run bench` lists them, `npm run bench -- NAME` runs one. `vac bench` is the
// same.
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { VacError } from '../src/base/errors.ts'
import { benchOptions } from '../src/cli/bench-options.ts'
import { nearest } from '../src/cli/nearest.ts'
import { has, optionValues, parseOptions, wholeNumber } from '../src/cli/options.ts'
import type { Bench } from './bench.ts'
import { type ContestRow, measure } from './harness.ts'
import { interpreterBench } from './interpreter.ts'
import { jitBench } from './jit.ts'
import { checkText, isMet, type Report, textOf } from './report.ts'
import { startBench } from './start.ts'
import { timeBench } from './time.ts'

const benches: readonly Bench[] = [interpreterBench, jitBench, startBench, timeBench]

const FEWEST_REPEATS = 5
const MISSED = 1

async function main(words: readonly string[]): Promise<number> {
  const given = parseOptions(words, benchOptions, true)
  const [name, ...more] = given.rest
  if (more.length > 0) throw new VacError('USAGE', { found: more[0], expected: 'one bench' })
  if (name === undefined) {
    process.stdout.write(benches.map((bench) => `${bench.name}  ${bench.says}\n`).join(''))
    if (!has(given, 'list')) process.stderr.write('run one: vac bench NAME\n')
    return 0
  }
  const bench = known('bench', name, benches)
  if (has(given, 'list')) {
    process.stdout.write(bench.cases.map((one) => `${one.name}  ${one.says}\n`).join(''))
    return 0
  }
  const only = optionValues(given, 'only').map((one) => known('case', one, bench.cases).name)
  const report = await run(bench, only, {
    all: has(given, 'all'),
    seed: wholeNumber(given, 'seed', 0, 2 ** 32 - 1) ?? 1,
    repeats: wholeNumber(given, 'repeats', 1, 1000) ?? FEWEST_REPEATS,
  })
  const check = has(given, 'check')
  if (has(given, 'json')) process.stdout.write(`${JSON.stringify(report)}\n`)
  else process.stdout.write(textOf(report) + (check ? `\n${checkText(report)}` : ''))
  return check && !report.figures.every(isMet) ? MISSED : 0
}

function known<T extends { readonly name: string }>(
  kind: string,
  name: string,
  list: readonly T[],
): T {
  const found = list.find((one) => one.name === name)
  if (found !== undefined) return found
  const names = list.map((one) => one.name)
  const near = nearest(name, names)
  throw new VacError('USAGE', {
    found: `the ${kind} ${name}`,
    expected: names.join(', '),
    hint: near === null ? 'vac bench --list lists the benches' : `did you mean ${near}?`,
  })
}

async function run(
  bench: Bench,
  only: readonly string[],
  { all, seed, repeats }: { all: boolean; seed: number; repeats: number },
): Promise<Report> {
  const names = only.length > 0 ? only : bench.cases.map((one) => one.name)
  const clock = bench.clock ?? 'cpu'
  const shared = [...(all ? ['--all'] : []), `--repeats ${repeats} --seed ${seed}`]
  const rows: ContestRow[] = []
  if (bench.apart && names.length > 1) {
    for (const name of names) rows.push(...apart(bench.name, name, shared))
  } else {
    const contests = await bench.contests(names, all)
    const options = { clock, repeats, seed, leastSeconds: 0.3, progress }
    rows.push(...(await measure(contests, options)))
  }
  const own = (await bench.own?.(names, { repeats, seed, progress })) ?? []
  const switches = [...only.map((one) => `--only ${one}`), ...shared]
  return {
    bench: bench.name,
    clock,
    peer: bench.peer,
    command: `vac bench ${bench.name} ${switches.join(' ')}`,
    seed,
    repeats,
    host: { node: process.versions.node, v8: process.versions.v8, cpu: cpus()[0].model },
    contests: rows,
    figures: [...bench.figures(rows), ...own],
    facts: bench.facts?.() ?? [],
  }
}

/** A case in a process of its own, which says itself how it gets on. */
function apart(bench: string, name: string, switches: readonly string[]): readonly ContestRow[] {
  const words = [
    import.meta.filename,
    bench,
    '--only',
    name,
    '--json',
    ...switches.join(' ').split(' '),
  ]
  const output = execFileSync(process.execPath, ['--no-warnings', ...words], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return (JSON.parse(output) as Report).contests
}

/** One line that overwrites itself, on a terminal only. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof VacError)) throw error
  process.stderr.write(`vac: ${error.message}\n${error.hint}\n`)
  process.exitCode = error.exit
}
