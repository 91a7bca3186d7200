import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { RecordedRun } from '../../recorded-run.ts'
import { Expression } from '../../time/expression/expression.ts'
import type { Stop } from '../../time/questions/conditional.ts'
import { recordInto } from '../../time/tools/recorded-folder.ts'
import { type Arrival, type Motion, Motions } from './motions.ts'

/** Recursion, tail calls, exceptions through frames, also to the end of a function. */
const PROGRAM = `(module
  (memory (export "memory") 1)
  (tag $e)
  (global $calls (mut i32) (i32.const 0))
  (func $fib (param $n i32) (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (i32.store (i32.const 64) (global.get $calls))
    (if (result i32) (i32.lt_u (local.get $n) (i32.const 2))
      (then (local.get $n))
      (else (i32.add
        (call $fib (i32.sub (local.get $n) (i32.const 1)))
        (call $fib (i32.sub (local.get $n) (i32.const 2)))))))
  (func $tail (param $n i32) (result i32)
    (if (i32.eqz (local.get $n)) (then (return (call $fib (i32.const 3)))))
    (return_call $tail (i32.sub (local.get $n) (i32.const 1))))
  (func $deep (param $n i32)
    (if (i32.eqz (local.get $n)) (then (throw $e)))
    (call $deep (i32.sub (local.get $n) (i32.const 1))))
  (func $catches (param $n i32)
    (block $out (try_table (catch $e $out) (call $deep (local.get $n)))))
  (func $returns (param $n i32)
    (try_table (catch $e 0) (call $deep (local.get $n))))
  (func (export "_start") (local $i i32)
    (drop (call $fib (i32.const 5)))
    (drop (call $tail (i32.const 3)))
    (loop $next
      (call $catches (local.get $i))
      (call $returns (local.get $i))
      (drop (i32.load (i32.const 64)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (i32.const 3))))
    (drop (call $fib (i32.const 3)))))`

const folder = mkdtempSync(join(tmpdir(), 'vac-motions-'))
after(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'run')
const last = await recordInto(path, PROGRAM, [], {}, 1)

function done<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done: over, value } = work.next()
    if (over === true) return value
  }
}

interface Seen {
  readonly depth: number
  readonly function: number
  readonly pc: number
  readonly calls: number
}

/** What a run instruction by instruction sees, by tick, both calls of it. */
async function stepped(): Promise<Seen[]> {
  const run = await RecordedRun.open(path, 'interpreter')
  const { timeline } = run
  return Array.from({ length: last + 1 }, (_, tick) => {
    done(timeline.seek(tick))
    const m = run.vac.machine
    const at = m.depth - 1
    const [fn, pc] = at < 0 ? [-1, -1] : [m.frameFunction[at].index, m.framePc[at]]
    return { depth: m.depth, function: fn, pc, calls: m.store.globalWords[0] }
  })
}

const seen = await stepped()
/** Where the second call from outside begins. */
const second = last / 2
const begins = (tick: number): boolean => tick === 0 || tick === second
const engines = ['jit', 'interpreter'] as const

test('over and out of calls, both ways, are where the depths of single steps say', async () => {
  assert.deepEqual(
    seen.slice(0, second).map(({ pc }) => pc),
    seen.slice(second, last).map(({ pc }) => pc),
  )
  const later = (tick: number, most: number): number => {
    let at = tick + 1
    while (at < last && !begins(at) && seen[at].depth > most) at++
    return at
  }
  const earlier = (tick: number, most: number): number => {
    let at = tick - 1
    while (!begins(at) && seen[at].depth > most) at--
    return at
  }
  for (const engine of engines) {
    const run = await RecordedRun.open(path, engine)
    const motions = new Motions(run)
    const check = (tick: number, name: 'over' | 'out' | 'backOver' | 'backOut', to: number) => {
      done(run.timeline.seek(tick))
      done(motions[name]())
      assert.equal(run.vac.ticks, to, `${name} from tick ${tick}, ${engine}`)
    }
    const every = engine === 'jit' ? 9 : 4
    const ticks = Array.from({ length: Math.floor(last / every) }, (_, n) => 1 + n * every)
    for (const tick of [...ticks, second - 1, second, second + 1, last - 1]) {
      const { depth } = seen[tick]
      check(tick, 'over', later(tick, depth))
      check(tick, 'out', later(tick, depth - 1))
      check(tick, 'backOver', earlier(tick, depth))
      check(tick, 'backOut', begins(tick) ? tick - 1 : earlier(tick, depth - 1))
    }
    check(last, 'backOver', last - 1)
  }
})

