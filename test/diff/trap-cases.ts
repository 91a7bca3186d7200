// Programs that trap late: deep in calls, after hundreds of rounds of a loop that stores.

const ROUND = 777
const DEPTH = 40

/** `if` of the round in which it happens. */
const then = (body: string): string =>
  `(if (i32.eq (local.get $i) (i32.const ${ROUND})) (then ${body}))`
/** A value that is `bad` in that round, else `good`. */
const late = (bad: string, good: string): string =>
  `(select ${bad} ${good} (i32.eq (local.get $i) (i32.const ${ROUND})))`
const i32 = (value: number | string): string => `(i32.const ${value})`
const call = (index: number): string =>
  `(drop (call_indirect (type $one) (local.get $i) ${late(i32(index), i32(0))}))`
/** Out of bounds at last: 65536 is reached in round 780 or so. */
const address = '(i32.mul (local.get $i) (i32.const 84))'

export interface TrapCase {
  readonly name: string
  readonly body: string
  readonly code: string
}

const memory = 'out of bounds memory access'
const table = 'out of bounds table access'

export const trapCases: readonly TrapCase[] = [
  { name: 'a load out of bounds', body: `(drop (i32.load ${address}))`, code: memory },
  { name: 'a store out of bounds', body: `(i64.store ${address} (i64.const -1))`, code: memory },
  {
    name: 'a store of a vector out of bounds',
    body: `(v128.store offset=8 ${address} (v128.const i32x4 1 2 3 4))`,
    code: memory,
  },
  {
    name: 'a fill out of bounds',
    body: `(memory.fill ${address} (local.get $i) (i32.const 400))`,
    code: memory,
  },
  {
    name: 'a copy out of bounds',
    body: `(memory.copy (i32.const 7) ${address} (i32.const 100))`,
    code: memory,
  },
  {
    name: 'a data segment out of bounds',
    body: `(memory.init $text ${address} (i32.const 0) (i32.const 4))`,
    code: memory,
  },
  {
    name: 'an element that the table lacks',
    body: `(drop (table.get ${late(i32(-1), i32(1))}))`,
    code: table,
  },
  { name: 'a call of an element that the table lacks', body: call(9), code: 'undefined element' },
  { name: 'a call of a null element', body: call(2), code: 'uninitialized element' },
  { name: 'a call by another type', body: call(1), code: 'indirect call type mismatch' },
  {
    name: 'a division by zero',
    body: `(drop (i64.rem_u (i64.const 5) (i64.extend_i32_u ${late(i32(0), i32(3))})))`,
    code: 'integer divide by zero',
  },
  {
    name: 'a division that overflows',
    body: `(drop (i32.div_s ${i32('0x80000000')} ${late(i32(-1), i32(3))}))`,
    code: 'integer overflow',
  },
  {
    name: 'a truncation of no number',
    body: `(drop (i32.trunc_f64_s ${late('(f64.const nan)', '(f64.const 1)')}))`,
    code: 'invalid conversion to integer',
  },
  { name: 'unreachable code', body: then('(unreachable)'), code: 'unreachable' },
  {
    name: 'an exception that nothing catches',
    body: then('(throw $tag (local.get $i))'),
    code: 'uncaught exception',
  },
  {
    name: 'calls without end',
    body: then('(drop (call $endless (i32.const 1)))'),
    code: 'call stack exhausted',
  },
]

export const trapText = ({ body }: TrapCase): string => `(module
  (type $one (func (param i32) (result i32)))
  (tag $tag (param i32))
  (memory 1)
  (data $text "text")
  (table 4 funcref)
  (elem (i32.const 0) func $same $other)
  (global $rounds (export "rounds") (mut i64) (i64.const 0))
  (func $same (type $one) (local.get 0))
  (func $other (result i64) (i64.const 1))
  (func $endless (type $one)
    (i32.store (i32.const 16) (local.get 0))
    (i32.add (local.get 0) (call $endless (i32.add (local.get 0) (i32.const 1)))))
  (func $work (param $n i32) (param $deep i32) (result i32) (local $i i32)
    (if (local.get $deep) (then
      (return (i32.add (i32.const 1)
        (call $work (local.get $n) (i32.sub (local.get $deep) (i32.const 1)))))))
    (loop $next
      (i32.store (i32.and (i32.mul (local.get $i) (i32.const 40)) (i32.const 0xfff8))
        (local.get $i))
      (global.set $rounds (i64.add (global.get $rounds) (i64.const 1)))
      ${body}
      (local.set $i (call $same (i32.add (local.get $i) (i32.const 1))))
      (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
    (local.get $i))
  (func (export "run") (result i32) (call $work (i32.const 1000) (i32.const ${DEPTH}))))`
