import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VacError } from '../../base/errors.ts'
import { parseWat } from '../../host/wat.ts'
import { chanceOf } from '../../isa/tools/random-program.ts'
import { loadProgram, Vac } from '../../vac.ts'
import { Expression } from './expression.ts'

const PROGRAM = `(module
  (memory 1)
  (memory 1)
  (data (i32.const 16) "caf\\c3\\a9\\00")
  (data (i32.const 32) "\\ff\\fe\\fd\\fc\\fb\\fa\\f9\\f8\\00\\00\\00\\00\\00\\00\\f8\\3f")
  (global $big (mut i64) (i64.const -5))
  (global $half f64 (f64.const 0.5))
  (func $inner (param $a i32) (param $b f32) (result i32) (local $sum i32)
    (local.set $sum (i32.mul (local.get $a) (i32.const 3)))
    (local.set $a (i32.trunc_f32_s (local.get $b)))
    (i32.add (local.get $sum) (local.get $a)))
  (func (export "f") (param $times i32) (result i32) (local $total i32)
    (loop $next
      (local.set $total
        (i32.add (local.get $total) (call $inner (local.get $times) (f32.const 2.5))))
      (local.set $times (i32.sub (local.get $times) (i32.const 1)))
      (br_if $next (local.get $times)))
    (local.get $total)))`

