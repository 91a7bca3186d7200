// Forks: what one costs at a snapshot that is kept, of a machine that runs, a thousand at once, and
// a thousand in a row.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '../src/memory/page.ts'
import { RecordedRun, VacStage } from '../src/recorded-run.ts'
import { Recording } from '../src/recording.ts'
import { lineageAlong } from '../src/time/branches/branch.ts'
import { BeamKind } from '../src/time/lineage/beam.ts'
import type { Lineage } from '../src/time/lineage/lineage.ts'
import { Timeline } from '../src/time/timeline.ts'
import { loadProgram, Vac } from '../src/vac.ts'
import { buildProgram, cacheFolder } from './programs/build.ts'
import type { Figure } from './report.ts'
import { spreadOf } from './statistics.ts'

/** MiB of the machine that is forked: those that churn.wat rewrites. */
const MIB = 100
const FORKS = 1000
const REPEATS = 21
/** Rounds of long.wat, of a chain of forks: 10^9 ticks behind its beginning. */
const CHAIN_ROUNDS = 20_000_000n

const milliseconds = (work: () => unknown): number => {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const pagesOf = (vac: Vac): Page[] => {
  const [memory] = vac.machine.store.memories
  memory.seal()
  return [...memory.table.pages()].map(([, page]) => page)
}

export async function measureForks(progress: (text: string) => void): Promise<Figure[]> {
  progress('forks: the machine')
  const program = await loadProgram(await buildProgram('churn'))
  const vac = new Vac({ engine: 'jit' })
  const instance = vac.instantiate(program)
  instance.begin('run', 1_000_000)
  vac.run(2_000_000_000)
  const kept = vac.snapshot()
  const own = new Set(pagesOf(Vac.of(kept, { engine: 'interpreter' })))
  progress('forks: one at a time')
  const atKept: number[] = []
  const ofRunning: number[] = []
  let copied = 0
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    let fork: Vac | null = null
    atKept.push(
      milliseconds(() => {
        fork = Vac.of(kept, { like: vac })
      }),
    )
    for (const page of pagesOf(fork as unknown as Vac)) if (!own.has(page)) copied++
    // A little of the memory changes in between.
    vac.run(1_000_000)
    ofRunning.push(milliseconds(() => Vac.of(vac.snapshot(), { like: vac })))
  }
  progress('forks: a thousand')
  const all = new Set<Page>(own)
  const live: Vac[] = []
  for (let number = 0; number < FORKS; number++) {
    const fork = Vac.of(kept, { engine: 'interpreter' })
    fork.memory(0).write((number * 65_536) % (MIB * 2 ** 20), Uint8Array.of(number & 255, 1))
    for (const page of pagesOf(fork)) all.add(page)
    live.push(fork)
  }
  const written = all.size - own.size
  const chain = await chainOverPlain(progress)
  progress('')
  return [
    { name: 'forks: at a kept checkpoint, ms', value: spreadOf(atKept).median, bar: 1 },
    { name: 'forks: pages copied there', value: copied, bar: 0 },
    {
      name: 'forks: of a running machine, ms a MiB',
      value: spreadOf(ofRunning).median / MIB,
      bar: 0.3,
    },
    { name: `forks: pages of ${live.length} that write one each`, value: written, bar: 1020 },
    { name: 'forks: to the end of a chain of 1,000, over a plain run', value: chain, bar: 3 },
  ]
}

/**
 * A branch of a branch, a thousand deep, each with a byte poked: to its end, over the run itself.
 */
async function chainOverPlain(progress: (text: string) => void): Promise<number> {
  progress('forks: a chain')
  mkdirSync(cacheFolder, { recursive: true })
  const folder = mkdtempSync(join(cacheFolder, 'chain-'))
  try {
    const recording = new Recording(join(folder, 'run'), { keepBytes: 0 })
    const vac = new Vac()
    const instance = vac.instantiate(await loadProgram(await buildProgram('long')))
    recording.begin(vac)
    instance.begin('run', CHAIN_ROUNDS)
    while (vac.status === 'running') recording.run(2 ** 28)
    await recording.end()
    const { lineage } = (await RecordedRun.open(join(folder, 'run'))).timeline
    const last = lineage.beams[lineage.beams.length - 1].tick
    const parents = [{ lineage, tick: Math.floor(last / 2) }]
    for (let level = 1; level <= FORKS; level++) {
      const { tick } = parents[level - 1]
      // What `beamOfInput` makes of a byte written at 4096.
      const payload = Uint8Array.of(0, 0, 0x80, 0x20, level & 255)
      const own = { ...lineage, beams: [{ kind: BeamKind.write, tick, payload, prefix: null }] }
      parents.push({ lineage: own, tick: tick + Math.floor(last / 2 / (FORKS + 1)) })
    }
    const end = { ...lineage, beams: lineage.beams.slice(-1) }
    const to = async (path: Lineage): Promise<number> => {
      const run = await RecordedRun.open(join(folder, 'run'))
      const { stage } = run.timeline
      const first = stage.vac.snapshot()
      const like = stage.vac
      const timeline = new Timeline(path, first, (saved) => new VacStage(Vac.of(saved, { like })))
      return milliseconds(() => {
        for (const _ of timeline.seek(last));
      })
    }
    const ratios: number[] = []
    for (let repeat = 0; repeat < 5; repeat++) {
      const plain = await to(lineage)
      ratios.push((await to(lineageAlong(parents, end))) / plain)
    }
    return spreadOf(ratios).median
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
