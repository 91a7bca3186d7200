// A program that throws for ever stays small, and its root does not tell how many it has thrown.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeHasher } from '../host/hasher.ts'
import { assemble } from '../isa/vasm/assemble.ts'
import { invoke, takeResults } from './calls.ts'
import { instantiate } from './instantiate.ts'
import { Machine } from './machine.ts'
import { defaultManifest } from './manifest.ts'
import { run } from './run.ts'
import { rootOf } from './state/root.ts'
import { FIRST_COLLECTION } from './store.ts'

const program = assemble(`
tag failure (i32)
func throws export (n: i32) -> i32
  local held: exnref
  local sum: i32
again: []
begin:
  local.get n
  throw failure
past:
caught: [i32 exnref]
  local.set held
  local.get sum
  i32.add
  local.set sum
  local.get n
  i32.const 1
  i32.sub
  local.tee n
  jump_if again
  local.get sum
  return
  handle begin..past tag failure ref -> caught
end
`)

test('exceptions that nothing reaches give their places back', () => {
  const m = new Machine(defaultManifest)
  const { instance } = instantiate(m, program, new Uint8Array(32), () => null)
  const count = 5 * FIRST_COLLECTION
  invoke(m, m.store.instances[instance].functions[0], [BigInt(count)])
  run(m, 1e9)
  assert.equal(m.status, 'idle')
  assert.deepEqual(takeResults(m), [BigInt(((count + 1) * count) / 2) & 0xffffffffn])
  assert.ok(
    m.store.exceptions.length <= FIRST_COLLECTION,
    `${m.store.exceptions.length} exceptions`,
  )
  const fresh = new Machine(defaultManifest)
  instantiate(fresh, program, new Uint8Array(32), () => null)
  fresh.ticks = m.ticks
  assert.deepEqual(rootOf(fresh, nodeHasher), rootOf(m, nodeHasher))
})
