// vac fork, branches and collapse, as processes: a branch is a run like any other for all verbs.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { packed, unpacked } from '../src/host/recording-archive.ts'
import { inProcess, vac } from './cli/command.ts'
import { ECHO } from './cli/programs.ts'

const folder = mkdtempSync(join(tmpdir(), 'vac-branches-'))
after(() => rmSync(folder, { recursive: true }))
const run = join(folder, 'run')

before(async () => {
  writeFileSync(join(folder, 'echo.wat'), ECHO)
  const words = ['run', '--record', run, join(folder, 'echo.wat'), 'word']
  assert.equal((await vac(words, 'one\ntwo\n')).exit, 0)
})

test('a run is forked with other input, memory, seed and clock, and so is a branch', async () => {
  const other = await vac(['fork', '--at', '30', '--name', 'other', '--input', 'uno\ndos\n', run])
  assert.equal(other.exit, 0, other.stderr)
  assert.match(other.stdout, /uno\ndos\n$/)
  assert.match(
    other.stderr,
    /^vac: other: forked at tick 30, idle at tick \d+, root [0-9a-f]{64}\n$/,
  )
  writeFileSync(join(folder, 'input'), 'three\n')
  const more = [
    ['--name', 'file', '--stdin', join(folder, 'input'), '--seed', '2a', '--clock', '-5'],
    ['--name', 'poked', '--from', 'other', '--poke', '0x1000=58', '--sleep', '1000'],
  ]
  const file = await vac(['fork', '--at', '30', ...more[0], run])
  assert.match(file.stdout, /three\n$/)
  const poked = await vac(['fork', '--at', '70', ...more[1], '--json', run])
  assert.equal(poked.exit, 0, poked.stderr)
  const facts = JSON.parse(poked.stdout)
  assert.deepEqual(facts.effects, { shown: 1, equal: 0, denied: 0, held: 0 })
  assert.match(poked.stderr, /^Xos\n/)
  // All verbs take a branch.
  for (const name of ['other', 'file', 'poked']) {
    const verified = await vac(['replay', '--verify', '--json', `${run}@${name}`])
    assert.equal(verified.exit, 0, verified.stderr)
    if (name === 'poked') assert.equal(JSON.parse(verified.stdout).root, facts.root)
  }
  const replayed = await vac(['replay', `${run}@poked`])
  assert.match(replayed.stdout, /uno\nXos\n$/)
  const who = await vac(['who', '--before', '70', `${run}@poked`, '0x1000:3'])
  assert.equal(who.stdout, 'tick 70: 646f73 became 586f73\n  from outside: the host wrote\n')
  const debug = await vac(['debug', `${run}@poked`], 'seek 69; memory 0x1000 4; end; quit')
  assert.match(debug.stdout, /64 6f 73/)
  const original = await vac(['replay', run])
  assert.match(original.stdout, /one\ntwo\n$/)
})

test('the tree is shown, one branch is chosen, and the others stay', async () => {
  const held = ['fork', '--at', '30', '--name', 'held', '--effects', 'hold', '--input', 'later\n']
  assert.equal((await vac([...held, run])).stdout, '')
  const tree = await inProcess(['branches', run])
  assert.match(tree.stdout, /^the recording\n/)
  assert.match(tree.stdout, /\n {2}other: forked at tick 30, changed input, ended at tick \d+\n/)
  assert.match(tree.stdout, /\n {4}poked: forked at tick 70, changed 0x1000:1, slept, ended/)
  const chosen = await vac(['collapse', '--because', 'it is the best', run, 'held'])
  assert.match(chosen.stdout, /later\n$/)
  const after = JSON.parse((await inProcess(['branches', '--json', run])).stdout)
  assert.deepEqual(after.collapse, { chosen: 'held', criterion: 'it is the best' })
  for (const { name, standing } of after.branches) {
    assert.equal(standing, name === 'held' ? 'chosen' : 'ghost')
  }
  assert.equal((await vac(['replay', '--verify', `${run}@poked`])).exit, 0)
  const again = await inProcess(['collapse', run, 'other'])
  assert.match(again.stderr, /BRANCH_REFUSED.*held was chosen/)
})

