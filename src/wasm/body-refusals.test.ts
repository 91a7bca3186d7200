// What the translator turns away, and where it says the fault is.
import assert from 'node:assert/strict'
import test from 'node:test'
import { wasmLimits } from './module.ts'
import { assembleWat, functionOf, translateFunction } from './tools/test-body.ts'
import { moduleOf, refused, section } from './tools/test-module.ts'

const none = [0x60, 0x00, 0x00]
/** type 0: takes a (ref 0), which has no default, and gives nothing. */
const takesRef = [0x60, 0x01, 0x64, 0x00, 0x00]

const invalidWat = (text: string, words: string): string =>
  refused('WASM_INVALID', words, () => translateFunction(assembleWat(text)))
const invalidCode = (words: string, ...code: number[]): string =>
  refused('WASM_INVALID', words, () => translateFunction(functionOf([none], ...code)))
const malformedCode = (words: string, ...code: number[]): string =>
  refused('WASM_MALFORMED', words, () => translateFunction(functionOf([none], ...code)))

/** Offset of the first instruction in `functionOf([none], ...)`. */
const first = 0x17

test('a type error names both types, the offset and the function', () => {
  const place = invalidCode('found type mismatch: i64; expected i32', 0x42, 0x00, 0x45, 0x1a)
  assert.equal(place, `offset 0x${(first + 2).toString(16)} in function 0`)
})

test('operands of the outer block are out of reach', () => {
  invalidCode('no value left in the block', 0x41, 0, 0x02, 0x40, 0x1a, 0x0b)
  invalidCode('1 values more', 0x41, 0)
})

test('unreachable code is validated, although it emits nothing', () => {
  invalidCode('found type mismatch: i64; expected i32', 0x00, 0x42, 0x00, 0x45, 0x1a)
  invalidCode('found type mismatch: a reference; expected i32', 0x00, 0xd4, 0x45, 0x1a)
  assert.equal(translateFunction(functionOf([none], 0x00, 0x6a, 0x1a)).code.op.length, 1)
})

test('a local without default is set before it is read, and the end of a block forgets it', () => {
  const local = [0x01, 0x01, 0x64, 0x00]
  const body = (...code: number[]): Uint8Array => {
    const bytes = [...local, ...code, 0x0b]
    return moduleOf(
      section(1, [1, ...takesRef]),
      section(3, [1, 0]),
      section(10, [1, bytes.length, ...bytes]),
    )
  }
  const set = [0x20, 0, 0x21, 1]
  const get = [0x20, 1, 0x1a]
  assert.ok(translateFunction(body(...set, ...get)))
  assert.ok(translateFunction(body(...set, 0x02, 0x40, ...get, 0x0b, ...get)))
  const read = (...code: number[]) =>
    refused('WASM_INVALID', 'uninitialized local 1', () => {
      translateFunction(body(...code))
    })
  read(...get)
  read(0x02, 0x40, ...set, 0x0b, ...get)
  read(0x41, 0, 0x04, 0x40, ...set, 0x05, ...get, 0x0b)
})

test('a label, local, function or tag that is not there is invalid', () => {
  invalidCode('unknown label 1', 0x0c, 1)
  invalidCode('unknown local 0', 0x20, 0, 0x1a)
  invalidCode('unknown function 1', 0x10, 1)
  invalidCode('unknown tag 0', 0x08, 0)
  invalidCode('unknown memory 0', 0x3f, 0, 0x1a)
  invalidCode('unknown table 0', 0x41, 0, 0x25, 0, 0x1a)
})

test('the source cannot name the hidden local of a rethrow', () => {
  invalidCode('unknown local 0', 0x06, 0x40, 0x01, 0x19, 0x09, 0, 0x0b, 0x20, 0, 0x1a)
})

test('alignment, lanes and results have their bounds', () => {
  const memory = '(memory 1) '
  const load = assembleWat(`${memory}(func (drop (i32.load8_u (i32.const 0))))`)
  const at = load.lastIndexOf(0x2d)
  load[at + 1] = 1
  refused('WASM_INVALID', 'alignment must not be larger', () => translateFunction(load))
  malformedCode('malformed memop flags', 0x41, 0, 0x2d, 0x80, 0x01, 0, 0x1a)
  invalidCode('invalid lane index 16', 0x00, 0xfd, 0x15, 16, 0x1a)
  invalidWat('(func (result i32) (return_call 1)) (func)', 'results []')
  invalidCode('function named outside', 0xd2, 0, 0x1a)
})

test('what is no instruction is malformed', () => {
  malformedCode('illegal opcode 0x17', 0x17)
  malformedCode('illegal opcode 0xfc 18', 0xfc, 18)
  malformedCode('illegal opcode 0xfd 767', 0xfd, 0xff, 0x05)
  malformedCode('illegal opcode 0xfd 4096', 0xfd, 0x80, 0x20)
  malformedCode('illegal opcode 0xfb 31', 0xfb, 31)
  malformedCode('else outside', 0x05)
  malformedCode('catch outside', 0x19)
  malformedCode('after the last end', 0x0b)
  malformedCode('unexpected end', 0x02, 0x40)
  malformedCode('data count section required', 0xfc, 9, 0)
})

test('structs, arrays and atomics are not supported', () => {
  for (const code of [
    [0xfb, 0x00, 0x00],
    [0xfe, 0x03, 0x00],
  ]) {
    refused('WASM_UNSUPPORTED', '', () => translateFunction(functionOf([none], ...code)))
  }
})

test('too many locals are malformed, many are over the limit', () => {
  const locals = (count: number[]): Uint8Array => {
    const bytes = [0x02, 0x01, 0x7f, ...count, 0x7f, 0x0b]
    return moduleOf(
      section(1, [1, ...none]),
      section(3, [1, 0]),
      section(10, [1, bytes.length, ...bytes]),
    )
  }
  const all = [0xff, 0xff, 0xff, 0xff, 0x0f]
  refused('WASM_MALFORMED', 'too many locals', () => translateFunction(locals(all)))
  const many = [0xd0, 0x86, 0x03]
  assert.equal(wasmLimits.locals, 50_000)
  refused('WASM_LIMIT', 'locals', () => translateFunction(locals(many)))
})

test('labels over a high stack are limited, so that no body asks for endless memory', () => {
  const depth = 3000
  const blocks = Array(depth).fill([0x41, 0, 0x02, 0x40, 0x41, 0, 0x0d, 0]).flat()
  const wide = Array(9000).fill([0x41, 0]).flat()
  const body = [0x00, ...wide, ...blocks, ...Array(depth).fill(0x0b), 0x00, 0x0b]
  const leb = (value: number): number[] => [
    (value & 127) | 128,
    ((value >> 7) & 127) | 128,
    value >> 14,
  ]
  const code = [0x01, ...leb(body.length), ...body]
  const bytes = moduleOf(section(1, [1, ...none]), section(3, [1, 0]), section(10, code))
  refused('WASM_LIMIT', 'operands at jump targets', () => translateFunction(bytes))
})
