// vac run --record and vac replay, as processes: what was recorded is made again, a run that was
// killed as far as it came, and a damaged recording is refused.
import assert from 'node:assert/strict'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { VacError } from '../src/base/errors.ts'
import { openRecording } from '../src/host/recording-files.ts'
import { parseWat } from '../src/host/wat.ts'
import { ending, inProcess, startVac, vac } from './cli/command.ts'
import { ECHO, HELLO } from './cli/programs.ts'

const folder = mkdtempSync(join(tmpdir(), 'vac-record-'))
after(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)
const random = (limit: number): number => Math.floor(Math.random() * limit)

const echo = at('echo.wat')
writeFileSync(echo, ECHO)

test('a recorded run is made again without its program and inputs, by any engine', async () => {
  for (const name of ['folder', 'one.vac']) {
    const program = at(`${name}.wat`)
    writeFileSync(program, ECHO)
    const recorded = await vac(['run', '--record', at(name), program, 'word'], 'one\ntwo\n')
    assert.equal(recorded.exit, 0, recorded.stderr)
    rmSync(program)
    assert.equal(statSync(at(name)).isDirectory(), name === 'folder')
    for (const engine of ['auto', 'jit', 'interpreter']) {
      const again = await vac(['replay', '--engine', engine, at(name)])
      assert.deepEqual(again, recorded)
    }
    const verified = await vac(['replay', '--verify', at(name)])
    assert.equal(verified.exit, 0)
    assert.match(verified.stderr, /^vac: tick \d+, idle; \d+ beams are equal; root [0-9a-f]{64}\n$/)
  }
})

test('what the cache knows of a program makes no other recording', async () => {
  const program = at('known.wasm')
  // Small programs are not worth their place in the cache: a section of 128 KiB makes it large.
  const section = Buffer.from([0, 0x80, 0x80, 8, 1, 120])
  writeFileSync(
    program,
    Buffer.concat([await parseWat(ECHO, 'known'), section, Buffer.alloc(131_070)]),
  )
  const begins: Uint8Array[] = []
  for (const name of ['unknown', 'known', 'known.vac']) {
    const words = ['run', '--record', at(name), program, 'word']
    const child = startVac(words, { VAC_CACHE_DIR: at('cache') })
    child.stdin?.end('one\n')
    const { exit, stderr } = await ending(child)
    assert.equal(exit, 0, stderr)
    begins.push((await openRecording(at(name))).begin)
    assert.equal((await inProcess(['replay', '--verify', at(name)])).exit, 0)
  }
  assert.deepEqual(begins[1], begins[0])
  assert.deepEqual(begins[2], begins[0])
  assert.ok(readdirSync(at('cache')).some((name) => name.endsWith('.atom.zst')))
})

test('the machine of any tick is that of a run that was stopped there', async () => {
  const record = at('ticks.vac')
  await vac(['run', '--record', record, echo, 'word'], 'one\ntwo\n')
  for (const tick of [0, 1, 7, 20, 44]) {
    const words = ['--ticks', `${tick}`, '--save-state', at('stopped.vst'), echo, 'word']
    await vac(['run', ...words], 'one\ntwo\n')
    const { exit } = await inProcess([
      ...['replay', '--verify', '--to', `${tick}`, '--save-state', at('there.vst'), record],
    ])
    assert.equal(exit, 0)
    if (tick < 20) assert.deepEqual(readFileSync(at('there.vst')), readFileSync(at('stopped.vst')))
  }
})

