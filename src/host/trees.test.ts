// Trees of the host into the machine and back: what is the same, what is refused, what cannot
// leave.
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { utf8 } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import { Blob } from '../memory/file-bytes.ts'
import { FileSystem } from '../wall/files/file-system.ts'
import type { TreeEntry } from '../wall/files/tree.ts'
import { exportTree, staysInside } from './export-tree.ts'
import { importTree } from './import-tree.ts'

const refused = (error: unknown): boolean =>
  error instanceof VacError && error.code === 'TREE_REFUSED'
const file = (path: string, text: string): TreeEntry => ({
  path,
  kind: 'file',
  content: new Blob(utf8(text)),
})
const link = (path: string, target: string): TreeEntry => ({ path, kind: 'symlink', target })
const top: TreeEntry = { path: '', kind: 'directory' }

describe('trees of the host', () => {
  let folder = ''
  const at = (...names: string[]): string => join(folder, ...names)
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vac-trees-'))
  })
  // Node's own takes seconds for deep trees.
  afterEach(() => execFileSync('rm', ['-rf', folder]))

  it('leave a pipe or device in its place', async () => {
    execFileSync('mkfifo', [at('pipe')])
    const reader = promisify(execFile)('cat', [at('pipe')])
    exportTree([file('', 'hello')], at('pipe'))
    assert.equal((await reader).stdout, 'hello')
    assert.ok(lstatSync(at('pipe')).isFIFO())
  })

  it('come back as they went in', () => {
    mkdirSync(at('in', 'deep', 'empty'), { recursive: true })
    writeFileSync(at('in', 'a'), 'hello')
    writeFileSync(at('in', 'deep', 'b'), Buffer.alloc(200_000, 7))
    writeFileSync(at('in', 'deep', 'none'), '')
    writeFileSync(at('in', 'ünï😀'), 'x')
    symlinkSync('../a', at('in', 'deep', 'up'))
    const files = FileSystem.empty(0n)
    const inode = files.import('data', importTree(at('in')), 0n)
    exportTree(files.export(inode), at('out'))
    execFileSync('diff', ['-r', '--no-dereference', at('in'), at('out')])
    assert.equal(readlinkSync(at('out', 'deep', 'up')), '../a')
    // A second time, over what is there.
    exportTree(files.export(inode), at('out'))
    execFileSync('diff', ['-r', '--no-dereference', at('in'), at('out')])
  })

  it('share equal bytes', () => {
    mkdirSync(at('in'))
    for (const name of ['a', 'b']) writeFileSync(at('in', name), 'same')
    const contents = importTree(at('in')).flatMap((e) => (e.kind === 'file' ? [e.content] : []))
    assert.equal(contents.length, 2)
    assert.equal(contents[0], contents[1])
  })

  it('are not followed out of by links, when they go in', () => {
    writeFileSync(at('secret'), 'secret')
    mkdirSync(at('in'))
    symlinkSync('../secret', at('in', 'l'))
    symlinkSync('/', at('in', 'slash'))
    const tree = importTree(at('in'))
    assert.deepEqual(tree.map(({ kind }) => kind).sort(), ['directory', 'symlink', 'symlink'])
    const files = FileSystem.empty(0n)
    const inode = files.import('', tree, 0n)
    assert.equal(files.resolve(inode, 'l', true), 'notcapable')
    assert.equal(files.resolve(inode, 'slash/etc/passwd', true), 'notcapable')
  })

  it('are refused with pipes, names that are not UTF-8, and beyond the limit', () => {
    mkdirSync(at('pipe'))
    execFileSync('mkfifo', [at('pipe', 'p')])
    assert.throws(() => importTree(at('pipe')), refused)
    mkdirSync(at('odd'))
    writeFileSync(Buffer.concat([Buffer.from(`${at('odd')}/`), Buffer.of(0xff)]), 'x')
    assert.throws(() => importTree(at('odd')), refused)
    mkdirSync(at('large'))
    writeFileSync(at('large', 'a'), 'four')
    importTree(at('large'), 4)
    const tooLarge = (error: unknown): boolean =>
      error instanceof VacError && error.code === 'FILE_TOO_LARGE'
    assert.throws(() => importTree(at('large'), 3), tooLarge)
    const missing = (error: unknown): boolean =>
      error instanceof VacError && error.code === 'FILE_MISSING'
    assert.throws(() => importTree(at('nothing')), missing)
    assert.throws(() => importTree(at('large', 'a')), missing)
  })

  it('keep hard links and holes, when they come out', () => {
    const files = FileSystem.empty(0n)
    const opened = files.open(files.root, 'a', { create: true }, 0n)
    assert.ok(typeof opened !== 'string')
    files.write(opened.inode, 500_000_000, utf8('end'), 0n)
    assert.equal(files.link(files.root, 'a', false, files.root, 'b', 0n), 0)
    exportTree(files.export(files.root), at('out'))
    const [a, b] = ['a', 'b'].map((name) => statSync(at('out', name)))
    assert.equal(a.ino, b.ino)
    assert.equal(a.size, 500_000_003)
    assert.ok(a.blocks * 512 < 10_000_000, `${a.blocks} blocks`)
  })

  it('come out as one file too', () => {
    const files = FileSystem.empty(0n)
    files.import('', [file('a', 'alone')], 0n)
    const inode = files.resolve(files.root, 'a', true)
    assert.ok(typeof inode === 'number')
    writeFileSync(at('victim'), 'victim')
    symlinkSync('victim', at('out'))
    exportTree(files.export(inode), at('out'))
    assert.equal(readFileSync(at('out'), 'utf8'), 'alone')
    assert.equal(readFileSync(at('victim'), 'utf8'), 'victim')
  })

  it('write nothing through links that stand in the target', () => {
    mkdirSync(at('outside'))
    writeFileSync(at('outside', 'x'), 'mine')
    mkdirSync(at('out'))
    symlinkSync('../outside', at('out', 'd'))
    symlinkSync('../outside/x', at('out', 'f'))
    const tree = [
      top,
      { path: 'd', kind: 'directory' } as const,
      file('d/x', 'bad'),
      file('f', 'f'),
    ]
    assert.throws(() => exportTree(tree, at('out')), refused)
    assert.equal(readFileSync(at('outside', 'x'), 'utf8'), 'mine')
    assert.deepEqual(readdirSync(at('outside')), ['x'])
    assert.ok(lstatSync(at('out', 'f')).isFile())
  })

  it('write what is good and name what is not', () => {
    const bad: TreeEntry[] = [
      link('l', '/etc/passwd'),
      link('d/l', '../../x'),
      link('m', 'd/../../x'),
      file('../x', 'out'),
      file('d/../../x', 'out'),
      file('/x', 'out'),
      file('', 'out'),
    ]
    for (const entry of bad) {
      const tree = [top, { path: 'd', kind: 'directory' } as const, entry, file('good', 'good')]
      assert.throws(() => exportTree(tree, at('out')), refused, entry.path)
      assert.equal(readFileSync(at('out', 'good'), 'utf8'), 'good')
      assert.deepEqual(readdirSync(at('out')).sort(), ['d', 'good'])
      assert.deepEqual(readdirSync(at('out', 'd')), [])
      assert.ok(!existsSync(at('x')))
    }
  })

  it('that are deeper than the host can hold come out as far as it can', () => {
    const files = FileSystem.empty(0n)
    let inode = files.root
    for (let depth = 0; depth < 3_000; depth++) {
      files.mkdir(inode, 'd', 0n)
      inode = files.resolve(inode, 'd', true) as number
    }
    assert.throws(() => exportTree(files.export(files.root), at('out')), refused)
    assert.ok(existsSync(at('out', ...new Array(1000).fill('d'))))
  })

  it('have links that stay inside, and no others', () => {
    const cases: readonly [target: string, depth: number, stays: boolean][] = [
      ['a', 0, true],
      ['a/b/', 0, true],
      ['.', 0, true],
      ['..', 0, false],
      ['..', 1, true],
      ['../../a', 2, true],
      ['../../../a', 2, false],
      ['./../a', 1, true],
      ['a/..', 5, false],
      ['../a/..', 5, false],
      ['/', 5, false],
      ['//a', 5, false],
      ['..a/...', 0, true],
    ]
    for (const [target, depth, stays] of cases) {
      assert.equal(staysInside(target, depth, 'linux'), stays, `${target} at ${depth}`)
    }
    assert.ok(!staysInside('a\\..\\..', 0, 'win32'))
    assert.ok(!staysInside('c:', 0, 'win32'))
  })
})
