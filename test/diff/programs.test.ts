// Real programs by the interpreter and by compiled code of every variant: the same ticks, root and
// output at the end, and the same root at every random tick at which they are stopped.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { plainVariant, variantName } from '../../src/jit/variant.ts'
import { inProcess } from '../programs/process.ts'
import { programs, whyMissing } from './program-cases.ts'
import type { SideRun } from './run-side.ts'
import { compiledVariants, watches } from './sides.ts'

const seed = Number(process.env.VAC_SEED ?? 20_261_101)
const given = process.env.VAC_DIFF_STOPS
/** One program alone, by its name. */
const only = process.env.VAC_DIFF_PROGRAM
const LEAST_COMPILED = 0.95
/** A stop is deep where so many calls are open. */
const DEEP = 20

const script = join('..', 'diff', 'run-side.ts')
const side = (...words: (string | number)[]): Promise<SideRun> =>
  inProcess(script, words.map(String))

interface Expected {
  readonly end: Omit<SideRun, 'stops' | 'compiledTicks'>
  readonly words: readonly (string | number)[]
  readonly stops: SideRun['stops']
}

for (const { name, stops: few, large } of programs) {
  if (only !== undefined && only !== name) continue
  const why = await whyMissing(name)
  suite(name, { skip: why ?? false }, () => {
    const count = Number(given ?? few)
    const settings = `VAC_DIFF_PROGRAM=${name} VAC_SEED=${seed} VAC_DIFF_STOPS=${count}`
    const repeat = `${settings} npm run test:diff`
    let expected: Expected | null = null

    test(`is one machine at its end in both engines, and most of it is compiled`, async (t) => {
      t.diagnostic(`to repeat: ${repeat}`)
      const { compiledTicks, stops: _, ...straight } = await side(name, 'plain')
      const share = compiledTicks / straight.ticks
      t.diagnostic(`${straight.ticks} ticks, ${(100 * share).toFixed(2)} % by compiled code`)

      const words = [seed, count, straight.ticks]
      const { compiledTicks: none, stops, ...end } = await side(name, 'interpreter', ...words)
      expected = { end, words, stops }
      const deep = stops.filter(({ depth }) => depth >= DEEP).length
      t.diagnostic(`${deep} of ${count} stops stand ${DEEP} calls deep or deeper`)
      assert.equal(none, 0)
      assert.equal(stops.length, count)
      assert.ok(end.stdout + end.stderr !== '' || name === 'clang', 'it writes something')
      assert.deepEqual(straight, end, 'compiled code in one go')
      assert.ok(share >= LEAST_COMPILED, `compiled code ran ${share} of the ticks`)
    })

    const all = [...compiledVariants.map(variantName), ...Object.keys(watches)]
    const short = large ? [variantName(plainVariant)] : all.slice(0, compiledVariants.length)
    for (const variant of given === undefined ? short : all) {
      test(`is one machine at ${count} random ticks, ${variant} (seed ${seed})`, async () => {
        assert.ok(expected !== null, 'the interpreter ran')
        const found = await side(name, variant, ...expected.words)
        for (const [at, stop] of expected.stops.entries()) {
          assert.deepEqual(found.stops[at], stop, `stop ${at} at tick ${stop.tick}: ${repeat}`)
        }
        const { compiledTicks: some, stops: _, ...stopped } = found
        assert.deepEqual(stopped, expected.end, `with stops: ${repeat}`)
        assert.ok(some > 0)
      })
    }
  })
}
