// vac diff as a process: two recorded runs, the first tick at which they differ, and what differs.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { inProcess, vac } from './cli/command.ts'
import { ECHO } from './cli/programs.ts'

const folder = mkdtempSync(join(tmpdir(), 'vac-diff-cli-'))
after(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)

async function record(name: string, text: string, input: string): Promise<string> {
  writeFileSync(at('echo.wat'), text)
  const { exit, stderr } = await vac(['run', '--record', at(name), at('echo.wat'), 'word'], input)
  assert.equal(exit, 0, stderr)
  return at(name)
}

test('runs with other input, other versions and branches are compared to the tick', async () => {
  const one = await record('one', ECHO, 'one\ntwo\n')
  const same = await record('same', ECHO, 'one\ntwo\n')
  const equal = await vac(['diff', one, same])
  assert.deepEqual([equal.exit, equal.stderr], [0, ''])
  assert.match(equal.stdout, /^equal up to tick \d+, as far as both go\n$/)

  const input = await vac(['diff', one, await record('input', ECHO, 'one\ntvo\n')])
  assert.equal(input.exit, 1)
  assert.match(input.stdout, /^tick (\d+) is the first at which they differ: device console\n/)
  assert.match(input.stdout, /\nbeam \d+ is the first: device at tick \d+ \| device at tick \d+\n$/)

  const text = ECHO.replace('(i32.const 4096) (i32.load', '(i32.const 4097) (i32.load')
  const version = await vac(['diff', one, await record('version', text, 'one\ntwo\n')])
  assert.match(version.stdout, /^tick \d+ is the first at which they differ: stack\n/)
  assert.match(version.stdout, /\nleft out, as they differ from the beginning: programs\n/)
  assert.match(version.stdout, /\n {2}in _start \(function 5\), pc \d+/)
  assert.match(version.stdout, /\n {2}operand 0 of _start .*: 4096 \| 4097\n/)

  await vac(['fork', '--at', '30', '--name', 'poked', '--poke', '0x1000=58', one])
  const branch = await inProcess(['diff', '--json', one, `${one}@poked`])
  const { tick, parts, exact, memory } = JSON.parse(branch.stdout)
  assert.deepEqual([tick, parts, exact], ['30', ['memories'], true])
  assert.deepEqual(memory.runs, [{ memory: 0, address: '4096', a: '00', b: '58' }])
})

test('what cannot be compared is refused with a code', async () => {
  assert.match((await inProcess(['diff', at('one')])).stderr, /USAGE.*1 recordings/)
  assert.match((await inProcess(['diff', at('one'), at('none')])).stderr, /FILE_MISSING/)
})
