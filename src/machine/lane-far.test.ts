// Far accesses by the fast engine: they go to the shard that they name, never to the instance's own
// memory.
import assert from 'node:assert/strict'
import test from 'node:test'
import { nodeHasher } from '../host/hasher.ts'
import { assemble } from '../isa/vasm/assemble.ts'
import { invoke, takeResults } from './calls.ts'
import { instantiate } from './instantiate.ts'
import { Machine } from './machine.ts'
import { defaultManifest } from './manifest.ts'
import { type Engine, run } from './run.ts'
import { programHash } from './state/program-hash.ts'

const sizes = [8, 16, 32, 64]
const stores = sizes.map(
  (bits) => `  i64.const 1\n  i64.const ${bits}\n  i64.const -2\n  far.store${bits}`,
)
const loads = sizes.map((bits) => `  i64.const 1\n  i64.const ${bits}\n  far.load${bits}`)
const text = `memory 1
memory 2
func f () -> (i64, i64, i64, i64)
${[...stores, ...loads].join('\n')}
  return
end
`

function resultsBy(engine: Engine): bigint[] {
  const program = assemble(text)
  const m = new Machine(defaultManifest)
  const { instance } = instantiate(m, program, programHash(program, nodeHasher), () => null)
  invoke(m, m.store.instances[instance].functions[0], [])
  run(m, 1_000, null, engine)
  assert.equal(m.status, 'idle')
  assert.deepEqual(m.store.memories[0].readBytes(0, 128), new Uint8Array(128), 'memory 0')
  assert.equal(m.store.memories[1].load(16, 4), 0xfffen, 'memory 1')
  return takeResults(m)
}

test('far loads and stores reach the shard they name, by both engines', () => {
  const expected = [0xfen, 0xfffen, 0xffff_fffen, 0xffff_ffff_ffff_fffen]
  assert.deepEqual(resultsBy('stepper'), expected)
  assert.deepEqual(resultsBy('auto'), expected)
})
