// The file system: what its calls do, told one by one. test/fuzz/files.test.ts compares all of them
// with a model; attacks.test.ts has the hostile paths.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hex, utf8 } from '../../base/bytes.ts'
import { VacError } from '../../base/errors.ts'
import { nodeHasher } from '../../host/hasher.ts'
import { Machine } from '../../machine/machine.ts'
import { defaultManifest } from '../../machine/manifest.ts'
import { rootOf } from '../../machine/state/root.ts'
import { decodeState, encodeState } from '../../machine/state/state.ts'
import { Blob } from '../../memory/file-bytes.ts'
import { FileSystem } from './file-system.ts'
import { compareNames } from './names.ts'
import type { TreeEntry } from './tree.ts'

const file = (path: string, text = path): TreeEntry => ({
  path,
  kind: 'file',
  content: new Blob(utf8(text)),
})
const create = (files: FileSystem, path: string): number => {
  const opened = files.open(files.root, path, { create: true, follow: true }, 1n)
  assert.ok(typeof opened !== 'string', `${path}: ${opened}`)
  return opened.inode
}
const names = (files: FileSystem, directory: number, cookie = 0, count = 999): string[] => {
  const listed = files.readdir(directory, cookie, count)
  assert.ok(typeof listed !== 'string')
  return listed.map(({ name }) => name)
}
const rootWith = (files: FileSystem): string => {
  const m = new Machine(defaultManifest)
  m.files = files.tree
  return hex(rootOf(m, nodeHasher))
}