const placed = (pc: number): Stop['places'] => [{ instance: 1, function: 0, pc }]
const stopped = (places: Stop['places'], text: string | null, range: Stop['range'] = null) => ({
  places,
  range,
  condition: text === null ? null : new Expression(text),
})

test('stops with conditions are met as by single steps, both ways, at bytes too', async () => {
  const enters = ({ function: fn, pc }: Seen): boolean => fn === 0 && pc === 0
  const counted = seen.findIndex(({ calls }) => calls === 1)
  // Behind the count the address, the value and the store.
  const stores = (tick: number): boolean =>
    seen[tick - 1].function === 0 && seen[tick - 1].pc === seen[counted].pc + 2
  const where = (holds: (now: Seen, tick: number) => boolean): number[] =>
    seen.flatMap((now, tick) => (tick > 0 && holds(now, tick) ? [tick] : []))
  const range = { memory: 0, from: 66, to: 67, reads: false, writes: true }
  const reads = { ...range, reads: true, writes: false }
  const cases: { stops: Stop[]; places: number[]; accesses: number[] }[] = [
    { stops: [stopped(placed(0), null)], places: where(enters), accesses: [] },
    {
      stops: [stopped(placed(0), 'global(calls) % 4 == 2')],
      places: where((now) => enters(now) && now.calls % 4 === 2),
      accesses: [],
    },
    { stops: [stopped([], null, range)], places: [], accesses: where((_, tick) => stores(tick)) },
    {
      stops: [stopped([], 'u32[64] % 8 == 7', range), stopped(placed(0), 'global(calls) == 9')],
      places: where((now) => enters(now) && now.calls === 9),
      accesses: where((now, tick) => stores(tick) && now.calls % 8 === 7),
    },
    {
      stops: [stopped(placed(0), 'global(calls) > 30'), stopped([], null, range)],
      places: where((now) => enters(now) && now.calls > 30),
      accesses: where((_, tick) => stores(tick)),
    },
    { stops: [stopped(placed(0), 'tick < 0')], places: [], accesses: [] },
  ]
  const ascending = (ticks: number[]): number[] => [...new Set(ticks)].sort((a, b) => a - b)
  for (const { stops, places, accesses } of cases) {
    for (const engine of engines) {
      const met = await ticksOf(stops, engine)
      assert.deepEqual(met.forwards, ascending([...places, ...accesses]), engine)
      const before = accesses.map((tick) => tick - 1)
      assert.deepEqual(met.backwards, ascending([...places, ...before]), engine)
    }
  }
  const [plain, some, written, both] = cases
  assert.ok(plain.places.length > 40 && some.places.length > 8 && both.places.length === 1)
  assert.ok(written.accesses.length === plain.places.length && both.accesses.length > 4)
  const found = await Promise.all(engines.map((one) => ticksOf([stopped([], null, reads)], one)))
  assert.equal(found[0].forwards.length, 6)
  assert.deepEqual(found[0], found[1])
})

/** Where a run stops on its way forwards, and then on its way backwards. */
async function ticksOf(stops: readonly Stop[], engine: (typeof engines)[number]) {
  const run = await RecordedRun.open(path, engine)
  const motions = new Motions(run)
  motions.stops = stops
  const all = (from: number, go: () => Motion, end: Arrival['why']): number[] => {
    const ticks: number[] = []
    done(run.timeline.seek(from))
    for (;;) {
      const arrival = done(go())
      if (arrival.why !== 'stop') {
        assert.equal(arrival.why, end)
        return ticks
      }
      assert.ok(arrival.stops.length > 0 && arrival.stops.every((stop) => stops.includes(stop)))
      ticks.push(run.vac.ticks)
    }
  }
  const forwards = all(0, () => motions.forward(), 'end')
  const backwards = all(last, () => motions.backward(), 'begin')
  return { forwards, backwards: backwards.reverse() }
}

test('a motion ends at a stop in the call that it goes over', async () => {
  const run = await RecordedRun.open(path)
  const motions = new Motions(run)
  const call = seen.findIndex(({ depth }, tick) => depth === 1 && seen[tick + 1].depth === 2)
  done(run.timeline.seek(call))
  motions.stops = [stopped(placed(0), 'global(calls) == 3')]
  assert.equal(done(motions.over()).why, 'stop')
  const within = run.vac.ticks
  assert.ok(within > call && seen[within].calls === 3)
  assert.equal(done(motions.backOut()).why, 'step')
  assert.equal(seen[run.vac.ticks].depth, seen[within].depth - 1)
})
