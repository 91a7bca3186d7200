// Steps of a debugger, over calls that return, recur and throw, against one instruction at a time.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { RecordedRun } from '../src/recorded-run.ts'
import { type Arrival, type Motion, Motions } from '../src/server/debug/motions.ts'
import { inProcess } from './cli/command.ts'

/** Every third call of `down` throws from its depth, past some frames or none. */
const PROGRAM = `(module
  (tag $gone (param i32))
  (memory 1)
  (func $down (param $n i32) (param $deep i32) (result i32)
    (i32.store (i32.const 64) (local.get $deep))
    (if (i32.and (i32.eqz (local.get $deep)) (i32.eqz (i32.rem_u (local.get $n) (i32.const 3))))
      (then (throw $gone (local.get $n))))
    (if (i32.eqz (local.get $deep)) (then (return (local.get $n))))
    (if (result i32) (i32.eq (local.get $deep) (i32.const 2))
      (then (try (result i32)
        (do (call $down (local.get $n) (i32.const 1)))
        (catch $gone (i32.add (i32.const 7)))))
      (else (i32.add (i32.const 1)
        (call $down (local.get $n) (i32.sub (local.get $deep) (i32.const 1)))))))
  (func (export "run") (param $rounds i32) (result i32) (local $sum i32)
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (try (result i32)
        (do (call $down (local.get $rounds) (i32.rem_u (local.get $rounds) (i32.const 5))))
        (catch_all (i32.const 3)))))
      (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
      (br_if $next (local.get $rounds)))
    (local.get $sum)))`

const folder = mkdtempSync(join(tmpdir(), 'vac-test-motions-'))
after(() => rmSync(folder, { recursive: true }))

function done<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done: over, value } = work.next()
    if (over === true) return value
  }
}

test('every step ends where single instructions say', async () => {
  const program = join(folder, 'program.wat')
  const recording = join(folder, 'run.vac')
  writeFileSync(program, PROGRAM)
  const made = await inProcess(['run', '--record', recording, '--invoke', 'run', program, '7'])
  assert.equal(made.exit, 0, made.stderr)
  const run = await RecordedRun.open(recording)
  const motions = new Motions(run)
  const { firstTick: first, lastTick: last } = run
  /** Frames before the instruction of each tick. */
  const depths: number[] = []
  for (let tick = first; tick <= last; tick++) {
    done(run.timeline.seek(tick))
    depths[tick] = run.vac.machine.depth
  }
  assert.ok(Math.max(...depths) === 6 && last > 100)

  const later = (tick: number, most: number): number => {
    let at = tick + 1
    while (at < last && depths[at] > most) at++
    return at
  }
  const earlier = (tick: number, most: number): number => {
    let at = tick - 1
    while (at > first && depths[at] > most) at--
    return at
  }
  const from = (tick: number, motion: (motions: Motions) => Motion): Arrival => {
    done(run.timeline.seek(tick))
    return done(motion(motions))
  }
  for (let tick = first; tick < last; tick++) {
    const depth = depths[tick]
    const told = (name: string): string => `${name} from tick ${tick}, ${depth} frames`
    from(tick, (m) => m.over())
    assert.equal(run.vac.ticks, later(tick, depth), told('over'))
    from(tick, (m) => m.out())
    assert.equal(run.vac.ticks, later(tick, depth - 1), told('out'))
    if (tick === first) continue
    assert.equal(from(tick, (m) => m.backOver()).why, 'step')
    assert.equal(run.vac.ticks, earlier(tick, depth), told('back over'))
  }

  // Watched bytes are stopped at in a call that is stepped over, both ways.
  const bytes = { memory: 0, from: 64, to: 65 }
  const call = depths.findIndex((depth, tick) => depth === 1 && depths[tick + 1] === 2)
  const range = { ...bytes, reads: false, writes: true }
  motions.stops = [{ places: [], range, condition: null }]
  assert.equal(from(call, (m) => m.over()).why, 'stop')
  const written = run.vac.ticks
  assert.ok(written > call && written < later(call, 1))
  assert.equal(from(later(call, 1), (m) => m.backOver()).why, 'stop')
  assert.ok(run.vac.ticks >= written - 1 && run.vac.ticks < later(call, 1))
  assert.equal(from(written, (m) => m.backward()).why, 'stop')
  assert.equal(run.vac.ticks, written - 1)
  assert.equal(done(motions.backward()).why, 'begin')
})
