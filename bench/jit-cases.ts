// What the JIT is measured with: kernels, programs of WASI, and kernels in slices.
import type { Contest, Side } from './harness.ts'
import { hostKernel, kernelOnce, ourKernel } from './kernel-sides.ts'
import type { OurSide } from './ours.ts'
import { buildProgram } from './programs/build.ts'
import { wasiContest, wasiPrograms } from './wasi-programs.ts'

/**
 * `hard`: kernels in which exact ticks and canonical floats cost most. `syscalls`, `slices` and
 * `traps` have figures of their own, apart from all others.
 */
export type Group = 'program' | 'kernel' | 'hard' | 'syscalls' | 'slices' | 'traps'

export interface Case {
  readonly name: string
  readonly says: string
  readonly group: Group
  readonly contest: (sides: readonly OurSide[]) => Promise<Contest>
}

/** `n` gives the host 30 to 45 milliseconds; json's text is as long as it may be. */
const kernels = [
  { name: 'gemm', n: 480, says: 'product of n x n matrices of f64, sums in registers' },
  { name: 'stencil', n: 350, group: 'hard', says: 'n sweeps of a grid: a store of f64 a point' },
  { name: 'distance', n: 2700, says: 'edit distance of texts of n letters: i32' },
  { name: 'xxhash', n: 3000, says: 'XXH64 of n buffers: multiplications of i64' },
  { name: 'sort', n: 180_000, says: 'quicksort of n numbers of i32' },
  { name: 'chase', n: 3_000_000, says: 'n links of a list in a random order' },
  { name: 'fib', n: 36, group: 'hard', says: 'fib(n) by its definition' },
  { name: 'indirect', n: 1_600_000, says: 'n calls through a table of 16 functions' },
  { name: 'memory64', n: 6_000_000, says: 'n keys counted in a memory of 64-bit addresses' },
  { name: 'allocator', n: 1_000_000, says: 'n times malloc, realloc or free: C' },
  { name: 'setjmp', n: 60_000, says: 'n small programs interpreted, left by longjmp: C' },
  { name: 'sha512', n: 70_000, says: 'SHA-512 of n blocks: arithmetic of i64' },
  { name: 'matrix', n: 240, says: 'product of n x n matrices of f64, by dot products' },
  { name: 'vector', n: 5000, says: 'n rounds of a picture filter and dot products: SIMD' },
  { name: 'recursion', n: 36, group: 'hard', says: 'fib, Ackermann and Takeuchi functions' },
  { name: 'json', n: 8000, says: 'reads a JSON text of n records: bytes and branch tables' },
] as const satisfies readonly Kernel[]

interface Kernel {
  readonly name: string
  readonly n: number
  readonly says: string
  readonly group?: Group
}

const sliced = ['fib', 'gemm', 'sort', 'distance', 'json'] as const
/** By the names of their sides. */
const slices = { '1e6': 1_000_000, '1e5': 100_000 } as const

const kernelCase = ({ name, n, says, group = 'kernel' }: Kernel): Case => ({
  name,
  says,
  group,
  contest: async (sides) => {
    const bytes = await buildProgram(name)
    return {
      name,
      says,
      peer: hostKernel(bytes, n),
      sides: await Promise.all(sides.map((side) => ourKernel(bytes, n, side))),
    }
  },
})

/** Slices are measured of the first side, whose long run is the peer. */
function slicesCase(kernel: (typeof sliced)[number]): Case {
  const name = `slices-${kernel}`
  const says = `${kernel} in slices of 1e6 and of 1e5 ticks, over our own run in one go`
  return {
    name,
    says,
    group: 'slices',
    contest: async ([side]) => {
      const bytes = await buildProgram(kernel)
      const n = kernels.find((one) => one.name === kernel)?.n ?? 0
      return {
        name,
        says,
        peer: await ourKernel(bytes, n, side),
        sides: await Promise.all(
          Object.entries(slices).map(([slice, ticks]) =>
            ourKernel(bytes, n, { ...side, name: slice }, ticks),
          ),
        ),
      }
    },
  }
}

/** 10^9 ticks and more. */
const TRAP_ROUNDS = 25_000_000

/** The host's own trap does not tell the tick: the run is made again. */
const trapCase: Case = {
  name: 'trap',
  says: 'a load outside of the memory after 10^9 ticks, over our own run without it',
  group: 'traps',
  contest: async ([side]) => {
    const { name, says } = trapCase
    const bytes = await buildProgram(name)
    const once = (trapped: boolean): Promise<Side> =>
      kernelOnce(bytes, TRAP_ROUNDS, { ...side, name: trapped ? name : side.name }, trapped)
    return { name, says, peer: await once(false), sides: [await once(true)] }
  },
}

const wasiCase = (row: (typeof wasiPrograms)[number]): Case => ({
  name: row.name,
  says: row.says,
  group: row.name === 'syscalls' ? 'syscalls' : 'program',
  contest: (sides) => wasiContest(row, sides),
})

export const jitCases: readonly Case[] = [
  ...wasiPrograms.map(wasiCase),
  ...kernels.map(kernelCase),
  ...sliced.map(slicesCase),
  trapCase,
]
