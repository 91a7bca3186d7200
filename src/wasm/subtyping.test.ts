// Matching of types: the heap hierarchy, declared supertypes, and recursive groups written alike.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TypeDef } from '../isa/program.ts'
import { FUNCREF, HEAP_INDEX, Heap, I32, I64, refType, type ValType } from '../isa/types.ts'
import { WasmReader } from './reader.ts'
import { canonicalIds, isSubtype, isTypeBelow } from './subtyping.ts'
import { list, refused } from './tools/test-module.ts'
import { readTypes, valTypeName } from './types.ts'

const typesOf = (...groups: number[][]): TypeDef[] => {
  const types: TypeDef[] = []
  readTypes(new WasmReader(Uint8Array.from(list(...groups))), types)
  return types
}
const func = (params: number[][] = [], results: number[][] = []): number[] => [
  0x60,
  ...list(...params),
  ...list(...results),
]
const i32 = [0x7f]
const open = (supers: number[], type: number[]): number[] => [
  0x50,
  supers.length,
  ...supers,
  ...type,
]
const closed = (supers: number[], type: number[]): number[] => [
  0x4f,
  supers.length,
  ...supers,
  ...type,
]
const rec = (...types: number[][]): number[] => [0x4e, ...list(...types)]
const ref = (index: number): number[] => [0x64, index]
const nullRef = (index: number): number[] => [0x63, index]
const concrete = (index: number, nullable = false): ValType => refType(HEAP_INDEX + index, nullable)

describe('abstract heap types', () => {
  const chains: (keyof typeof Heap)[][] = [
    ['nofunc', 'func'],
    ['noextern', 'extern'],
    ['noexn', 'exn'],
    ['none', 'i31', 'eq', 'any'],
    ['none', 'struct', 'eq', 'any'],
    ['none', 'array', 'eq', 'any'],
  ]
  it('match along their hierarchy and in no other way', () => {
    for (const [a, low] of Object.entries(Heap)) {
      for (const [b, high] of Object.entries(Heap)) {
        const below = chains.some((chain) => {
          const [i, j] = [chain.indexOf(a as never), chain.indexOf(b as never)]
          return i >= 0 && i <= j
        })
        assert.equal(isSubtype([], refType(low, true), refType(high, true)), below, `${a} <: ${b}`)
        assert.equal(isSubtype([], refType(low, false), refType(high, true)), below)
        assert.equal(isSubtype([], refType(low, true), refType(high, false)), false)
      }
    }
  })
  it('never match numbers', () => {
    assert.ok(isSubtype([], I32, I32))
    assert.ok(!isSubtype([], I32, I64))
    assert.ok(!isSubtype([], I32, FUNCREF))
    assert.ok(!isSubtype([], FUNCREF, I32))
  })
})

describe('declared types', () => {
  it('match their supertypes, func and nothing above nofunc', () => {
    const types = typesOf(open([], func()), open([0], func()), closed([1], func()), func([i32]))
    assert.ok(isTypeBelow(types, 2, 0))
    assert.ok(!isTypeBelow(types, 0, 2))
    assert.ok(isSubtype(types, concrete(2), concrete(1, true)))
    assert.ok(!isSubtype(types, concrete(2, true), concrete(1)))
    assert.ok(!isSubtype(types, concrete(3), concrete(0)))
    assert.ok(isSubtype(types, concrete(3), FUNCREF))
    assert.ok(!isSubtype(types, FUNCREF, concrete(3, true)))
    assert.ok(isSubtype(types, refType(Heap.nofunc, true), concrete(3, true)))
    assert.ok(!isSubtype(types, refType(Heap.none, true), concrete(3, true)))
  })
  it('are equal where their groups are written alike', () => {
    const pair = (first: number): number[] => rec(func([ref(first + 1)]), func([nullRef(first)]))
    const types = typesOf(pair(0), pair(2), func([ref(0)]), func([ref(2)]), func([ref(1)]))
    assert.deepEqual(canonicalIds(types), [0, 1, 0, 1, 4, 4, 6])
  })
  it('differ by finality, supertype, place in the group and size of the group', () => {
    const types = typesOf(
      func(),
      open([], func()),
      closed([1], func()),
      rec(func(), func()),
      rec(func(), func([i32])),
    )
    assert.deepEqual(canonicalIds(types), [0, 1, 2, 3, 4, 5, 6])
  })
  it('may widen results and narrow parameters the other way round', () => {
    const base = open([], func())
    const types = typesOf(
      base,
      open([0], func()),
      open([], func([ref(1)], [ref(0)])),
      closed([2], func([ref(0)], [ref(1)])),
    )
    assert.equal(types[3].super, 2)
  })
})

describe('a type section', () => {
  it('refuses a supertype that is final, unlike, later or unknown', () => {
    const bad = (words: string, ...groups: number[][]): string =>
      refused('WASM_INVALID', words, () => typesOf(...groups))
    bad('sub type 1 does not match super type 0', func(), closed([0], func()))
    bad('sub type 1 does not match super type 0', open([], func()), closed([0], func([i32])))
    bad('unknown type 1', rec(closed([1], func()), open([], func())))
    bad('unknown type 0', closed([0], func()))
    bad('unknown type 1', func([ref(1)]))
    bad('at most one', open([], func()), open([], func()), closed([0, 1], func()))
  })
  it('refuses chains of supertypes beyond the limit', () => {
    const chain = (length: number): number[][] =>
      Array.from({ length }, (_, i) => open(i === 0 ? [] : [i - 1], func()))
    assert.equal(typesOf(...chain(64)).length, 64)
    refused('WASM_LIMIT', 'levels of supertypes', () => typesOf(...chain(65)))
  })
  it('refuses structs and arrays as unsupported, after reading them', () => {
    const unsupported = (type: number[], words: string): string =>
      refused('WASM_UNSUPPORTED', words, () => typesOf(func(), type))
    assert.equal(unsupported([0x5f, 1, 0x78, 1], 'a struct type'), 'offset 0x4')
    unsupported(rec([0x5e, 0x7f, 0]), 'an array type')
    refused('WASM_MALFORMED', 'malformed mutability', () => typesOf([0x5e, 0x7f, 2]))
  })
  it('refuses a declared length that the bytes cannot hold', () => {
    const huge = [0xff, 0xff, 0xff, 0xff, 0x0f]
    refused('WASM_MALFORMED', 'length out of bounds', () =>
      readTypes(new WasmReader(Uint8Array.from([...huge, 0x60])), []),
    )
    refused('WASM_MALFORMED', 'length out of bounds', () => typesOf([0x60, ...huge]))
    refused('WASM_MALFORMED', 'length out of bounds', () => typesOf([0x4e, ...huge]))
  })
})

describe('the name of a value type', () => {
  it('is what the text format writes', () => {
    const names = [I32, FUNCREF, concrete(3), refType(Heap.i31, false)].map(valTypeName)
    assert.deepEqual(names, ['i32', '(ref null func)', '(ref 3)', '(ref i31)'])
  })
})
