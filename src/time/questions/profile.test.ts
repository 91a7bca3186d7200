import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { RecordedRun } from '../../recorded-run.ts'
import { recordInto } from '../tools/recorded-folder.ts'
import { exactProfile, type Profile, sampledProfile } from './profile.ts'

/**
 * Recursion, exceptions over frames of one function, tail calls, calls of the wall and by table.
 */
const PROGRAM = `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $w (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $r (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (tag $oops)
  (table 2 funcref)
  (elem (i32.const 0) $down $twice)
  (func $down (param $n i32)
    (if (i32.eqz (local.get $n)) (then (throw $oops)))
    (if (i32.and (local.get $n) (i32.const 1))
      (then (try (do (call $down (i32.sub (local.get $n) (i32.const 1)))) (catch_all)))
      (else (call $down (i32.sub (local.get $n) (i32.const 1))))))
  (func $twice (param $n i32)
    (call $down (local.get $n))
    (return_call_indirect (param i32) (i32.add (local.get $n) (i32.const 2)) (i32.const 0)))
  (func $tail (param $n i32) (result i32)
    (if (local.get $n) (then (return_call $tail (i32.sub (local.get $n) (i32.const 1)))))
    (return_call $w (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 64))
    (i32.store (i32.const 4) (i32.const 1))
    (drop (call $r (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (call_indirect (param i32) (i32.const 5) (i32.const 1))
    (drop (call $tail (i32.const 3)))
    (call_indirect (param i32) (i32.const 3) (i32.const 0))))`

const folder = mkdtempSync(join(tmpdir(), 'vac-profile-'))
const path = join(folder, 'run')
before(async () => {
  await recordInto(path, PROGRAM, ['a\n'])
})
after(() => rmSync(folder, { recursive: true }))

function answer<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return value
  }
}

type Stack = readonly string[]

/** The chain of functions before each instruction, as a run step by step has it. */
async function stepped(from: number, to: number): Promise<Stack[]> {
  const run = await RecordedRun.open(path, 'interpreter')
  const stacks: Stack[] = []
  for (let tick = from; tick < to; tick++) {
    const { machine: m } = await run.at(tick)
    const chain = m.chain(m.framePc[m.depth - 1]).reverse()
    stacks.push(chain.map((place) => `${place.instance}:${place.function}`))
  }
  return stacks
}

/** The same of an exact profile. */
function stacksOf({ from, to, functions, events }: Profile): Stack[] {
  const open: number[] = []
  const stacks: Stack[] = []
  let next = 0
  for (let tick = from; tick < to; tick++) {
    for (; events !== null && next < events.length && events[next].at === tick; next++) {
      const { type, frame } = events[next]
      if (type === 'O') open.push(frame)
      else assert.equal(open.pop(), frame)
    }
    stacks.push(open.map((frame) => `${functions[frame].instance}:${functions[frame].function}`))
  }
  for (const { type, frame, at } of events?.slice(next) ?? []) {
    assert.deepEqual([type, at, frame], ['C', to, open.pop()])
  }
  assert.deepEqual(open, [])
  return stacks
}

test('an exact profile has the call chain of each tick, by both engines', async () => {
  for (const engine of ['jit', 'interpreter'] as const) {
    const { timeline, lastTick } = await RecordedRun.open(path, engine)
    const expected = await stepped(0, lastTick)
    assert.ok(new Set(expected.map(({ length }) => length)).size >= 8, 'it is deep')
    const profile = answer(exactProfile(timeline, 0, lastTick))
    assert.deepEqual(stacksOf(profile), expected)
    assert.equal(
      profile.self.reduce((sum, ticks) => sum + ticks, 0),
      lastTick,
    )
    for (const [from, to] of [
      [17, 90],
      [60, lastTick - 3],
    ]) {
      assert.deepEqual(stacksOf(answer(exactProfile(timeline, from, to))), expected.slice(from, to))
    }
  }
})

test('a sampled profile has the call chain at every so many ticks, each exactly', async () => {
  const { timeline, lastTick } = await RecordedRun.open(path)
  const expected = await stepped(5, lastTick)
  const { functions, samples, to } = answer(sampledProfile(timeline, 5, lastTick + 99, 7))
  assert.equal(to, lastTick)
  const stacks = samples?.map(({ stack }) =>
    stack.map((frame) => `${functions[frame].instance}:${functions[frame].function}`),
  )
  assert.deepEqual(
    stacks,
    expected.filter((_, at) => at % 7 === 0),
  )
  assert.equal(
    samples?.reduce((sum, { ticks }) => sum + ticks, 0),
    lastTick - 5,
  )
})
