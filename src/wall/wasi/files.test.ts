import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { VacError } from '../../base/errors.ts'
import { Machine } from '../../machine/machine.ts'
import { defaultManifest } from '../../machine/manifest.ts'
import { PAGE_BYTES } from '../../memory/page.ts'
import { DescriptorTable } from '../devices/descriptors.ts'
import { FileGuest } from '../tools/wasi-guest.ts'
import { savedWorld } from '../world.ts'
import { Errno } from './errno.ts'
import { changingRights, Right } from './rights.ts'

const CREATE = 1
const ROOT = 3
const READ_WRITE = Right.fdRead | Right.fdWrite | Right.fdSeek
const dialects = ['wasi_snapshot_preview1', 'wasi_unstable'] as const

suite('WASI files', () => {
  for (const dialect of dialects) {
    test(`the layouts of ${dialect}: prestat, filestat, dirent, whence`, () => {
      const guest = new FileGuest({ dialect })
      assert.equal(guest.call('fd_prestat_get', ROOT, 64), 0)
      assert.deepEqual([guest.memory.loadByte(64), guest.u32(68)], [0, 1])
      assert.equal(guest.call('fd_prestat_dir_name', ROOT, 80, 1), 0)
      assert.equal(guest.textAt(80, 1), '/')
      assert.equal(guest.call('fd_prestat_get', 4, 64), Errno.badf)
      const base = READ_WRITE | Right.fdFilestatGet
      const fd = guest.open(ROOT, 'file', { flags: CREATE, base })
      assert.equal(guest.write(fd, 'hello'), 5)
      const { type, links, size, mtime } = guest.fstat(fd)
      assert.deepEqual([type, links, size, mtime], [4, 1, 5, guest.machine.vtime])
      const unstable = dialect === 'wasi_unstable'
      const [set, current, end] = unstable ? [2, 0, 1] : [0, 1, 2]
      assert.equal(guest.seek(fd, 1, set), 1)
      assert.equal(guest.seek(fd, 2, current), 3)
      assert.equal(guest.seek(fd, -1, end), 4)
      assert.equal(guest.seek(fd, 0, 3), -Errno.inval)
      const names = guest.readdir(ROOT, 0, 256).entries.map(({ name }) => name)
      assert.deepEqual(names, ['.', '..', 'file'])
    })

    test(`poll_oneoff of files answers at once (${dialect})`, () => {
      const guest = new FileGuest({ dialect })
      const fd = guest.open(ROOT, 'file', { flags: CREATE, base: READ_WRITE })
      assert.equal(guest.write(fd, 'hello'), 5)
      assert.equal(guest.seek(fd, 2, dialect === 'wasi_unstable' ? 2 : 0), 2)
      const size = dialect === 'wasi_unstable' ? 56 : 48
      const subscribe = (at: number, type: number, of: number): void => {
        guest.memory.store(2048 + at * size, 8, BigInt(at))
        guest.memory.storeByte(2048 + at * size + 8, type)
        guest.memory.storeInt(2048 + at * size + 16, 4, of)
      }
      subscribe(0, 1, fd)
      subscribe(1, 2, fd)
      subscribe(2, 1, 99)
      subscribe(3, 2, 0)
      assert.equal(guest.call('poll_oneoff', 2048, 4096, 4, 0), 0)
      assert.equal(guest.u32(0), 4)
      const events = [0, 1, 2, 3].map((at) => {
        const start = 4096 + 32 * at
        const { memory } = guest
        return [
          Number(guest.u64(start)),
          memory.loadInt(start + 8, 2),
          Number(guest.u64(start + 16)),
        ]
      })
      assert.deepEqual(events, [
        [0, 0, 3],
        [1, 0, 0],
        [2, Errno.badf, 0],
        [3, Errno.badf, 0],
      ])
    })
  }

  test('a removed entry does not disturb a listing that goes on', () => {
    const guest = new FileGuest()
    for (const name of ['c', 'a', 'b', 'd']) guest.create(ROOT, name)
    const all = guest.readdir(ROOT, 0, 4096).entries
    assert.deepEqual(
      all.map(({ name }) => name),
      ['.', '..', 'a', 'b', 'c', 'd'],
    )
    assert.equal(guest.unlink(ROOT, 'a'), 0)
    assert.equal(guest.unlink(ROOT, 'c'), 0)
    guest.create(ROOT, 'aa')
    const rest = guest.readdir(ROOT, all[2].next, 4096).entries
    assert.deepEqual(
      rest.map(({ name }) => name),
      ['b', 'd', 'aa'],
    )
    const cut = guest.readdir(ROOT, 0, 30)
    assert.deepEqual([cut.used, cut.entries.length], [30, 1])
  })

  test('a file that is open lives on without a name; its last close removes it', () => {
    const guest = new FileGuest()
    const fd = guest.open(ROOT, 'file', { flags: CREATE, base: READ_WRITE | Right.fdFilestatGet })
    assert.equal(guest.write(fd, 'kept'), 4)
    const { inode } = guest.fstat(fd)
    assert.equal(guest.unlink(ROOT, 'file'), 0)
    assert.equal(guest.pread(fd, 9, 0), 'kept')
    assert.equal(guest.fstat(fd).links, 0)
    assert.equal(guest.close(fd), 0)
    assert.equal(guest.world.files.kindOf(Number(inode)), undefined)
  })

  test('descriptors get the lowest free number', () => {
    const guest = new FileGuest()
    const [a, b] = [guest.open(ROOT, '.'), guest.open(ROOT, '.')]
    assert.deepEqual([a, b], [4, 5])
    assert.equal(guest.close(a), 0)
    assert.equal(guest.open(ROOT, '.'), 4)
    assert.equal(guest.close(0), 0)
    assert.equal(guest.open(ROOT, '.'), 0)
    assert.equal(guest.open(ROOT, '.'), 6)
  })

  test('a directory for reading passes nothing on that changes something', () => {
    const guest = new FileGuest({ readOnly: true })
    const { base, inheriting } = guest.fdstat(ROOT) as { base: number; inheriting: number }
    assert.equal((base | inheriting) & changingRights, 0)
    assert.equal(guest.open(ROOT, 'file', { flags: CREATE }), -Errno.notcapable)
    assert.equal(guest.mkdir(ROOT, 'dir'), Errno.notcapable)
    const opened = guest.world.files.open(1, 'file', { create: true }, 0n)
    assert.ok(typeof opened === 'object')
    assert.equal(guest.open(ROOT, 'file', { base: Right.fdWrite }), -Errno.notcapable)
    assert.equal(guest.open(ROOT, 'file', { flags: 8 }), -Errno.notcapable)
    assert.equal(guest.read(guest.open(ROOT, 'file', { base: Right.fdRead }), 4), '')
    assert.equal(guest.unlink(ROOT, 'file'), Errno.notcapable)
  })

  test('what is not granted is denied at the call, by the name of the capability', () => {
    const guest = new FileGuest({ grants: ['console', 'files:read'] })
    assert.equal(guest.mkdir(ROOT, 'dir'), Errno.notcapable)
    assert.equal(guest.open(ROOT, 'file', { flags: CREATE }), -Errno.notcapable)
    assert.deepEqual(guest.denials, [
      'files:write wasi_snapshot_preview1.path_create_directory',
      'files:write wasi_snapshot_preview1.path_open',
    ])
    assert.ok(guest.open(ROOT, '.') > 2)
    const mute = new FileGuest({ grants: ['files:read', 'files:write'] })
    assert.equal(mute.write(1, 'x'), -Errno.notcapable)
    assert.deepEqual(mute.denials, ['console wasi_snapshot_preview1.fd_write'])
    const without = new FileGuest({ grants: ['console'] })
    assert.equal(without.call('fd_prestat_get', ROOT, 64), Errno.badf)
    assert.equal(without.open(ROOT, '.'), -Errno.notcapable)
  })

  test('positions and sizes at the edges', () => {
    const guest = new FileGuest()
    const base = READ_WRITE | Right.fdFilestatSetSize | Right.fdAllocate | Right.fdFilestatGet
    const fd = guest.open(ROOT, 'file', { flags: CREATE, base })
    const most = 2n ** 63n - 1n
    assert.equal(guest.call('fd_seek', fd, most, 0, 0), Errno.inval)
    assert.equal(guest.call('fd_filestat_set_size', fd, most), Errno.fbig)
    assert.equal(guest.call('fd_filestat_set_size', fd, 2n ** 50n), Errno.fbig)
    assert.equal(guest.call('fd_filestat_set_size', fd, 2n ** 40n), Errno.nospc)
    assert.equal(guest.call('fd_allocate', fd, 2n ** 52n, 2n ** 52n), Errno.fbig)
    assert.equal(guest.call('fd_allocate', fd, 0, 0), Errno.inval)
    assert.equal(guest.seek(fd, 2 ** 20, 0), 2 ** 20)
    assert.equal(guest.read(fd, 9), '')
    assert.equal(guest.write(fd, 'far'), 3)
    assert.equal(guest.fstat(fd).size, 2 ** 20 + 3)
    assert.equal(guest.pread(fd, 3, 2 ** 20 - 1), '\0fa')
    assert.equal(guest.call('fd_pread', fd, 64, 0, most, 0), Errno.inval)
  })

  test('buffers that lie outside memory or are too many move nothing', () => {
    const guest = new FileGuest()
    const fd = guest.open(ROOT, 'file', { flags: CREATE, base: READ_WRITE })
    guest.vector(64, [PAGE_BYTES - 2, 3])
    assert.equal(guest.call('fd_write', fd, 64, 1, 0), Errno.fault)
    assert.equal(guest.call('fd_write', fd, 64, 1025, 0), Errno.inval)
    guest.vector(64, [100, 2])
    assert.equal(guest.call('fd_write', fd, 64, 1, PAGE_BYTES - 2), Errno.fault)
    assert.equal(guest.stat(ROOT, 'file').size, 0)
    const path = guest.call('path_open', ROOT, 0, PAGE_BYTES - 1, 2, CREATE, 0, 0, 0, 0)
    assert.equal(path, Errno.fault)
    const place = guest.put(1024, 'new')
    assert.equal(
      guest.call('path_open', ROOT, 0, ...place, CREATE, 0, 0, 0, PAGE_BYTES - 2),
      Errno.fault,
    )
    assert.equal(guest.open(ROOT, 'new'), -Errno.noent)
  })
})

