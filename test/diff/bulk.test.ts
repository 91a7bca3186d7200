// Long moves in memory and its growth, by compiled code: a tick for each chunk, wherever a slice
// ends, and no copy that would trap has begun.
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseWat } from '../../src/host/wat.ts'
import { variantName } from '../../src/jit/variant.ts'
import type { Machine } from '../../src/machine/machine.ts'
import { runSlice } from '../../src/machine/run.ts'
import { loadProgram, Vac } from '../../src/vac.ts'
import { assertCompiled, attachJit, compiledVariants, detach, rootText } from './sides.ts'

/** Each round moves up, down and between memories; the last one is out of bounds. */
const text = (kind: 'i32' | 'i64'): string => `(module
  (memory ${kind === 'i64' ? 'i64 ' : ''}6 8) (memory $b 4 6)
  (func (export "run") (result ${kind})
    (local $i i32) (local $size ${kind}) (local $old ${kind})
    (local.set $size (${kind}.const 65537))
    (loop $next
      (memory.fill (${kind}.const 100) (local.get $i) (local.get $size))
      (${kind}.store (${kind}.const 9) (local.get $size))
      (memory.copy (${kind}.const 3) (${kind}.const 2) (local.get $size))
      (memory.copy (${kind}.const 2) (${kind}.const 7) (local.get $size))
      (memory.copy (${kind}.const 131072) (${kind}.const 0) (${kind}.const 196608))
      (memory.copy $b 0 (i32.const 5) (${kind}.const 1) (i32.const 131073))
      (memory.copy 0 $b (${kind}.const 0) (i32.const 3) (i32.const 196608))
      (drop (memory.grow $b (i32.const 1)))
      (local.set $old (memory.grow (${kind}.const 1)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (local.set $size (${kind}.add (local.get $size) (${kind}.const 70000)))
      (br_if $next (i32.lt_u (local.get $i) (i32.const 5))))
    (memory.fill (${kind}.const 65536) (i32.const 7) (${kind}.const 0x7ffffff0))
    (local.get $old)))`

async function begun(bytes: Uint8Array): Promise<Machine> {
  const vac = new Vac()
  const instance = vac.instantiate(await loadProgram(bytes))
  detach(vac.machine)
  instance.begin('run')
  return vac.machine
}

for (const kind of ['i32', 'i64'] as const) {
  for (const variant of compiledVariants) {
    const how = `${variantName(variant)} code`
    test(`long moves by addresses of ${kind} in ${how} are the interpreter's`, async () => {
      const bytes = await parseWat(text(kind), kind)
      for (const budget of [1, 2, 7, 50, 10_000]) {
        const plain = await begun(bytes)
        const machine = await begun(bytes)
        const jit = attachJit(machine, variant)
        while (plain.status === 'running') {
          runSlice(plain, budget)
          runSlice(machine, budget)
          const { ticks, status } = plain
          assert.deepEqual([machine.ticks, machine.status], [ticks, status])
          assert.equal(rootText(machine), rootText(plain), `tick ${ticks}`)
        }
        assert.equal(machine.trap?.code, plain.trap?.code)
        assertCompiled(jit)
      }
    })
  }
}
