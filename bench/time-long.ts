// A long run with much memory: what going to a tick and asking a question costs, as a part of the
// CPU time of the whole run. The run is recorded first; what is measured starts from its files.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { RecordedRun } from '../src/recorded-run.ts'
import { Recording } from '../src/recording.ts'
import { loadProgram, Vac } from '../src/vac.ts'
import { buildProgram, cacheFolder } from './programs/build.ts'
import type { Figure } from './report.ts'
import { randomFrom, spreadOf } from './statistics.ts'

/** Rounds of long.wat; 49 ticks each. */
const ROUNDS = 4_100_000_000n
const SEEKS = 100
const QUESTIONS = 40

type Progress = (text: string) => void

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = cpuSeconds()
  await work()
  return cpuSeconds() - before
}

/** CPU seconds of the whole run, recorded into a directory or not at all. */
async function whole(path: string | null, rounds: bigint): Promise<number> {
  const program = await loadProgram(await buildProgram('long'))
  const recording = path === null ? null : new Recording(path)
  const vac = new Vac()
  const instance = vac.instantiate(program)
  return timed(async () => {
    recording?.begin(vac)
    instance.begin('run', rounds)
    while (vac.status === 'running') {
      if (recording === null) vac.run(2 ** 28)
      else recording.run(2 ** 28)
      recording?.flush()
      await setImmediate()
    }
    await recording?.end()
  })
}

/** The largest of a hundred stands for the 99th percentile, on the safe side. */
const worst = (values: readonly number[]): number => Math.max(...values)

export async function measureLong(progress: Progress, rounds: bigint = ROUNDS): Promise<Figure[]> {
  mkdirSync(cacheFolder, { recursive: true })
  const folder = mkdtempSync(join(cacheFolder, 'long-'))
  const path = join(folder, 'run')
  try {
    progress('long: the run, recorded')
    const recorded = await whole(path, rounds)
    const runs: number[] = []
    for (let round = 0; round < 2; round++) {
      progress(`long: the run, ${round + 1} of 2`)
      runs.push(await whole(null, rounds))
    }
    const full = Math.min(...runs)
    const figures: Figure[] = [
      { name: 'long: recording, CPU time over the run', value: recorded / full, bar: 1.15 },
      ...(await seeks(path, full, progress)),
      ...(await questions(path, full, progress)),
    ]
    progress('')
    return figures
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function seeks(path: string, full: number, progress: Progress): Promise<Figure[]> {
  const random = randomFrom(1)
  const { lastTick } = await RecordedRun.open(path)
  const anywhere = (): number => Math.floor(random() * lastTick)
  const cold: number[] = []
  for (let round = 0; round < SEEKS; round++) {
    progress(`long: cold seek ${round + 1} of ${SEEKS}`)
    const tick = anywhere()
    cold.push(await timed(async () => (await RecordedRun.open(path)).at(tick)))
  }
  const run = await RecordedRun.open(path)
  const near: number[] = []
  const back: number[] = []
  for (let round = 0; round < SEEKS; round++) {
    progress(`long: steps around a tick, ${round + 1} of ${SEEKS}`)
    if (round % 10 === 0) await run.at(anywhere())
    const { ticks } = run.vac
    const away = Math.floor((2 * random() - 1) * 0.001 * lastTick)
    near.push(await timed(() => run.at(ticks + away)))
    back.push(await timed(() => run.at(run.vac.ticks - 1)))
  }
  return [
    { name: 'long: cold seek, p99 over the run', value: worst(cold) / full, bar: 0.04 },
    { name: 'long: seek within 0.1 %, p99 over the run', value: worst(near) / full, bar: 0.005 },
    { name: 'long: step back, p99 over the run', value: worst(back) / full, bar: 0.005 },
  ]
}

/** Addresses that were written early, late, once, often: see long.wat. */
function addresses(random: () => number): number[] {
  const window = Math.floor(random() * 512) * 0x40000
  return [
    8,
    window + 8 * Math.floor(random() * 0x8000),
    0x7ffff00,
    8 * Math.floor(random() * 2 ** 24),
  ]
}

async function questions(path: string, full: number, progress: Progress): Promise<Figure[]> {
  const random = randomFrom(2)
  progress('long: the index of writes')
  const first = await RecordedRun.open(path)
  // Written once, at the beginning: the question needs the whole index.
  const index = await timed(() => first.lastWrite({ memory: 0, from: 0x7ffff00, to: 0x7ffff08 }))
  const costs: number[] = []
  for (let round = 0; round < QUESTIONS; round++) {
    progress(`long: question ${round + 1} of ${QUESTIONS}`)
    const from = addresses(random)[round % 4]
    const before = Math.floor((0.05 + 0.95 * random()) * first.lastTick)
    // Every other one is asked of files alone.
    const cold = round % 8 < 4
    const run = cold ? await RecordedRun.open(path) : first
    costs.push(await timed(() => run.lastWrite({ memory: 0, from, to: from + 8 }, before)))
  }
  progress('long: the last of many hits')
  const run = await RecordedRun.open(path)
  const hit = await timed(() => run.lastWrite({ memory: 0, from: 8, to: 16 }))
  return [
    { name: 'long: index of writes, over the run', value: index / full, bar: 1.5 },
    { name: 'long: who, p50 over the run', value: spreadOf(costs).median / full, bar: 0.05 },
    { name: 'long: who, p99 over the run', value: worst(costs) / full, bar: 0.12 },
    { name: 'long: the last of 6 x 10^7 hits, over the run', value: hit / full, bar: 0.12 },
  ]
}
