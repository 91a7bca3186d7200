// Every access of memory, watched byte by byte: the stepper and compiled code stop and note alike.
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseWat } from '../../src/host/wat.ts'
import { plainVariant } from '../../src/jit/variant.ts'
import type { Machine } from '../../src/machine/machine.ts'
import { run } from '../../src/machine/run.ts'
import { type Hit, type Range, Watchpoints } from '../../src/machine/watch.ts'
import { WriteIndex } from '../../src/machine/write-index.ts'
import { loadProgram, Vac } from '../../src/vac.ts'
import { assertCompiled, attachJit, detach, rootText } from './sides.ts'

/** Addresses go over the end of a word. */
const ROUNDS = 9
const BASE = 64

/** Each at BASE plus the round; `$a` is the address. */
const accesses: readonly string[] = [
  ...['i32.load8_u', 'i32.load16_s', 'i32.load', 'f32.load', 'f64.load', 'i64.load'],
  ...['i64.load8_s', 'i64.load16_u', 'i64.load32_u', 'v128.load', 'v128.load8_splat'],
  ...['v128.load32x2_u', 'v128.load64_zero', 'i32.load offset=7'],
].map((name) => `(drop (${name} (local.get $a)))`)

const stores: readonly string[] = [
  ...['i32.store8', 'i32.store16', 'i32.store'].map(
    (name) => `(${name} (local.get $a) (i32.mul (local.get $i) (i32.const 0x01234567)))`,
  ),
  ...['i64.store8', 'i64.store16', 'i64.store32', 'i64.store', 'i64.store offset=5'].map(
    (name) => `(${name} (local.get $a) (i64.extend_i32_u (local.get $i)))`,
  ),
  '(f32.store (local.get $a) (f32.convert_i32_s (local.get $i)))',
  '(f64.store (local.get $a) (f64.convert_i32_s (local.get $i)))',
  '(v128.store (local.get $a) (i32x4.splat (local.get $i)))',
  '(v128.store16_lane 3 (local.get $a) (i32x4.splat (local.get $i)))',
  '(drop (v128.load32_lane 1 (local.get $a) (i32x4.splat (local.get $i))))',
]

const bulk: readonly string[] = [
  '(memory.fill (local.get $a) (local.get $i) (i32.const 5))',
  '(memory.fill (local.get $a) (local.get $i) (i32.const 0))',
  '(memory.copy (local.get $a) (i32.const 4000) (i32.const 6))',
  '(memory.copy (i32.const 4000) (local.get $a) (i32.const 6))',
  '(memory.copy (i32.const 70) (local.get $a) (i32.const 9))',
  '(memory.init $text (local.get $a) (i32.const 0) (i32.const 4))',
]

/** Calls of the wall that write, read, and do both. */
const wall: readonly string[] = [
  '(drop (call $random_get (local.get $a) (i32.const 9)))',
  '(drop (call $clock_time_get (i32.const 1) (i64.const 0) (local.get $a)))',
  `(i32.store (i32.const 200) (local.get $a)) (i32.store (i32.const 204) (i32.const 3))
   (drop (call $fd_write (i32.const 1) (i32.const 200) (i32.const 1) (i32.const 208)))`,
]

const textOf = (body: string): string => `(module
  (import "wasi_snapshot_preview1" "random_get"
    (func $random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get"
    (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data $text "text")
  (func (export "run") (local $i i32) (local $a i32)
    (loop $next
      (local.set $a (i32.add (local.get $i) (i32.const ${BASE})))
      ${body}
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (i32.const ${ROUNDS}))))))`

async function begun(bytes: Uint8Array): Promise<Machine> {
  const vac = new Vac()
  vac.start(['run'], [])
  const instance = vac.instantiate(await loadProgram(bytes))
  detach(vac.machine)
  instance.begin('run')
  return vac.machine
}

interface Found {
  readonly stops: { readonly hit: Hit; readonly root: string }[]
  readonly noted: number
  readonly ticks: number
}

async function watched(bytes: Uint8Array, range: Range, jits: boolean): Promise<Found> {
  const engine = jits ? 'auto' : 'stepper'
  const stops: Found['stops'] = []
  const machine = await begun(bytes)
  const jit = jits ? attachJit(machine, plainVariant) : null
  while (machine.status === 'running') {
    const watch = new Watchpoints('stop', [range])
    run(machine, 100_000, watch, engine)
    if (watch.hit !== null) stops.push({ hit: watch.hit, root: rootText(machine) })
  }
  if (jit !== null) assertCompiled(jit)
  const other = await begun(bytes)
  if (jits) attachJit(other, plainVariant)
  const note = new Watchpoints('note', [range])
  run(other, 100_000, note, engine)
  assert.equal(note.latest, stops.at(-1)?.hit.tick ?? -1, 'the note is the last stop')
  return { stops, noted: note.latest, ticks: machine.ticks }
}

const groups = { loads: accesses, stores, 'bulk instructions': bulk, 'calls of the wall': wall }
async function written(bytes: Uint8Array, jits: boolean): Promise<number[]> {
  const machine = await begun(bytes)
  const jit = jits ? attachJit(machine, plainVariant) : null
  const index = new WriteIndex()
  run(machine, 100_000, index, jits ? 'auto' : 'stepper')
  if (jit !== null) assertCompiled(jit)
  return index.words(0)
}

for (const [group, bodies] of Object.entries(groups)) {
  test(`${group} are indexed alike in both engines`, async () => {
    let words = 0
    for (const body of bodies) {
      const bytes = await parseWat(textOf(body), 'watched')
      const expected = await written(bytes, false)
      assert.deepEqual(await written(bytes, true), expected, body)
      words += expected.length
    }
    assert.equal(words > 0, group !== 'loads')
  })
}

/** Distances from BASE: before, inside and behind every access. */
const distances = [-1, 0, 1, 4, 6, 9, 12, 18, 19]

for (const [group, bodies] of Object.entries(groups)) {
  test(`${group} are watched alike in both engines`, async () => {
    let hits = 0
    for (const body of bodies) {
      const bytes = await parseWat(textOf(body), 'watched')
      for (const distance of distances) {
        const from = BASE + distance
        const [reads, writes] = distance % 2 === 0 ? [true, true] : [group === 'loads', true]
        const range = { memory: 0, from, to: from + 1, reads, writes }
        const expected = await watched(bytes, range, false)
        const says = `${body} watched at ${JSON.stringify(range)}`
        assert.deepEqual(await watched(bytes, range, true), expected, says)
        hits += expected.stops.length
      }
    }
    assert.ok(hits > bodies.length, 'most are hit')
  })
}
