// Options of `vac run` beside a plain run: time, input, files, capabilities, events.
import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { ending, startVac, vac } from './cli/command.ts'
import { ADD, ECHO, HELLO } from './cli/programs.ts'

const folder = mkdtempSync(join(tmpdir(), 'vac-cli-run-'))
const at = (name: string): string => join(folder, name)
for (const [name, text] of Object.entries({ add: ADD, echo: ECHO, hello: HELLO })) {
  writeFileSync(at(`${name}.wat`), text)
}
after(() => rmSync(folder, { recursive: true }))

/** Copies file `in` of its first directory, descriptor 3, to file `out` there. */
const COPY = `(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $r (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $w (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "inout")
  (func $must (param i32) (if (local.get 0) (then (call $exit (local.get 0)))))
  (func (export "_start")
    (call $must (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 2)
      (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 8)))
    (call $must (call $open (i32.const 3) (i32.const 0) (i32.const 2) (i32.const 3)
      (i32.const 1) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 12)))
    (i32.store (i32.const 16) (i32.const 64)) (i32.store (i32.const 20) (i32.const 1000))
    (call $must (call $r (i32.load (i32.const 8)) (i32.const 16) (i32.const 1) (i32.const 20)))
    (call $must (call $w (i32.load (i32.const 12)) (i32.const 16) (i32.const 1) (i32.const 24)))))`

suite('files go in with --dir and come out with --save', () => {
  mkdirSync(at('data'))
  writeFileSync(at('data/in'), 'some bytes')
  writeFileSync(at('copy.wat'), COPY)
  const dir = ['--dir', `${at('data')}:/data`]

  test('afterwards, and nothing passes through before', async () => {
    const saves = ['--save', `/data/out:${at('one')}`, '--save', `/data:${at('all')}`]
    const ended = await vac(['run', ...dir, ...saves, at('copy.wat')])
    assert.deepEqual(ended, { exit: 0, stdout: '', stderr: '' })
    assert.equal(readFileSync(at('one'), 'utf8'), 'some bytes')
    assert.equal(readFileSync(at('all/out'), 'utf8'), 'some bytes')
    assert.equal(readFileSync(at('all/in'), 'utf8'), 'some bytes')
    assert.equal(existsSync(at('data/out')), false)
  })

  test('under a relative name, with one colon or two', async () => {
    for (const colon of [':', '::']) {
      const given = ['--dir', `${at('data')}${colon}fs-tests.dir`]
      const out = at(`relative${colon.length}`)
      const ended = await vac([
        'run',
        ...given,
        '--save',
        `fs-tests.dir/out:${out}`,
        at('copy.wat'),
      ])
      assert.deepEqual(ended, { exit: 0, stdout: '', stderr: '' })
      assert.equal(readFileSync(out, 'utf8'), 'some bytes')
    }
  })

  test('also where another of them fails', async () => {
    const saves = ['--save', `/none:${at('none')}`, '--save', `/data/out:${at('second')}`]
    const ended = await vac(['run', ...dir, ...saves, at('copy.wat'), '--json'])
    assert.equal(ended.exit, 66)
    assert.equal(ended.stdout, '', "--json was the program's own")
    assert.equal(readFileSync(at('second'), 'utf8'), 'some bytes')
  })

  test('through a saved machine too', async () => {
    const state = at('files.vst')
    const first = await vac(['run', ...dir, '--ticks', '12', '--save-state', state, at('copy.wat')])
    assert.equal(first.exit, 0, first.stderr)
    const next = ['run', '--load-state', state, '--save', `/data/out:${at('later')}`]
    assert.equal((await vac(next)).exit, 0)
    assert.equal(readFileSync(at('later'), 'utf8'), 'some bytes')
  })

  test('they are part of the root', async () => {
    const rootOf = async (folder: string): Promise<string> =>
      JSON.parse((await vac(['run', '--json', '--dir', folder, at('hello.wat')])).stdout).root
    mkdirSync(at('other'))
    writeFileSync(at('other/in'), 'some byteS')
    const roots = [`${at('data')}:/data`, `${at('other')}:/data`, `${at('data')}:/d`].map(rootOf)
    assert.equal(new Set(await Promise.all(roots)).size, 3)
  })

  test('without the capability the program is told, and so are we', async () => {
    const read = await vac(['run', ...dir, '--deny', 'files:read', at('copy.wat')])
    assert.notEqual(read.exit, 0)
    assert.match(read.stderr, /for want of files:read/)
    const none = await vac(['run', at('copy.wat')])
    assert.equal(none.exit, 8, 'EBADF: it was given no directory')
  })

  test('what cannot be saved is an error, after the end was told', async () => {
    const save = ['--save', `/data/none:${at('none')}`]
    const { exit, stderr } = await vac(['run', ...dir, ...save, at('copy.wat')])
    assert.equal(exit, 66)
    assert.match(stderr, /FILE_MISSING.*\/data\/none/)
  })
})

