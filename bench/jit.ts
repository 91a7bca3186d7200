// Claim: code of the JIT, exact to the tick, takes hardly more CPU time than the host's own
// WebAssembly. Both run the very same bytes; the host is V8 at its optimising tier.
import type { Bench } from './bench.ts'
import type { Contest, ContestRow } from './harness.ts'
import { type Case, type Group, jitCases } from './jit-cases.ts'
import { interpreterSide, type OurSide, touchSide, watchSides } from './ours.ts'
import { SourcesMissing } from './programs/lua.ts'
import type { Figure } from './report.ts'
import { geometricMean } from './statistics.ts'

/** Each is a column of ratios to the host; slices are of the first. */
const sides: readonly OurSide[] = [{ name: 'plain', engine: 'auto', compiled: true }, ...watchSides]
const slowSides: readonly OurSide[] = [touchSide, { ...interpreterSide, name: 'interpreter' }]

interface Bar {
  readonly side: string
  readonly of: 'mean' | 'worst'
  /** The cases that it is about, in words and by their groups. */
  readonly over: string
  readonly groups: readonly Group[]
  readonly bar: number
  readonly stretch?: number
}

const all: readonly Group[] = ['program', 'kernel', 'hard']

/** A bar counts where its side and cases are measured. */
const bars: readonly Bar[] = [
  { side: 'plain', of: 'mean', over: 'all', groups: all, bar: 1.15, stretch: 1.05 },
  { side: 'plain', of: 'worst', over: 'programs', groups: ['program'], bar: 1.35 },
  { side: 'plain', of: 'worst', over: 'float stores and recursion', groups: ['hard'], bar: 1.7 },
  { side: 'plain', of: 'worst', over: 'system calls', groups: ['syscalls'], bar: 2 },
  { side: 'stop', of: 'mean', over: 'all', groups: all, bar: 2.5 },
  { side: 'note', of: 'mean', over: 'all', groups: all, bar: 1.6 },
  { side: 'note', of: 'worst', over: 'all', groups: all, bar: 2.2 },
  { side: 'index', of: 'mean', over: 'all', groups: all, bar: 1.8 },
  { side: 'trace', of: 'mean', over: 'all', groups: all, bar: 20 },
  { side: 'trap', of: 'mean', over: 'traps', groups: ['traps'], bar: 2.3 },
  { side: '1e6', of: 'mean', over: 'slices', groups: ['slices'], bar: 1.1 },
  { side: '1e5', of: 'mean', over: 'slices', groups: ['slices'], bar: 1.4 },
]

function figures(rows: readonly ContestRow[]): Figure[] {
  return bars.flatMap(({ side, of, over, groups, bar, stretch }) => {
    const ratios = rows
      .filter(({ contest }) => groups.includes(caseNamed(contest).group))
      .flatMap((row) => row.rows.filter((one) => one.side === side))
      .map(({ ratio }) => ratio.median)
    if (ratios.length === 0) return []
    const name = `${side}: ${of === 'mean' ? 'geometric mean' : 'worst'} of ${over}`
    const value = of === 'mean' ? geometricMean(ratios) : Math.max(...ratios)
    return [{ name, value, bar, ...(stretch === undefined ? {} : { stretch }) }]
  })
}

function caseNamed(name: string): Case {
  const found = jitCases.find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no case ${name}`)
  return found
}

export const jitBench: Bench = {
  name: 'jit',
  says: 'code of the JIT against the host running the same WebAssembly',
  peer: "the host's own WebAssembly (slices: of our run in one go)",
  apart: true,
  cases: jitCases,
  contests: async (names, slow) => {
    const contests: Contest[] = []
    for (const name of names) {
      try {
        contests.push(await caseNamed(name).contest(slow ? [...sides, ...slowSides] : sides))
      } catch (error) {
        if (!(error instanceof SourcesMissing)) throw error
        process.stderr.write(`${name} is left out: ${error.message}\n`)
      }
    }
    return contests
  },
  figures,
}
