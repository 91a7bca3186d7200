import assert from 'node:assert/strict'
import test from 'node:test'
import { parseWat } from '../host/wat.ts'
import { loadProgram, Vac } from '../vac.ts'
import type { Machine } from './machine.ts'
import { run } from './run.ts'
import { Trace } from './trace.ts'
import { type Range, Watchpoints } from './watch.ts'
import { WriteIndex } from './write-index.ts'

/** Instance 1, function 0: pcs 0 to 2 store, 3 and 4 load and drop, 5 to 7 fill. */
const text = `(module (memory 1)
  (func (export "run")
    (i32.store (i32.const 16) (i32.const 7))
    (drop (i64.load (i32.const 12)))
    (memory.fill (i32.const 100) (i32.const 1) (i32.const 24))))`

async function begun(): Promise<Machine> {
  const vac = new Vac()
  const instance = vac.instantiate(await loadProgram(await parseWat(text, 'watched')))
  instance.begin('run')
  return vac.machine
}

const range = (from: number, to: number, reads = true, writes = true): Range => {
  return { memory: 0, from, to, reads, writes }
}

test('a run stops behind the access, at its tick', async () => {
  const m = await begun()
  const watch = new Watchpoints('stop', [range(19, 20)])
  assert.deepEqual(run(m, 100, watch), { reason: 'stop', ticks: 3 })
  const place = { instance: 1, function: 0, pc: 2 }
  assert.deepEqual(watch.hit, {
    does: 'write',
    memory: 0,
    address: 16,
    sizeBytes: 4,
    tick: 3,
    place,
  })
  assert.equal(run(m, 100, watch).reason, 'stop', 'the load touches the byte too')
  assert.deepEqual([watch.hit?.does, watch.hit?.tick], ['read', 5])
  assert.equal(run(m, 100, watch).reason, 'idle')
  assert.equal(watch.hit, null)
})

test('only the accesses that count stop a run', async () => {
  const m = await begun()
  assert.equal(run(m, 100, new Watchpoints('stop', [range(20, 24, false, true)])).reason, 'idle')
})

test('a run stops where it enters a place, and not where it begins', async () => {
  const m = await begun()
  const places = [0, 4].map((pc) => ({ instance: 1, function: 0, pc }))
  const watch = new Watchpoints('stop', [], places)
  assert.deepEqual(run(m, 100, watch), { reason: 'stop', ticks: 4 })
  assert.equal(watch.hit?.does, 'enter')
})

test('a note keeps the tick of the latest hit', async () => {
  const m = await begun()
  const watch = new Watchpoints('note', [range(12, 20)])
  assert.equal(run(m, 100, watch).reason, 'idle')
  assert.equal(watch.latest, 5)
})

test('an index has the words that were written', async () => {
  const m = await begun()
  const index = new WriteIndex()
  run(m, 100, index)
  assert.deepEqual(index.words(0), [4, 25, 26, 27, 28, 29, 30])
  assert.deepEqual(
    [16, 19, 20].map((at) => index.wrote(0, at)),
    [true, true, false],
  )
})

test('a trace has the latest beams', async () => {
  const m = await begun()
  const trace = new Trace(4)
  run(m, 5, trace)
  const beams = [...trace.beams()].map(({ tick, place, address, value }) => {
    return [tick, place.pc, address, value]
  })
  const expected = [
    [2, 1, 0, 7n],
    [3, 2, 16, 7n],
    [4, 3, 0, 12n],
    [5, 4, 12, 7n << 32n],
  ]
  assert.deepEqual(beams, expected)
  assert.equal(trace.at(1), null, 'it fell out of the ring')
})

test('what cannot be watched is refused', async () => {
  const m = await begun()
  const code = { code: 'WATCH_TARGET' }
  assert.throws(() => new Watchpoints('stop', [range(8, 8)]), code)
  assert.throws(() => new Watchpoints('note', [range(0, 1), range(4, 5)]), code)
  const nowhere = [{ instance: 1, function: 0, pc: 99 }]
  assert.throws(() => run(m, 1, new Watchpoints('stop', [], nowhere)), code)
  assert.throws(() => run(m, 1, new Watchpoints('stop', [{ ...range(0, 1), memory: 3 }])), code)
  assert.equal(m.watch, null, 'the machine watches no more')
})