suite('vac run', () => {
  test('--timeout stops at a tick that is told, running or waiting', async () => {
    const running = await vac(['run', '--timeout', '0.5', '--invoke', 'forever', at('add.wat')])
    assert.equal(running.exit, 124)
    assert.match(running.stderr, /^vac: timeout at tick \d+, root [0-9a-f]{64}\n.*--save-state/)
    const child = startVac(['run', '--json', '--timeout', '0.5', at('echo.wat')])
    const { exit, stdout } = await ending(child)
    assert.deepEqual([exit, JSON.parse(stdout).status], [124, 'timeout'])
  })

  test('--stdin reads a file as a pipe would give it', async () => {
    const text = 'a line\nand no end'
    writeFileSync(at('in.txt'), text)
    const piped = await vac(['run', '--json', at('echo.wat')], text)
    const read = await vac(['run', '--json', '--stdin', at('in.txt'), at('echo.wat')], 'other')
    assert.equal(read.stdout, piped.stdout)
  })

  test('a denied capability is told by its name, and the program goes on', async () => {
    const { exit, stdout, stderr } = await vac(['run', '--deny', 'console', at('hello.wat')])
    assert.deepEqual([exit, stdout], [7, ''])
    assert.match(stderr, /^vac: denied a call for want of console; .*--allow console\n$/)
    const json = await vac(['run', '--json', '--deny', 'console', at('hello.wat')])
    assert.deepEqual(JSON.parse(json.stdout).denied, { console: 1 })
  })

  test('--beams writes the events of the program', async () => {
    const log = at('beams.jsonl')
    const { exit } = await vac(['run', '--beams', log, 'examples/devices.vasm'], 'in\n')
    const beam = JSON.parse(readFileSync(log, 'utf8'))
    assert.equal(exit, 3)
    assert.deepEqual([beam.seq, beam.kind, beam.payload], ['0', 1, btoa('echoed\n')])
  })

  test('--beams into a full device is a coded error', async (t) => {
    if (!existsSync('/dev/full')) return t.skip('no /dev/full')
    const command = ['run', '--beams', '/dev/full', 'examples/devices.vasm']
    const { exit, stderr } = await vac(command, 'in\n')
    assert.equal(exit, 73)
    assert.match(stderr, /FILE_UNWRITABLE.*ENOSPC/)
  })

  test('without a terminal there is no progress', async () => {
    const { stderr } = await vac(['run', '--progress', at('hello.wat')])
    assert.equal(stderr, '')
  })
})

suite('what is kept of a program from one start to the next', () => {
  const cache = at('cache')
  const sql = at('many.sql')
  writeFileSync(sql, 'create table t(a); insert into t values (1),(2),(3); select sum(a) from t;')
  /** All that a run tells, but for how it was executed. */
  const run = async (engine = 'auto') => {
    const options = ['--json', '--engine', engine]
    const child = startVac(['run', ...options, sql], { VAC_CACHE_DIR: cache })
    child.stdin?.end()
    const { exit, stdout, stderr } = await ending(child)
    assert.equal(exit, 0, stderr)
    const { engine: how, ...told } = JSON.parse(stdout)
    return { how, told, stderr }
  }

  test('changes no tick and no root, first, later, joined, cut short or damaged', async () => {
    const { told, stderr } = await run('interpreter')
    const same = async (): Promise<void> => {
      const one = await run('jit')
      assert.deepEqual([one.told, one.stderr], [told, stderr])
      assert.ok(Number(one.how.compiledTicks) > 0, 'compiled code ran')
    }
    for (let start = 0; start < 3; start++) await same()
    const files = readdirSync(cache).map((name) => join(cache, name))
    assert.ok(files.length >= 2, `${files}`)
    for (const file of files) writeFileSync(file, readFileSync(file).subarray(0, 1000))
    await same()
    for (const file of files) {
      const bytes = readFileSync(file)
      bytes[bytes.length >> 1] ^= 1
      writeFileSync(file, bytes)
    }
    await same()
  })
})
