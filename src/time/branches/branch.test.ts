import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { VacError } from '../../base/errors.ts'
import { openRecording } from '../../host/recording-files.ts'
import { parseWat } from '../../host/wat.ts'
import { chanceOf } from '../../isa/tools/random-program.ts'
import type { Page } from '../../memory/page.ts'
import { type DreamOptions, RecordedRun, VacStage } from '../../recorded-run.ts'
import { start, Vac } from '../../vac.ts'
import { BeamKind } from '../lineage/beam.ts'
import { Timeline } from '../timeline.ts'
import { MIXER, recordInto } from '../tools/recorded-folder.ts'
import { lineageAlong } from './branch.ts'

const folder = mkdtempSync(join(tmpdir(), 'vac-branch-'))
after(() => rmSync(folder, { recursive: true }))
const chance = chanceOf(20_261_127)
const below = (limit: number): number => Math.floor(chance() * limit)

/** Dreams to the end, and notes the root of some ticks on the way. */
async function dreamt(address: string, tick: number, name: string, options: DreamOptions) {
  const run = await RecordedRun.open(address, 'interpreter')
  const dream = await run.fork(tick, options)
  await dream.record(name)
  const roots = new Map<number, string>()
  dream.begin()
  roots.set(tick, dream.vac.root())
  for (let at = tick; ; ) {
    at += 1 + below(300)
    for (const _ of dream.advance(at));
    if (dream.vac.status !== 'running') break
    roots.set(dream.vac.ticks, dream.vac.root())
  }
  dream.end()
  roots.set(dream.vac.ticks, dream.vac.root())
  return { roots, last: dream.vac.ticks, outward: dream.outward }
}

test('any tick of a branch is what it was when it was dreamt, before the fork too', async () => {
  const path = join(folder, 'tree')
  const last = await recordInto(path, MIXER, ['ab\n', 'cdef\n', 'g\n'])
  const changes: DreamOptions[] = [
    { memory: [{ at: 4200, bytes: Uint8Array.of(1, 2, 3) }] },
    { input: 'xyz\nw' },
    { seed: '2a', effects: 'hold' },
    { clock: -1_000_000_000n, sleep: 77n, effects: 'deny' },
    { memory: [{ at: 32, bytes: Uint8Array.of(9) }], input: '' },
    {},
  ]
  const seen = new Map<string, Map<number, string>>()
  const addresses = [path]
  const ends = new Map([[path, last]])
  for (let number = 0; number < 12; number++) {
    const parent = addresses[below(addresses.length)]
    const tick = below(ends.get(parent) as number)
    const name = `b${number}`
    const made = await dreamt(parent, tick, name, changes[number % changes.length])
    const address = `${path}@${name}`
    addresses.push(address)
    seen.set(address, made.roots)
    ends.set(address, made.last)
  }
  for (const [address, roots] of seen) {
    const run = await RecordedRun.open(address, below(2) === 0 ? 'interpreter' : 'jit')
    for (const tick of [...roots.keys()].sort(() => chance() - 0.5)) {
      assert.equal((await run.at(tick)).root(), roots.get(tick), `${address}, tick ${tick}`)
    }
    assert.equal(run.lastTick, ends.get(address))
  }
  const { branches } = await (await RecordedRun.open(path)).branches()
  assert.equal(branches.size, 12)
  for (const { name, parent, tick, root } of branches.values()) {
    const from = await RecordedRun.open(parent === null ? path : `${path}@${parent}`)
    assert.equal((await from.at(tick)).root(), root, name)
  }
})

test('a dream in which nothing is changed is the run that was recorded', async () => {
  const path = join(folder, 'same')
  await recordInto(path, MIXER, ['ab\n', 'c\n'])
  const run = await RecordedRun.open(path)
  const end = (await run.at(run.lastTick)).root()
  for (const tick of [0, 1, 500, run.lastTick]) {
    const dream = await run.fork(tick)
    assert.equal((await dream.run()).root(), end, `forked at tick ${tick}`)
  }
})

test('what a dream lets out is shown, denied, held, or equal to what was let out', async () => {
  const path = join(folder, 'effects')
  const last = await recordInto(path, MIXER, ['ab\n', 'cd\n'])
  const poke = { memory: [{ at: 5000, bytes: Uint8Array.of(1) }] }
  const counts: Record<string, number[]> = {}
  let shown = 0
  for (const effects of ['show', 'deny', 'hold', 'equal'] as const) {
    const run = await RecordedRun.open(path)
    const dream = await run.fork(1, { effects, output: () => shown++ })
    await dream.run()
    const { outward } = dream
    counts[effects] = [outward.shown, outward.denied, outward.held, outward.equal]
  }
  assert.deepEqual(counts, {
    show: [6, 0, 0, 0],
    deny: [0, 6, 0, 0],
    hold: [0, 0, 6, 0],
    equal: [0, 0, 0, 6],
  })
  assert.equal(shown, 6)
  const run = await RecordedRun.open(path)
  const dream = await run.fork(Math.floor(last / 2), { ...poke, seed: '1', effects: 'equal' })
  await dream.run()
  assert.deepEqual([dream.outward.equal, dream.outward.shown], [0, 0])
  assert.ok(dream.outward.denied > 0)
  // What is held is kept whole.
  await dreamt(path, 1, 'held', { effects: 'hold' })
  const own = (await run.branches()).own('held')
  const outputs = own.beams.filter(({ kind }) => kind === BeamKind.output)
  assert.equal(outputs.length, 6)
  assert.ok(outputs.every(({ payload }) => payload !== null))
})