test('a recording in one file is forked beside it, and copied with its branches', async () => {
  const file = join(folder, 'whole.vac')
  await vac(['run', '--record', file, join(folder, 'echo.wat'), 'word'], 'one\ntwo\n')
  const first = ['fork', '--at', '30', '--name', 'first', '--input', 'uno\n', '--json', file]
  const second = ['fork', '--at', '60', '--name', 'second', '--seed', '7', '--json']
  const roots = new Map<string, string>()
  const dream = async (name: string, words: readonly string[]): Promise<void> => {
    const { exit, stdout, stderr } = await vac([...words])
    assert.equal(exit, 0, stderr)
    roots.set(name, JSON.parse(stdout).root)
  }
  await dream('first', first)
  const copies = ['sent.vac', 'folder', 'again.vac'].map((name) => join(folder, name))
  const [sent] = copies
  const copied = await vac(['copy', file, sent])
  assert.equal(copied.stderr, `vac: ${sent}: ${file} with 1 branch\n`)
  assert.equal((await vac(['copy', sent, copies[1]])).exit, 0)
  writeFileSync(join(copies[1], 'my notes'), 'no file of a recording')
  assert.equal((await vac(['copy', copies[1], copies[2]])).exit, 0)
  assert.deepEqual(readFileSync(sent), readFileSync(copies[2]), 'one form')
  // Branches in the file, and beside it: of one in it, too.
  for (const path of [file, ...copies]) {
    await dream('second', [...second, `${path}@first`])
    for (const [name, root] of roots) {
      const verified = await vac(['replay', '--verify', '--json', `${path}@${name}`])
      assert.equal(JSON.parse(verified.stdout).root, root, `${path}@${name}`)
    }
    const tree = await inProcess(['branches', path])
    assert.match(tree.stdout, /\n {2}first: .*\n {4}second: forked at tick 60/)
    assert.equal((await inProcess(['collapse', path, 'second'])).exit, 0)
    assert.match((await inProcess(['branches', path])).stdout, /second: .*chosen/)
  }
  const taken = await inProcess(['fork', '--at', '9', '--name', 'first', sent])
  assert.match(taken.stderr, /BRANCH_REFUSED.*the name first/)
  // What stays behind of another recording is not taken for one of the next.
  rmSync(sent)
  const next = await vac(['run', '--record', sent, join(folder, 'echo.wat')], '')
  assert.match(next.stderr, /FILE_UNWRITABLE.*sent\.vac\.branches/)
  const bytes = readFileSync(copies[2])
  bytes[bytes.indexOf('"vac.branch"') + 40] ^= 1
  writeFileSync(copies[2], bytes)
  assert.match((await inProcess(['branches', copies[2]])).stderr, /RECORDING_DAMAGED.*again\.vac/)
})

test('a recording with names that lead out of it is refused', async () => {
  const good = join(folder, 'good.vac')
  await vac(['run', '--record', good, join(folder, 'echo.wat')], 'x\n')
  const files = await unpacked(good)
  const evil = join(folder, 'evil.vac')
  for (const name of ['../out', '/tmp/out', 'pages/../../out', '.hidden', 'pages//out', '']) {
    writeFileSync(evil, await packed(new Map([...files, [name, Uint8Array.of(1)]])))
    const { stderr } = await inProcess(['copy', evil, join(folder, 'copied')])
    assert.match(stderr, /RECORDING_DAMAGED/, name)
    assert.deepEqual(
      [existsSync(join(folder, 'copied')), existsSync(join(folder, 'out'))],
      [false, false],
    )
  }
})

test('what cannot be forked, chosen or copied is refused with a code', async () => {
  const one = join(folder, 'one.vac')
  await vac(['run', '--record', one, join(folder, 'echo.wat')], 'x\n')
  const cases = [
    { words: ['fork', run], code: 'USAGE' },
    { words: ['fork', '--at', '5', '--name', 'a', '--effects', 'all', run], code: 'USAGE' },
    { words: ['fork', '--at', '5', '--name', 'a', '--poke', '5', run], code: 'USAGE' },
    {
      words: ['fork', '--at', '5', '--name', 'a', '--input', '', '--stdin', '-', run],
      code: 'USAGE',
    },
    { words: ['fork', '--at', '5', '--name', 'other', run], code: 'BRANCH_REFUSED' },
    { words: ['fork', '--at', '9999999', '--name', 'a', run], code: 'BRANCH_REFUSED' },
    { words: ['fork', '--at', '5', '--name', 'a', '--from', 'none', run], code: 'BRANCH_UNKNOWN' },
    { words: ['collapse', run, 'none'], code: 'BRANCH_UNKNOWN' },
    { words: ['collapse', run], code: 'USAGE' },
    { words: ['replay', `${run}@none`], code: 'BRANCH_UNKNOWN' },
    { words: ['branches', join(folder, 'echo.wat')], code: 'RECORDING_DAMAGED' },
    { words: ['branches', join(folder, 'none')], code: 'FILE_MISSING' },
    { words: ['copy', run], code: 'USAGE' },
    { words: ['copy', join(folder, 'none'), join(folder, 'new')], code: 'FILE_MISSING' },
    { words: ['copy', join(folder, 'echo.wat'), join(folder, 'new')], code: 'RECORDING_DAMAGED' },
    { words: ['copy', run, one], code: 'FILE_UNWRITABLE' },
    { words: ['copy', run, join(folder, 'echo.wat', 'new')], code: 'FILE_UNWRITABLE' },
  ]
  for (const { words, code } of cases) {
    const found = await inProcess(words)
    assert.notEqual(found.exit, 0, words.join(' '))
    assert.match(found.stderr, new RegExp(code), words.join(' '))
  }
})
