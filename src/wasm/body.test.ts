// What code a body becomes: instructions, labels, and what is left out.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { FunctionDef } from '../isa/program.ts'
import { FUNCREF, HEAP_INDEX, I32, Kinds, refType } from '../isa/types.ts'
import { translateBody } from './body.ts'
import { decodeModule } from './decode.ts'
import { checkFlow } from './tools/flow-check.ts'
import { assembleWat, functionOf, listing, listWat, translateFunction } from './tools/test-body.ts'

test('blocks and ends are free, falling off the end is a return', () => {
  assert.deepEqual(listWat('(func (block (loop (block nop))))'), ['nop', 'return'])
})

test('an if without else jumps to its end', () => {
  assert.deepEqual(listWat('(func (param i32) (if (local.get 0) (then nop)))'), [
    'local.get 0',
    'jump_unless 0 0',
    'nop',
    'return',
    '3:',
  ])
})

test('reaching else is one jump, which carries the results', () => {
  const text = `(func (param i32) (result i64)
    (i64.const 9) (if (param i64) (result i64) (local.get 0)
      (then drop (i64.const 1)) (else nop)))`
  assert.deepEqual(listWat(text), [
    'i64.const 9 0',
    'local.get 0',
    'jump_unless 0 0',
    'drop',
    'i64.const 1 0',
    'jump 1 1',
    'nop',
    'return',
    '6: i64',
    '7: i64',
  ])
})

test('a then part that does not fall into else has no jump', () => {
  const text = `(func (param i32) (result i32)
    (if (local.get 0) (then (return (i32.const 1))) (else nop)) (i32.const 2))`
  assert.deepEqual(listWat(text), [
    'local.get 0',
    'jump_unless 0 0',
    'i32.const 1',
    'return',
    'nop',
    'i32.const 2',
    'return',
    '4:',
  ])
})

test('code that nothing reaches is left out, up to a label that something jumps to', () => {
  const text = `(func (param i32)
    (block (block (br_if 1 (local.get 0)) (br 0) (drop (i32.const 1)))
      (block (unreachable) nop) (drop (i32.const 2)))
    nop)`
  assert.deepEqual(listWat(text), [
    'local.get 0',
    'jump_if 0 0',
    'jump 1 0',
    'unreachable',
    'nop',
    'return',
    '4:',
    '3:',
  ])
})

test('jumps out of the function go past the last instruction; a return is its own', () => {
  const text = `(func (param i32) (result i32)
    (i64.const 7) (i32.const 1) (br_if 0 (local.get 0)) (br 0))`
  assert.deepEqual(listWat(text), [
    'i64.const 7 0',
    'i32.const 1',
    'local.get 0',
    'jump_if 0 1',
    'jump 0 1',
    '5: i32',
  ])
  assert.deepEqual(listWat('(func (param i32) (br_if 0 (local.get 0)))'), [
    'local.get 0',
    'jump_if 0 0',
    'return',
    '3:',
  ])
})

test('a loop label stands at its start over its parameters', () => {
  const text = `(func (param i32) (f32.const 0) (i32.const 5)
    (loop (param i32) (i64.const 2) (i32.const 3) (br_if 0 (local.get 0)) drop drop drop) drop)`
  assert.deepEqual(listWat(text), [
    'f32.const 0',
    'i32.const 5',
    'i64.const 2 0',
    'i32.const 3',
    'local.get 0',
    'jump_if 0 1',
    'drop',
    'drop',
    'drop',
    'drop',
    'return',
    '2: f32 i32',
  ])
})

test('a jump table has one keep and its labels in order of first use', () => {
  const text = `(func (param i32) (result v128)
    (block $a (result v128) (block $b (result v128)
      (br_table $b $a $b $a (v128.const i64x2 1 2) (local.get 0)))
      (v128.const i64x2 0 0) drop))`
  assert.deepEqual(listWat(text), [
    'v128.const 1 0 2 0',
    'local.get 0',
    'jump_table 2 3 0 1 0 1',
    'v128.const 0 0 0 0',
    'drop_v128',
    'return',
    '3: v128',
    '5: v128',
  ])
})

test('drop and select know vectors, with and without a type', () => {
  const text = `(func (param v128 i32)
    (drop (select (local.get 0) (local.get 0) (local.get 1)))
    (drop (select (result v128) (local.get 0) (local.get 0) (local.get 1)))
    (drop (select (result i32) (local.get 1) (local.get 1) (local.get 1))))`
  const names = listWat(text).filter((line) => !line.startsWith('local.get'))
  const expected = ['select_v128', 'drop_v128', 'select_v128', 'drop_v128', 'select', 'drop']
  assert.deepEqual(names, [...expected, 'return'])
})

test('memory arguments give the memory and a 64-bit offset, lanes come last', () => {
  const text = `(memory i64 1) (memory 1)
    (func (result v128)
      (i32.store 1 offset=300 (i32.const 0) (i32.load (i64.const 0)))
      (drop (i64.load offset=0x123456789 (i64.const 0)))
      (v128.load8_lane 1 offset=4 5 (i32.const 0) (v128.const i64x2 0 0)))`
  assert.deepEqual(listWat(text), [
    'i32.const 0',
    'i64.const 0 0',
    'i32.load 0 0 0',
    'i32.store 1 300 0',
    'i64.const 0 0',
    `i64.load 0 ${0x23456789} 1`,
    'drop',
    'i32.const 0',
    'v128.const 0 0 0 0',
    'v128.load8_lane 1 4 0 5',
    'return',
  ])
})

