// Random sequences of operations on a file system and on its model: same answers, same content,
// and one root whether the system was saved, loaded and forked on the way or not.
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { ByteReader, hex } from '../../src/base/bytes.ts'
import { nodeHasher } from '../../src/host/hasher.ts'
import { decodeFiles, encodeFiles } from '../../src/machine/state/state-files.ts'
import { Merkle } from '../../src/memory/merkle.ts'
import { FileSystem } from '../../src/wall/files/file-system.ts'
import { FileModel, type Listing } from './file-model.ts'
import { Random } from './random.ts'

const NAMES = ['a', 'b', 'c', 'd', 'B', 'é', '\uffee', '\u{1f600}', 'a.b', '...'] as const
const ODD_PATHS: readonly (string | Uint8Array)[] = [
  '',
  '/',
  '/a',
  '.',
  './',
  '..',
  '../a',
  'a/../..',
  'a\0b',
  'x'.repeat(255),
  'x'.repeat(256),
  `${'é'.repeat(127)}x`,
  'é'.repeat(128),
  'a/'.repeat(2048),
  'a/'.repeat(2049),
  `./${'é/'.repeat(1400)}`,
  '\ud800',
  Uint8Array.of(0x61, 0xff),
  Uint8Array.of(0xc0, 0x80),
]
const SIZES = [0, 1, 7, 4095, 4096, 4097, 65_535, 65_536, 65_537, 140_000]
const LIMITS = [
  { bytes: 2 ** 32, inodes: 2 ** 20 },
  { bytes: 16 * 4096, inodes: 9 },
]

interface Listed {
  readonly model: Listing
  cookie: number
}

/** One world: the system that is saved, loaded and forked, one that is not, and the model. */
class Trial {
  private readonly random: Random
  private readonly model: FileModel
  private readonly straight: FileSystem
  private files: FileSystem
  private lists: Listed[] = []
  private now = 0
  readonly answers = new Map<string, number>()

  constructor(seed: number) {
    this.random = new Random(seed)
    const limits = this.random.pick(LIMITS)
    this.model = new FileModel(limits)
    this.files = FileSystem.empty(0n, limits)
    this.straight = FileSystem.empty(0n, limits)
  }

  run(count: number): void {
    for (; this.now < count; this.now++) this.step()
    this.compare()
  }

  /** From a base: often names that are there, with a last one that may not be. */
  private path(base: number): string | Uint8Array {
    const { random } = this
    if (random.chance(0.05)) return random.pick(ODD_PATHS)
    if (random.chance(0.6)) return this.knownPath(base)
    let text = ''
    for (let left = random.range(0, 3); left > 0; left--) {
      text += `${random.chance(0.25) ? random.pick(['.', '..', '']) : random.pick(NAMES)}/`
    }
    text += random.pick(NAMES)
    if (random.chance(0.05)) text += random.pick(['/.', '/..', '//'])
    return random.chance(0.08) ? `${text}/` : text
  }

  private knownPath(base: number): string {
    const { model, random } = this
    let text = ''
    for (let at = base, depth = 0; depth < 4; depth++) {
      const rows = model.node(at).rows.filter(({ alive }) => alive)
      if (rows.length === 0 || random.chance(0.2)) return text + random.pick(NAMES)
      const { name, node } = random.pick(rows)
      text += name
      at = node
      if (model.node(at).kind !== 'directory' || random.chance(0.4)) break
      text += '/'
    }
    if (text.endsWith('/')) text += random.pick(NAMES)
    return random.chance(0.05) ? `${text}/` : text
  }

  /** A directory most often; the root mostly. */
  private base(): number {
    const { random } = this
    return random.chance(0.6) || this.model.held.length === 0 ? 1 : random.pick(this.model.held)
  }

  /** Runs one operation on all three and compares what they say. */
  private all<T>(
    name: string,
    real: (files: FileSystem, now: bigint) => T,
    model: (model: FileModel, now: number) => unknown,
  ): T {
    const expected = model(this.model, this.now)
    const found = real(this.files, BigInt(this.now))
    const straight = real(this.straight, BigInt(this.now))
    for (const answer of [found, straight]) {
      if (!isDeepStrictEqual(answer, expected)) {
        assert.deepEqual(answer, expected, `${name} at step ${this.now}`)
      }
    }
    const key = `${name} ${typeof found === 'string' ? found : 'ok'}`
    this.answers.set(key, (this.answers.get(key) ?? 0) + 1)
    return found
  }

