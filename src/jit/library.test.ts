import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseWat } from '../host/wat.ts'
import { translate } from '../wasm/translate.ts'
import { resumeName } from './emit.ts'
import { CodeLibrary } from './library.ts'
import { runInSlices } from './tools/slices.ts'
import { plainVariant } from './variant.ts'

/** Function 0 has a loop that calls function 1 through a table; 1 and those behind have none. */
const text = (others: number): string => `(module (table 1 funcref) (elem (i32.const 0) $twice)
  (type $unary (func (param i32) (result i32)))
  (func (export "run") (param $n i32) (result i32) (local $sum i32)
    (loop $next
      (local.set $sum (i32.add (local.get $sum)
        (call_indirect (type $unary) (local.get $n) (i32.const 0))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $next (local.get $n)))
    (local.get $sum))
  (func $twice (type $unary) (i32.mul (local.get 0) (i32.const 2)))
  ${'(func (drop (i32.const 1)) (drop (i32.const 2)) (drop (i32.const 3)))'.repeat(others)})`

async function mainOf(others: number) {
  const program = translate(await parseWat(text(others), 'small'))
  return new CodeLibrary().compiled(program, plainVariant, () => new Uint8Array(32))
}

const resumedIn = (main: WebAssembly.Module): string[] =>
  WebAssembly.Module.exports(main).flatMap(({ name }) => (/^resume/.test(name) ? [name] : []))

test('the main module of a small program has the resumable bodies of its loops', async () => {
  const small = await mainOf(1)
  assert.deepEqual(resumedIn(small.main), [resumeName(0)])
  const large = await mainOf(2000)
  assert.deepEqual(resumedIn(large.main), [])
  assert.ok(large.resumable(0) instanceof WebAssembly.Module)
})

test('a body that is resumed in the main module does what the interpreter does', async () => {
  const bytes = await parseWat(text(1), 'small')
  const { compiled, ...found } = runInSlices(bytes, 20_000n, 1_009, true)
  const { compiled: none, ...expected } = runInSlices(bytes, 20_000n, 1_009, false)
  assert.deepEqual(found, expected)
  assert.ok(compiled > 0 && none === 0)
})
