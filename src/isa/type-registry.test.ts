import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExternType, TypeDef } from './program.ts'
import { alone, functionType, limits } from './tools/verify-sample.ts'
import { externMatches, TypeRegistry } from './type-registry.ts'
import { EXTERNREF, FUNCREF, HEAP_INDEX, Heap, I32, I64, refType } from './types.ts'

const none = functionType([], [])
const open = functionType([I32], [], { final: false })
const to = (index: number, nullable = true): number => refType(HEAP_INDEX + index, nullable)
const group = (start: number, ...types: TypeDef[]): TypeDef[] =>
  types.map((type) => ({ ...type, groupStart: start, groupSize: types.length }))

test('equal types of two programs have one number, whatever stands around them', () => {
  const registry = new TypeRegistry()
  const a = registry.add(alone(none, functionType([I32], [I64])))
  const b = registry.add(alone(functionType([I32], [I64]), none, functionType([I64], [])))
  assert.deepEqual([...b.subarray(0, 2)], [a[1], a[0]])
  assert.ok(!a.includes(b[2]))
})

test('a type is its group and its place in it', () => {
  const registry = new TypeRegistry()
  const both = registry.add(group(0, none, none))
  assert.notEqual(both[0], both[1])
  const single = registry.add([none])
  assert.ok(!both.includes(single[0]))
  assert.deepEqual(registry.add([none, ...group(1, none, none)]), Uint32Array.of(2, 0, 1))
})

test('references into a group count from its start, those out of it by what they mean', () => {
  const registry = new TypeRegistry()
  const self = (start: number): TypeDef[] => group(start, functionType([to(start)], []))
  const a = registry.add(self(0))
  const b = registry.add([none, ...self(1)])
  assert.equal(b[1], a[0])
  const outer = registry.add([...self(0), ...alone(none, none, functionType([to(0)], [])).slice(2)])
  assert.equal(outer.length, 2)
  assert.notEqual(outer[1], a[0])
  const nonNull = registry.add(group(0, functionType([to(0, false)], [])))
  assert.notEqual(nonNull[0], a[0])
})

test('finality and supertypes tell types apart', () => {
  const registry = new TypeRegistry()
  const ids = registry.add(
    alone(open, { ...open, final: true }, { ...open, super: 0 }, { ...open, super: 2 }),
  )
  assert.equal(new Set(ids).size, 4)
})

test('subtypes are those that declare it, at any remove, across programs', () => {
  const registry = new TypeRegistry()
  const a = registry.add(alone(open, { ...open, super: 0 }, { ...open, super: 1 }))
  const b = registry.add(alone(none, open, { ...open, super: 1 }))
  assert.ok(registry.isSubtype(a[2], a[0]))
  assert.ok(registry.isSubtype(a[1], b[1]))
  assert.ok(registry.isSubtype(b[2], a[1]))
  assert.ok(!registry.isSubtype(a[0], a[1]))
  assert.ok(!registry.isSubtype(b[0], b[1]))
})

test('a supertype within the group counts from its start', () => {
  const registry = new TypeRegistry()
  const ids = registry.add([none, ...group(1, open, { ...open, super: 1 })])
  assert.ok(registry.isSubtype(ids[2], ids[1]))
  assert.ok(!registry.isSubtype(ids[2], ids[0]))
})

test('a function is of a heap type by its declared type', () => {
  const registry = new TypeRegistry()
  const ids = registry.add(alone(open, { ...open, super: 0 }))
  assert.ok(registry.matchesRef(ids[1], HEAP_INDEX, ids))
  assert.ok(!registry.matchesRef(ids[0], HEAP_INDEX + 1, ids))
  assert.ok(registry.matchesRef(ids[0], Heap.func, ids))
  assert.ok(!registry.matchesRef(ids[0], Heap.nofunc, ids))
  assert.ok(!registry.matchesRef(ids[0], Heap.any, ids))
})

test('abstract heap types form four hierarchies', () => {
  const registry = new TypeRegistry()
  const below: Record<string, string[]> = {
    func: ['nofunc'],
    extern: ['noextern'],
    exn: ['noexn'],
    any: ['eq', 'i31', 'struct', 'array', 'none'],
    eq: ['i31', 'struct', 'array', 'none'],
    i31: ['none'],
    struct: ['none'],
    array: ['none'],
  }
  for (const [a, heapA] of Object.entries(Heap)) {
    for (const [b, heapB] of Object.entries(Heap)) {
      const expected = a === b || (below[b] ?? []).includes(a)
      assert.equal(registry.heapMatches(heapA, heapB), expected, `${a} <= ${b}`)
    }
  }
  assert.ok(registry.heapMatches(HEAP_INDEX + 5, Heap.func))
  assert.ok(registry.heapMatches(Heap.nofunc, HEAP_INDEX + 5))
  assert.ok(!registry.heapMatches(Heap.func, HEAP_INDEX + 5))
  assert.ok(!registry.heapMatches(HEAP_INDEX + 5, Heap.any))
})

const registry = new TypeRegistry()
const given = registry.add(alone(open, { ...open, super: 0 }, none))
const wanted = registry.add(alone(none, open))
const matches = (a: ExternType, b: ExternType): boolean =>
  externMatches(registry, { extern: a, ids: given }, { extern: b, ids: wanted })

test('functions are linked by subtype, tags by equality', () => {
  for (const [type, asFunction, asTag] of [
    [0, true, true],
    [1, true, false],
    [2, false, false],
  ] as const) {
    assert.equal(matches({ kind: 'func', type }, { kind: 'func', type: 1 }), asFunction)
    assert.equal(matches({ kind: 'tag', type }, { kind: 'tag', type: 1 }), asTag)
  }
  assert.ok(!matches({ kind: 'func', type: 0 }, { kind: 'tag', type: 1 }))
})

test('memories are linked by limits, addresses and sharing', () => {
  const memory = (min: number, max: number | null, wide = false, shared = false): ExternType => ({
    kind: 'memory',
    memory: { ...limits(min, max, wide), shared },
  })
  assert.ok(matches(memory(2, 3), memory(1, 3)))
  assert.ok(matches(memory(2, 3), memory(2, null)))
  assert.ok(!matches(memory(1, 3), memory(2, null)))
  assert.ok(!matches(memory(2, null), memory(2, 3)))
  assert.ok(!matches(memory(2, 4), memory(2, 3)))
  assert.ok(!matches(memory(2, 3, true), memory(2, 3)))
  assert.ok(!matches(memory(2, 3), memory(2, 3, false, true)))
})

test('tables are linked by equal entries', () => {
  const of = (element: number): ExternType => ({
    kind: 'table',
    table: { element, limits: limits(1) },
  })
  assert.ok(matches(of(FUNCREF), of(FUNCREF)))
  assert.ok(!matches(of(EXTERNREF), of(FUNCREF)))
  assert.ok(matches(of(to(0)), of(to(1))))
  assert.ok(!matches(of(to(0)), of(FUNCREF)))
  assert.ok(!matches(of(to(1)), of(to(1))))
})

test('constant globals are linked by subtype, variable ones by equality', () => {
  const of = (type: number, mutable: boolean): ExternType => ({
    kind: 'global',
    global: { type, mutable },
  })
  assert.ok(matches(of(to(1, false), false), of(to(1), false)))
  assert.ok(!matches(of(to(1), false), of(to(1, false), false)))
  assert.ok(!matches(of(to(1, false), true), of(to(1), true)))
  assert.ok(matches(of(to(0), true), of(to(1), true)))
  assert.ok(!matches(of(I32, true), of(I32, false)))
  assert.ok(!matches(of(I32, false), of(I64, false)))
})
