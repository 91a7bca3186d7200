// The `files` section: there and back, and what a reader refuses.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ByteReader, hex } from '../../base/bytes.ts'
import { VacError } from '../../base/errors.ts'
import { decodeFiles, encodeFiles, type FileTree, type Inode } from './state-files.ts'

const directory = (entries: readonly [string, number][]): Inode => ({
  kind: 'directory',
  mtime: 5n,
  entries: new Map(entries),
})
const file = (sizeBytes: number, shard: bigint, first: number, pages: number): Inode => ({
  kind: 'file',
  mtime: 6n,
  sizeBytes,
  extents: [{ shard, first, pages }],
})
const tree = (...inodes: readonly [number, Inode][]): FileTree => new Map(inodes)
const decode = (bytes: Uint8Array): FileTree =>
  decodeFiles(new ByteReader(bytes, 'STATE_MALFORMED'))

const sample = tree(
  [
    0,
    directory([
      ['home', 2],
      ['etc', 1],
      ['\u{1f600}', 4],
      ['\uffee', 3],
      ['copy', 3],
    ]),
  ],
  [1, directory([])],
  [2, directory([['deep', 7]])],
  [3, file(70_000, 1n << 32n, 0, 2)],
  [4, { kind: 'link', mtime: 7n, target: '../etc' }],
  [7, { kind: 'file', mtime: 0n, sizeBytes: 0, extents: [] }],
  [9, directory([])],
)

describe('the files section', () => {
  it('is the same there and back, whatever the order of entries and inodes', () => {
    const bytes = encodeFiles(sample)
    const again = decode(bytes)
    assert.deepEqual(again.get(0), sample.get(0))
    assert.equal(again.size, sample.size)
    assert.equal(hex(encodeFiles(again)), hex(bytes))
    assert.equal(hex(encodeFiles(new Map([...sample].reverse()))), hex(bytes))
  })

  it('lists names in the order of their bytes', () => {
    const root = decode(encodeFiles(sample)).get(0)
    assert.ok(root?.kind === 'directory')
    // U+FFEE comes before U+1F600 in UTF-8 and after it in UTF-16.
    assert.deepEqual([...root.entries.keys()], ['copy', 'etc', 'home', '\uffee', '\u{1f600}'])
  })

  const refused: readonly [why: string, FileTree][] = [
    ['no root', tree([1, directory([])])],
    ['a name that is not there', tree([0, directory([['a', 1]])])],
    ['a name with a slash', tree([0, directory([['a/b', 1]])], [1, directory([])])],
    ['a dot name', tree([0, directory([['..', 1]])], [1, directory([])])],
    [
      'a directory with two parents',
      tree(
        [
          0,
          directory([
            ['a', 1],
            ['b', 1],
          ]),
        ],
        [1, directory([])],
      ),
    ],
    ['a cycle', tree([0, directory([])], [1, directory([['a', 2]])], [2, directory([['b', 1]])])],
    ['the root inside', tree([0, directory([['a', 0]])])],
    ['pages for another size', tree([0, directory([])], [1, file(1, 9n, 0, 2)])],
    [
      'a page in two files',
      tree([0, directory([])], [1, file(99_999, 9n, 0, 2)], [2, file(1, 9n, 1, 1)]),
    ],
  ]
  for (const [why, made] of refused) {
    it(`refuses ${why}`, () => {
      assert.throws(
        () => decode(encodeFiles(made)),
        (error) => error instanceof VacError && error.code === 'STATE_MALFORMED',
      )
    })
  }

  it('refuses or keeps every flipped byte, and never breaks', () => {
    const bytes = encodeFiles(sample)
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 1; bit < 256; bit *= 2) {
        const flipped = bytes.slice()
        flipped[at] ^= bit
        try {
          assert.equal(hex(encodeFiles(decode(flipped))), hex(flipped), `byte ${at}`)
        } catch (error) {
          assert.ok(error instanceof VacError, `byte ${at}: ${error}`)
        }
      }
    }
  })
})
