import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VacError } from '../../base/errors.ts'
import { alone, type Body, functionType, sample } from '../tools/verify-sample.ts'
import { EXNREF, I32, I64, V128 } from '../types.ts'
import { verifyFunction, verifyProgram } from './verify.ts'

const types = alone(functionType([], []), functionType([I64, V128], []), functionType([], [I32]))
const program = (body: Body) => sample([body], { types, tags: [1, 0] })

const accepts = (name: string, body: Body): void => {
  test(`accepts ${name}`, () => verifyProgram(program(body)))
}
const refuses = (name: string, says: RegExp, body: Body): void => {
  test(`refuses ${name}`, () => {
    assert.throws(
      () => verifyProgram(program(body)),
      (error) => error instanceof VacError && says.test(error.message),
    )
  })
}

/** One i32 below, a call in the range, the label at pc 3. */
const code = 'i32.const 7; call 0; return; return'
const drop = 'i32.const 7; call 0; drop; return; return'

accepts('a handler that pushes the tag and the exception above its base', {
  code,
  labels: [[3, 'i32 i64 v128 exnref']],
  handlers: [{ from: 1, to: 2, tag: 0, ref: true }],
})
accepts('a handler for any exception', {
  code,
  labels: [[3, 'i32']],
  handlers: [{ from: 1, to: 3 }],
})
accepts('a handler that writes a local', {
  code,
  locals: [EXNREF],
  labels: [[3, '']],
  handlers: [{ from: 0, to: 4, refLocal: 0 }],
})
accepts('a handler at the end, which returns', {
  type: 2,
  code: 'i32.const 7; call 0; return',
  labels: [[3, 'i32']],
  handlers: [{ from: 1, to: 2 }],
})
refuses('a local that holds no exception', /exnref local/, {
  code,
  locals: [I32],
  labels: [[3, '']],
  handlers: [{ refLocal: 0 }],
})
refuses('a local that is not there', /exnref local/, {
  code,
  labels: [[3, '']],
  handlers: [{ refLocal: 0 }],
})
refuses('a negative local', /exnref local/, {
  code,
  labels: [[3, '']],
  handlers: [{ refLocal: -2 }],
})
refuses('a tag that is not there', /tag 2/, { code, labels: [[3, '']], handlers: [{ tag: 2 }] })
refuses('a label that is not there', /label 1/, {
  code,
  labels: [[3, '']],
  handlers: [{ label: 1 }],
})
refuses('a label that does not take what is pushed', /what the handler pushes/, {
  code,
  labels: [[3, 'i64 v128 exnref i32']],
  handlers: [{ from: 1, to: 2, tag: 0 }],
})
refuses('a label without the exception', /what the handler pushes/, {
  code,
  labels: [[3, '']],
  handlers: [{ ref: true }],
})
for (const [from, to] of [
  [1, 1],
  [2, 1],
  [-1, 1],
  [0, 5],
  [0.5, 1],
]) {
  refuses(`the range ${from} to ${to}`, /range/, {
    code,
    labels: [[3, '']],
    handlers: [{ from, to }],
  })
}
refuses('a base that the stack does not have', /begins with the base of handler 0/, {
  code,
  labels: [[3, 'i32']],
  handlers: [{ from: 0, to: 2 }],
})
refuses('a base of other kinds', /begins with the base of handler 0/, {
  code,
  labels: [[3, 'i64']],
  handlers: [{ from: 1, to: 2 }],
})
refuses('popping the base within the range', /of which handlers keep 1 words/, {
  code: drop,
  labels: [[4, 'i32']],
  handlers: [{ from: 1, to: 3 }],
})
accepts('popping the base after the range', {
  code: drop,
  labels: [[4, 'i32']],
  handlers: [{ from: 1, to: 2 }],
})
refuses('popping the base and pushing another value of its kind', /handlers keep 2 words/, {
  code: 'i32.const 7; i32.const 8; i32.add; call 0; return; return',
  labels: [[5, 'i32 i32']],
  handlers: [{ from: 2, to: 4 }],
})
refuses('replacing the base by select', /handlers keep/, {
  code: 'i32.const 7; i32.const 8; i32.const 9; select; return; return',
  labels: [[5, 'i32']],
  handlers: [{ from: 1, to: 4 }],
})
refuses('entering the range by a label without the base', /covers this label/, {
  code: 'i32.const 7; call 0; return; call 0; return; return',
  labels: [
    [3, ''],
    [5, 'i32'],
  ],
  handlers: [{ from: 1, to: 4, label: 1 }],
})
refuses('a jump within the range that moves a value into the base', /unmoved/, {
  code: 'i32.const 7; i32.const 8; jump 0 1; call 0; return; return',
  labels: [
    [3, 'i32'],
    [5, 'i32'],
  ],
  handlers: [{ from: 1, to: 5, label: 1 }],
})
accepts('a jump out of the range that moves a value into the base', {
  code: 'i32.const 7; i32.const 8; jump 0 1; return; return',
  labels: [
    [3, 'i32'],
    [4, 'i32'],
  ],
  handlers: [{ from: 1, to: 3, label: 1 }],
})
accepts('ranges that overlap without nesting', {
  code: 'i32.const 7; i32.const 8; call 0; call 0; drop; call 0; return; return; return',
  labels: [
    [7, 'i32 i32'],
    [8, 'i32'],
  ],
  handlers: [
    { from: 2, to: 4, label: 0 },
    { from: 1, to: 6, label: 1 },
  ],
})
refuses('a shorter base that a label breaks while the longer one has ended', /base of handler 1/, {
  code: 'i32.const 7; i32.const 8; call 0; jump 2 0; call 0; return; return; return',
  labels: [
    [6, 'i32 i32'],
    [7, 'i32'],
    [6, 'i32 i32'],
    [4, 'i64'],
  ],
  handlers: [
    { from: 2, to: 4, label: 0 },
    { from: 1, to: 6, label: 1 },
  ],
})
refuses('an old base that a label breaks where a new range starts', /base of handler 0/, {
  code: 'i32.const 7; call 0; return; call 0; return; return; return',
  labels: [
    [5, 'i32'],
    [3, 'i64'],
    [6, 'i64'],
  ],
  handlers: [
    { from: 1, to: 4, label: 0 },
    { from: 3, to: 4, label: 2 },
  ],
})
refuses('more handlers at one place than a throw can look through', /at most 4096/, {
  code,
  labels: [[3, '']],
  handlers: new Array(4097).fill({}),
})

test('a handler adds its label to the largest stack and to the resume points', () => {
  const facts = verifyFunction(
    program({
      code,
      labels: [[3, 'i32 i64 v128 exnref']],
      handlers: [{ from: 1, to: 2, tag: 0, ref: true }],
    }),
    0,
  )
  assert.equal(facts.maxOperandWords, 5)
  assert.deepEqual([...facts.heights], [0, 1, 1, 5, 0])
  assert.deepEqual([...facts.resume], [1, 0, 1, 1])
})