describe('the file system', () => {
  it('imports a tree in any order to one root', () => {
    const tree: TreeEntry[] = [
      { path: 'b', kind: 'directory' },
      file('b/c/deep'),
      file('a'),
      { path: 'l', kind: 'symlink', target: 'b/c' },
      { path: 'b/empty', kind: 'directory' },
    ]
    const [one, two] = [tree, tree.toReversed()].map((entries) => {
      const files = FileSystem.empty(5n)
      assert.equal(files.import('data/in', entries, 5n), 3)
      return files
    })
    assert.equal(rootWith(one), rootWith(two))
    const paths = [...one.export(one.root)].map(({ path }) => path)
    const below = ['', '/a', '/b', '/b/c', '/b/c/deep', '/b/empty', '/l']
    assert.deepEqual(paths, ['', 'data', ...below.map((path) => `data/in${path}`)])
    const again = FileSystem.empty(5n)
    again.import('data/in', one.export(3), 5n)
    assert.equal(rootWith(again), rootWith(one))
  })

  it('is saved and loaded with its machine, descriptors apart', () => {
    const files = FileSystem.empty(0n)
    files.import('', [file('a'), file('gone')], 0n)
    const gone = create(files, 'gone')
    files.hold(gone)
    files.unlink(files.root, 'gone', 2n)
    assert.equal(files.stat(gone).links, 0)
    const m = new Machine(defaultManifest)
    m.files = files.tree
    const load = (): FileSystem => {
      const { machine } = decodeState(encodeState(m, nodeHasher), nodeHasher, () => null)
      assert.ok(machine.files !== null)
      return FileSystem.over(machine.files)
    }
    const loaded = load()
    loaded.hold(gone)
    loaded.checkHolds()
    assert.deepEqual(loaded.read(gone, 0, 9), utf8('gone'))
    assert.equal(rootWith(loaded), rootWith(files))
    loaded.release(gone)
    assert.equal(loaded.kindOf(gone), undefined)
    assert.throws(
      () => load().checkHolds(),
      (error) => error instanceof VacError && error.code === 'STATE_MALFORMED',
    )
  })

  it('never gives an inode number twice', () => {
    const files = FileSystem.empty(0n)
    const first = create(files, 'a')
    files.unlink(files.root, 'a', 1n)
    assert.equal(create(files, 'a'), first + 1)
  })

  it('lists names in the order of their bytes, however they came', () => {
    const files = FileSystem.empty(0n)
    const given = ['b', '\u{1f600}', 'a', '\uffee', 'B', 'é', 'ab']
    for (const name of given) create(files, name)
    const sorted = ['.', '..', 'B', 'a', 'ab', 'b', 'é', '\uffee', '\u{1f600}']
    assert.deepEqual(names(files, files.root), sorted)
    assert.deepEqual(given.toSorted(compareNames), sorted.slice(2))
  })

  it('goes on with a listing while names come and go', () => {
    const files = FileSystem.empty(0n)
    for (let i = 0; i < 100; i++) create(files, `f${i + 100}`)
    const seen: string[] = []
    let cookie = 0
    for (;;) {
      const listed = files.readdir(files.root, cookie, 7)
      assert.ok(typeof listed !== 'string')
      if (listed.length === 0) break
      for (const { name, kind, next } of listed) {
        cookie = next
        if (kind === 'directory') continue
        seen.push(name)
        assert.equal(files.unlink(files.root, name, 1n), 0)
        if (/^f10[0-2]$/.test(name)) create(files, `a${name}`)
      }
    }
    assert.equal(seen.length, 103)
    assert.deepEqual(names(files, files.root), ['.', '..'])
  })

  it('reads and writes with holes, appends, cuts', () => {
    const files = FileSystem.empty(0n)
    const inode = create(files, 'a')
    assert.equal(files.write(inode, 100_000, utf8('end'), 7n), 3)
    assert.deepEqual(files.read(inode, 99_998, 99), Uint8Array.of(0, 0, ...utf8('end')))
    assert.equal(files.append(inode, utf8('!'), 8n), 100_004)
    assert.equal(files.setSize(inode, 2, 9n), 0)
    assert.equal(files.allocate(inode, 0, 5, 10n), 0)
    assert.deepEqual(files.read(inode, 0, 99), new Uint8Array(5))
    const { mtime, ctime, atime } = files.stat(inode)
    assert.deepEqual([mtime, ctime, atime], [10n, 10n, 1n])
    assert.equal(files.write(inode, 2 ** 48, utf8('x'), 1n), 'fbig')
    assert.equal(files.read(files.root, 0, 1), 'isdir')
  })

  it('keeps to its limits, and gives back what goes', () => {
    const files = FileSystem.empty(0n, { bytes: 3 * 4096, inodes: 4 })
    const inode = create(files, 'a')
    assert.equal(files.write(inode, 0, new Uint8Array(2 * 4096 + 1), 1n), 2 * 4096 + 1)
    assert.equal(files.write(inode, 0, new Uint8Array(3 * 4096 + 1), 1n), 'nospc')
    assert.equal(files.symlink('x', files.root, 'l', 1n), 'nospc')
    files.setSize(inode, 1, 1n)
    assert.equal(files.symlink('x', files.root, 'l', 1n), 0)
    create(files, 'b')
    assert.equal(files.mkdir(files.root, 'c', 1n), 'nospc')
    assert.equal(files.link(files.root, 'a', false, files.root, 'c', 1n), 0)
    assert.equal(files.link(files.root, 'a', false, files.root, 'd', 1n), 'nospc')
    files.unlink(files.root, 'l', 1n)
    assert.equal(files.mkdir(files.root, 'd', 1n), 0)
  })

  it('follows 40 links in one path and no more', () => {
    const files = FileSystem.empty(0n)
    const inode = create(files, 'l0')
    for (let i = 1; i <= 41; i++) files.symlink(`l${i - 1}`, files.root, `l${i}`, 1n)
    assert.equal(files.resolve(files.root, 'l40', true), inode)
    assert.equal(files.resolve(files.root, 'l41', true), 'loop')
  })

  it('gives an inode 65,000 names and no more', () => {
    const files = FileSystem.empty(0n)
    create(files, 'a')
    for (let i = 1; i < 65_000; i++) {
      assert.equal(files.link(files.root, 'a', false, files.root, `a${i}`, 1n), 0)
    }
    assert.equal(files.link(files.root, 'a', false, files.root, 'b', 1n), 'mlink')
  })

  it('walks trees that are deeper than a stack', () => {
    const files = FileSystem.empty(0n)
    let at = files.root
    for (let depth = 0; depth < 50_000; depth++) {
      assert.equal(files.mkdir(at, 'd', 1n), 0)
      at = files.resolve(at, 'd', true) as number
    }
    assert.equal(files.rename(files.root, 'd', at, 'x', 1n), 'inval')
    assert.equal(rootWith(files.fork()), rootWith(files))
    const m = new Machine(defaultManifest)
    m.files = files.tree
    decodeState(encodeState(m, nodeHasher), nodeHasher, () => null)
  })

  it('forks: neither sees what the other does', () => {
    const files = FileSystem.empty(0n)
    files.import('', [file('d/a'), file('b')], 0n)
    const before = rootWith(files)
    const fork = files.fork()
    assert.equal(rootWith(fork), before)
    fork.write(create(fork, 'd/a'), 0, utf8('X'), 1n)
    fork.rename(fork.root, 'b', fork.root, 'd/b', 1n)
    assert.equal(rootWith(files), before)
    const after = rootWith(fork)
    files.unlink(files.root, 'd/a', 1n)
    assert.equal(rootWith(fork), after)
  })
})
