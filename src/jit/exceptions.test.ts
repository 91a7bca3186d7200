import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseWat } from '../host/wat.ts'
import { type Ran, runInSlices } from './tools/slices.ts'

const ROUNDS = 6000n

/** `thrower` throws in every second round, 12 calls deep; `caught` is the body of a loop around. */
const text = (caught: string): string => `(module
  (tag $one (param i32 f64)) (tag $two (param i64)) (tag $none)
  (memory 1)
  (func $thrower (param $i i32) (param $deep i32) (result i32)
    (if (local.get $deep) (then (return (i32.add (i32.const 1)
      (call $thrower (local.get $i) (i32.sub (local.get $deep) (i32.const 1)))))))
    (if (i32.eq (i32.and (local.get $i) (i32.const 7)) (i32.const 1))
      (then (throw $one (local.get $i) (f64.div (f64.const 0) (f64.const 0)))))
    (if (i32.eq (i32.and (local.get $i) (i32.const 7)) (i32.const 3))
      (then (throw $two (i64.const 0x123456789abc))))
    (if (i32.eq (i32.and (local.get $i) (i32.const 7)) (i32.const 5)) (then (throw $none)))
    (i32.add (local.get $i) (i32.const 100)))
  (func $work (param $n i32) (result i64) (local $i i32) (local $sum i64)
    (local $bits i64) (local $given i32)
    (loop $next
      (local.set $sum (i64.mul (local.get $sum) (i64.const 31)))
      ${caught}
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
    (local.get $sum))
  (func (export "run") (param $n i32) (result i64) (call $work (local.get $n))))`

const add = (value: string): string =>
  `(local.set $sum (i64.add (local.get $sum) (i64.extend_i32_u ${value})))`
const thrower = '(call $thrower (local.get $i) (i32.const 12))'
const all = '(catch_all (local.set $sum (i64.add (local.get $sum) (i64.const 7))))'
const two = '(catch $two (local.set $sum (i64.xor (local.get $sum))))'

const cases = {
  'a handler of any tag': `(try (do ${add(thrower)}) ${all})`,
  'handlers by tag': `(try (do ${add(thrower)}) ${two} ${all})`,
  'arguments, a NaN among them': `(try (do (try (do ${add(thrower)})
     (catch $one (local.set $bits (i64.reinterpret_f64)) (local.set $given)
       (local.set $sum (i64.add (i64.xor (local.get $sum) (local.get $bits))
         (i64.extend_i32_u (local.get $given)))))))
     ${all})`,
  'an exception that is thrown again': `(try
     (do (try (do ${add(thrower)})
       (catch_all (i32.store (i32.const 0) (local.get $i)) (rethrow 0))))
     ${two} ${all})`,
  'operands below a try': `(local.set $sum (i64.add
     (i64.mul (local.get $sum) (i64.const 3))
     (try (result i64) (do (i64.extend_i32_u ${thrower})) (catch $two)
       (catch_all (i64.const 5)))))`,
  'a throw and its handler in one function': `(try
     (do (if (i32.and (local.get $i) (i32.const 1)) (then (throw $two (i64.const 77)))))
     ${two})`,
} as const

for (const [name, caught] of Object.entries(cases)) {
  test(`${name}: as the interpreter does it, without leaving compiled code`, async () => {
    const bytes = await parseWat(text(caught), name)
    const whole = endOf(runInSlices(bytes, ROUNDS, Number.MAX_SAFE_INTEGER, false))
    for (const slice of [Number.MAX_SAFE_INTEGER, 10_007, 611]) {
      const { compiled: _, ...expected } = runInSlices(bytes, ROUNDS, slice, false)
      const { compiled, ...found } = runInSlices(bytes, ROUNDS, slice, true)
      assert.deepEqual(found, expected, `slices of ${slice} ticks`)
      assert.deepEqual(endOf(found), whole)
      if (slice > 611) assert.ok(compiled / found.ticks > 0.9, `${compiled} of ${found.ticks}`)
    }
  })
}

const endOf = ({ result, ticks, roots }: Omit<Ran, 'compiled'>) => {
  return { result, ticks, root: roots.at(-1) }
}
