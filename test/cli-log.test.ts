// vac log as a process: values wherever a recorded run came to a place.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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
