// Claim: the interpreter takes at most 100 times the CPU time of the host's own WebAssembly, in
// geometric mean, and in no case more than 300 times. Both run the very same bytes; the host is V8
// at its optimising tier.
import type { Bench } from './bench.ts'
import type { Contest, ContestRow } from './harness.ts'
import { hostKernel, ourKernel } from './kernel-sides.ts'
import { interpreterSide, type OurSide, stepperSide } from './ours.ts'
import { buildProgram } from './programs/build.ts'
import type { Figure } from './report.ts'
import { geometricMean } from './statistics.ts'
import { wasiContest, wasiPrograms } from './wasi-programs.ts'

/** `n` gives our side about half a second. */
const kernels = [
  { name: 'sha512', n: 4000, says: 'SHA-512 of n blocks: arithmetic of i64' },
  { name: 'matrix', n: 128, says: 'product of two n x n matrices of f64' },
  { name: 'vector', n: 40, says: 'n rounds of a picture filter and dot products: SIMD' },
  { name: 'recursion', n: 25, says: 'fib(n), Ackermann and Takeuchi functions, calls by a table' },
  { name: 'json', n: 1000, says: 'reads a JSON text of n records: bytes and branch tables' },
] as const

const programs = wasiPrograms.filter(({ name }) => name === 'sqlite')
const MEAN_BAR = 100
const MEAN_STRETCH = 50
const WORST_BAR = 300

const sides = (all: boolean): readonly OurSide[] =>
  all ? [interpreterSide, stepperSide] : [interpreterSide]

async function kernelContest(
  { name, n, says }: (typeof kernels)[number],
  all: boolean,
): Promise<Contest> {
  const bytes = await buildProgram(name)
  return {
    name,
    says,
    peer: hostKernel(bytes, n),
    sides: await Promise.all(sides(all).map((side) => ourKernel(bytes, n, side))),
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
  cases: [...programs, ...kernels],
  contests: async (names, all) => {
    const contests: Contest[] = []
    for (const row of [...programs, ...kernels]) {
      if (!names.includes(row.name)) continue
      contests.push(await ('load' in row ? wasiContest(row, sides(all)) : kernelContest(row, all)))
    }
    return contests
  },
  figures,
}
