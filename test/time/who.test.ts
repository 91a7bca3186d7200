// The last write of bytes, against a shadow of last writers kept while the run is made step by
// step: random runs, addresses and ticks, writes that leave the same bytes and writes of calls
// included. VAC_WHO_CASES: how many are asked for, in all (1,000).
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { chanceOf } from '../../src/isa/tools/random-program.ts'
import { inTurns, RecordedRun } from '../../src/recorded-run.ts'
import { stepAccesses } from '../../src/time/questions/accesses.ts'
import { Questions } from '../../src/time/questions/questions.ts'
import { MIXER, recordInto } from '../../src/time/tools/recorded-folder.ts'
import { inProcess } from '../cli/command.ts'

const CASES = Number(process.env.VAC_WHO_CASES ?? 1000)
const SEED = Number(process.env.VAC_WHO_SEED ?? 20_261_127)

/**
 * For each byte of input it fills, copies and stores to itself what a place has already, on pages
 * that bulk instructions cross.
 */
const MOVER = `(module
  (import "wasi_snapshot_preview1" "fd_read" (func $r (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $g (param i32 i32) (result i32)))
  (memory (export "memory") 4)
  (func $same (param $at i32)
    (i64.store (local.get $at) (i64.load (local.get $at))))
  (func $round (param $x i32) (local $n i32)
    (loop $next
      (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1664525)) (i32.const 1013904223)))
      (call $same (i32.and (local.get $x) (i32.const 0x1fff)))
      (i32.store8 (i32.add (i32.const 4096) (i32.and (local.get $x) (i32.const 0xff)))
        (local.get $n))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $n) (i32.const 40))))
    (memory.fill (i32.and (local.get $x) (i32.const 0xfff)) (i32.const 7) (i32.const 100))
    (memory.copy (i32.const 2000) (i32.and (local.get $x) (i32.const 0xfff)) (i32.const 300))
    (memory.copy (i32.const 1000) (i32.const 1010) (i32.const 70000))
    (drop (call $g (i32.and (local.get $x) (i32.const 0x1ff0)) (i32.const 13))))
  (func (export "_start")
    (loop $next
      (i32.store (i32.const 0) (i32.const 32)) (i32.store (i32.const 4) (i32.const 1))
      (drop (call $r (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
      (if (i32.load (i32.const 8)) (then
        (call $round (i32.load8_u (i32.const 32)))
        (br $next))))))`

/** Input. */
const LINES = ['abc', 'hello', 'zz']

/** Records a run to a path. */
type Recording = (path: string) => Promise<unknown>

const script = `let s = 'x'; for (let i = 0; i < 40; i++) s = [...s, i].sort().join('')
console.log(s.length)`

const programs: readonly (readonly [name: string, record: Recording, bytes: number])[] = [
  ['mixer', (path) => recordInto(path, MIXER, LINES), 2 ** 16],
  ['mover', (path) => recordInto(path, MOVER, LINES), 2 ** 14],
  [
    'QuickJS',
    async (path) => {
      const file = join(folder, 'sort.js')
      writeFileSync(file, script)
      assert.equal((await inProcess(['run', '--record', path, file])).exit, 0)
    },
    2 ** 21,
  ],
]
const folder = mkdtempSync(join(tmpdir(), 'vac-who-'))
after(() => rmSync(folder, { recursive: true }))

/** Ticks of the writes of each byte, ascending: found by stepping through the whole run. */
async function shadowOf(path: string): Promise<{ readonly writers: number[][]; same: number }> {
  const run = await RecordedRun.open(path, 'interpreter')
  const { timeline } = run
  const inputs = new Set(timeline.lineage.beams.map(({ tick }) => tick))
  const writers: number[][] = []
  let same = 0
  for (const _ of timeline.seek(run.firstTick));
  const mirror = new Uint8Array(2 ** 24)
  mirror.set(readAll(run))
  while (timeline.machine.ticks < run.lastTick) {
    const { machine } = timeline
    for (const { does, memory, from, to } of stepAccesses(machine)) {
      if (does === 'read') continue
      const now = machine.store.memories[memory].readBytes(from, to - from)
      if (now.every((byte, at) => byte === mirror[from + at])) same++
      mirror.set(now, from)
      for (let at = from; at < to; at++) {
        writers[at] ??= []
        if (writers[at].at(-1) !== machine.ticks) writers[at].push(machine.ticks)
      }
    }
    if (inputs.has(machine.ticks)) for (const _ of timeline.seek(machine.ticks));
  }
  return { writers, same }
}

function readAll({ vac }: RecordedRun): Uint8Array {
  const memory = vac.memory(0)
  return memory.read(0, memory.sizeBytes)
}

for (const [name, record, limitBytes] of programs) {
  test(`who is what a run step by step tells: ${name}`, async () => {
    const chance = chanceOf(SEED)
    const below = (limit: number): number => Math.floor(chance() * limit)
    const path = join(folder, name)
    await record(path)
    const { writers, same } = await shadowOf(path)
    assert.ok(same > 50, `${same} writes left the same bytes`)
    const touched = writers.flatMap((ticks, at) => (ticks.length > 0 ? [at] : []))
    let answered = 0
    const cases = Math.ceil(CASES / programs.length)
    for (const engine of ['jit', 'interpreter'] as const) {
      const run = await RecordedRun.open(path, engine)
      // A short run has one interval: this one gets eight, so that the index of writes is used.
      const ticks = [1, 2, 3, 4, 5, 6, 7].map((part) => Math.floor((part * run.lastTick) / 8))
      Object.defineProperty(run.timeline, 'boundaries', { value: ticks })
      const questions = new Questions(run.timeline)
      for (let round = 0; round < cases / 2; round++) {
        const from = below(4) > 0 ? touched[below(touched.length)] : below(limitBytes)
        const to = from + 1 + below(below(2) === 0 ? 1 : 16)
        const tick = run.firstTick + below(run.lastTick - run.firstTick + 1)
        let expected = -1
        for (let at = from; at < to; at++) {
          const last = writers[at]?.findLast((write) => write <= tick) ?? -1
          expected = Math.max(expected, last)
        }
        const found = await inTurns(questions.lastWrite({ memory: 0, from, to }, tick), () => {})
        const where = `${from} to ${to} at ${tick}, ${engine}, seed ${SEED}`
        assert.equal(found?.tick ?? -1, expected, where)
        if (found !== null) answered++
      }
    }
    assert.ok(answered > cases / 3, `${answered} of ${cases} have a writer`)
  })
}
