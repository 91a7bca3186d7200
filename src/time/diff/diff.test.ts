import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { chanceOf } from '../../isa/tools/random-program.ts'
import type { Machine } from '../../machine/machine.ts'
import { smallSections } from '../../machine/state/root.ts'
import { RecordedRun } from '../../recorded-run.ts'
import { MIXER, recordInto } from '../tools/recorded-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'vac-diff-'))
after(() => rmSync(folder, { recursive: true }))
const chance = chanceOf(20_261_128)
const below = (limit: number): number => Math.floor(chance() * limit)
const bytes = (text: string): Uint8Array => Buffer.from(text)

/** The state without the program: these programs have one memory of two pages. */
function stateOf(m: Machine): Uint8Array[] {
  const [memory] = m.store.memories
  const pages = [0, 1].map((page) => memory.readable(page)?.u8 as Uint8Array)
  return [...smallSections(m).values(), ...pages]
}

const same = (a: Machine, b: Machine): boolean => {
  const other = stateOf(b)
  return stateOf(a).every((part, at) => Buffer.compare(part, other[at]) === 0)
}

/** The first tick at which they differ, by looking at every tick; null: at none. */
async function stepByStep(first: string, second: string): Promise<number | null> {
  const [a, b] = [await RecordedRun.open(first), await RecordedRun.open(second)]
  const end = Math.min(a.lastTick, b.lastTick)
  for (let tick = a.firstTick; tick <= end; tick++) {
    for (const run of [a, b]) for (const _ of run.timeline.seek(tick));
    if (!same(a.vac.machine, b.vac.machine)) return tick
  }
  return null
}

async function differing(first: string, second: string) {
  const [a, b] = [await RecordedRun.open(first), await RecordedRun.open(second)]
  return await a.diff(b)
}

/** Few rounds: every tick is looked at. */
const SHORT = MIXER.replace('(i32.const 50)', '(i32.const 6)')
const INPUT = ['ab\n', 'c\n']
const original = join(folder, 'original')
const recorded = recordInto(original, SHORT, INPUT)

test('the first tick behind a flipped byte of input is found', async () => {
  await recorded
  for (let seed = 0; seed < 20; seed++) {
    const input = bytes(INPUT.join(''))
    // Not a newline, nor into one: those decide how the input comes.
    const at = [0, 1, 3][below(3)]
    input[at] ^= [1, 2, 4, 16][below(4)]
    const text = Buffer.from(input).toString('latin1')
    const lines = text.split('\n').slice(0, -1)
    const path = join(folder, `input-${seed}`)
    await recordInto(
      path,
      SHORT,
      lines.map((line) => `${line}\n`),
    )
    const found = await differing(original, path)
    assert.equal(found?.tick, await stepByStep(original, path), `seed ${seed}`)
    assert.deepEqual([found?.parts, found?.exact], [['device console'], true])
    assert.match(found?.beam?.a ?? '', /^device at tick \d+$/)
  }
})

test('the first tick behind a poked byte of memory is found, and the byte', async () => {
  const last = await recorded
  for (let seed = 0; seed < 20; seed++) {
    const tick = 1 + below(last - 1)
    const run = await RecordedRun.open(original)
    const at = below(70_000)
    const before = (await run.at(tick)).read(at, 1)[0]
    const poked = Uint8Array.of(seed % 5 === 0 ? before : before ^ (1 + below(255)))
    const dream = await run.fork(tick, { memory: [{ at, bytes: poked }] })
    await dream.record(`poked-${seed}`)
    await dream.run()
    dream.end()
    const path = `${original}@poked-${seed}`
    const found = await differing(original, path)
    assert.equal(found?.tick ?? null, await stepByStep(original, path), `seed ${seed}`)
    if (poked[0] === before) assert.equal(found, null)
    else {
      assert.equal(found?.tick, tick)
      const runs = [{ memory: 0, address: at, a: Uint8Array.of(before), b: poked }]
      assert.deepEqual(found?.memory, { runs, pages: 1 })
    }
  }
})

test('the first tick behind a changed constant, or that and other input, is found', async () => {
  await recorded
  const constants = [...SHORT.matchAll(/\(i32\.const (0x[0-9a-f]+|\d+)\)/g)]
  let found = 0
  for (let seed = 0; seed < 20; seed++) {
    const match = constants[below(constants.length)]
    const changed = `(i32.const ${Number(match[1]) + 1})`
    const text = SHORT.slice(0, match.index) + changed + SHORT.slice(match.index + match[0].length)
    const path = join(folder, `constant-${seed}`)
    await recordInto(path, text, seed % 3 === 2 ? ['ab\n', 'd\n'] : INPUT)
    const difference = await differing(original, path)
    const expected = await stepByStep(original, path)
    assert.equal(difference?.tick ?? null, expected, `seed ${seed}: ${changed} at ${match.index}`)
    if (difference !== null) {
      found++
      assert.deepEqual([difference.leftOut, difference.exact], [['programs'], true])
    }
  }
  assert.ok(found >= 15, `${found} differ`)
})

/** Computes for long, then takes a random number, on which it goes on to compute. */
const LATE = `(module
  (import "wasi_snapshot_preview1" "random_get" (func $g (param i32 i32) (result i32)))
  (memory (export "memory") 3)
  (func $work (param $n i32)
    (loop $next
      (i32.store (i32.and (i32.mul (local.get $n) (i32.const 68)) (i32.const 0x1fffc))
        (i32.load (i32.const 131072)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func (export "_start")
    (call $work (i32.const 140000))
    (drop (call $g (i32.const 131072) (i32.const 4)))
    (call $work (i32.const 20000))))`

/** The same with the clock. */
const CLOCK = LATE.replace('random_get', 'clock_time_get')
  .replace('(param i32 i32)', '(param i32 i64 i32)')
  .replace('(i32.const 131072) (i32.const 4)', '(i32.const 0) (i64.const 0) (i32.const 131072)')

test('what another seed or epoch changes late in a long run is found', async () => {
  const path = join(folder, 'late')
  const last = await recordInto(path, LATE, [])
  const run = await RecordedRun.open(path)
  const dream = await run.fork(0, { seed: 'beef' })
  await dream.record('seeded')
  await dream.run()
  dream.end()
  const other = join(folder, 'late-other')
  await recordInto(other, LATE, [], { seed: '00'.repeat(31) + '07' })
  const found = await differing(path, other)
  assert.ok(found !== null && found.tick > 1_500_000 && found.tick < last, `tick ${found?.tick}`)
  assert.deepEqual([found.leftOut, found.parts, found.exact], [['manifest'], ['memories'], true])
  assert.equal(found.memory.runs[0].address, 131_072)
  assert.equal((await differing(path, `${path}@seeded`))?.tick, found.tick)
  // What the clock reaches is not known: halving finds it.
  const clocks = [1n, 2n].map((epoch) => ({ vtime: { nanosPerTick: [1, 1], epoch } }) as const)
  const paths = clocks.map((_, at) => join(folder, `clock-${at}`))
  for (const at of [0, 1]) await recordInto(paths[at], CLOCK, [], clocks[at])
  const halved = await differing(paths[0], paths[1])
  assert.deepEqual([halved?.tick, halved?.exact], [found.tick + 1, false])
  const [a, b] = [await RecordedRun.open(path), await RecordedRun.open(other)]
  for (const [tick, alike] of [
    [found.tick - 1, true],
    [found.tick, false],
  ] as const) {
    const states = [(await a.at(tick)).read(0, 3 << 16), (await b.at(tick)).read(0, 3 << 16)]
    assert.equal(Buffer.compare(states[0], states[1]) === 0, alike)
  }
})
