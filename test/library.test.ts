import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { loadProgram, Vac, VacError } from '../src/vac.ts'

const load = (text: string) => loadProgram(new TextEncoder().encode(text))

const LIBRARY = `(module
  (memory (export "memory") 1)
  (func (export "i32") (param i32) (result i32) local.get 0)
  (func (export "i64") (param i64) (result i64) local.get 0)
  (func (export "f32") (param f32) (result f32) local.get 0)
  (func (export "f64") (param f64) (result f64) local.get 0)
  (func (export "v128") (param v128) (result v128) local.get 0)
  (func (export "ref") (param externref) (result externref) local.get 0)
  (func $two (export "two") (param i32 i64) (result i64 i32) local.get 1 local.get 0)
  (table funcref (elem $two))
  (func (export "fn") (result funcref) (table.get 0 (i32.const 0)))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "trap") unreachable)
  (func (export "forever") (loop (br 0))))`

const READER = `(module
  (import "wasi_snapshot_preview1" "fd_read" (func $r (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $w (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 100))
    (loop
      (drop (call $r (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
      (if (i32.load (i32.const 8)) (then
        (i32.store (i32.const 20) (i32.load (i32.const 8)))
        (i32.store (i32.const 16) (i32.const 64))
        (drop (call $w (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24)))
        (br 1))))))`

const coded = (code: string) => (error: unknown) => error instanceof VacError && error.code === code

suite('the library', () => {
  test('values of every kind go in and come out', async () => {
    const vac = new Vac()
    const instance = vac.instantiate(await load(LIBRARY))
    const bytes = Uint8Array.from({ length: 16 }, (_, at) => at * 3)
    const cases = [
      ['i32', -5, -5],
      ['i32', 4294967295, -1],
      ['i64', -(1n << 63n), -(1n << 63n)],
      ['i64', (1n << 64n) - 1n, -1n],
      ['f32', 0.1, Math.fround(0.1)],
      ['f64', -0, -0],
      ['f64', Number.NaN, Number.NaN],
      ['v128', bytes, bytes],
      ['ref', null, null],
      ['ref', { extern: 0n }, { extern: 0n }],
    ] as const
    for (const [name, given, expected] of cases) {
      assert.deepEqual(instance.call(name, given), { status: 'returned', values: [expected] })
    }
    const two = instance.call('two', 1, 2n)
    assert.deepEqual(two, { status: 'returned', values: [2n, 1] })
    const ref = { instance: 1, function: 6 }
    assert.deepEqual(instance.call('fn'), { status: 'returned', values: [ref] })
  })

  test('values that do not fit are refused, and the machine stays idle', async () => {
    const vac = new Vac()
    const instance = vac.instantiate(await load(LIBRARY))
    const root = vac.root()
    const wrong = [
      ['i32', 1n],
      ['i32', 0.5],
      ['i32', 2 ** 32],
      ['i64', 1],
      ['i64', 1n << 64n],
      ['f64', '1'],
      ['v128', new Uint8Array(15)],
      ['ref', 5n],
      ['i32'],
      ['i32', 1, 2],
    ] as unknown as [string, ...never[]][]
    for (const [name, ...args] of wrong) {
      assert.throws(() => instance.call(name, ...args), coded('CALL_ARGUMENTS'))
    }
    assert.throws(() => instance.call('nothing'), coded('CALL_UNKNOWN'))
    assert.equal(vac.status, 'idle')
    assert.equal(vac.root(), root)
  })

  test('memory is read and written from outside, as a recorded input', async () => {
    const vac = new Vac()
    const instance = vac.instantiate(await load(LIBRARY))
    const memory = instance.memory()
    memory.write(8, Uint8Array.of(1, 2, 0, 0))
    assert.deepEqual(instance.call('load', 8), { status: 'returned', values: [513] })
    assert.deepEqual(memory.read(7, 4), Uint8Array.of(0, 1, 2, 0))
    assert.deepEqual(
      Array.from(vac.machine.inputs, (input) => input.kind),
      ['instantiate', 'write', 'invoke'],
    )
    assert.throws(() => memory.write(65_534, new Uint8Array(3)), coded('CALL_ARGUMENTS'))
    assert.throws(() => memory.read(-1, 1), coded('CALL_ARGUMENTS'))
    assert.throws(() => memory.read(0.5, 1), coded('CALL_ARGUMENTS'))
  })

  test('a trap is data, and the next call says what is wrong', async () => {
    const vac = new Vac()
    const instance = vac.instantiate(await load(LIBRARY))
    const result = instance.call('trap')
    assert.equal(result.status, 'trapped')
    assert.equal(vac.trap?.code, 'unreachable')
    assert.throws(() => instance.call('i32', 1), coded('CALL_ARGUMENTS'))
  })

  test('a run stops exactly at its budget and goes on', async () => {
    const vac = new Vac()
    const instance = vac.instantiate(await load(LIBRARY))
    instance.begin('forever')
    assert.deepEqual(vac.run(1000), { reason: 'budget', ticks: 1000 })
    assert.deepEqual(vac.run(234), { reason: 'budget', ticks: 1234 })
    assert.deepEqual(instance.result('forever'), { status: 'stopped' })
  })

  test('one instance imports what another exports', async () => {
    const vac = new Vac()
    const base = vac.instantiate(await load(LIBRARY))
    const user = vac.instantiate(
      await load(`(module (import "lib" "two" (func $two (param i32 i64) (result i64 i32)))
        (func (export "go") (result i32) (local i32)
          (call $two (i32.const 9) (i64.const 1)) (local.set 0) (drop) (local.get 0)))`),
      { lib: base },
    )
    assert.deepEqual(user.call('go'), { status: 'returned', values: [9] })
  })

  test('a machine saved while it waits goes on to the root of one that was not', async () => {
    const finish = async (interrupted: boolean) => {
      let output = ''
      const sink = (_: string, bytes: Uint8Array): void => {
        output += new TextDecoder().decode(bytes)
      }
      let vac = new Vac({ output: sink })
      vac.start(['reader'])
      vac.instantiate(await load(READER)).begin('_start')
      vac.run()
      assert.equal(vac.status, 'waiting')
      vac.input('one\n')
      vac.run()
      if (interrupted) {
        const root = vac.root()
        vac = Vac.restore(vac.save(), { output: sink })
        assert.equal(vac.root(), root)
      }
      vac.input('two\n')
      vac.input(null)
      vac.run()
      return { output, root: vac.root(), ticks: vac.ticks, status: vac.status }
    }
    const straight = await finish(false)
    assert.deepEqual(await finish(true), straight)
    assert.equal(straight.output, 'one\ntwo\n')
    assert.equal(straight.status, 'idle')
  })

  test('a saved machine gets no more than its receiver grants', async () => {
    const vac = new Vac()
    vac.instantiate(await load(READER)).begin('_start')
    vac.run()
    const saved = vac.save()
    const refuse = () => Vac.restore(saved, { grants: ['clock'] })
    assert.throws(refuse, coded('LINK_UNKNOWN_IMPORT'))
  })
})
