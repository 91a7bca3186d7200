import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Reason, RecordedRun } from '../../recorded-run.ts'
import { recordInto } from '../tools/recorded-folder.ts'

/**
 * Reads two digits to 32, copies them to 64, adds 1 to the first by a function, doubles the second
 * by a loop over a local, puts a letter of the program's data before them, prints the three.
 */
const PROGRAM = `(module
  (import "wasi_snapshot_preview1" "fd_read" (func $r (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $w (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 200) "xyz")
  (global $kept (mut i32) (i32.const 0))
  (func $more (param $digit i32) (result i32)
    (i32.add (local.get $digit) (i32.const 1)))
  (func $twice (param $digit i32) (result i32) (local $sum i32) (local $n i32)
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (local.get $digit)))
      (br_if $next (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 2))))
    (local.get $sum))
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 32)) (i32.store (i32.const 4) (i32.const 8))
    (drop (call $r (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (memory.copy (i32.const 64) (i32.const 32) (i32.const 2))
    (i32.store8 (i32.const 97) (call $more (i32.load8_u (i32.const 64))))
    (global.set $kept (i32.sub (i32.load8_u (i32.const 65)) (i32.const 48)))
    (i32.store8 (i32.const 98) (i32.add (call $twice (global.get $kept)) (i32.const 48)))
    (i32.store8 (i32.const 96)
      (select (i32.load8_u (i32.const 201)) (i32.load8_u (i32.const 202)) (i32.const 1)))
    (memory.fill (i32.const 99) (i32.const 33) (i32.const 2))
    (i32.store (i32.const 0) (i32.const 96)) (i32.store (i32.const 4) (i32.const 3))
    (drop (call $w (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (i32.store (i32.const 0) (i32.const 99)) (i32.store (i32.const 4) (i32.const 2))
    (drop (call $w (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))`

const folder = mkdtempSync(join(tmpdir(), 'vac-why-'))
after(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'run')
await recordInto(path, PROGRAM, ['34\n'])

/** A reason as nested text: kind, name, bytes and what they are. */
function told({ kind, name, bytes, content, value, says, computedBy, from }: Reason): unknown {
  const words = [kind, name, bytes === null ? '' : `${bytes.from}-${bytes.to}`]
  if (content !== null) words.push(JSON.stringify(Buffer.from(content).toString('latin1')))
  if (value !== null) words.push(`=${value}`)
  if (says !== null) words.push(says.replace(/tick \d+/, 'tick T'))
  if (computedBy.length > 0) words.push(`by ${computedBy.join(' ')}`)
  const text = words.filter((word) => word !== '').join(' ')
  return from.length === 0 ? text : [text, ...from.map(told)]
}

for (const engine of ['interpreter', 'jit'] as const) {
  test(`a printed text is followed to the input and the program's data, by ${engine}`, async () => {
    const run = await RecordedRun.open(path, engine)
    const found = await run.whyOutput('y48', { hops: 6 })
    assert.deepEqual(found?.match.stream, 'stdout')
    const fdRead = 'wasi_snapshot_preview1.fd_read'
    const given = (at: number) => `standard input, byte ${at}: an input at tick T`
    const input = (at: number, digit: string) => [
      `load i32.load8_u ${at + 32}-${at + 33} =${digit.charCodeAt(0)}`,
      [
        `copy memory.copy ${at + 32}-${at + 33} "${digit}"`,
        [
          `load memory.copy ${at}-${at + 1} "${digit}"`,
          `call ${fdRead} ${at}-${at + 1} "${digit}" ${given(at - 32)}`,
        ],
      ],
    ]
    assert.deepEqual(found.reasons.map(told), [
      [
        'output wasi_snapshot_preview1.fd_write "y48"',
        [
          'load read 96-99 "y48"',
          ['store i32.store8 96-97 "y"', ['load i32.load8_u 201-202 =121', 'begin 201-202 "y"']],
          ['store i32.store8 97-98 "4" by i32.add', 'constant i32.const =1', input(32, '3')],
          [
            'store i32.store8 98-99 "8" by i32.add i32.sub',
            'constant i32.const =48',
            'zero a local that was not set =0',
            'constant i32.const =48',
            input(33, '4'),
          ],
        ],
      ],
    ])
  })
}

test('a match over several calls has a reason for each, and there may be none', async () => {
  const run = await RecordedRun.open(path)
  const found = await run.whyOutput('8!')
  assert.equal(found?.match.parts.length, 2)
  assert.deepEqual(told(found.reasons[1]), [
    'output wasi_snapshot_preview1.fd_write "!"',
    ['load read 99-100 "!"', ['fill memory.fill 99-100 "!"', 'constant i32.const =33']],
  ])
  assert.equal(await run.whyOutput('8!', { nth: 2 }), null)
  assert.equal((await run.whyOutput('!', { nth: 2 }))?.match.at, 4)
})

test('what is not followed says why', async () => {
  const run = await RecordedRun.open(path)
  const bytes = { memory: 0, from: 97, to: 98 }
  const [short] = await run.why(bytes, run.lastTick, { hops: 1 })
  assert.match(short.from[1].cut ?? '', /1 hops/)
  const [blind] = await run.why(bytes, run.lastTick, { budget: 3 })
  assert.deepEqual(
    blind.from.map(({ kind, name }) => [kind, name]),
    [
      ['constant', 'i32.const'],
      ['lost', 'the budget of traced instructions is spent'],
    ],
  )
  const [none] = await run.why(bytes, 5)
  assert.equal(none.kind, 'begin')
})

test('readers are told in their order, with their call chains, at most so many', async () => {
  const run = await RecordedRun.open(path)
  const bytes = { memory: 0, from: 32, to: 66 }
  const all = await run.readers(bytes)
  assert.equal(all.more, false)
  assert.deepEqual(
    all.found.map(({ bytes: { from, to }, chain }) => [from, to, chain.length]),
    [
      [32, 34, 1],
      [64, 65, 1],
      [65, 66, 1],
    ],
  )
  const first = await run.readers(bytes, { most: 1 })
  assert.deepEqual([first.found, first.more], [all.found.slice(0, 1), true])
  const [, second] = all.found
  const window = await run.readers(bytes, { from: second.tick - 1, to: second.tick })
  assert.deepEqual([window.found, window.more], [[second], false])
  assert.deepEqual((await run.readers(bytes, { from: second.tick, to: second.tick })).found, [])
})
