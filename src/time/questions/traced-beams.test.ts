import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { RecordedRun, type TracedBeam } from '../../recorded-run.ts'
import { MIXER, recordInto } from '../tools/recorded-folder.ts'
import { placesAt } from './places.ts'
import { rowAt } from './traced-beams.ts'

const folder = mkdtempSync(join(tmpdir(), 'vac-traced-'))
const path = join(folder, 'run')
before(async () => {
  await recordInto(path, MIXER, ['ab\n', 'c\n'])
})
after(() => rmSync(folder, { recursive: true }))

async function traced(engine: 'jit' | 'interpreter', from: number, to: number) {
  const run = await RecordedRun.open(path, engine)
  const beams: TracedBeam[] = []
  await run.trace(from, to, (beam) => beams.push(beam))
  return beams
}

test('a trace tells each instruction as a run step by step does, by both engines', async () => {
  const run = await RecordedRun.open(path, 'interpreter')
  const beams = await traced('jit', 0, run.lastTick)
  assert.equal(beams.length, run.lastTick)
  for (let tick = 0; tick < run.lastTick; tick++) {
    const { machine: m } = await run.at(tick)
    const { instance, index } = m.frameFunction[m.depth - 1]
    const place = { instance, function: index, pc: m.framePc[m.depth - 1] }
    const beam = beams[tick]
    assert.deepEqual([beam.tick, beam.place], [tick + 1, place])
    assert.equal(beam.op, rowAt(m, place).name)
    if (beam.op !== 'i32.store') continue
    const value = m.words.I32[2 * (m.sp - 1)]
    assert.equal(beam.value, BigInt(value))
    const { machine: behind } = await run.at(tick + 1)
    const bytes = behind.store.memories[0].readBytes(beam.address as number, 4)
    assert.equal(new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true), value)
  }
  assert.deepEqual(await traced('interpreter', 0, run.lastTick), beams)
  assert.deepEqual(await traced('jit', 1000, 2000), beams.slice(1000, 2000))
})

test('a hook gets the beams that the filter lets through, until it says no', async () => {
  const run = await RecordedRun.open(path)
  const all = await traced('jit', 0, run.lastTick)
  const [mix] = placesAt(run.vac.machine, 'mix')
  const cases = [
    { filter: { ops: ['i32.store', 'call'] }, is: ({ op }: TracedBeam) => /store|^call$/.test(op) },
    {
      filter: { functions: [mix], pcs: [3, 4] },
      is: ({ place: { function: index, pc } }: TracedBeam) =>
        index === mix.function && (pc === 3 || pc === 4),
    },
    {
      filter: { bytes: { from: 19, to: 21 } },
      is: ({ address }: TracedBeam) => address === 16 || address === 20,
    },
  ]
  for (const { filter, is } of cases) {
    const found: TracedBeam[] = []
    await run.trace(0, run.lastTick, (beam) => found.push(beam), filter)
    assert.deepEqual(found, all.filter(is))
    assert.ok(found.length > 0 && found.length < all.length)
  }
  let count = 0
  await run.trace(0, run.lastTick, () => ++count < 5)
  assert.equal(count, 5)
})