test('vac debug goes to any tick and back, and tells where the machine stands', async () => {
  const record = at('debug.vac')
  await vac(['run', '--record', record, echo, 'word'], 'one\ntwo\n')
  const lines = ['seek 30; root; where', 'step 5', 'back 5; root', 'end; values; seek 30; root']
  const { stdout, stderr, exit } = await vac(
    ['debug', record],
    [...lines, 'memory 0x400 16', 'sek', 'memory 99999999', 'quit', 'seek 1'].join('\n'),
  )
  assert.equal(exit, 0)
  const roots = stdout.match(/^[0-9a-f]{64}$/gm) ?? []
  assert.equal(roots.length, 3)
  assert.equal(new Set(roots).size, 1)
  assert.match(stdout, /^tick 35 of \d+, running\n {2}\w+, pc \d+: /m)
  assert.match(stdout, /in \w+ \(function \d+\), pc \d+/)
  assert.match(stdout, /00000400 {2}65 63 68 6f/)
  assert.match(stderr, /USAGE.*sek.*seek, perhaps/)
  assert.match(stderr, /CALL_ARGUMENTS/)
})

test('a run that is killed is replayed as far as it was recorded', async () => {
  for (let round = 0; round < 8; round++) {
    const path = at(`killed-${round}`)
    const child = startVac(['run', '--record', path, echo])
    child.stdin?.on('error', () => {})
    const end = ending(child)
    const began = Date.now()
    while (!existsSync(join(path, 'lineage.vbl')) && Date.now() - began < 20_000)
      await setTimeout(5)
    for (let line = 0; line < 20; line++) {
      child.stdin?.write(`line ${line}\n`)
      await setTimeout(random(8))
    }
    child.kill('SIGKILL')
    const { stdout } = await end
    const again = await inProcess(['replay', '--verify', '--json', path])
    if (again.exit !== 0) {
      // Killed before there was a header: nothing was recorded, and nothing was printed.
      assert.match(again.stderr, /RECORDING_DAMAGED|FILE_MISSING/)
      assert.equal(stdout, '')
      continue
    }
    const { lineage } = await openRecording(path)
    assert.equal(JSON.parse(again.stdout).beams, lineage.beams.length)
    // What was printed was recorded before.
    const outputs = lineage.beams.filter(({ kind }) => kind === 3).length
    const printed = stdout.split('\n').length - 1
    assert.ok(outputs >= printed, `${outputs} of ${printed} outputs`)
  }
})

test('a byte flipped anywhere in a recording is found, and never changes a run', async () => {
  const record = at('flipped.vac')
  writeFileSync(at('hello.wat'), HELLO)
  await vac(['run', '--record', record, at('hello.wat')])
  const bytes = readFileSync(record)
  const damaged = at('damaged.vac')
  for (let round = 0; round < 300; round++) {
    const copy = Buffer.from(bytes)
    const place = random(bytes.length)
    copy[place] ^= 1 << random(8)
    writeFileSync(damaged, copy)
    await assert.rejects(openRecording(damaged), isDamage, `byte ${place}`)
  }
  for (let round = 0; round < 50; round++) {
    writeFileSync(damaged, bytes.subarray(0, random(bytes.length)))
    await assert.rejects(openRecording(damaged), isDamage)
  }
})

const isDamage = (error: unknown): boolean =>
  error instanceof VacError && error.code === 'RECORDING_DAMAGED'

test('what cannot be recorded or replayed is refused with a code', async () => {
  const there = at('there')
  writeFileSync(there, '')
  const cases = [
    { words: ['run', '--record', there, echo], code: 'FILE_UNWRITABLE', exit: 73 },
    { words: ['run', '--record', at('no/such/folder'), echo], code: 'FILE_UNWRITABLE', exit: 73 },
    { words: ['replay', at('nothing')], code: 'FILE_MISSING', exit: 66 },
    { words: ['replay', echo], code: 'RECORDING_DAMAGED', exit: 65 },
    { words: ['replay'], code: 'USAGE', exit: 64 },
    { words: ['replay', there, there], code: 'USAGE', exit: 64 },
  ]
  for (const { words, code, exit } of cases) {
    const found = await vac(words)
    assert.equal(found.exit, exit, found.stderr)
    assert.match(found.stderr, new RegExp(code))
  }
})
