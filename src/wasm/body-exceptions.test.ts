// What exception handling becomes: a table of handlers beside code that knows nothing of it.
import assert from 'node:assert/strict'
import test from 'node:test'
import { EXNREF } from '../isa/types.ts'
import { assembleWat, listing, listWat, translateFunction } from './tools/test-body.ts'

const tags = '(tag $a (param i32)) (tag $b) '

test('a try_table has a handler a clause, innermost first, and costs nothing', () => {
  const text = `${tags}(func (result i32)
    (block $one (result i32 exnref)
      (block $all
        (try_table (catch_ref $a $one) (catch_all $all)
          (try_table (catch $a 3) (throw $b))
          nop))
      (return (i32.const 1)))
    drop)`
  assert.deepEqual(listWat(text), [
    'throw 1',
    'i32.const 1',
    'return',
    'drop',
    'return',
    '5: i32',
    '3: i32 exnref',
    '1:',
    '[0,1) tag 0 label 0',
    '[0,1) tag 0 ref label 1',
    '[0,1) tag -1 label 2',
  ])
})

test('a body without code has no handlers, and its targets are not reached', () => {
  const text = `${tags}(func
    (block $h (result exnref) (try_table (catch_all_ref $h)) (return)) drop)`
  assert.deepEqual(listWat(text), ['return'])
})

test('legacy catch parts are handlers whose operands are the tag arguments', () => {
  const text = `${tags}(func (result i32) (i64.const 0)
    (try (result i32) (do (i32.const 1)) (catch $a) (catch_all (i32.const 2))) return)`
  assert.deepEqual(listWat(text), [
    'i64.const 0 0',
    'i32.const 1',
    'jump 0 1',
    'jump 0 1',
    'i32.const 2',
    'return',
    '5: i64 i32',
    '3: i64 i32',
    '4: i64',
    '[1,2) tag 0 label 1',
    '[1,2) tag -1 label 2',
  ])
})

test('rethrow keeps the exception of its catch part in a hidden local', () => {
  const text = `${tags}(func (local i32)
    (try (do (throw $b))
      (catch $b (try (do (throw $b)) (catch_all (rethrow 1))))
      (catch_all (rethrow 0))))`
  const f = translateFunction(assembleWat(text))
  assert.deepEqual(f.locals, [1, EXNREF, EXNREF])
  assert.deepEqual(listing(f), [
    'throw 1',
    'throw 1',
    'rethrow 1',
    'rethrow 2',
    '1:',
    '2:',
    '3:',
    '[0,1) tag 1 local 1 label 0',
    '[1,2) tag -1 label 1',
    '[0,1) tag -1 local 2 label 2',
  ])
})

test('delegate takes its body out of the handlers up to its target', () => {
  const text = `${tags}(func
    (try $outer
      (do (try $inner
        (do (call 0) (try (do (call 0)) (delegate $outer)) (call 0))
        (catch_all)))
      (catch_all)))`
  const handlers = listWat(text).filter((line) => line.startsWith('['))
  assert.deepEqual(handlers, [
    '[0,1) tag -1 label 1',
    '[2,3) tag -1 label 1',
    '[0,4) tag -1 label 3',
  ])
})

test('delegate to the function passes all handlers by', () => {
  const text = `${tags}(func (try (do (try (do (call 0)) (delegate 1))) (catch_all nop)))`
  assert.deepEqual(listWat(text), ['call 0', 'jump 0 0', 'return', '2:'])
})

test('a delegate past another one is not held up by its target', () => {
  const text = `${tags}(func
    (try $far (do
      (try $near (do
        (try (do
          (call 0)
          (try (do (call 0)) (delegate $near)))
          (delegate $far)))
        (catch $b)))
      (catch_all)))`
  const handlers = listWat(text).filter((line) => line.startsWith('['))
  assert.deepEqual(handlers, ['[1,2) tag 1 label 1', '[0,3) tag -1 label 3'])
})
