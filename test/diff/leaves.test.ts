// Short functions that compiled code calls without fuel and room: slices end at the interpreter's
// ticks, and calls without end overflow the stack at its tick.
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseWat } from '../../src/host/wat.ts'
import { plainVariant } from '../../src/jit/variant.ts'
import type { Machine } from '../../src/machine/machine.ts'
import { run, runSlice } from '../../src/machine/run.ts'
import { defaultManifest, loadProgram, Vac } from '../../src/vac.ts'
import { assertCompiled, attachJit, detach, rootText } from './sides.ts'

const many = (count: number): string =>
  Array.from({ length: count }, () => '(local.set $x (call $mix (local.get $x)))').join('\n')

const text = `(module
  (memory 1)
  (global $g (mut i32) (i32.const 1))
  (table funcref (elem $mix))
  (type $one (func (param i32) (result i32)))
  (func $note (param $v f64) (f64.store (i32.const 8) (f64.sqrt (local.get $v))))
  (func $next (result i32)
    (global.set $g (i32.add (global.get $g) (i32.const 7)))
    (global.get $g))
  (func $mix (param i32) (result i32)
    (i32.xor (i32.mul (local.get 0) (i32.const 0x9e3779b1)) (i32.load (i32.const 8))))
  (func $plain (param $x i32) (result i32) (local $i i32)
    (loop $again
      (local.set $x (i32.add (local.get $x) (call $mix (call $next))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
        (i32.const 3))))
    (local.get $x))
  (func $branches (param $x i32) (result i32)
    (if (i32.and (local.get $x) (i32.const 1))
      (then (call $note (f64.const -1)) ${many(9)})
      (else (if (i32.and (local.get $x) (i32.const 2))
        (then (local.set $x (call $plain (local.get $x))))
        (else (return (i32.add (local.get $x) (i32.const 1)))))))
    (call $mix (i32.add (local.get $x) (call_indirect (type $one) (local.get $x)
      (i32.const 0)))))
  (func $deep (param $x i32) (result i32)
    (i32.add (call $mix (local.get $x))
      (call $deep (i32.add (call $branches (local.get $x)) (call $next)))))
  (func (export "run") (result i32) (local $i i32) (local $x i32)
    (loop $next
      (local.set $x (call $branches (i32.xor (local.get $x) (local.get $i))))
      (block $out (block $two (block $one
        (br_table $one $two $out (i32.and (local.get $x) (i32.const 3))))
        ${many(2)})
        (call $note (f64.convert_i32_s (call $next))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
        (i32.const 40))))
    (call $deep (local.get $x))))`

async function begun(bytes: Uint8Array, stackWords: number): Promise<Machine> {
  const limits = { ...defaultManifest.limits, stackWords }
  const vac = new Vac({ manifest: { ...defaultManifest, limits } })
  const instance = vac.instantiate(await loadProgram(bytes))
  detach(vac.machine)
  instance.begin('run')
  return vac.machine
}

for (const budget of [1, 3, 10, 41, 150, 1_000, 100_000]) {
  test(`slices of ${budget} ticks with calls of leaves end as the interpreter's do`, async () => {
    const bytes = await parseWat(text, 'leaves')
    const plain = await begun(bytes, 3_000)
    const machine = await begun(bytes, 3_000)
    const jit = attachJit(machine, plainVariant)
    const everyRoot = Math.ceil(200 / budget)
    let slices = 0
    while (plain.status === 'running') {
      const from = plain.ticks
      runSlice(plain, budget)
      runSlice(machine, budget)
      assert.equal(machine.ticks, plain.ticks, `slice from ${from}`)
      if (slices++ % everyRoot !== 0) continue
      assert.equal(rootText(machine), rootText(plain), `tick ${plain.ticks}`)
    }
    assert.equal(rootText(machine), rootText(plain))
    assert.deepEqual(machine.trap, plain.trap)
    assert.equal(plain.trap?.code, 'call stack exhausted')
    assertCompiled(jit)
  })
}

test('a leaf that has no room overflows the stack', async () => {
  const bytes = await parseWat(text, 'leaves')
  for (let stackWords = 3_000; stackWords < 3_024; stackWords++) {
    const plain = await begun(bytes, stackWords)
    const machine = await begun(bytes, stackWords)
    const jit = attachJit(machine, plainVariant)
    run(plain, Number.MAX_SAFE_INTEGER)
    run(machine, Number.MAX_SAFE_INTEGER)
    assert.equal(rootText(machine), rootText(plain), `${stackWords} words`)
    assert.deepEqual(machine.trap, plain.trap)
    assertCompiled(jit)
  }
})
