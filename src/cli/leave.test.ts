import { deepEqual, equal, match } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'

const folder = mkdtempSync(join(tmpdir(), 'vac-leave-'))
after(() => rmSync(folder, { recursive: true }))

/** A process that writes more than a pipe holds, leaves with 7, and says if it ended by itself. */
const script = join(folder, 'leaves.ts')
writeFileSync(
  script,
  `import { writeSync } from 'node:fs'
import { leave } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'leave.ts')).href)}
process.once('beforeExit', () => writeSync(2, 'by itself'))
process.stdout.write('x'.repeat(1_000_000))
process.exitCode = 7
await leave(7)
`,
)
const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...env } = process.env
const words = ['--v8-pool-size=1', '--disable-warning=ExperimentalWarning', script]
const hasShell = process.platform === 'linux' && 'execve' in process
const skip = hasShell ? false : 'the process is replaced on Linux only'

test('a process leaves with its code when all is written, without an end of its own', {
  skip,
}, () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  })
  deepEqual([status, stdout.length, stderr], [7, 1_000_000, ''])
})

test('with options of Node, or input from a pipe, it ends by itself', () => {
  const coded = { env: { ...env, NODE_OPTIONS: '--stack-trace-limit=9' }, input: undefined }
  const piped = { env, input: 'a line' }
  for (const { env: its, input } of [coded, piped]) {
    const { status, stderr } = spawnSync(process.execPath, words, {
      env: its,
      ...(input === undefined ? { stdio: ['ignore', 'pipe', 'pipe'] } : { input }),
      encoding: 'utf8',
    })
    deepEqual([status, stderr], [7, 'by itself'])
  }
})

test('it leaves a pipe that others write to as it found it', { skip }, () => {
  const line = '"$@"; echo; cat /proc/self/fdinfo/1'
  const { stdout } = spawnSync('sh', ['-c', line, 'sh', process.execPath, ...words], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
  })
  const [, flags = ''] = /flags:\s*0(\d+)/.exec(stdout) ?? []
  match(flags, /^\d+$/)
  equal(Number.parseInt(flags, 8) & 0o4000, 0, `flags ${flags}: O_NONBLOCK`)
})
