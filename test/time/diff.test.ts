// Recordings with checkpoints are compared by them first, and only what is between two is run.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { RecordedRun } from '../../src/recorded-run.ts'
import { BeamKind } from '../../src/time/lineage/beam.ts'
import { record } from './recorded.ts'

const folder = mkdtempSync(join(tmpdir(), 'vac-diff-'))
after(() => rmSync(folder, { recursive: true }))

/** Of each of four phases; 67 million ticks, one phase and a half, are watched in any case. */
const ROUNDS = 2_200_000

/**
 * Each phase reads a byte and computes for long. Before the third the constant is had in vain,
 * before the fourth it is used.
 */
const program = (constant: number): string => `(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 4)
  (data (i32.const 0) "\\10\\00\\00\\00\\01\\00\\00\\00")
  (func $constant (result i32) (i32.const ${constant}))
  (func $phase (param $x i32) (local $n i32)
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (local.set $x (i32.add (i32.load8_u (i32.const 16)) (local.get $x)))
    (loop $next
      (i32.store (i32.add (i32.const 65536) (i32.and (local.get $x) (i32.const 0x1fffc)))
        (local.get $n))
      (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1664525)) (i32.const 12345)))
      (br_if $next
        (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const ${ROUNDS})))))
  (func (export "_start")
    (call $phase (i32.const 1)) (call $phase (i32.const 2))
    (drop (call $constant)) (call $phase (i32.const 3))
    (call $phase (call $constant))))`

const LINES = ['a', 'b', 'c', 'd']
const recorded = (name: string, text: string, lines: readonly string[]): Promise<number> =>
  record(join(folder, name), text, { lines })

/** Where the machine stands behind the instruction that has a constant, each time. */
async function behind(path: string, constant: number): Promise<number[]> {
  const run = await RecordedRun.open(path)
  const { store } = run.vac.machine
  const instance = store.instances.length - 1
  const places = store.instances[instance].functions.flatMap(({ def, index }) =>
    Array.from(def?.code.op ?? [], (_, pc) => ({ instance, function: index, pc })).filter(
      ({ pc }) => def?.code.imm[def.code.at[pc]] === constant,
    ),
  )
  assert.equal(places.length, 1)
  const { found } = await run.log(places, [])
  return found.map(({ tick }) => tick + 1)
}

async function compared(first: string, second: string, exact = false) {
  const [a, b] = [
    await RecordedRun.open(join(folder, first)),
    await RecordedRun.open(join(folder, second)),
  ]
  const found = await a.diff(b, { exact })
  return found === null ? null : [found.tick, found.exact]
}

test('what a changed constant does late is found, with exact also what came and went', async () => {
  const last = await recorded('one', program(77_777), LINES)
  await recorded('two', program(88_888), LINES)
  const [early, late] = await behind(join(folder, 'one'), 77_777)
  assert.ok(early > 2 ** 26 && late > early + 2 ** 22 && last > late, `${early}, ${late}, ${last}`)
  assert.deepEqual(await compared('one', 'two'), [late, false])
  assert.deepEqual(await compared('one', 'two', true), [early, true])
  assert.equal(await compared('one', 'one'), null)
  // Another input that comes before it is found, and comes within what is watched in any case.
  await recorded('three', program(88_888), ['a', 'B', 'c', 'd'])
  const { beams } = (await RecordedRun.open(join(folder, 'one'))).timeline.lineage
  const reads = beams.filter(({ kind }) => kind === BeamKind.device)
  const [, , second] = reads.map(({ tick }) => tick)
  assert.deepEqual(await compared('one', 'three'), [second, true])
})
