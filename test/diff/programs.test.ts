// Real programs by the interpreter and by compiled code: the same ticks, root and output at the
// end, and the same root at every random tick at which they are stopped.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { inProcess } from '../programs/process.ts'
import { programs } from './program-cases.ts'
import type { SideRun } from './run-side.ts'

const seed = Number(process.env.VAC_SEED ?? 20_261_101)
const given = process.env.VAC_DIFF_STOPS
const LEAST_COMPILED = 0.95
/** A stop is deep where so many calls are open. */
const DEEP = 20

const script = join('..', 'diff', 'run-side.ts')
const side = (...words: (string | number)[]): Promise<SideRun> =>
  inProcess(script, words.map(String))

for (const { name, stops: few } of programs) {
  suite(name, () => {
    const count = Number(given ?? few)
    const repeat = `VAC_SEED=${seed} VAC_DIFF_STOPS=${count} npm run test:diff`

    test(`is one machine in both engines at ${count} random ticks (seed ${seed})`, async (t) => {
      t.diagnostic(`to repeat: ${repeat}`)
      const { compiledTicks, stops: _, ...straight } = await side(name, 'jit')
      const share = compiledTicks / straight.ticks
      t.diagnostic(`${straight.ticks} ticks, ${(100 * share).toFixed(2)} % by compiled code`)

      const words = [seed, count, straight.ticks]
      const [expected, found] = await Promise.all([
        side(name, 'interpreter', ...words),
        side(name, 'jit', ...words),
      ])
      const deep = expected.stops.filter(({ depth }) => depth >= DEEP).length
      t.diagnostic(`${deep} of ${count} stops stand ${DEEP} calls deep or deeper`)

      const { compiledTicks: none, stops, ...end } = expected
      assert.equal(none, 0)
      assert.equal(stops.length, count)
      assert.ok(end.stdout !== '', 'it writes something')
      assert.deepEqual(straight, end, 'compiled code in one go')
      for (const [at, stop] of stops.entries()) {
        assert.deepEqual(found.stops[at], stop, `stop ${at} at tick ${stop.tick}: ${repeat}`)
      }
      const { compiledTicks: some, stops: __, ...stopped } = found
      assert.deepEqual(stopped, end, `compiled code with stops: ${repeat}`)
      assert.ok(some > 0)
      assert.ok(share >= LEAST_COMPILED, `compiled code ran ${share} of the ticks`)
    })
  })
}