const WIDE = `(module (memory (export "memory") 300)
  (func (export "fill") (local $at i32)
    (loop $next
      (i32.store (local.get $at) (i32.const 7))
      (local.set $at (i32.add (local.get $at) (i32.const 65536)))
      (br_if $next (i32.lt_u (local.get $at) (i32.const 19660800)))))
  (func (export "poke") (param i32) (i32.store (local.get 0) (i32.const 9))))`

const pagesOf = (vac: Vac): Page[] => {
  const [memory] = vac.machine.store.memories
  memory.seal()
  return [...memory.table.pages()].map(([, page]) => page)
}

test('forks share all pages but those that they write', async () => {
  for (const engine of ['interpreter', 'jit'] as const) {
    const { vac, instance } = await start(await parseWat(WIDE, 'wide'), { engine })
    instance.call('fill')
    const kept = vac.snapshot()
    const own = pagesOf(vac)
    assert.equal(own.length, 300)
    const again = pagesOf(Vac.of(kept, { engine: 'interpreter' }))
    assert.ok(
      again.every((page, at) => page === own[at]),
      'a fork copies no page',
    )
    // What runs on gives its next fork only what it changed.
    instance.call('poke', 5 * 65536 + 4)
    const later = pagesOf(Vac.of(vac.snapshot(), { engine: 'interpreter' }))
    assert.equal(later.filter((page, at) => page !== own[at]).length, 1, engine)
  }
  const { vac, instance } = await start(await parseWat(WIDE, 'wide'), { engine: 'interpreter' })
  instance.call('fill')
  const kept = vac.snapshot()
  const all = new Set<Page>()
  const live: Vac[] = []
  for (let number = 0; number < 1000; number++) {
    const fork = Vac.of(kept, { engine: 'interpreter' })
    fork.instance(1).call('poke', (number % 300) * 65536 + 4 * number)
    for (const page of pagesOf(fork)) all.add(page)
    live.push(fork)
  }
  assert.equal(all.size, 300 + 1000)
  assert.equal(live[999].read(99 * 65536 + 4 * 999, 1)[0], 9)
  assert.equal(live[998].read(99 * 65536 + 4 * 999, 1)[0], 0)
})

test('a chain of 1,000 forks of forks is gone along once', async () => {
  const path = join(folder, 'chain')
  // All levels lie within the work on the first line.
  await recordInto(path, MIXER, ['abcdefgh\n'])
  const root = await RecordedRun.open(path, 'interpreter')
  const { lineage } = root.timeline
  const poke = { kind: BeamKind.write, prefix: null }
  const parents = [{ lineage, tick: 100 }]
  for (let level = 1; level <= 1000; level++) {
    const tick = 100 + 8 * level
    const payload = Uint8Array.of(0, 0, 0x80, 0x20, level & 255)
    const own = { ...lineage, beams: [{ ...poke, tick: parents[level - 1].tick, payload }] }
    parents.push({ lineage: own, tick })
  }
  const tip = lineageAlong(parents, { ...lineage, beams: [] })
  assert.equal(tip.beams.filter(({ kind }) => kind === BeamKind.write).length, 1000)
  const begin = Vac.restore((await openRecording(path)).begin).snapshot()
  let ran = 0
  const timeline = new Timeline({ ...tip, inherited: 0 }, begin, (saved) => {
    const stage = new VacStage(Vac.of(saved, { engine: 'interpreter' }))
    const run = (_: unknown, budget: number): void => {
      const before = stage.machine.ticks
      stage.run(null, budget)
      ran += stage.machine.ticks - before
    }
    return { machine: stage.machine, world: stage.world, run, watch: null }
  })
  const end = parents[1000].tick
  for (const _ of timeline.seek(end));
  assert.equal(timeline.machine.store.memories[0].readBytes(4096, 1)[0], 1000 & 255)
  assert.ok(ran <= end, `${ran} ticks for the ${end} of the run`)
})

test('damaged branches are refused, so are ticks, names and changes that do not fit', async () => {
  const path = join(folder, 'damaged')
  const last = await recordInto(path, MIXER, ['ab\n'])
  await dreamt(path, 100, 'one', { seed: 'ff' })
  await dreamt(`${path}@one`, 200, 'two', {})
  const refused = (code: string) => (error: unknown) =>
    error instanceof VacError && error.code === code
  for (const name of ['branch.json', 'lineage.vbl']) {
    const file = join(path, 'branches', 'one', name)
    const bytes = readFileSync(file)
    for (let round = 0; round < 60; round++) {
      const copy = Buffer.from(bytes)
      copy[below(copy.length)] ^= 1 << below(8)
      writeFileSync(file, copy)
      for (const branch of ['one', 'two']) {
        await assert.rejects(RecordedRun.open(`${path}@${branch}`), refused('RECORDING_DAMAGED'))
      }
    }
    writeFileSync(file, bytes)
  }
  await RecordedRun.open(`${path}@two`)
  await assert.rejects(RecordedRun.open(`${path}@three`), refused('BRANCH_UNKNOWN'))
  const run = await RecordedRun.open(path)
  await assert.rejects(run.fork(last + 1), refused('BRANCH_REFUSED'))
  await assert.rejects(run.fork(0.5), refused('BRANCH_REFUSED'))
  for (const changes of [
    { memory: [{ at: 131_071, bytes: Uint8Array.of(1, 2) }] },
    { seed: 'no' },
    { clock: -(1n << 63n) },
    { sleep: 1n << 64n },
    { sleep: -1n },
  ]) {
    await assert.rejects(run.fork(10, changes), refused('CALL_ARGUMENTS'))
  }
  for (const name of ['one', 'A', '../x', 'a.b', '']) {
    const dream = await run.fork(10)
    await assert.rejects(dream.record(name), refused('BRANCH_REFUSED'))
  }
  assert.deepEqual(readdirSync(join(path, 'branches')).sort(), ['one', 'two'])
})
