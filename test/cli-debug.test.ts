// vac debug as a process: breakpoints and watches with conditions, until, over and out.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { vac } from './cli/command.ts'
import { ECHO } from './cli/programs.ts'

const folder = mkdtempSync(join(tmpdir(), 'vac-debug-cli-'))
after(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'run.vac')

before(async () => {
  const program = join(folder, 'echo.wat')
  writeFileSync(program, ECHO)
  const input = 'one\ntwo\nthree\n'
  const { exit, stderr } = await vac(['run', '--record', path, program, 'word'], input)
  assert.equal(exit, 0, stderr)
})

/** What each of the commands printed, and all messages. */
async function debug(commands: readonly string[]): Promise<{ told: string[]; stderr: string }> {
  const script = commands.flatMap((command) => [command, 'expr "said"'])
  const { exit, stdout, stderr } = await vac(['debug', path], script.join('\n'))
  assert.equal(exit, 0, stderr)
  return { told: stdout.split('"said"\n').slice(0, -1), stderr }
}

const tickOf = (told: string): number => Number(told.match(/(?<=^tick )\d+(?= of)/gm)?.at(-1))

test('breakpoints and watches stop where conditions are true, in both directions', async () => {
  const { told, stderr } = await debug([
    'break put if local(1) == 6',
    'continue',
    'expr text(local(0), local(1))',
    'continue',
    'reverse',
    'break put',
    'reverse',
    'expr cstring(local(0))',
    'watch 20 4 if i32[20] == 6',
    'watch-back 20 4',
    'expr i32[20]',
    'watch-back 20 4 if i32[20] > 10',
    'watch-back 20 4 if i32[20] > 10',
    'watch reads 20 4',
    'watch-back all 20 4',
    'break put if lokal(0)',
  ])
  assert.match(told[0], /breakpoint 1 in put \(function 4\), pc 0.*, if local\(1\) == 6\n$/)
  assert.equal(told[2], '"three\\n"\n')
  assert.match(told[3], /^no breakpoint was reached\ntick/)
  assert.equal(tickOf(told[4]), tickOf(told[1]))
  assert.ok(tickOf(told[6]) < tickOf(told[4]))
  assert.equal(told[7], '"two\\n"\n')
  assert.ok(tickOf(told[8]) > tickOf(told[4]))
  assert.ok(tickOf(told[9]) < tickOf(told[4]))
  assert.equal(told[10], '4\n')
  assert.ok(tickOf(told[11]) < tickOf(told[9]))
  assert.match(told[12], /^there was no such access before\n/)
  assert.equal(tickOf(told[12]), tickOf(told[11]))
  // The call of the wall reads what was written.
  assert.ok(tickOf(told[13]) > tickOf(told[11]))
  assert.equal(tickOf(told[14]), tickOf(told[11]))
  assert.match(stderr, /EXPRESSION: .*column 1; found lokal/)
})

test('calls of the wall and printed text are gone to, over and out of calls', async () => {
  const { told, stderr } = await debug([
    'until syscall fd_write',
    'until syscall fd_write',
    'since syscall fd_write',
    'until output two',
    'at',
    'since output n',
    'back',
    'back-over',
    'start; break put; continue',
    'out',
    'back-over',
    'back-out',
    'until syscall fd_closed',
    'until noise',
    'until output never',
  ])
  assert.match(told[0], /put, pc \d+: call 1/)
  assert.ok(tickOf(told[1]) > tickOf(told[0]))
  assert.equal(tickOf(told[2]), tickOf(told[0]))
  const two = tickOf(told[3])
  assert.ok(two > tickOf(told[1]))
  assert.equal(tickOf(told[5]), tickOf(told[1]) + 1)
  assert.equal(tickOf(told[6]), tickOf(told[1]))
  const out = tickOf(told[9])
  assert.match(told[9], /_start, pc/)
  // The call is gone back over as far as to the breakpoint in it.
  assert.match(told[10], /^a breakpoint\n/)
  assert.equal(tickOf(told[10]), tickOf(told[8]))
  assert.equal(tickOf(told[11]), tickOf(told[8]) - 1)
  assert.ok(out > tickOf(told[8]))
  assert.match(stderr, /USAGE.*fd_closed.*fd_write/)
  assert.match(stderr, /USAGE.*noise.*syscall NAME/)
  assert.match(told[14], /^it is not printed behind this tick\n/)
})
