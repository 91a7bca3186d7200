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

  const exactly = await inProcess(['diff', '--exact', one, at('version')])
  assert.equal(exactly.stdout, version.stdout)

  const words = ['run', '--record', at('ward'), at('echo.wat'), 'ward']
  await vac(words, 'one\ntwo\n')
  const ward = JSON.parse((await inProcess(['diff', '--json', at('version'), at('ward')])).stdout)
  assert.deepEqual([ward.parts, ward.leftOut, ward.exact], [['memories'], ['device start'], true])
  assert.deepEqual(ward.memory.runs, [{ memory: 0, address: '1034', a: '6f', b: '61' }])

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

test('the first tick at which a command says yes is found', async () => {
  const path = await record('bisected', ECHO, 'one\ntwo\n')
  const found = await vac(['bisect', '--command', 'grep -q two "$VAC_MEMORY"', path])
  assert.equal(found.exit, 0, found.stderr)
  const tick = Number(
    /^tick (\d+) is the first at which it is true\n {2}in /.exec(found.stdout)?.[1],
  )
  const who = await vac(['who', '--before', `${tick}`, path, '0x1000:3'])
  assert.match(who.stdout, new RegExp(`^tick ${tick}: 6f6e65 became 74776f\n`))
  assert.match(found.stderr, /taken for granted/)
  const says = await vac(['bisect', '--expr', 'text(0x1000, 3) == "two"', path])
  assert.equal(says.stdout, found.stdout)
  const wrong = await inProcess(['bisect', '--expr', 'local(x) = 1', path])
  assert.match(wrong.stderr, /EXPRESSION.*column 10; found = 1/)
  // A saved state is what it says.
  const script = 'test "$(od -An -c -j1 -N3 "$VAC_STATE" | tr -d " ")" = VST && exit 1; exit 9'
  const never = await vac(['bisect', '--command', script, path])
  assert.deepEqual([never.exit, never.stdout], [1, `it is not true at tick 95\n`])
  const always = await vac(['bisect', '--json', '--command', 'true', path])
  assert.deepEqual(JSON.parse(always.stdout), { tick: '0', asked: 2, chain: [] })
  const failed = await vac(['bisect', '--command', 'exit 126', path])
  assert.match(failed.stderr, /COMMAND_FAILED.*exit code 126/)
})
