// Programs with debug sections, as processes: traps name lines, `vac debug` stops at them.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { debugSample, SAMPLE, sampleLine } from '../src/wasm/tools/debug-sample.ts'
import { vac } from './cli/command.ts'

const folder = mkdtempSync(join(tmpdir(), 'vac-source-'))
after(() => rmSync(folder, { recursive: true }))
const program = join(folder, 'sample.wasm')
const record = join(folder, 'sample.vac')

before(async () => {
  writeFileSync(program, await debugSample(['-g', '-O0']))
  await vac(['run', '--record', record, program])
})
const debug = async (commands: string): Promise<string> =>
  (await vac(['debug', record], commands)).stdout

test('a trap names file, line and column of each call', async () => {
  const line = sampleLine('the end')
  const { stderr, exit } = await vac(['run', program, 'more'])
  assert.equal(exit, 134)
  const place = `called from main \\(function \\d+\\), pc \\d+, ${SAMPLE}:${line}:13\\n`
  assert.match(stderr, new RegExp(place))
  const { stdout } = await vac(['run', '--json', program, 'more'])
  const { chain } = JSON.parse(stdout).trap
  const { file, column } = chain[1]
  assert.deepEqual([file, chain[1].line, column], [`/${SAMPLE}`, line, 13])
})

test('vac debug stops at a line, forwards and backwards, and shows it', async () => {
  const line = sampleLine('the sum is made')
  const at = `${SAMPLE}:${line}`
  const text = await debug(`break ${at}; c; c; rc`)
  assert.match(text, new RegExp(`breakpoint 1 in add \\(function \\d+\\), pc \\d+, ${at}:\\d+\\n`))
  const stops = [...text.matchAll(/tick ([\d ]+) of .*\n.*\n {2}(.*)/g)]
  const shown = stops.map(([, , here]) => here)
  const there = `${at}:14  counter += sum; // the sum is made`
  assert.deepEqual(shown, [there, there, there])
  assert.equal(stops[2][1], stops[0][1])
})

test('vac debug lists the source around a line and around where it stands', async () => {
  const line = sampleLine('the call')
  const text = await debug(`list debug-sample.c:${line}; break total_of; c; list`)
  assert.match(text, new RegExp(`^> +${line} {6}total = add\\(total, \\(int\\)wide\\);`, 'm'))
  assert.match(text, new RegExp(`^> +${sampleLine('int total = 0')} {4}int total = 0;`, 'm'))
})

test('vac debug tells variables: of any frame, parts of them, and globals', async () => {
  const at = `break ${SAMPLE}:${sampleLine('the sum is made')}; c; locals; locals 2`
  const text = await debug(`${at}; print list->at.y 1; print first.tags[2] 2; print counter`)
  for (const line of ['  sum = -2   (int)', '  ratio = 1.5   (float)', 'counter = 7   (int)']) {
    assert.ok(text.includes(`${line}\n`), line)
  }
  assert.match(text, /^ {2}first = \{name = 0x[0-9a-f]+ "first", at = \{x = -1, y = 0.5\}/m)
  assert.match(text, /^y = 0.5 {3}\(double\)\n\[2\] = 7 {3}\(uint8_t\)$/m)
  const { stderr } = await vac(['debug', record], 'locals; break main; c; print nothing; locals 9')
  assert.equal(stderr.match(/USAGE/g)?.length, 3)
})

test('vac who names the line that wrote', async () => {
  const text = await debug('break total_of; c; print list')
  const address = /^list = (0x[0-9a-f]+)/m.exec(text)?.[1]
  const line = sampleLine('struct node first')
  // The record that main makes; its first field is the name.
  const { stdout } = await vac(['who', record, `${address}:4`])
  assert.match(stdout, new RegExp(`in main \\(function \\d+\\), pc \\d+, ${SAMPLE}:${line}:23\\n`))
  const json = await vac(['who', '--json', record, `${address}:4`])
  const [place] = JSON.parse(json.stdout).chain
  assert.deepEqual([place.file, place.line, place.inlined], [`/${SAMPLE}`, line, []])
})

test('an inlined function is told with the line that calls it', async () => {
  const optimised = join(folder, 'optimised.wasm')
  const [path, from] = [join(folder, 'optimised.vac'), sampleLine('the call')]
  writeFileSync(optimised, await debugSample(['-g', '-O2']))
  await vac(['run', '--record', path, optimised])
  const line = sampleLine('the sum is made')
  const { stdout } = await vac(['debug', path], `break debug-sample.c:${line}; c; where`)
  const inlined = `${SAMPLE}:${line}:\\d+ in add, inlined at ${SAMPLE}:${from}:\\d+\\n`
  assert.match(stdout, new RegExp(`  in total_of \\(function \\d+\\), pc \\d+, ${inlined}`))
})

test('a line that no code comes from is refused', async () => {
  const { stderr } = await vac(['debug', record], 'break nowhere.c:1; list nowhere.c:1; list')
  assert.equal(stderr.match(/USAGE/g)?.length, 3)
})
