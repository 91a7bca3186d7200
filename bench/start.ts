// Claim: a script starts soon, at its first run and sooner at the next ones, when the cache has the
// code. Whole processes by the clock on the wall: `vac run script.py` and Node's WASI.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from './bench.ts'
import type { ContestRow, Side } from './harness.ts'
import { cacheFolder } from './programs/build.ts'
import type { Figure } from './report.ts'
import { pythonFolder, pythonPath } from './wasi-programs.ts'

/** The variable that says where the code of programs is kept. */
const CACHE_VARIABLE = 'VAC_CACHE_DIR'

const NAME = 'python'
const SCRIPT = 'print(1)\n'
const command = join(import.meta.dirname, '../vac')
const hostScript = join(import.meta.dirname, 'start-host.ts')
const usageScript = join(import.meta.dirname, 'start-usage.ts')

const bars = [
  { side: 'cold', name: 'first start of CPython', bar: 8 },
  { side: 'cached', name: 'later start of CPython', bar: 2 },
] as const

/** The check is what the process prints. */
function processSide(name: string, ready: () => () => string): Side {
  return {
    name,
    prepare: () => {
      const go = ready()
      return () => ({ check: go(), ticks: 0 })
    },
  }
}

const output = (file: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): string =>
  execFileSync(file, words, {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })

function hostSide(folder: string, script: string): Side {
  const words = ['--no-warnings', hostScript, pythonPath, folder, `/${script}`]
  return processSide('host', () => () => output(process.execPath, words))
}

const run = (script: string, cache: string): string =>
  output(command, ['run', script], { [CACHE_VARIABLE]: cache })

function tellIfEmpty(cache: string): void {
  if (readdirSync(cache).length > 0) return
  process.stderr.write(`vac run kept nothing in ${CACHE_VARIABLE}: no start finds its code\n`)
}

function contest() {
  mkdirSync(cacheFolder, { recursive: true })
  const top = mkdtempSync(join(cacheFolder, 'start-'))
  const file = `start-${process.pid}.py`
  const folder = pythonFolder([])
  const script = join(folder, file)
  writeFileSync(script, SCRIPT)
  process.once('exit', () => rmSync(script, { force: true }))

  const kept = mkdtempSync(join(top, 'cached-'))
  process.once('exit', () => {
    tellIfEmpty(kept)
    rmSync(top, { recursive: true, force: true })
  })
  const used: string[] = []
  return {
    name: NAME,
    says: 'CPython: print(1)',
    peer: hostSide(folder, file),
    sides: [
      processSide('cold', () => {
        for (const cache of used.splice(0)) rmSync(cache, { recursive: true })
        const cache = mkdtempSync(join(top, 'cold-'))
        return () => {
          used.push(cache)
          return run(script, cache)
        }
      }),
      processSide('cached', () => () => run(script, kept)),
    ],
  }
}

function figures(rows: readonly ContestRow[]): Figure[] {
  return rows.flatMap((row) =>
    bars.flatMap(({ side, name, bar }) =>
      row.rows
        .filter((one) => one.side === side)
        .map(({ ratio }) => ({ name, value: ratio.median, bar })),
    ),
  )
}

/** What first and later starts of scripts take, all threads and the compiler's memory included. */
function facts(): string[] {
  mkdirSync(cacheFolder, { recursive: true })
  const top = mkdtempSync(join(cacheFolder, 'usage-'))
  const usage = join(top, 'usage.json')
  const env = {
    [CACHE_VARIABLE]: join(top, 'code'),
    VAC_BENCH_USAGE: usage,
    NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import=${usageScript}`,
  }
  const used = (script: string): string => {
    output(command, ['run', script], env)
    const { megabytes, seconds } = JSON.parse(readFileSync(usage, 'utf8'))
    return `${megabytes.toFixed(0)} MB at most, ${seconds.toFixed(1)} s of CPU`
  }
  try {
    return Object.entries({ 'start.py': SCRIPT, 'start.rb': 'puts 1\n' }).map(([name, text]) => {
      const script = join(top, name)
      writeFileSync(script, text)
      const [first, , later] = [used(script), used(script), used(script)]
      return `${name}: first ${first}; third ${later}`
    })
  } finally {
    rmSync(top, { recursive: true, force: true })
  }
}

export const startBench: Bench = {
  name: 'start',
  says: 'the start of CPython, first and later ones, against Node running it',
  peer: 'a process of Node with node:wasi',
  clock: 'wall',
  cases: [{ name: NAME, says: 'CPython: print(1)' }],
  contests: async () => [contest()],
  figures,
  facts,
}
