// vac log, trace and profile as processes: what a recorded run did, made again.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { inProcess, vac } from './cli/command.ts'
import { ECHO } from './cli/programs.ts'

const folder = mkdtempSync(join(tmpdir(), 'vac-log-cli-'))
after(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'run.vac')

before(async () => {
  const program = join(folder, 'echo.wat')
  writeFileSync(program, ECHO)
  const { exit, stderr } = await vac(['run', '--record', path, program, 'word'], 'one\ntwo\n')
  assert.equal(exit, 0, stderr)
})

test('values are logged where a function or a call of the wall is come to', async () => {
  const texts = ['local(1)', 'text(local(0), 3)', 'local(7)']
  const log = await vac(['log', '--at', 'put', path, ...texts])
  assert.deepEqual([log.exit, log.stderr], [0, ''])
  const lines = log.stdout.trimEnd().split('\n')
  assert.equal(lines.length, 3)
  assert.match(lines[1], /^tick \d+, put \(function 4\), pc 0.*; local\(1\) = 4; text/)
  assert.ok(lines[1].endsWith('; text(local(0), 3) = "one"; local(7) = -'), lines[1])
  const json = await inProcess([
    'log',
    '--json',
    '--at',
    'fd_write',
    '--most',
    '2',
    path,
    'i32[20]',
  ])
  const { hits, more } = JSON.parse(json.stdout)
  assert.deepEqual(
    hits.map((hit: { values: unknown; place: { name: string } }) => [hit.place.name, hit.values]),
    [
      ['put', { 'i32[20]': '14' }],
      ['put', { 'i32[20]': '4' }],
    ],
  )
  assert.equal(more, true)
  const never = await inProcess(['log', '--at', 'put', '--if', 'local(1) > 100', path])
  assert.deepEqual([never.exit, never.stdout], [1, ''])
})

test('instructions of a window are told, with addresses and values', async () => {
  const trace = await vac(['trace', '--function', 'put', '--address', '20', path])
  assert.deepEqual([trace.exit, trace.stderr], [0, ''])
  const lines = trace.stdout.trimEnd().split('\n')
  assert.equal(lines.length, 3)
  assert.match(lines[1], /^tick \d+, put \(function 4\), pc 5.*: i32.store \[0x14\] = 4$/)
  const json = await inProcess(['trace', '--json', '--from', '2', '--most', '2', path])
  const { beams, more } = JSON.parse(json.stdout)
  const told = beams.map(({ tick, op, value }: Record<string, unknown>) => [tick, op, value])
  assert.deepEqual(told, [
    ['3', 'call', null],
    ['4', 'drop', null],
  ])
  assert.equal(more, true)
  const none = await inProcess(['trace', '--op', 'f64.sqrt', path])
  assert.deepEqual([none.exit, none.stdout], [1, ''])
})

test('a profile is written for speedscope, exact or of samples', async () => {
  const file = join(folder, 'profile.json')
  const exact = await vac(['profile', '-o', file, path])
  assert.deepEqual([exact.exit, exact.stderr], [0, ''])
  assert.match(exact.stdout, /^\d+ ticks: each call at its tick; .*\n +\d+\.\d % {2}\d+ {2}\w+\n/)
  const { $schema, shared, profiles } = JSON.parse(readFileSync(file, 'utf8'))
  assert.equal($schema, 'https://www.speedscope.app/file-format-schema.json')
  assert.deepEqual(shared.frames, [{ name: '_start' }, { name: 'put' }])
  const [{ type, startValue, events }] = profiles
  assert.deepEqual([type, startValue], ['evented', 0])
  const opened = events.map((event: { type: string; frame: number }) => event.type + event.frame)
  assert.equal(opened.join(' '), 'O0 O1 C1 O1 C1 O1 C1 C0')
  const sampled = await inProcess(['profile', '--every', '10', '-o', file, path])
  assert.match(sampled.stdout, /^(\d+) ticks: \d+ call chains, one every 10 ticks/)
  const [{ samples, weights }] = JSON.parse(readFileSync(file, 'utf8')).profiles
  assert.equal(samples.length, weights.length)
  assert.deepEqual(samples[0], [0])
})
