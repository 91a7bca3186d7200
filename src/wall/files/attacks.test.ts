// Hostile paths and links: each is refused with its reason, and nothing outside is seen or changed.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ByteReader, hex, utf8 } from '../../base/bytes.ts'
import { VacError } from '../../base/errors.ts'
import { decodeFiles, encodeFiles } from '../../machine/state/state-files.ts'
import { Blob } from '../../memory/file-bytes.ts'
import { attacks, harmless } from '../tools/file-attacks.ts'
import { FileSystem } from './file-system.ts'
import type { Path } from './names.ts'
import type { TreeEntry } from './tree.ts'

const file = (path: string): TreeEntry => ({ path, kind: 'file', content: new Blob(utf8(path)) })
const link = (path: string, target: string): TreeEntry => ({ path, kind: 'symlink', target })

/** Links that a guest could not make come with the tree. */
const world: readonly TreeEntry[] = [
  file('secret'),
  file('other/secret'),
  file('jail/f'),
  file('jail/d/e/g'),
  link('jail/up', '..'),
  link('jail/abs', '/'),
  link('jail/loop1', 'loop2'),
  link('jail/loop2', 'loop1'),
  link('jail/me', 'me/me'),
  link('jail/far', '../other'),
  link('jail/dots', 'd/../d/../..'),
  link('jail/self', '.'),
  link('jail/deep', 'd/e'),
  link('jail/d/out', '../..'),
  link('jail/d/e/out', '../../../other'),
]

/** All that is not below `jail`, as bytes; times included. */
function outsideOf(files: FileSystem): string {
  const seen = []
  for (const { path, kind } of files.export(files.root)) {
    if (path.startsWith('jail')) continue
    const inode = path === '' ? files.root : (files.resolve(files.root, path, false) as number)
    const bytes = kind === 'file' ? files.read(inode, 0, 99) : ''
    seen.push(path, files.stat(inode), bytes)
  }
  return JSON.stringify(seen, (_, value) => (typeof value === 'bigint' ? `${value}` : value))
}

function operate(
  files: FileSystem,
  jail: number,
  [operation, path, toPath = '']: readonly [string, ...Path[]],
): unknown {
  switch (operation) {
    case 'read': {
      const opened = files.open(jail, path, { follow: true }, 9n)
      return typeof opened === 'string' ? opened : files.read(opened.inode, 0, 99)
    }
    case 'create': {
      const options = { create: true, truncate: true, write: true, follow: true }
      return files.open(jail, path, options, 9n)
    }
    case 'list': {
      const inode = files.resolve(jail, path, true)
      return typeof inode === 'string' ? inode : files.readdir(inode, 0, 99)
    }
    case 'mkdir':
    case 'unlink':
    case 'rmdir':
      return files[operation](jail, path, 9n)
    case 'readlink':
      return files.readlink(jail, path)
    case 'symlink':
      return files.symlink(path, jail, toPath, 9n)
    case 'rename':
      return files.rename(jail, path, jail, toPath, 9n)
    case 'link':
    case 'linkTarget':
      return files.link(jail, path, operation === 'linkTarget', jail, toPath, 9n)
    default:
      throw new Error(`no operation ${operation}`)
  }
}

describe('hostile paths and links', () => {
  const start = FileSystem.empty(0n)
  start.import('', world, 0n)
  const jail = start.resolve(start.root, 'jail', false) as number
  const before = outsideOf(start)

  it(`are more than 100, each contained: ${attacks.length}`, () => {
    assert.ok(attacks.length > 100 && new Set(attacks.map(({ why }) => why)).size > 100)
    for (const { why, steps, answer } of attacks) {
      const files = start.fork()
      files.hold(jail)
      steps.forEach((step, i) => {
        const found = operate(files, jail, step)
        if (i < steps.length - 1) assert.notEqual(typeof found, 'string', `${why}: ${found}`)
        else assert.equal(found, answer, why)
      })
      assert.equal(outsideOf(files), before, why)
      const bytes = encodeFiles(files.tree, 'whole')
      const again = decodeFiles(new ByteReader(bytes, 'STATE_MALFORMED'))
      assert.equal(hex(encodeFiles(again, 'whole')), hex(bytes), `${why}: a tree that loads`)
    }
    assert.equal(outsideOf(start), before, 'forks are their own')
  })

  it('are told from names that only look so', () => {
    for (const name of harmless) {
      const files = start.fork()
      const made = files.open(jail, name, { create: true, exclusive: true }, 9n)
      assert.ok(typeof made !== 'string', `${JSON.stringify(name)}: ${made}`)
      assert.equal(files.resolve(jail, name, true), made.inode)
      const listed = files.readdir(jail, 2, 99)
      assert.ok(typeof listed !== 'string' && listed.some((entry) => entry.name === name), name)
      assert.equal(files.resolve(jail, `d/../${name}`, false), made.inode)
      assert.equal(files.unlink(jail, name, 9n), 0)
      assert.equal(outsideOf(files), before)
    }
  })

  it('stay inside a directory that moved, or was removed while open', () => {
    const files = start.fork()
    const inner = files.resolve(jail, 'd/e', false) as number
    files.hold(inner)
    assert.equal(files.rename(jail, 'd/e', jail, 'e', 9n), 0)
    assert.equal(files.resolve(inner, '../f', true), 'notcapable')
    assert.equal(typeof files.resolve(inner, 'g', true), 'number')
    files.unlink(inner, 'g', 9n)
    files.unlink(inner, 'out', 9n)
    assert.equal(files.rmdir(jail, 'e', 9n), 0)
    for (const path of ['../f', '..']) assert.equal(files.resolve(inner, path, true), 'notcapable')
    assert.equal(files.open(inner, 'new', { create: true }, 9n), 'noent')
    assert.equal(files.mkdir(inner, 'new', 9n), 'noent')
    assert.equal(files.rename(jail, 'f', inner, 'f', 9n), 'noent')
    assert.equal(files.link(jail, 'f', false, inner, 'f', 9n), 'noent')
    files.release(inner)
    assert.equal(files.kindOf(inner), undefined)
  })

  it('do not come in with a tree', () => {
    const bad: readonly (readonly TreeEntry[])[] = [
      [file('../x')],
      [file('/x')],
      [file('a/../x')],
      [file('a//x')],
      [file('a/')],
      [file('.')],
      [file('a\0b')],
      [file('\ud800')],
      [file('é'.repeat(128))],
      [file('a/'.repeat(2048) + 'a')],
      [file('a'), file('a')],
      [file('a'), file('a/b')],
      [file('')],
      [link('a', 'b'), file('a/b')],
      [link('a', '')],
      [link('a', 'b\0')],
      [link('a', 'b'.repeat(4097))],
    ]
    for (const tree of bad) {
      for (const entries of [tree, tree.toReversed()]) {
        assert.throws(
          () => FileSystem.empty(0n).import('', entries, 0n),
          (error) => error instanceof VacError && error.code === 'TREE_REFUSED',
          JSON.stringify(tree.map(({ path }) => path.slice(0, 20))),
        )
      }
    }
    const above = '../a'
    assert.throws(() => FileSystem.empty(0n).import(above, [], 0n), /TREE_REFUSED/)
    const small = FileSystem.empty(0n, { bytes: 4096, inodes: 3 })
    assert.throws(() => small.import('', [file('a'), file('b')], 0n), /TREE_REFUSED/)
  })
})
