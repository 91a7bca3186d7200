// The bundle that ./vac starts is the sources: what it prints and computes is theirs.
import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { codeVersion } from '../src/host/code-version.ts'
import { root, vac } from './cli/command.ts'

mkdirSync(join(root, '.cache'), { recursive: true })
const folder = mkdtempSync(join(root, '.cache', 'bundle-test-'))
const main = join(folder, 'main.mjs')
after(() => rmSync(folder, { recursive: true }))

const make = (): void =>
  void execFileSync(process.execPath, [join(root, 'src/cli/tools/bundle.ts'), main])
const run = (words: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return { exit: status, stdout, stderr }
}

test('the bundle prints and computes what the sources do, and knows their version', async () => {
  const traps = join(folder, 'traps.vasm')
  const began = Date.now()
  make()
  ok(statSync(main).mtimeMs <= Date.now() && statSync(main).mtimeMs >= began - 1000)
  writeFileSync(traps, 'func _start export ()\n  unreachable\nend\n')
  const cases = [['version'], ['help', 'run'], ['run', '--json', traps], ['run', 'none.wasm']]
  for (const words of cases) deepEqual(run(words), await vac(words), words.join(' '))
  equal(run(['run', traps]).exit, 134)
  const script = join(folder, 'one.sql')
  writeFileSync(script, 'select 40 + 2;\n')
  equal(run(['run', script]).stdout, '42\n')
  const version = codeVersion().toString('hex')
  const texts = execFileSync('grep', ['-rl', version, folder], { encoding: 'utf8' })
  notEqual(texts, '')
})

test('what an older bundle left is removed', () => {
  writeFileSync(join(folder, 'chunk-OLD.mjs'), '')
  make()
  ok(!readdirSync(folder).includes('chunk-OLD.mjs'))
})
