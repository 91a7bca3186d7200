// Bodies made at the first call: whatever is made when, the run is the interpreter's.
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { nodeHasher } from '../host/hasher.ts'
import { parseWat } from '../host/wat.ts'
import { invoke } from '../machine/calls.ts'
import { exportOf, instantiate } from '../machine/instantiate.ts'
import { Machine } from '../machine/machine.ts'
import { defaultManifest } from '../machine/manifest.ts'
import { run } from '../machine/run.ts'
import { rootOf } from '../machine/state/root.ts'
import { translate } from '../wasm/translate.ts'
import { Batches } from './batches.ts'
import { ProgramShape } from './draft.ts'
import { drain } from './emit.ts'
import { Jit } from './jit.ts'
import { CodeLibrary, type CodeStore } from './library.ts'
import { checkedVariant, plainVariant, type Variant, variantName } from './variant.ts'

/** Calls directly, by a table, in place of the frame; `$later` only from the 40th round on. */
const text = `(module
  (memory 1) (global $sum (mut i64) (i64.const 0))
  (type $one (func (param i32) (result i32)))
  (table 8 funcref) (elem (i32.const 0) $twice $half $later $odd)
  (func $twice (type $one) (i32.shl (local.get 0) (i32.const 1)))
  (func $half (type $one) (call $twice (i32.shr_u (local.get 0) (i32.const 2))))
  (func $later (type $one) (i32.store (i32.const 8) (local.get 0)) (local.get 0))
  (func $even (param $n i32) (result i32)
    (if (result i32) (local.get $n)
      (then (return_call $odd (i32.sub (local.get $n) (i32.const 1))))
      (else (i32.const 1))))
  (func $odd (param $n i32) (result i32)
    (if (result i32) (local.get $n)
      (then (return_call $even (i32.sub (local.get $n) (i32.const 1))))
      (else (i32.const 0))))
  (func $never (type $one) (call $twice (local.get 0)))
  (func $work (param $n i32) (local $i i32)
    (loop $next
      (global.set $sum (i64.add (global.get $sum) (i64.extend_i32_u
        (call_indirect (type $one) (local.get $i)
          (i32.add (i32.and (local.get $i) (i32.const 1))
            (i32.shl (i32.gt_u (local.get $i) (i32.const 40)) (i32.const 1)))))))
      (drop (call $even (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $n)))))
  (func (export "run") (param $n i32) (call $work (local.get $n))))`

const program = translate(await parseWat(text, 'batches'))
const functions = program.functions.length
const LATER = 2
/** The only one with a loop. */
const WORK = functions - 2

function begun(library: CodeLibrary | null, variant: Variant): { m: Machine; jit: Jit | null } {
  const m = new Machine(defaultManifest)
  const { instance } = instantiate(m, program, new Uint8Array(32), () => null)
  const jit = library === null ? null : new Jit(m, { library, variant })
  jit?.attach()
  const extern = exportOf(m, instance, program.exports[0])
  assert.ok(extern.kind === 'func')
  invoke(m, extern.fn, [120n])
  return { m, jit }
}

/** As a host reads a file: a buffer within a larger one, at an odd place. */
const asRead = (bytes: Uint8Array | undefined): Uint8Array<ArrayBuffer> | null =>
  bytes === undefined ? null : Buffer.concat([Buffer.alloc(33), bytes]).subarray(33)

const rootText = (m: Machine): string => Buffer.from(rootOf(m, nodeHasher)).toString('hex')

/** Runs both in steps of `ticks`, with `between` after each, and compares. */
function compare(library: CodeLibrary, ticks: number, between: () => void = () => {}): void {
  for (const variant of [plainVariant, checkedVariant]) {
    const one = begun(null, variant)
    const other = begun(library, variant)
    while (one.m.status === 'running') {
      for (const { m } of [one, other]) run(m, ticks)
      between()
      assert.equal(other.m.ticks, one.m.ticks)
      assert.equal(rootText(other.m), rootText(one.m), `tick ${one.m.ticks}`)
    }
    assert.ok((other.jit?.compiledTicks ?? 0) > 0, 'compiled code ran')
  }
}