async function begun(engine: 'jit' | 'interpreter', times = 2): Promise<Vac> {
  const vac = new Vac({ engine })
  const instance = vac.instantiate(await loadProgram(await parseWat(PROGRAM, 'expression')))
  vac.memory(1).write(8, Uint8Array.of(42))
  instance.begin('f', times)
  return vac
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

test('numbers, texts and operators compute as they do in Rust, integers exactly', async () => {
  const { machine } = await begun('interpreter')
  const cases: readonly [string, bigint | number | Uint8Array | null][] = [
    ['1 + 2 * 3 - 4', 3n],
    ['(1 + 2) * 3', 9n],
    ['7 / 2', 3n],
    ['-7 / 2', -3n],
    ['-7 % 4', -3n],
    ['7 / 2.0', 3.5],
    ['1 / 0', null],
    ['1.0 / 0', Number.POSITIVE_INFINITY],
    ['1_000 == 1e3', 1n],
    ['0xff & 0x3c | 1 ^ 2', 0x3fn],
    ['6 & 2 == 2', 1n],
    ['1 << 2 + 1', 8n],
    ['-1 >> 1', -1n],
    ['1 << 200', null],
    ['~0', -1n],
    ['1.5 & 1', null],
    ['18446744073709551615 + 1', 2n ** 64n],
    ['9007199254740993 > 9007199254740992', 1n],
    ["'a' + 1", 98n],
    ["'\\n' + '\\x41'", 75n],
    ['1 < 2 && 2 < 1 || 3 >= 3', 1n],
    ['!0 + !7', 1n],
    ['- -3', 3n],
    ['"ab" == "ab" && "ab" != "abc"', 1n],
    ['"ab\\"c" contains "\\"" && !("ab" contains "ba")', 1n],
    ['cstring(16) == "caf\u00e9"', 1n],
    ['text(16, 3)', utf8('caf')],
    ['text(16, 100_000)', null],
    ['cstring(16) contains "f"', 1n],
    ['u8[32]', 255n],
    ['i8[32]', -1n],
    ['u16[32]', 0xfeffn],
    ['i16[32]', BigInt.asIntN(16, 0xfeffn)],
    ['u32[32]', 0xfcfdfeffn],
    ['i32[32]', BigInt.asIntN(32, 0xfcfdfeffn)],
    ['u64[32]', 0xf8f9fafbfcfdfeffn],
    ['i64[32]', BigInt.asIntN(64, 0xf8f9fafbfcfdfeffn)],
    ['f64[20 * 2]', 1.5],
    ['f32[44]', 1.9375],
    ['u8@1[8]', 42n],
    ['u8[u8@1[8]]', 0n],
    ['u8[65536]', null],
    ['u8[65535]', 0n],
    ['u32[65533]', null],
    ['u8[-1]', null],
    ['u8@7[0]', null],
    ['u8[1.5]', null],
    ['global(big) * 2', -10n],
    ['global(0)', -5n],
    ['global(half)', 0.5],
    ['global(9)', null],
    ['local(9)', null],
    ['tick', 0n],
    ['depth', 1n],
    ['local(times)', 2n],
    ['arg(0)', 2n],
    ['arg(1)', null],
    ['local(9) == 1', null],
    ['!(local(9) == 1)', null],
    ['local(9) == 1 || depth == 1', 1n],
    ['local(9) == 1 && depth == 7', 0n],
    ['local(9) == 1 && depth == 1', null],
  ]
  for (const [text, expected] of cases) {
    assert.deepEqual(new Expression(text).value(machine), expected, text)
  }
  assert.equal(new Expression('vtime').value(machine), machine.vtime)
  assert.equal(new Expression('local(9)').holds(machine), false)
  assert.equal(new Expression('0.0').holds(machine), false)
  assert.equal(new Expression('"x"').holds(machine), true)
})

test('what is not understood is refused with its column', async () => {
  const cases: readonly [string, number, RegExp][] = [
    ['', 1, /the end.*a value/],
    ['1 +', 4, /a value/],
    ['1 2', 3, /an operator/],
    ['(1', 3, /found the end; expected \)/],
    ['1 < 2 < 3', 7, /parentheses/],
    ['foo', 1, /found foo; expected local/],
    ['constructor', 1, /found constructor/],
    ['u9[1]', 1, /found u9/],
    ['u8(1)', 3, /expected \[/],
    ['u8@x[1]', 4, /a memory/],
    ['local()', 7, /a local/],
    ['arg(x)', 5, /a parameter/],
    ['"a" < "b"', 1, /a text.*a number/],
    ['1 == "b"', 6, /a text.*a number/],
    ['"a" == 1', 8, /a number.*a text/],
    ['-"a"', 2, /a text/],
    ['u8["a"]', 4, /a text/],
    ["'ab'", 1, /one character/],
    ['1 # 2', 3, /found # 2/],
    ['12abc', 1, /found 12abc/],
    ['"open', 1, /found "open/],
    ['('.repeat(200), 102, /levels/],
    ['!'.repeat(200), 102, /levels/],
    ['1'.repeat(5000), 4096, /longer/],
  ]
  for (const [text, column, says] of cases) {
    const refused = (error: unknown): boolean =>
      error instanceof VacError &&
      error.code === 'EXPRESSION' &&
      error.detail.where === `column ${column}` &&
      says.test(error.message)
    assert.throws(() => new Expression(text), refused, text)
  }
  const { machine } = await begun('interpreter')
  assert.throws(() => Expression.for(machine, '1 + local(tmes)'), /column 11; found tmes/)
  assert.throws(() => Expression.for(machine, 'global(total)'), /column 8; found total/)
  assert.equal(Expression.for(machine, 'local(sum)').value(machine), null)
})

test('words in any order are computed or refused, and nothing else', async () => {
  const { machine } = await begun('interpreter')
  const chance = chanceOf(20_261_202)
  const below = (limit: number): number => Math.floor(chance() * limit)
  const words =
    '1 0x1f 2.5 "a" \'b\' tick depth vtime local ( ( ( ) ) ) times global big u8 f64 [ ] [ ] ' +
    '@ 1 , text cstring arg var + - * / % & | ^ ~ ! << >> == != < >= && || contains # " \\ 16 32'
  const pick = words.split(' ')
  const counts = { computed: 0, refused: 0 }
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: 1 + below(7) }, () => pick[below(pick.length)]).join(' ')
    try {
      const value = Expression.for(machine, text).value(machine)
      assert.ok(value === null || ['bigint', 'number', 'object'].includes(typeof value), text)
      counts.computed++
    } catch (error) {
      assert.ok(error instanceof VacError && error.code === 'EXPRESSION', `${text}: ${error}`)
      counts.refused++
    }
  }
  assert.ok(counts.computed > 500 && counts.refused > 500, JSON.stringify(counts))
})

test('locals are those of the running function, at every tick of both engines', async () => {
  const texts = ['local(a)', 'local(b)', 'local(sum)', 'local(total)', 'arg(0)', 'arg(1)', 'depth']
  const seen = new Map<string, (bigint | number | Uint8Array | null)[]>()
  for (const engine of ['interpreter', 'jit'] as const) {
    const expressions = texts.map((text) => new Expression(text))
    const vac = await begun(engine, 3)
    while (vac.status === 'running') {
      for (const { text, value } of expressions) {
        const key = `${text} at ${vac.ticks}`
        seen.set(key, [...(seen.get(key) ?? []), value(vac.machine)])
      }
      vac.run(1)
    }
  }
  for (const [key, [a, b]] of seen) assert.deepEqual(a, b, key)
  const values = (text: string) =>
    [...seen].filter(([key]) => key.startsWith(text)).map(([, [value]]) => value)
  assert.deepEqual(new Set(values('local(sum)')), new Set([null, 9n, 6n, 3n]))
  assert.ok(values('local(b)').includes(2.5))
  assert.deepEqual(new Set(values('depth')), new Set([1n, 2n]))
})