  private step(): void {
    const weights = [14, 10, 5, 6, 12, 6, 8, 3, 4, 8, 5, 3, 5, 5, 8, 4, 2]
    const base = this.base()
    const path = this.path(base)
    switch (this.random.weighted(weights)) {
      case 0:
        return this.open(base, path)
      case 1:
        this.all(
          'mkdir',
          (files, now) => files.mkdir(base, path, now),
          (model, now) => model.mkdir(base, path, now),
        )
        return
      case 2:
        this.all(
          'rmdir',
          (files, now) => files.rmdir(base, path, now),
          (model, now) => model.rmdir(base, path, now),
        )
        return
      case 3:
        this.all(
          'unlink',
          (files, now) => files.unlink(base, path, now),
          (model, now) => model.unlink(base, path, now),
        )
        return
      case 4:
        return this.rename(base, path)
      case 5:
        return this.link(base, path)
      case 6: {
        const target = this.path(base)
        const text = typeof target === 'string' ? target : 'a'
        this.all(
          'symlink',
          (files, now) => files.symlink(text, base, path, now),
          (model, now) => model.symlink(text, base, path, now),
        )
        return
      }
      case 7:
        this.all(
          'readlink',
          (files) => files.readlink(base, path),
          (model) => model.readlink(base, path),
        )
        return
      case 8: {
        const follow = this.random.chance(0.5)
        this.all(
          'resolve',
          (files) => files.resolve(base, path, follow),
          (model) => model.resolve(base, path, follow),
        )
        return
      }
      case 9:
        return this.write()
      case 10:
        return this.read()
      case 11:
        return this.setSize()
      case 12:
        return this.hold(base, path)
      case 13:
        return this.release()
      case 14:
        return this.list(base)
      case 15:
        return this.reload()
      default:
        return this.fork()
    }
  }

  private open(base: number, path: string | Uint8Array): void {
    const { random } = this
    const options = Object.fromEntries(
      ['create', 'exclusive', 'truncate', 'directory', 'write', 'follow'].map((name) => [
        name,
        random.chance(name === 'create' || name === 'follow' ? 0.6 : 0.2),
      ]),
    )
    this.all(
      'open',
      (files, now) => files.open(base, path, options, now),
      (model, now) => model.open(base, path, options, now),
    )
  }

  private rename(base: number, path: string | Uint8Array): void {
    const toBase = this.base()
    const toPath = this.path(toBase)
    this.all(
      'rename',
      (files, now) => files.rename(base, path, toBase, toPath, now),
      (model, now) => model.rename(base, path, toBase, toPath, now),
    )
  }

  private link(base: number, path: string | Uint8Array): void {
    const toBase = this.base()
    const [toPath, follow] = [this.path(toBase), this.random.chance(0.5)]
    this.all(
      'link',
      (files, now) => files.link(base, path, follow, toBase, toPath, now),
      (model, now) => model.link(base, path, follow, toBase, toPath, now),
    )
  }

  private anyInode(): number {
    return this.random.pick(this.model.nodes).id
  }

  private write(): void {
    const [inode, offset] = [this.anyInode(), this.random.pick(SIZES)]
    const bytes = new Uint8Array(this.random.chance(0.9) ? 9 : 70_000)
    bytes.fill(this.random.below(3))
    const append = this.random.chance(0.3)
    this.all(
      'write',
      (files, now) => {
        if (!append) return files.write(inode, offset, bytes, now)
        return files.append(inode, bytes, now)
      },
      (model, now) => {
        const end = model.node(inode).bytes.length
        const written = model.write(inode, append ? end : offset, bytes, now)
        return append && typeof written === 'number' ? end + written : written
      },
    )
  }

  private read(): void {
    const [inode, offset, size] = [
      this.anyInode(),
      this.random.pick(SIZES),
      this.random.pick(SIZES),
    ]
    this.all(
      'read',
      (files) => files.read(inode, offset, size),
      (model) => model.read(inode, offset, size),
    )
  }

