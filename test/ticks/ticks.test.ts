// Ticks by two ways that share no code: the machine's own count, and that of a module rewritten to
// count itself, run by the host's WebAssembly.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { parseWat } from '../../src/host/wat.ts'
import { Kinds } from '../../src/isa/types.ts'
import { invoke, takeResults } from '../../src/machine/calls.ts'
import type { HostFunction } from '../../src/machine/host-function.ts'
import { exportOf, instantiate } from '../../src/machine/instantiate.ts'
import { addHostFunction } from '../../src/machine/link.ts'
import { Machine } from '../../src/machine/machine.ts'
import { defaultManifest } from '../../src/machine/manifest.ts'
import { type Engine, run } from '../../src/machine/run.ts'
import { translate } from '../../src/wasm/translate.ts'
import { countOnHost, hostFunctions } from './oracle.ts'

const folder = join(import.meta.dirname, 'programs')
const engines: Engine[] = ['stepper', 'auto']
const BUDGET_TICKS = 100_000_000

const host: Record<string, HostFunction> = {
  twice: {
    name: 'host.twice',
    params: [Kinds.i32],
    results: [Kinds.i32],
    call: ({ machine, base }) => {
      const { I32 } = machine.words
      I32[2 * base] = hostFunctions.twice(I32[2 * base])
      return 'done'
    },
  },
  note: { name: 'host.note', params: [], results: [], call: () => 'done' },
}

/** The result as the host gives it, null where it trapped; at most `slice` ticks at a time. */
function countOnMachine(
  bytes: Uint8Array,
  engine: Engine,
  slice: number,
): { ticks: bigint; result: unknown } {
  const m = new Machine(defaultManifest)
  const program = translate(bytes)
  const { instance } = instantiate(m, program, new Uint8Array(32), ({ name }) => ({
    kind: 'func',
    fn: addHostFunction(m, host[name]),
  }))
  const finish = (): void => {
    while (run(m, slice, null, engine).reason === 'budget') {
      assert.ok(m.ticks < BUDGET_TICKS, 'the program ends')
    }
  }
  finish()
  const entry = program.exports.find(({ name }) => name === 'run')
  assert.ok(entry !== undefined)
  const found = exportOf(m, instance, entry)
  assert.ok(found.kind === 'func')
  invoke(m, found.fn, [])
  finish()
  const ticks = BigInt(m.ticks)
  if (m.status === 'trapped') return { ticks, result: null }
  assert.equal(m.status, 'idle')
  const words = new BigUint64Array(takeResults(m))
  const [kind] = found.fn.resultKinds
  if (kind === Kinds.i32) return { ticks, result: new Int32Array(words.buffer)[0] }
  if (kind === Kinds.i64) return { ticks, result: BigInt.asIntN(64, words[0]) }
  return { ticks, result: new Float64Array(words.buffer)[0] }
}

const programs = readdirSync(folder).filter((name) => name.endsWith('.wat'))

test('there are at least twenty programs', () => assert.ok(programs.length >= 20))

/**
 * Twelve instructions a round, a thousand rounds, then `local.get` and the end: counted by hand.
 */
test('the oracle counts what a reader of loop.wat counts', async () => {
  const bytes = await parseWat(readFileSync(join(folder, 'loop.wat'), 'utf8'), 'loop.wat')
  assert.equal(countOnHost(bytes).ticks, 12_002n)
})

for (const name of programs) {
  test(`${name} takes the ticks that it counts itself`, async (t) => {
    const bytes = await parseWat(readFileSync(join(folder, name), 'utf8'), name)
    const expected = countOnHost(bytes)
    assert.ok(expected.ticks > 0n)
    assert.equal(expected.result === null, /^(trap|uncaught)/.test(name), 'ends as its name says')
    for (const engine of engines) {
      for (const slice of [BUDGET_TICKS, 7]) {
        assert.deepEqual(
          countOnMachine(bytes, engine, slice),
          expected,
          `${engine}, slices ${slice}`,
        )
      }
    }
    t.diagnostic(`${expected.ticks} ticks`)
  })
}
