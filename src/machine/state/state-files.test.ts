// The `files` section: there and back, and what a reader refuses.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ByteReader, hex } from '../../base/bytes.ts'
import { VacError } from '../../base/errors.ts'
import { nodeHasher } from '../../host/hasher.ts'
import { Blob, FileBytes } from '../../memory/file-bytes.ts'
import { Merkle } from '../../memory/merkle.ts'
import { SharedTable } from '../../memory/shared-table.ts'
import type { FileTree, Inode } from '../file-tree.ts'
import { Machine } from '../machine.ts'
import { defaultManifest } from '../manifest.ts'
import { rootOf } from './root.ts'
import { decodeState, encodeState } from './state.ts'
import { decodeFiles, encodeFiles } from './state-files.ts'

const times = { owner: null, atime: 1n, mtime: 2n, ctime: 3n }
const directory = (names: readonly (readonly [string, number])[], nextCookie = 99): Inode => ({
  ...times,
  kind: 'directory',
  entries: new Map(names.map(([name, inode], at) => [name, { inode, cookie: at + 3 }])),
  nextCookie,
  parent: 0,
})
const file = (bytes: Uint8Array): Inode => ({
  ...times,
  kind: 'file',
  bytes: FileBytes.of(new Blob(bytes)),
  links: 0,
})
const link = (target: string): Inode => ({ ...times, kind: 'symlink', target, links: 0 })
const limits = { bytes: 1 << 20, inodes: 100 }
const tree = (inodes: Record<number, Inode>, nextInode = 50, most = limits): FileTree => {
  const table = new SharedTable<Inode>()
  for (const [number, inode] of Object.entries(inodes)) table.set(Number(number), inode)
  return { limits: most, nextInode, inodes: table }
}
const encode = (files: FileTree): Uint8Array => encodeFiles(files, 'whole')
const decode = (bytes: Uint8Array): FileTree =>
  decodeFiles(new ByteReader(bytes, 'STATE_MALFORMED'))

const holes = new Uint8Array(200_000)
holes.fill(1, 0, 10)
holes.fill(2, 70_000, 90_000)
holes.fill(3, 199_990)

const sample = tree({
  1: directory([
    ['home', 2],
    ['etc', 3],
    ['\u{1f600}', 4],
    ['\uffee', 5],
    ['copy', 5],
  ]),
  2: directory([['deep', 7]]),
  3: directory([]),
  4: link('../etc'),
  5: file(Uint8Array.of(1, 2, 3)),
  7: file(holes),
  9: directory([]),
  11: file(new Uint8Array(5000)),
})

describe('the files section', () => {
  it('is the same there and back, with the places of inodes', () => {
    const bytes = encode(sample)
    const again = decode(bytes)
    assert.equal(hex(encode(again)), hex(bytes))
    assert.deepEqual(again.inodes.get(2), {
      ...directory([['deep', 7]]),
      owner: again.inodes.owner,
      parent: 1,
    })
    const copy = again.inodes.get(5)
    assert.ok(copy?.kind === 'file')
    assert.equal(copy.links, 2)
    const deep = again.inodes.get(7)
    assert.ok(deep?.kind === 'file')
    assert.equal(hex(deep.bytes.read(0, 200_000)), hex(holes))
  })

  it('has in the root one hash for the bytes of a file, however they are kept', () => {
    const merkle = new Merkle(nodeHasher)
    const again = decode(encode(sample))
    assert.equal(hex(encodeFiles(again, merkle)), hex(encodeFiles(sample, merkle)))
    assert.ok(encodeFiles(sample, merkle).length < 800)
  })

  it('is absent without files, and part of the state and root with them', () => {
    const m = new Machine(defaultManifest)
    const bare = hex(rootOf(m, nodeHasher))
    m.files = sample
    assert.notEqual(hex(rootOf(m, nodeHasher)), bare)
    const bytes = encodeState(m, nodeHasher)
    const { machine } = decodeState(bytes, nodeHasher, () => null)
    assert.equal(hex(rootOf(machine, nodeHasher)), hex(rootOf(m, nodeHasher)))
    assert.equal(hex(encodeState(machine, nodeHasher)), hex(bytes))
    m.files = null
    assert.equal(hex(rootOf(m, nodeHasher)), bare)
  })

  const one = file(Uint8Array.of(1))
  const refused: readonly [why: string, FileTree][] = [
    ['no root', tree({ 2: directory([]) })],
    ['a root that is a file', tree({ 1: one })],
    ['an inode that comes next', tree({ 1: directory([]) }, 1)],
    ['a name of nothing', tree({ 1: directory([['a', 2]]) })],
    ['a name with a slash', tree({ 1: directory([['a/b', 2]]), 2: one })],
    ['a dot name', tree({ 1: directory([['..', 2]]), 2: one })],
    ['an empty name', tree({ 1: directory([['', 2]]), 2: one })],
    ['a name with NUL', tree({ 1: directory([['a\0', 2]]), 2: one })],
    ['a cookie that comes next', tree({ 1: directory([['a', 2]], 3), 2: one })],
    [
      'a directory with two names',
      tree({
        1: directory([
          ['a', 2],
          ['b', 2],
        ]),
        2: directory([]),
      }),
    ],
    ['a cycle', tree({ 1: directory([]), 2: directory([['a', 3]]), 3: directory([['b', 2]]) })],
    ['the root inside', tree({ 1: directory([['a', 1]]) })],
    ['names below an orphan', tree({ 1: directory([]), 2: directory([['a', 3]]), 3: one })],
    ['an empty target', tree({ 1: directory([['a', 2]]), 2: link('') })],
    ['a target with NUL', tree({ 1: directory([['a', 2]]), 2: link('a\0b') })],
    ['too many bytes', tree({ 1: directory([['a', 2]]), 2: one }, 9, { bytes: 4095, inodes: 9 })],
    ['too many inodes', tree({ 1: directory([['a', 2]]), 2: one }, 9, { bytes: 5e9, inodes: 1 })],
  ]
  for (const [why, made] of refused) {
    it(`refuses ${why}`, () => {
      assert.throws(
        () => decode(encode(made)),
        (error) => error instanceof VacError && error.code === 'STATE_MALFORMED',
      )
    })
  }

  it('refuses or keeps every flipped byte, and never breaks', () => {
    const small = tree({
      1: directory([
        ['a', 2],
        ['b', 3],
        ['c', 4],
      ]),
      2: file(Uint8Array.of(1, 2, 3)),
      3: link('a/b'),
      4: directory([['d', 2]]),
      6: file(new Uint8Array(9000).fill(1, 8000)),
    })
    const bytes = encode(small)
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 1; bit < 256; bit *= 2) {
        const flipped = bytes.slice()
        flipped[at] ^= bit
        try {
          assert.equal(hex(encode(decode(flipped))), hex(flipped), `byte ${at}`)
        } catch (error) {
          assert.ok(error instanceof VacError, `byte ${at}: ${error}`)
        }
      }
    }
  })
})