  private setSize(): void {
    const size = this.random.chance(0.1) ? 2 ** 48 + 1 : this.random.pick(SIZES)
    const inode = this.anyInode()
    this.all(
      'setSize',
      (files, now) => files.setSize(inode, size, now),
      (model, now) => model.setSize(inode, size, now),
    )
  }

  private hold(base: number, path: string | Uint8Array): void {
    const inode = this.all(
      'resolve',
      (files) => files.resolve(base, path, true),
      (model) => model.resolve(base, path, true),
    )
    if (typeof inode === 'string' || this.model.held.length > 5) return
    this.files.hold(inode)
    this.straight.hold(inode)
    this.model.held.push(inode)
  }

  private release(): void {
    const { held } = this.model
    if (held.length === 0) return
    const [inode] = held.splice(this.random.below(held.length), 1)
    this.files.release(inode)
    this.straight.release(inode)
    this.model.sweep()
  }

  private list(base: number): void {
    const { random } = this
    const isThere = ({ model }: Listed): boolean => this.files.kindOf(model.directory) !== undefined
    const lists = (this.lists = this.lists.filter(isThere))
    if (this.files.kindOf(base) !== 'directory') return
    if (lists.length === 0 || random.chance(0.4)) {
      if (base !== 1 && !this.model.held.includes(base)) return
      if (lists.length > 3) lists.shift()
      const started = this.all(
        'start',
        (files) => {
          const listed = files.readdir(base, 0, 2)
          assert.ok(typeof listed !== 'string')
          return listed.map(({ name }) => name)
        },
        () => ['.', '..'],
      )
      assert.equal(started.length, 2)
      lists.push({ model: this.model.start(base), cookie: 2 })
    }
    const listing = random.pick(lists)
    const count = random.range(1, 4)
    const { directory } = listing.model
    let { cookie } = listing
    this.all(
      'readdir',
      (files) => {
        const listed = files.readdir(directory, listing.cookie, count)
        if (typeof listed === 'string') return listed
        cookie = listed.at(-1)?.next ?? listing.cookie
        return listed.map(({ name }) => name)
      },
      (model) => model.list(listing.model, count),
    )
    listing.cookie = cookie
  }

  private reload(): void {
    const bytes = encodeFiles(this.files.tree, 'whole')
    this.files = FileSystem.over(decodeFiles(new ByteReader(bytes, 'STATE_MALFORMED')))
    for (const inode of this.model.held) this.files.hold(inode)
    this.files.checkHolds()
    this.answers.set('reload', (this.answers.get('reload') ?? 0) + 1)
  }

  /** Goes on with a fork, while the one it came from is spoilt. */
  private fork(): void {
    const before = this.files
    this.files = before.fork()
    const [first] = this.model.nodes.filter(({ kind }) => kind === 'file')
    if (first !== undefined) before.write(first.id, 3, Uint8Array.of(77), 99n)
    before.open(1, 'spoilt', { create: true }, 99n)
    for (const name of NAMES) before.unlink(1, name, 99n)
  }

  /** Every inode, every byte, and the root. */
  private compare(): void {
    for (const node of this.model.nodes) {
      const status = this.files.stat(node.id)
      const expected = {
        inode: node.id,
        kind: node.kind,
        atime: BigInt(node.atime),
        mtime: BigInt(node.mtime),
        ctime: BigInt(node.ctime),
        links: this.model.linksOf(node.id),
        sizeBytes:
          node.kind === 'symlink'
            ? new TextEncoder().encode(node.target).length
            : node.bytes.length,
      }
      assert.deepEqual(status, expected)
      if (node.kind === 'file') {
        const bytes = this.files.read(node.id, 0, node.bytes.length)
        assert.ok(typeof bytes !== 'string' && Buffer.compare(bytes, node.bytes) === 0)
      }
    }
    assert.equal(this.files.tree.inodes.size, this.model.nodes.length)
    const merkle = new Merkle(nodeHasher)
    for (const form of [merkle, 'whole'] as const) {
      const [one, other] = [this.files, this.straight].map(({ tree }) => encodeFiles(tree, form))
      assert.equal(hex(one), hex(other), 'saved and loaded, or not')
    }
  }
}

/** What was answered how often. Throws where something differs. */
export function runFileTrial(seed: number, count: number): ReadonlyMap<string, number> {
  const trial = new Trial(seed)
  trial.run(count)
  return trial.answers
}
