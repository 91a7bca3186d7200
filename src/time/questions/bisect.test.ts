import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { chanceOf } from '../../isa/tools/random-program.ts'
import { RecordedRun } from '../../recorded-run.ts'
import { MIXER, recordInto } from '../tools/recorded-folder.ts'
import { Bisection } from './bisect.ts'

const folder = mkdtempSync(join(tmpdir(), 'vac-bisect-'))
after(() => rmSync(folder, { recursive: true }))
const chance = chanceOf(20_261_129)
const below = (limit: number): number => Math.floor(chance() * limit)

test('the first tick is found, with few questions, wherever it is and if it is nowhere', () => {
  for (let round = 0; round < 500; round++) {
    const from = below(100)
    const to = from + below(10_000)
    const wanted = from + below(to - from + 3)
    const near = Array.from({ length: below(20) }, () => below(10_000)).sort((a, b) => a - b)
    const search = new Bisection(from, to, near)
    const asked = new Set<number>()
    for (let tick = search.next; tick !== null; tick = search.next) {
      assert.ok(tick >= from && tick <= to && !asked.has(tick), `tick ${tick}`)
      asked.add(tick)
      search.tell(tick >= wanted)
    }
    assert.equal(search.found, wanted > to ? null : wanted, `${from} ${wanted} ${to}`)
    assert.equal(search.asked, asked.size)
    assert.ok(search.asked <= 2 + 14 + 5, `${search.asked} questions`)
  }
})

test('the library finds the tick at which bytes of memory change', async () => {
  const path = join(folder, 'run')
  await recordInto(path, MIXER, ['ab\n', 'c\n'])
  const run = await RecordedRun.open(path)
  const c = 'c'.charCodeAt(0)
  const tick = await run.bisect((vac) => vac.read(32, 1)[0] === c, { to: run.lastTick - 2000 })
  assert.ok(tick !== null)
  assert.equal(await run.bisect("u8[32] == 'c'", { to: run.lastTick - 2000 }), tick)
  assert.equal((await run.at(tick - 1)).read(32, 1)[0], 10)
  assert.equal((await run.at(tick)).read(32, 1)[0], c)
  const write = await run.lastWrite({ memory: 0, from: 32, to: 33 }, tick)
  assert.equal(write?.tick, tick)
  assert.equal(await run.bisect(() => true), run.firstTick)
  assert.equal(await run.bisect(async () => false), null)
})
