// Claim: the interpreter takes at most 100 times the CPU time of the host's own WebAssembly, in
// geometric mean, and in no case more than 300 times. Both run the very same bytes; the host is V8
// at its optimising tier.
import { nodeHasher } from '../src/host/hasher.ts'
import { invoke, takeResults } from '../src/machine/calls.ts'
import { instantiate } from '../src/machine/instantiate.ts'
import { Machine } from '../src/machine/machine.ts'
import { defaultManifest } from '../src/machine/manifest.ts'
import { type Engine, run } from '../src/machine/run.ts'
import { translate } from '../src/wasm/translate.ts'
import type { Bench } from './bench.ts'
import type { Contest, ContestRow, Side } from './harness.ts'
import { exportedFunction, sideName } from './ours.ts'
import { buildProgram } from './programs/build.ts'
import type { Figure } from './report.ts'
import { sqliteContest, sqliteSays } from './sqlite.ts'
import { geometricMean } from './statistics.ts'

/** Kernels export `run(n: i32) -> i64`, a checksum. `n` gives our side about half a second. */
const kernels = [
  { name: 'sha512', n: 4000, says: 'SHA-512 of n blocks: arithmetic of i64' },
  { name: 'matrix', n: 128, says: 'product of two n x n matrices of f64' },
  { name: 'vector', n: 40, says: 'n rounds of a picture filter and dot products: SIMD' },
  { name: 'recursion', n: 25, says: 'fib(n), Ackermann and Takeuchi functions, calls by a table' },
  { name: 'json', n: 1000, says: 'reads a JSON text of n records: bytes and branch tables' },
] as const

const SQLITE = 'sqlite'
const MEAN_BAR = 100
const MEAN_STRETCH = 50
const WORST_BAR = 300

const engines = (all: boolean): readonly Engine[] => (all ? ['auto', 'stepper'] : ['auto'])

async function kernelContest(
  { name, n, says }: (typeof kernels)[number],
  all: boolean,
): Promise<Contest> {
  const bytes = await buildProgram(name)
  return {
    name,
    says,
    peer: hostSide(bytes, n),
    sides: engines(all).map((engine) => ourSide(bytes, n, engine)),
  }
}

function hostSide(bytes: Uint8Array<ArrayBuffer>, n: number): Side {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {})
  const kernel = exports['run'] as (n: number) => bigint
  return {
    name: 'host',
    prepare: () => () => ({ check: `${BigInt.asUintN(64, kernel(n))}`, ticks: 0 }),
  }
}

function ourSide(bytes: Uint8Array, n: number, engine: Engine): Side {
  const machine = new Machine(defaultManifest)
  const program = translate(bytes)
  const { instance } = instantiate(machine, program, nodeHasher.hash(bytes), () => null)
  run(machine, Number.MAX_SAFE_INTEGER)
  const kernel = exportedFunction(machine, instance, 'run')
  return {
    name: sideName(engine),
    prepare: () => () => {
      const from = machine.ticks
      invoke(machine, kernel, [BigInt(n)])
      run(machine, Number.MAX_SAFE_INTEGER - from, null, engine)
      if (machine.status !== 'idle') throw new Error(`${machine.status}: ${machine.trap?.code}`)
      return { check: `${takeResults(machine)[0]}`, ticks: machine.ticks - from }
    },
  }
}

function figures(rows: readonly ContestRow[]): Figure[] {
  const slowdowns = rows.map((row) => row.rows[0].ratio.median)
  return [
    {
      name: 'geometric mean of the slowdowns',
      value: geometricMean(slowdowns),
      bar: MEAN_BAR,
      stretch: MEAN_STRETCH,
    },
    { name: 'worst slowdown', value: Math.max(...slowdowns), bar: WORST_BAR },
  ]
}

export const interpreterBench: Bench = {
  name: 'interpreter',
  says: 'the interpreter against the host running the same WebAssembly',
  peer: "the host's own WebAssembly",
  cases: [{ name: SQLITE, says: sqliteSays }, ...kernels],
  contests: async (names, all) => {
    const contests: Contest[] = []
    for (const name of names) {
      const kernel = kernels.find((one) => one.name === name)
      const made = kernel === undefined ? sqliteContest(engines(all)) : kernelContest(kernel, all)
      contests.push(await made)
    }
    return contests
  },
  figures,
}
