import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VacError } from '../../base/errors.ts'
import type { ExternType, Program, TypeDef } from '../program.ts'
import { alone, code, functionType, limits, sample } from '../tools/verify-sample.ts'
import { EXTERNREF, F64, FUNCREF, HEAP_INDEX, I32, I64, refType, V128 } from '../types.ts'
import { verifyProgram } from './verify.ts'
import { MAX_CONST_WORDS } from './verify-const.ts'
import { MAX_SUPERTYPES } from './verify-module.ts'

const body = { code: 'return' }
const accepts = (name: string, rest: Partial<Program>): void => {
  test(`accepts ${name}`, () => verifyProgram(sample([body], rest)))
}
const refuses = (name: string, says: RegExp, rest: Partial<Program>): void => {
  test(`refuses ${name}`, () => {
    assert.throws(
      () => verifyProgram(sample([body], rest)),
      (error) => error instanceof VacError && says.test(error.message),
    )
  })
}
const imports = (...externs: ExternType[]): Partial<Program> => ({
  imports: externs.map((extern) => ({ module: 'm', name: 'n', extern })),
})
const none = functionType([], [])
const concrete = (index: number): number => refType(HEAP_INDEX + index, true)

// Types.
const pair = (first: TypeDef, second: TypeDef): TypeDef[] => [
  { ...first, groupSize: 2 },
  { ...second, groupSize: 2 },
]
accepts('a recursive group', { types: pair(functionType([concrete(1)], []), none) })
refuses('a reference to a later group', /value type/, {
  types: alone(functionType([concrete(1)], []), none),
})
refuses('a group that runs past the end', /groups/, { types: [{ ...none, groupSize: 2 }] })
refuses('an empty group', /groups/, { types: [{ ...none, groupSize: 0 }] })
refuses('a group whose members disagree', /groups/, {
  types: [{ ...none, groupSize: 2 }, none],
})
refuses('a group that starts elsewhere', /groups/, { types: [{ ...none, groupStart: 1 }] })
refuses('a value type that is none', /value type/, { types: [functionType([0], [])] })
const open = functionType([I32], [], { final: false })
accepts('a subtype', { types: alone(open, { ...open, super: 0 }) })
refuses('a final supertype', /final/, {
  types: alone(functionType([I32], []), { ...open, super: 0 }),
})
refuses('itself as supertype', /earlier type/, { types: [{ ...open, super: 0 }] })
refuses('a supertype of other kinds', /other kinds/, {
  types: alone(open, functionType([I64], [], { super: 0 })),
})
refuses('a supertype with other results', /other kinds/, {
  types: alone(open, functionType([I32], [I32], { super: 0 })),
})
const chain = (length: number): TypeDef[] =>
  alone(...Array.from({ length }, (_, index) => ({ ...open, super: index - 1 })))
accepts('a long chain of supertypes', { types: chain(MAX_SUPERTYPES + 1) })
refuses('a longer chain of supertypes', /more supertypes/, { types: chain(MAX_SUPERTYPES + 2) })
refuses('more parameters than the limit', /2049 words/, {
  types: [functionType(new Array(2049).fill(I32), [])],
})

// Index spaces.
refuses('an import of no type', /type 1/, imports({ kind: 'func', type: 1 }))
refuses('a tag with results', /1 results/, {
  types: alone(none, functionType([], [I32])),
  tags: [1],
})
refuses('a table of numbers', /reference type/, {
  tables: [{ table: { element: I32, limits: limits(1) }, init: null }],
})
refuses('limits that cross', /a maximum of 1/, { memories: [limits(2, 1)] })
refuses('a memory above 4 GiB', /minimum of 65537/, { memories: [limits(65537)] })
accepts('a wide memory above 4 GiB', { memories: [limits(65537, 2 ** 48, true)] })
refuses('a wide memory above 2^64 bytes', /maximum/, { memories: [limits(0, 2 ** 49, true)] })
refuses('a negative minimum', /minimum of -1/, { memories: [limits(-1)] })
refuses('a table above 2^32 - 1 entries', /minimum/, {
  tables: [{ table: { element: FUNCREF, limits: limits(2 ** 32) }, init: null }],
})
refuses('a shared memory without a maximum', /shared/, {
  memories: [{ ...limits(1), shared: true }],
})
test('refuses a function of no type', () => {
  assert.throws(() => verifyProgram(sample([{ ...body, type: 1 }])), /function definition 0/)
})