suite('batches', () => {
  test('give the ticks and roots of the interpreter', () => {
    for (const ticks of [700, 5000, 1_000_000]) compare(new CodeLibrary({ lazyFrom: 0 }), ticks)
  })

  test('may be joined between any two runs', () => {
    for (const ticks of [700, 5000]) {
      const library = new CodeLibrary({ lazyFrom: 0 })
      compare(library, ticks, () => drain(library.join()))
      const other = new CodeLibrary({ lazyFrom: 0 })
      let steps: Iterator<void, void> | null = null
      compare(other, ticks, () => {
        steps ??= other.join()
        if (steps.next().done === true) steps = null
      })
    }
  })

  test('that the host has no room for are left to the interpreter', () => {
    const library = new CodeLibrary({ lazyFrom: 0 })
    const hash = new Uint8Array(32)
    let refused = 0
    for (const variant of [plainVariant, checkedVariant]) {
      const { batches } = library.compiled(program, variant, () => hash)
      assert.ok(batches !== null)
      const { with: make } = batches
      batches.with = (fn) => {
        if (fn !== LATER) return make.call(batches, fn)
        refused++
        throw new RangeError('no room')
      }
    }
    compare(library, 5000)
    assert.equal(refused, 2)
  })

  test('have what is called and no more', () => {
    const shape = new ProgramShape(program)
    const batches = new Batches(shape, plainVariant, null)
    assert.equal(batches.modules.length, 0)
    const even = batches.with(3)
    assert.equal(batches.modules.length, 1)
    assert.equal(batches.with(4), even, '$odd is called by $even')
    assert.notEqual(batches.with(functions - 1), even)
    drain(batches.join())
    assert.equal(batches.modules.length, 0)
  })

  test('come back from what was kept; what has another form is as if nothing were', () => {
    const shape = new ProgramShape(program)
    const first = new Batches(shape, plainVariant, null)
    first.with(3)
    first.with(0)
    const bytes = first.bytes()
    assert.equal(first.newBytes, 0)
    const again = new Batches(shape, plainVariant, bytes)
    assert.equal(again.modules.length, 2)
    assert.equal(again.newBytes, 0)
    assert.equal(again.with(0), again.modules[1])
    const broken = [bytes.subarray(1), bytes.subarray(0, 20), bytes.slice(0, 4), new Uint8Array(0)]
    for (const other of broken) {
      assert.equal(new Batches(shape, plainVariant, other).modules.length, 0)
    }
  })

  test('are kept by a store and used by the next library, joined', () => {
    const kept = new Map<Variant, Uint8Array<ArrayBuffer>>()
    const store: CodeStore = {
      get: (_, variant, part) => (part === 'bodies' ? (kept.get(variant) ?? null) : null),
      put: (_, variant, part, code) => void (part === 'bodies' && kept.set(variant, code.slice())),
    }
    const library = new CodeLibrary({ store, lazyFrom: 0 })
    compare(library, 5000)
    library.keep()
    assert.equal(kept.size, 0, 'too little to be kept')
    library.keep({ newBytes: 1, manyBatches: 1 })
    const sizes = [...kept.values()].map(({ length }) => length)
    assert.equal(sizes.length, 2)
    const next = new CodeLibrary({ store, lazyFrom: 0 })
    compare(next, 5000)
    next.keep({ newBytes: 1, manyBatches: 1 })
    assert.notDeepEqual(
      [...kept.values()].map(({ length }) => length),
      sizes,
    )
    compare(new CodeLibrary({ store, lazyFrom: 0 }), 5000)
  })

  test('are kept apart from bodies that are entered in the middle, for the next library', () => {
    const kept = new Map<string, Uint8Array<ArrayBuffer>>()
    const store: CodeStore = {
      get: (_, variant, part) => asRead(kept.get(`${variantName(variant)} ${part}`)),
      put: (_, variant, part, code) =>
        void kept.set(`${variantName(variant)} ${part}`, code.slice()),
    }
    const library = new CodeLibrary({ store, lazyFrom: 0 })
    compare(library, 700)
    library.keep({ newBytes: 1, newResumableBytes: 1 })
    const name = 'plain resumable'
    const bytes = kept.get(name)
    assert.ok(bytes !== undefined && kept.has('plain bodies'), [...kept.keys()].join())
    const next = () => new CodeLibrary({ store, lazyFrom: 0, patience: 100 })
    const found = () => next().compiled(program, plainVariant, () => new Uint8Array(32))
    const compiled = found()
    assert.equal(compiled.patience(WORK), 25)
    assert.ok(compiled.resumable(WORK) instanceof WebAssembly.Module)
    assert.equal(compiled.patience(WORK), 0)
    compare(next(), 700)
    for (const broken of [new Uint8Array(3), bytes.slice(1), bytes.slice(0, bytes.length - 1)]) {
      kept.set(name, broken)
      assert.equal(found().patience(WORK), 100, `${broken.length} bytes`)
      compare(next(), 700)
    }
  })
})
