// vac why and vac readers, as a user calls them.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { inProcess, vac } from './cli/command.ts'

const folder = mkdtempSync(join(tmpdir(), 'vac-why-'))
after(() => rmSync(folder, { recursive: true }))
const record = join(folder, 'run.vac')

/** Reads a digit, adds 1 by a function, prints it. */
const PROGRAM = `(module
  (import "wasi_snapshot_preview1" "fd_read" (func $r (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $w (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $more (param $digit i32) (result i32) (i32.add (local.get $digit) (i32.const 1)))
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 32)) (i32.store (i32.const 4) (i32.const 1))
    (drop (call $r (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (i32.store8 (i32.const 97) (call $more (i32.load8_u (i32.const 32))))
    (i32.store (i32.const 0) (i32.const 97))
    (drop (call $w (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))`

before(async () => {
  const program = join(folder, 'digit.wat')
  writeFileSync(program, PROGRAM)
  const { stdout } = await vac(['run', '--record', record, program], '4')
  assert.equal(stdout, '5')
})

test('vac why tells who printed a text and where it came from', async () => {
  const { stdout, exit } = await inProcess(['why', record, '--output', '5'])
  assert.equal(exit, 0)
  assert.match(stdout, /^printed at tick \d+: standard output, byte 0\n/)
  assert.match(stdout, /0x61 \(1 byte\) "5": written by i32.store8 at tick \d+/)
  assert.match(stdout, /computed by i32.add of\n +the constant 1 /)
  assert.match(stdout, /"4": written by wasi_snapshot_preview1.fd_read .*standard input, byte 0/)
  assert.match(stdout, /left out: .*control dependence/)
  const none = await inProcess(['why', record, '--output', '5', '--nth', '2'])
  assert.deepEqual([none.exit, none.stdout], [1, 'it was not printed so often\n'])
})

test('vac why of an address gives JSON', async () => {
  const { stdout } = await inProcess(['why', '--json', '--hops', '1', record, '0x61'])
  const { leftOut, reasons } = JSON.parse(stdout)
  assert.deepEqual(leftOut, ['control dependence'])
  const [store] = reasons
  assert.deepEqual([store.kind, store.content, store.computedBy], ['store', '35', ['i32.add']])
  assert.match(store.reasons[1].cut, /1 hops/)
})

test('vac readers tells what read bytes in a window', async () => {
  const { stdout, exit } = await inProcess(['readers', record, '32'])
  assert.equal(exit, 0)
  assert.match(stdout, /^tick (\d+): read 1 bytes from 0x20\n {2}in _start /)
  const tick = Number(/tick (\d+)/.exec(stdout)?.[1])
  const none = await inProcess(['readers', '--from', `${tick}`, record, '32'])
  assert.deepEqual([none.exit, none.stdout], [1, 'nothing read there\n'])
  const json = await inProcess(['readers', '--json', '--most', '1', record, '0:8'])
  const { readers, more } = JSON.parse(json.stdout)
  assert.deepEqual([readers.length, readers[0].memory, more], [1, 0, true])
})

test('vac debug asks both', async () => {
  const lines = 'end; why 0x61; at; readers 32 1 0 99'
  const { stdout } = await vac(['debug', record], lines)
  assert.match(stdout, /"5": written by i32.store8/)
  assert.match(stdout, /standard input, byte 0[\s\S]*^tick (\d+) of \1, idle/m)
  assert.match(stdout, /read 1 bytes from 0x20/)
})
