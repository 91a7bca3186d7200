import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Place } from '../../machine/machine.ts'
import { placeKey } from '../../machine/watch.ts'
import { RecordedRun } from '../../recorded-run.ts'
import { Expression } from '../expression/expression.ts'
import { MIXER, recordInto } from '../tools/recorded-folder.ts'
import type { Logged } from './log.ts'
import { placesAt } from './places.ts'

const folder = mkdtempSync(join(tmpdir(), 'vac-log-'))
const path = join(folder, 'run')
before(async () => {
  await recordInto(path, MIXER, ['ab\n', 'c\n'])
})
after(() => rmSync(folder, { recursive: true }))

const TEXTS = ['local(x)', 'local(n)', 'global(sum)', 'u8[32]', 'tick', 'depth', 'vtime']

/** The log as one instruction after the other gives it. */
async function stepped(places: readonly Place[]): Promise<Logged[]> {
  const run = await RecordedRun.open(path, 'interpreter')
  const keys = new Set(places.map(placeKey))
  const { machine: m } = run.vac
  const expressions = TEXTS.map((text) => Expression.for(m, text))
  const found: Logged[] = []
  for (let tick = run.firstTick; tick <= run.lastTick; tick++) {
    const { machine } = await run.at(tick)
    if (machine.depth === 0 || machine.status !== 'running') continue
    const { instance, index } = machine.frameFunction[machine.depth - 1]
    const place = { instance, function: index, pc: machine.framePc[machine.depth - 1] }
    if (!keys.has(placeKey(place))) continue
    found.push({ tick, place, values: expressions.map(({ value }) => value(machine)) })
  }
  return found
}

test('the log of places is that of a run step by step, by both engines', async () => {
  const { machine } = (await RecordedRun.open(path)).vac
  const [mix] = placesAt(machine, 'mix')
  const places = [
    mix,
    { ...mix, pc: 9 },
    ...placesAt(machine, '_start:0'),
    ...placesAt(machine, 'fd_write'),
  ]
  const expected = await stepped(places)
  assert.ok(expected.length > 250 && expected[0].tick === 0, `${expected.length} hits`)
  for (const engine of ['jit', 'interpreter'] as const) {
    const run = await RecordedRun.open(path, engine)
    assert.deepEqual(await run.log(places, TEXTS), { found: expected, more: false }, engine)
    const [from, to] = [expected[40].tick, expected[90].tick]
    const window = await run.log(places, TEXTS, { from, to })
    assert.deepEqual(window, { found: expected.slice(40, 91), more: false })
    const short = await run.log(places, TEXTS, { from: from + 1, to, most: 7 })
    assert.deepEqual(short, { found: expected.slice(41, 48), more: true })
    const condition = 'local(n) % 10 == 3'
    const some = await run.log(places, TEXTS, { condition })
    const wanted = expected.filter(({ values: [, n] }) => typeof n === 'bigint' && n % 10n === 3n)
    assert.ok(wanted.length > 10)
    assert.deepEqual(some.found, wanted)
  }
})

test('a log can be cancelled, and what is no place is refused', async () => {
  const run = await RecordedRun.open(path)
  const abort = new AbortController()
  const log = run.log('mix:9', [], {}, abort.signal)
  abort.abort()
  await assert.rejects(log, { name: 'AbortError' })
  for (const name of ['mx', 'mix:9999', 'fd_close', '', 'main.c:3']) {
    assert.throws(() => run.log(name, []), /USAGE/, name)
  }
  assert.throws(() => run.log('mix', ['local(q)']), /EXPRESSION.*column 7/)
  // It begins with its loop.
  assert.equal((await run.log('mix', [])).found.length, 5 * 50)
})