test('constants are kept bit by bit', () => {
  const text = `(func (result f32 f64 i64 i32 v128)
    (f32.const -nan:0x200001) (f64.const nan:0x4000000000001) (i64.const -2) (i32.const -1)
    (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31
      (v128.const i32x4 1 2 3 -4) (v128.const i64x2 0 0)))`
  assert.deepEqual(listWat(text), [
    `f32.const ${0xffa00001 | 0}`,
    `f64.const 1 ${0x7ff40000}`,
    'i64.const -2 -1',
    'i32.const -1',
    'v128.const 1 2 3 -4',
    'v128.const 0 0 0 0',
    `i8x16.shuffle ${0x03020100} ${0x07060504} ${0x0b0a0908} ${0x1f0e0d0c}`,
    'return',
  ])
})

test('tail calls end the code', () => {
  const text = `(type $t (func)) (table 1 funcref)
    (func (param i32) (if (local.get 0) (then (return_call 0 (i32.const 0)) nop))
      (return_call_indirect (type $t) (i32.const 0)) nop)`
  assert.deepEqual(listWat(text), [
    'local.get 0',
    'jump_unless 0 0',
    'i32.const 0',
    'return_call 0',
    'i32.const 0',
    'return_call_indirect 0 0',
    '4:',
  ])
})

test('locals are declared after the parameters, and each pc has its offset in the source', () => {
  const bytes = assembleWat('(func (param i32) (local i32 i32 funcref) nop (block nop))')
  const f = translateFunction(bytes)
  assert.deepEqual(f.locals, [I32, I32, FUNCREF])
  assert.deepEqual(
    [...(f.source ?? [])].map((offset) => bytes[offset]),
    [0x01, 0x01, 0x0b],
  )
  const end = bytes.length - 1
  assert.deepEqual([...(f.source ?? [])], [end - 5, end - 2, end])
})

const nullable = [0x63, 0x00]
const none = [0x60, 0x00, 0x00]

test('branches on null and on casts carry and leave the reference', () => {
  const takesRef = [0x60, 0x01, ...nullable, 0x00]
  const onNull = functionOf([takesRef], 0x20, 0x00, 0xd5, 0x00, 0x1a)
  assert.deepEqual(listing(translateFunction(onNull)), [
    'local.get 0',
    'jump_on_null 0 0',
    'drop',
    'return',
    '4:',
  ])
  const givesRef = [0x60, 0x01, ...nullable, 0x01, 0x64, 0x00]
  const onNonNull = functionOf([givesRef], 0x20, 0x00, 0xd6, 0x00, 0x00)
  assert.deepEqual(listing(translateFunction(onNonNull)), [
    'local.get 0',
    'jump_on_non_null 0 1',
    'unreachable',
    '3: funcref',
  ])
  const cast = [0x60, 0x01, 0x70, 0x01, 0x70]
  const onCast = functionOf(
    [cast, none],
    0x20,
    0,
    0xfb,
    0x18,
    1,
    0,
    0x70,
    1,
    0xfb,
    0x19,
    3,
    0,
    0x70,
    1,
  )
  const type = HEAP_INDEX + 1
  assert.deepEqual(listing(translateFunction(onCast)), [
    'local.get 0',
    `jump_on_cast 0 1 ${refType(type, false)}`,
    `jump_on_cast_fail 0 1 ${refType(type, true)}`,
    'return',
    '4: funcref',
  ])
})

test('ref.null gives the kind, tests and casts the type', () => {
  const code = [0xd0, 0x00, 0xfb, 0x14, 0x70, 0x1a, 0xd0, 0x6c, 0xfb, 0x17, 0x6d, 0x1a]
  assert.deepEqual(listing(translateFunction(functionOf([none], ...code))), [
    `ref.null ${Kinds.funcref}`,
    `ref.test ${FUNCREF + 1}`,
    'drop',
    `ref.null ${Kinds.anyref}`,
    `ref.cast ${refType(5, true)}`,
    'drop',
    'return',
  ])
})

test('the check that runs on every translation here notices what is wrong', () => {
  const text = `(func (param i32) (result i32)
    (i64.const 7) (i32.const 1) (br_if 0 (local.get 0)) return)`
  const module = decodeModule(assembleWat(text))
  const f = translateBody(module, 0)
  checkFlow(module, f)
  const { code, labels } = f
  const wrong = (change: Partial<FunctionDef>): void =>
    assert.throws(() => checkFlow(module, { ...f, ...change }), assert.AssertionError)
  const noKeep = code.imm.slice()
  noKeep[code.at[3] + 1] = 0
  wrong({ code: { ...code, imm: noKeep } })
  wrong({ labels: [{ ...labels[0], stack: [Kinds.i64] }] })
  wrong({ labels: [{ ...labels[0], pc: 2 }] })
  wrong({ labels: [...labels, labels[0]] })
  wrong({ code: { ...code, op: code.op.with(4, 0x01) } })
})

test('deep nesting takes no host stack', () => {
  const depth = 90_000
  const code = [...Array(depth).fill([0x02, 0x40]).flat(), ...Array(depth).fill(0x0b)]
  const body = [0x00, ...code, 0x0b]
  const f = translateFunction(bodyOf(body))
  assert.deepEqual(listing(f), ['return'])
})

function bodyOf(body: readonly number[]): Uint8Array {
  const leb = (value: number): number[] => [
    (value & 0x7f) | 0x80,
    ((value >> 7) & 0x7f) | 0x80,
    ((value >> 14) & 0x7f) | 0x80,
    value >> 21,
  ]
  const code = [0x01, ...leb(body.length), ...body]
  const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, ...none, 3, 2, 1, 0]
  return Uint8Array.from([...head, 10, ...leb(code.length), ...code])
}
