import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseWat } from '../host/wat.ts'
import { translate } from '../wasm/translate.ts'
import { ProgramShape } from './draft.ts'
import { emitProgram } from './emit.ts'
import { SHARED_TAIL_BYTES } from './tails.ts'
import { runInSlices } from './tools/slices.ts'
import { plainVariant } from './variant.ts'

const LOCALS = 24
const CALLS = 3000

/** One large function: values of all types wait in operands and locals while it calls another. */
function text(): string {
  const locals = Array.from({ length: LOCALS }, (_, n) => `(local $l${n} i32)`).join(' ')
  const calls = Array.from({ length: CALLS }, (_, n) => {
    const [a, b, c] = [n, n * 7 + 3, n * 5 + 1].map((k) => `$l${k % LOCALS}`)
    return `(local.set ${a} (i32.add (i32.const ${n}) (i32.wrap_i64 (i64.add
      (i64.extend_i32_u (local.get ${b}))
      (i64.reinterpret_f64 (f64.mul (f64.load (i32.const ${8 * (n % 64)}))
        (f64.convert_i32_s (call $small (local.get ${c})))))))))`
  })
  const sum = Array.from({ length: LOCALS }, (_, n) => `(local.get $l${n})`)
  return `(module (memory 1) (data (i32.const 3) "some bytes")
    (func $small (param $n i32) (result i32)
      (if (i32.eqz (local.get $n)) (then (return (i32.const 1))))
      (i32.add (i32.rotl (local.get $n) (i32.const 5)) (i32.const 12345)))
    (func (export "run") (param $rounds i32) (result i32) ${locals}
      (loop $next
        ${calls.join('\n')}
        (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
        (br_if $next (local.get $rounds)))
      ${sum.join(' ')} ${'i32.xor '.repeat(LOCALS - 1)}))`
}

test('a body over the limit has one way out, and leaves as all others', async () => {
  const bytes = await parseWat(text(), 'large')
  const shape = new ProgramShape(translate(bytes))
  assert.ok(emitProgram(shape, plainVariant).length > SHARED_TAIL_BYTES)
  for (const slice of [1_009, 10_007]) {
    const { compiled, ...found } = runInSlices(bytes, 3n, slice, true)
    const { compiled: none, ...expected } = runInSlices(bytes, 3n, slice, false)
    assert.deepEqual(found, expected, `slices of ${slice} ticks`)
    assert.ok(compiled > 0 && none === 0)
  }
})