suite('the table of descriptors in the state', () => {
  function sample(): FileGuest {
    const guest = new FileGuest()
    const fd = guest.open(ROOT, 'file', { flags: CREATE, base: READ_WRITE, fdflags: 1 })
    guest.write(fd, 'abc')
    guest.unlink(ROOT, 'file')
    guest.open(ROOT, '.', { base: Right.fdReaddir, inheriting: Right.fdRead })
    return guest
  }
  const malformed = (error: unknown): boolean =>
    error instanceof VacError && error.code === 'STATE_MALFORMED'

  test('it comes back as it was, and holds what it names', () => {
    const guest = sample()
    const devices = new Map([...guest.machine.devices].map(([name, one]) => [name, one.encode()]))
    const other = new Machine(defaultManifest)
    other.files = guest.world.files.tree
    const saved = savedWorld()
    saved.fill(other, devices)
    assert.deepEqual(saved.world.descriptors.entries(), guest.world.descriptors.entries())
    const descriptor = saved.world.descriptors.get(4)
    assert.deepEqual(descriptor?.kind === 'file' && descriptor.offset, 3)
    other.files = null
    assert.throws(() => savedWorld().fill(other, devices), malformed)
  })

  test('bytes that no table wrote are refused', () => {
    const whole = sample().world.descriptors.encode()
    for (let size = 0; size < whole.length; size++) {
      assert.throws(() => DescriptorTable.decode(whole.subarray(0, size)), malformed)
    }
    assert.throws(() => DescriptorTable.decode(Uint8Array.from([...whole, 0])), malformed)
    for (let at = 0; at < whole.length; at++) {
      for (const value of [0, 3, 0x80, 0xff]) {
        try {
          const table = DescriptorTable.decode(whole.with(at, value))
          assert.deepEqual(table.encode(), whole.with(at, value))
        } catch (error) {
          assert.ok(malformed(error), `${error}`)
        }
      }
    }
  })
})
