// The first tick at which two runs differ: is it exact, and what does it cost? A run reads a byte
// of input in each of its phases and computes long in between. The other run has one bit of a byte
// of its input flipped, one byte of its memory poked, or one constant of its program changed.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseWat } from '../src/host/wat.ts'
import { Watchpoints } from '../src/machine/watch.ts'
import { inTurns, RecordedRun } from '../src/recorded-run.ts'
import { Recording } from '../src/recording.ts'
import { isInput } from '../src/time/lineage/beam.ts'
import { loadProgram, Vac } from '../src/vac.ts'
import { cacheFolder } from './programs/build.ts'
import type { Figure } from './report.ts'
import { randomFrom, shuffled } from './statistics.ts'

/** Cases of each kind; 100 are the claim's. */
const CASES = Number(process.env['VAC_BENCH_CASES'] ?? 5)
const PHASES = 16
/** Of each phase; 29 ticks a round. */
const ROUNDS = 22_000_000
const CONSTANT = 1_013_904_223

/** A change of one of the phases, by so much. */
interface Change {
  readonly phase: number
  readonly by: number
}

const constants = (change: Change | null): number[] =>
  Array.from(
    { length: PHASES },
    (_, at) => CONSTANT + 2 * at + (at === change?.phase ? change.by : 0),
  )

const program = (change: Change | null): string => `(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 260)
  (data (i32.const 0) "\\10\\00\\00\\00\\01\\00\\00\\00")
  (func $work (param $x i32) (result i32) (local $n i32) (local $at i32)
    (loop $next
      (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1664525)) (i32.const 12345)))
      (local.set $at (i32.add (i32.const 65536) (i32.and (local.get $x) (i32.const 0xfffffc))))
      (local.set $x (i32.xor (local.get $x) (i32.load (local.get $at))))
      (i32.store (i32.add (i32.const 65536) (i32.and (local.get $x) (i32.const 0xffffc)))
        (local.get $n))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $n) (i32.const ${ROUNDS}))))
    (local.get $x))
  ${constants(change)
    .map(
      (value, at) => `(func $phase${at} (param $x i32) (result i32)
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (call $work (i32.add (i32.mul (local.get $x) (i32.const 31))
      (i32.add (i32.load8_u (i32.const 16)) (i32.const ${value})))))`,
    )
    .join('\n')}
  (func (export "_start") (local $x i32)
    ${constants(null)
      .map((_, at) => `(local.set $x (call $phase${at} (local.get $x)))`)
      .join('\n')}
    (i32.store (i32.const 32) (local.get $x))))`

/** `change`: the bits of a letter that are flipped. */
const letters = (change: Change | null): Uint8Array[] =>
  Array.from({ length: PHASES }, (_, at) =>
    Uint8Array.of((97 + at) ^ (at === change?.phase ? change.by : 0)),
  )

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Records a run that gets a letter whenever it waits; gives its CPU seconds. */
async function record(path: string, text: string, input: readonly Uint8Array[]): Promise<number> {
  const recording = new Recording(path)
  const vac = new Vac({ output: recording.effects.output })
  const instance = vac.instantiate(await loadProgram(await parseWat(text, 'parted')))
  const before = cpuSeconds()
  recording.begin(vac)
  instance.begin('_start')
  for (let given = 0; vac.status === 'running' || vac.status === 'waiting'; ) {
    if (vac.status === 'waiting') vac.input(input[given++] ?? null)
    recording.run(2 ** 28)
    recording.flush()
  }
  await recording.end()
  return cpuSeconds() - before
}

export const diffCases = [
  {
    name: 'diff-input',
    says: 'first difference of two runs of 10^10 ticks: a flipped bit of input',
  },
  { name: 'diff-memory', says: 'first difference of two runs of 10^10 ticks: a poked byte' },
  { name: 'diff-constant', says: 'first difference of two runs of 10^10 ticks: another constant' },
] as const

interface Case {
  /** What the other run is called. */
  readonly other: string
  readonly tick: number
}