// Constant expressions.
const immutable = { type: I32, mutable: false }
const globals = (...texts: string[]): Partial<Program> => ({
  globals: texts.map((text) => ({ global: immutable, init: code(text) })),
})
accepts(
  'arithmetic on earlier globals',
  globals('i32.const 1', 'global.get 0; i32.const 2; i32.mul'),
)
refuses('a global that reads itself', /global below 0/, globals('global.get 0'))
refuses('a global that reads a later one', /below 0/, globals('global.get 1', 'i32.const 1'))
refuses('a constant of another kind', /expected \[i32\]/, globals('i64.const 1 0'))
refuses('two constants', /expected \[i32\]/, globals('i32.const 1; i32.const 1'))
refuses('no constant', /expected \[i32\]/, globals(''))
refuses('a sum of nothing', /i32.add/, globals('i32.const 1; i32.add'))
for (const text of ['call 0', 'return', 'local.get 0', 'i32.const 1; i32.const 0; i32.div_s']) {
  refuses(`"${text}" as a constant`, /constant expression/, globals(text))
}
refuses('a deep constant', /operand words/, globals('i32.const 1;'.repeat(MAX_CONST_WORDS + 1)))
refuses('a mutable global in a constant', /immutable/, {
  globals: [
    { global: { type: I32, mutable: true }, init: code('i32.const 1') },
    { global: immutable, init: code('global.get 0') },
  ],
})
test('refuses a constant whose immediates are missing', () => {
  const init = { ...code('i32.const 1'), imm: new Int32Array(0) }
  const rest = { globals: [{ global: immutable, init }] }
  assert.throws(() => verifyProgram(sample([body], rest)), /immediate words/)
})
accepts('a vector and references as constants', {
  globals: [
    { global: { type: V128, mutable: false }, init: code('v128.const 1 2 3 4') },
    { global: { type: V128, mutable: false }, init: code('global.get 0') },
    { global: { type: FUNCREF, mutable: false }, init: code('ref.func 0') },
    {
      global: { type: EXTERNREF, mutable: false },
      init: code('i32.const 1; ref.i31; extern.convert_any'),
    },
  ],
})
refuses('a reference to no function', /function 1/, {
  globals: [{ global: { type: FUNCREF, mutable: false }, init: code('ref.func 1') }],
})
refuses('a table filled from a global of its own program', /global below 0/, {
  tables: [{ table: { element: FUNCREF, limits: limits(1) }, init: code('global.get 0') }],
  globals: [{ global: { type: FUNCREF, mutable: false }, init: code('ref.null 6') }],
})

// Segments, exports, start.
const tables = [{ table: { element: FUNCREF, limits: limits(1) }, init: null }]
const element = { type: FUNCREF, mode: 'active', table: 0, offset: code('i32.const 0') } as const
accepts('an active segment', { tables, elements: [{ ...element, items: [code('ref.func 0')] }] })
refuses('a segment for no table', /table 0/, { elements: [{ ...element, items: [] }] })
refuses('a segment of another kind', /externref/, {
  tables,
  elements: [{ ...element, type: EXTERNREF, items: [] }],
})
refuses('an item of another kind', /item 0/, {
  tables,
  elements: [{ ...element, items: [code('ref.null 7')] }],
})
refuses('an offset of another kind', /offset/, {
  tables,
  elements: [{ ...element, offset: code('i64.const 0 0'), items: [] }],
})
refuses('an active segment without an offset', /no offset/, {
  tables,
  elements: [{ ...element, offset: null, items: [] }],
})
const bytes = new Uint8Array(1)
refuses('data for no memory', /memory 0/, {
  data: [{ mode: 'active', memory: 0, offset: code('i32.const 0'), bytes }],
})
refuses('data at a float', /offset/, {
  memories: [limits(1)],
  data: [{ mode: 'active', memory: 0, offset: code('f64.const 0 0'), bytes }],
})
refuses('two exports of one name', /a name that is taken/, {
  exports: [
    { name: 'a', kind: 'func', index: 0 },
    { name: 'a', kind: 'func', index: 0 },
  ],
})
for (const kind of ['func', 'table', 'memory', 'global', 'tag'] as const) {
  refuses(`an export of no ${kind}`, /export 0/, { exports: [{ name: 'a', kind, index: 1 }] })
}
accepts('a start', { start: 0 })
refuses('a start that is not there', /function 1/, { start: 1 })
refuses('a start with parameters', /of no parameters/, {
  ...imports({ kind: 'func', type: 1 }),
  types: alone(none, functionType([F64], [])),
  start: 0,
})
