// Style and structure, checked like everything else: the rules are in test/tidy/.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { brokenLinks, type Lookup, unknownScripts } from './tidy/links.ts'
import { type File, longFiles, rules, wideFiles } from './tidy/rules.ts'
import { codeOnly } from './tidy/source-text.ts'
import { wrapComments } from './tidy/wrap-comments.ts'

const root = join(import.meta.dirname, '..')

/** Tracked files and new ones that git does not ignore, binary ones left out. */
function listFiles(): File[] {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const paths = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\0')
  return [...new Set(paths)]
    .filter((path) => lstatSync(join(root, path), { throwIfNoEntry: false })?.isFile())
    .map((path) => ({ path, text: readFileSync(join(root, path), 'latin1') }))
    .filter(({ text }) => !text.includes('\0'))
    .map(({ path }) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

const files = listFiles()
const documents = files.filter(({ path }) => path.endsWith('.md'))

const lookup: Lookup = (path) => {
  if (!existsSync(join(root, path))) return null
  return statSync(join(root, path)).isDirectory() ? '' : readFileSync(join(root, path), 'utf8')
}

const none = (complaints: string[]): void =>
  assert.equal(complaints.length, 0, `\n  ${complaints.join('\n  ')}`)

suite('house rules', () => {
  test('the check sees the repository', () => {
    assert.ok(files.some(({ path }) => path === 'test/tidy.test.ts'))
    assert.ok(files.some(({ path }) => path.startsWith('src/base/')))
    assert.ok(documents.some(({ path }) => path === 'README.md'))
  })
  for (const rule of rules) {
    test(rule.name, () => none(files.flatMap(rule.check)))
  }
  test('every exception names a file or folder that exists', () => {
    const excepted = [...Object.keys(longFiles), ...Object.keys(wideFiles)]
    none(excepted.filter((path) => lookup(path) === null))
  })
})

suite('each house rule refuses what it should', () => {
  for (const rule of rules) {
    test(rule.name, () => {
      assert.ok(rule.refuses.length > 0 && rule.passes.length > 0, 'a rule needs samples')
      for (const sample of rule.refuses) {
        assert.notDeepEqual(rule.check(sample), [], `let pass: ${sample.path}: ${sample.text}`)
      }
      for (const sample of rule.passes) assert.deepEqual(rule.check(sample), [])
    })
  }
})

suite('documents', () => {
  test('every relative link leads somewhere', () =>
    none(documents.flatMap((file) => brokenLinks(file, lookup))))

  test('a broken link, a missing heading and a way out of the repository are found', () => {
    const text =
      '# Title\n[a](gone.md) [b](README.md#nowhere) [c](../../x) ![d](gone.svg) `[e](code.md)`\n' +
      '[f](https://example.org) [g](README.md) [h](#title)\n\n```\n[i](fence.md)\n```\n'
    const complaints = brokenLinks({ path: 'a.md', text }, (path) => {
      if (path === 'a.md') return text
      return path === 'README.md' ? '# Else' : null
    })
    const links = complaints.map((complaint) => complaint.split(' ')[1])
    assert.deepEqual(links, ['gone.md', 'README.md#nowhere', '../../x', 'gone.svg'])
  })
})

suite('commands in documents', () => {
  const scripts = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts)

  test('every npm run names a script', () =>
    none(documents.flatMap((file) => unknownScripts(file, scripts))))

  test('a command that is no script is found', () => {
    const text = '`npm run lint`, `npm run lint:all -- x`'
    assert.deepEqual(unknownScripts({ path: 'a.md', text }, ['lint']), [
      'a.md: there is no npm run lint:all',
    ])
  })
})

suite('code is told from text', () => {
  const samples: [string, string][] = [
    ["a('b') // c", "a(' ')     "],
    ['a(`b${c}d`)', 'a(` ${c} `)'],
    ['a(`b${`c${d}`}e`)', 'a(` ${` ${d}`} `)'],
    ['a /* b */ / c / d', 'a'.padEnd(10) + '/ c / d'],
    ["x = /'/; y", 'x = / /; y'],
    ["'a\\'b' c", "'    ' c"],
  ]
  for (const [text, expected] of samples) {
    test(text, () => assert.equal(codeOnly(text), expected))
  }
})

suite('wide comments are wrapped', () => {
  const samples: [string, string][] = [
    ['// aaa bbb ccc\n// ddd\ncode', '// aaa bbb\n// ccc ddd\ncode'],
    ['  // aaa bbb\n  // - ddd', '  // aaa\n  // bbb\n  // - ddd'],
    ['/** aaa bbb */\nf()', '/**\n * aaa bbb\n */\nf()'],
    ['const a = `\n// aaa bbb ccc\n`', 'const a = `\n// aaa bbb ccc\n`'],
    ['call(aaa, bbb)', 'call(aaa, bbb)'],
  ]
  for (const [text, expected] of samples) {
    test(JSON.stringify(text), () => assert.equal(wrapComments(text, 11), expected))
  }
})

suite('generated files', () => {
  const generator = 'src/isa/tools/generate.ts'
  const check = (cwd: string) =>
    spawnSync(process.execPath, [generator, '--check'], { cwd, encoding: 'utf8' })
  const generated = files
    .map(({ path }) => path)
    .filter((path) => path.endsWith('.gen.ts') || path === 'spec/isa.md')
  const missing = existsSync(join(root, generator)) ? false : `${generator} does not exist`

  test('are what their source gives', { skip: missing }, () => {
    const run = check(root)
    assert.equal(run.status, 0, `repeat with: npm run gen; ${run.stdout}${run.stderr}`)
  })

  test('are refused when edited by hand', { skip: missing }, () => {
    assert.ok(generated.length > 0, 'no generated file found')
    for (const path of generated) {
      const copy = mkdtempSync(join(tmpdir(), 'vac-tidy-'))
      for (const part of ['src', 'spec', 'package.json']) {
        cpSync(join(root, part), join(copy, part), { recursive: true })
      }
      appendFileSync(join(copy, path), '\n')
      const { status } = check(copy)
      rmSync(copy, { recursive: true })
      assert.notEqual(status, 0, `an edited ${path} passed`)
    }
  })
})