export async function measureDiff(
  name: (typeof diffCases)[number]['name'],
  seed: number,
  progress: (text: string) => void,
): Promise<Figure[]> {
  mkdirSync(cacheFolder, { recursive: true })
  const folder = mkdtempSync(join(cacheFolder, 'diff-'))
  const random = randomFrom(seed)
  const path = join(folder, 'a')
  const make = { 'diff-input': flipped, 'diff-memory': poked, 'diff-constant': changed }[name]
  try {
    progress(`${name}: the run`)
    const full = await record(path, program(null), letters(null))
    const costs: number[] = []
    let wrong = 0
    const changes = shuffled(allChanges, random)
    for (let round = 0; round < CASES; round++) {
      progress(`${name}: case ${round + 1} of ${CASES}`)
      const change = changes[round % changes.length]
      const made = await make(path, join(folder, `b${round}`), change, random)
      const before = cpuSeconds()
      const [a, b] = [await RecordedRun.open(path), await RecordedRun.open(made.other)]
      const found = await a.diff(b)
      costs.push(cpuSeconds() - before)
      if (found?.tick !== made.tick) {
        wrong++
        process.stderr.write(`${name} ${round}: found ${found?.tick}, not ${made.tick}\n`)
      }
      if (!made.other.includes('@')) rmSync(made.other, { recursive: true })
    }
    progress('')
    return [
      { name: `${name}: inexact ticks of ${costs.length} cases`, value: wrong, bar: 0 },
      { name: `${name}: worst, over the run`, value: Math.max(...costs) / full, bar: 0.15 },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Each bit of each phase: as many different ones as there are. */
const allChanges: readonly Change[] = Array.from({ length: 8 * PHASES }, (_, at) => ({
  phase: at >> 3,
  by: 1 << (at & 7),
}))

type Make = (path: string, other: string, change: Change, random: () => number) => Promise<Case>

/** The runs part where the byte is given. */
const flipped: Make = async (path, other, change) => {
  await record(other, program(null), letters(change))
  return { other, tick: inputTick(await RecordedRun.open(path), change) }
}

/** The tick at which a phase gets its letter. */
function inputTick({ timeline }: RecordedRun, { phase }: Change): number {
  const inputs = timeline.lineage.beams.filter(({ kind }) => isInput(kind))
  // The first input is the call.
  return inputs[1 + phase].tick
}

/** They part where it is poked: the byte there is another one from then on. */
const poked: Make = async (path, other, _, random) => {
  const run = await RecordedRun.open(path)
  const tick = 1 + Math.floor(random() * (run.lastTick - 2))
  const at = 65_536 + Math.floor(random() * 2 ** 20)
  const [byte] = (await run.at(tick)).read(at, 1)
  const dream = await run.fork(tick, { memory: [{ at, bytes: Uint8Array.of(byte ^ 1) }] })
  const name = basename(other)
  await dream.record(name)
  await dream.run()
  await dream.end()
  return { other: `${path}@${name}`, tick }
}

/** They part behind the instruction that has the constant, where it is executed first. */
const changed: Make = async (path, other, change) => {
  await record(other, program(change), letters(null))
  const run = await RecordedRun.open(path)
  const { store } = run.vac.machine
  const instance = store.instances.length - 1
  const { functions } = store.instances[instance]
  const at = functions.findIndex(({ def }) => constantPc(def, change) >= 0)
  const place = { instance, function: at, pc: constantPc(functions[at].def, change) }
  // It is executed behind the letter of its phase, and not before.
  await run.at(inputTick(run, change))
  const watch = new Watchpoints('stop', [], [place])
  const tick = await inTurns(run.questions.next(watch), () => {})
  return { other, tick: (tick as number) + 1 }
}

type Body = {
  readonly code: {
    readonly op: ArrayLike<number>
    readonly imm: Int32Array
    readonly at: ArrayLike<number>
  }
} | null

/** The pc of the instruction with the constant of a phase; -1: it is not in this function. */
function constantPc(def: Body, { phase }: Change): number {
  if (def === null) return -1
  const { op, imm, at } = def.code
  for (let pc = 0; pc < op.length; pc++) if (imm[at[pc]] === CONSTANT + 2 * phase) return pc
  return -1
}
