// Cases of the public suite WebAssembly/wasi-testsuite, told again in our words: the errno that
// each of its programs wants where several are legal is the one that all its versions accept.
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { FileGuest } from '../tools/wasi-guest.ts'
import { Errno } from './errno.ts'
import { Right } from './rights.ts'

const CREATE = 1
const DIRECTORY = 2
const EXCLUSIVE = 4
const TRUNCATE = 8
const APPEND = 1
const SYNC = 16
const ROOT = 3
const READ_WRITE = Right.fdRead | Right.fdWrite | Right.fdSeek | Right.fdTell

const scratchBase =
  Right.fdFilestatGet |
  Right.fdReaddir |
  Right.pathCreateFile |
  Right.pathCreateDirectory |
  Right.pathRemoveDirectory |
  Right.pathOpen |
  Right.pathUnlinkFile |
  Right.pathLinkSource |
  Right.pathLinkTarget |
  Right.pathReadlink |
  Right.pathRenameSource |
  Right.pathRenameTarget |
  Right.pathFilestatGet |
  Right.pathFilestatSetSize |
  Right.pathFilestatSetTimes |
  Right.pathSymlink
const scratchInheriting =
  READ_WRITE |
  Right.fdReaddir |
  Right.fdFilestatGet |
  Right.pathLinkSource |
  Right.pathLinkTarget |
  Right.pathOpen |
  Right.pathUnlinkFile |
  Right.pathFilestatGet |
  Right.fdFdstatSetFlags |
  Right.fdSync |
  Right.fdAdvise |
  Right.fdAllocate |
  Right.fdFilestatSetSize |
  Right.fdFilestatSetTimes

/** A guest, and a directory of its own opened with the suite's rights. */
function scratch(): { guest: FileGuest; dir: number } {
  const guest = new FileGuest()
  assert.equal(guest.mkdir(ROOT, 'scratch'), 0)
  const [base, inheriting] = [scratchBase, scratchInheriting]
  const dir = guest.open(ROOT, 'scratch', { flags: DIRECTORY, base, inheriting })
  assert.equal(dir, 4)
  return { guest, dir }
}

suite('the public WASI suite, told again', () => {
  test('dangling_symlink, nofollow_errors, symlink_loop', () => {
    const { guest, dir } = scratch()
    assert.equal(guest.symlink('target', dir, 'symlink'), 0)
    const refused = (flags: number): void => {
      assert.equal(guest.open(dir, 'symlink', { flags }), -Errno.loop)
    }
    refused(DIRECTORY)
    refused(0)
    assert.equal(guest.mkdir(dir, 'target'), 0)
    refused(DIRECTORY)
    refused(0)
    assert.ok(guest.open(dir, 'symlink', { follow: true, flags: DIRECTORY }) > 2)
    assert.equal(guest.rmdir(dir, 'target'), 0)
    guest.create(dir, 'target')
    refused(DIRECTORY)
    assert.equal(guest.open(dir, 'symlink', { follow: true, flags: DIRECTORY }), -Errno.notdir)
    assert.equal(guest.unlink(dir, 'symlink'), 0)
    assert.equal(guest.symlink('symlink', dir, 'symlink'), 0)
    assert.equal(guest.open(dir, 'symlink'), -Errno.loop)
    assert.equal(guest.open(dir, 'symlink', { follow: true }), -Errno.loop)
    assert.equal(guest.symlink('/', dir, 'root'), Errno.notcapable)
  })

  test('dangling_fd: names come back after they were removed', () => {
    const { guest, dir } = scratch()
    guest.create(dir, 'file')
    const fd = guest.open(dir, 'file', { base: Right.fdRead })
    assert.equal(guest.unlink(dir, 'file'), 0)
    guest.create(dir, 'file')
    assert.equal(guest.read(fd, 9), '')
    assert.equal(guest.mkdir(dir, 'sub'), 0)
    const sub = guest.open(dir, 'sub', { flags: DIRECTORY, base: Right.pathCreateFile })
    assert.equal(guest.rmdir(dir, 'sub'), 0)
    assert.equal(guest.open(sub, 'x', { flags: CREATE }), -Errno.notcapable)
    assert.equal(guest.mkdir(dir, 'sub'), 0)
  })

  test('dir_fd_op_failures, directory_seek', () => {
    const { guest } = scratch()
    const { base, inheriting } = guest.fdstat(ROOT) as { base: number; inheriting: number }
    const dir = guest.open(ROOT, '.', { flags: DIRECTORY, base, inheriting })
    assert.equal(guest.fstat(dir).type, 3)
    assert.equal(guest.call('fd_prestat_dir_name', 3, 64, 0), Errno.nametoolong)
    assert.equal(guest.call('fd_prestat_dir_name', 3, 64, 2), 0)
    const isdir = [Errno.isdir, Errno.badf, Errno.notcapable]
    const fails = (errno: number | string): void => {
      assert.ok(isdir.includes(Math.abs(Number(errno)) as never), `${errno}`)
    }
    fails(guest.read(dir, 8))
    fails(guest.pread(dir, 8, 0))
    fails(guest.write(dir, 'x'))
    fails(guest.pwrite(dir, 'x', 0))
    for (const whence of [0, 1, 2]) fails(guest.seek(dir, 0, whence))
    fails(guest.call('fd_tell', dir, 0))
    fails(guest.call('fd_allocate', dir, 0, 1))
    fails(guest.call('fd_allocate', dir, 0, 0))
    fails(guest.call('fd_filestat_set_size', dir, 0))
    const seeking = guest.open(ROOT, 'scratch', { flags: DIRECTORY, base: Right.fdSeek })
    fails(guest.seek(seeking, 0, 1))
    const stat = guest.fdstat(seeking)
    assert.deepEqual(stat, { type: 3, flags: 0, base: 0, inheriting: 0 })
  })

  test('fd_fdstat_set_rights, path_open_read_write, path_open_read_without_rights', () => {
    const { guest, dir } = scratch()
    const fd = guest.open(dir, 'file', { flags: CREATE, base: READ_WRITE })
    assert.equal(guest.write(fd, 'abcd'), 4)
    assert.equal(guest.seek(fd, 0, 0), 0)
    assert.equal(guest.read(fd, 9), 'abcd')
    const moving = Right.fdSeek | Right.fdTell
    assert.equal(guest.call('fd_fdstat_set_rights', fd, moving, 0), 0)
    assert.equal(guest.read(fd, 4), -Errno.badf)
    assert.equal(guest.write(fd, 'abcd'), -Errno.badf)
    assert.equal(guest.call('fd_fdstat_set_rights', fd, READ_WRITE, READ_WRITE), Errno.notcapable)
    const readonly = guest.open(dir, 'file', { base: Right.fdRead })
    assert.deepEqual(guest.fdstat(readonly), { type: 4, flags: 0, base: 2, inheriting: 0 })
    assert.equal(guest.write(readonly, 'x'), -Errno.badf)
    const writeonly = guest.open(dir, 'file', { base: Right.fdWrite })
    assert.equal(guest.read(writeonly, 4), -Errno.badf)
    assert.equal(guest.write(writeonly, 'ABCDEF'), 6)
    assert.equal(guest.read(readonly, 9), 'ABCDEF')
  })

  test('fd_flags_set, pwrite-with-append: appending is a flag of the descriptor', () => {
    const { guest, dir } = scratch()
    const base = READ_WRITE | Right.fdFdstatSetFlags
    const fd = guest.open(dir, 'file', { flags: CREATE, base, fdflags: APPEND })
    assert.equal(guest.write(fd, '00'), 2)
    assert.equal(guest.seek(fd, 0, 0), 0)
    assert.equal(guest.write(fd, '11'), 2)
    assert.equal(guest.seek(fd, 0, 1), 4)
    assert.equal(guest.pwrite(fd, '222', 0), 3)
    assert.equal(guest.seek(fd, 0, 1), 4)
    assert.equal(guest.seek(fd, 0, 2), 4)
    assert.equal(guest.call('fd_fdstat_set_flags', fd, 0), 0)
    assert.equal(guest.seek(fd, 1, 0), 1)
    assert.equal(guest.write(fd, '3'), 1)
    assert.equal(guest.pread(fd, 9, 0), '2321')
  })

  test('fd_readdir: `.`, `..`, names; cookies; a cut last entry', () => {
    const { guest, dir } = scratch()
    const inode = guest.fstat(dir).inode
    const empty = guest.readdir(dir, 0, 256).entries
    assert.deepEqual(
      empty.map(({ name, type }) => [name, type]),
      [
        ['.', 3],
        ['..', 3],
      ],
    )
    assert.equal(empty[0].inode, inode)
    guest.create(dir, 'file')
    const { entries, used } = guest.readdir(dir, 0, 256)
    assert.ok(used < 256)
    assert.deepEqual([entries[2].name, entries[2].type], ['file', 4])
    assert.equal(entries[2].inode, guest.stat(dir, 'file').inode)
    assert.deepEqual(guest.readdir(dir, entries[1].next, 256).entries, [entries[2]])
    for (let i = 0; i < 1000; i++) guest.create(dir, `file.${i}`)
    let total = 0
    for (let cookie = 0n; ; ) {
      const part = guest.readdir(dir, cookie, 256)
      total += part.entries.length
      if (part.used < 256) break
      cookie = part.entries[part.entries.length - 1].next
    }
    assert.equal(total, 1003)
  })

  test('fd_filestat_set, path_filestat, symlink_filestat, fstflags_validate', () => {
    const { guest, dir } = scratch()
    const base = READ_WRITE | Right.fdFilestatGet | Right.fdFilestatSetSize
    const rights = base | Right.fdFilestatSetTimes | Right.pathFilestatGet
    const fd = guest.open(dir, 'file', { flags: CREATE, base: rights, fdflags: APPEND | SYNC })
    assert.equal((guest.fdstat(fd) as { flags: number }).flags, APPEND | SYNC)
    assert.equal(guest.call('fd_filestat_set_size', fd, 100), 0)
    const before = guest.fstat(fd)
    assert.equal(before.size, 100)
    const older = before.mtime - 100n
    assert.equal(guest.call('fd_filestat_set_times', fd, older, older, 4), 0)
    const after = guest.fstat(fd)
    assert.deepEqual([after.mtime, after.atime, after.size], [older, before.atime, 100])
    for (const flags of [3, 12, 16]) {
      assert.equal(guest.call('fd_filestat_set_times', fd, 100, 200, flags), Errno.inval)
    }
    const set = (follow: number, path: string, mtime: bigint, flags: number) =>
      guest.call('path_filestat_set_times', dir, follow, ...guest.put(1024, path), 0, mtime, flags)
    assert.equal(set(0, 'file', older, 12), Errno.inval)
    assert.equal(guest.symlink('file', dir, 'symlink'), 0)
    const own = guest.stat(dir, 'symlink')
    assert.equal(own.type, 7)
    assert.equal(set(0, 'symlink', own.mtime - 200n, 4), 0)
    assert.equal(guest.stat(dir, 'symlink').mtime, own.mtime - 200n)
    assert.equal(guest.stat(dir, 'file').mtime, older)
    assert.equal(guest.stat(dir, 'symlink', true).mtime, older)
    assert.equal(set(1, 'symlink', own.mtime, 4), 0)
    assert.equal(guest.stat(dir, 'file').mtime, own.mtime)
  })

  test('file_allocate, fd_advise, file_seek_tell, file_truncation, file_pread_pwrite', () => {
    const { guest, dir } = scratch()
    const base = READ_WRITE | Right.fdAllocate | Right.fdFilestatGet | Right.fdAdvise
    const fd = guest.open(dir, 'file', { flags: CREATE, base })
    const sizes = [
      [0, 100, 100],
      [10, 10, 100],
      [90, 20, 110],
    ]
    for (const [offset, size, total] of sizes) {
      assert.equal(guest.call('fd_allocate', fd, offset, size), 0)
      assert.equal(guest.fstat(fd).size, total)
    }
    assert.equal(guest.call('fd_advise', fd, 10, 50, 0), 0)
    assert.equal(guest.write(fd, 'x'.repeat(100)), 100)
    assert.equal(guest.seek(fd, -50, 1), 50)
    assert.equal(guest.seek(fd, 0, 0), 0)
    assert.equal(guest.seek(fd, 1000, 1), 1000)
    assert.equal(guest.seek(fd, -2000, 1), -Errno.inval)
    assert.equal(guest.call('fd_tell', fd, 0), 0)
    assert.equal(guest.u64(0), 1000n)
    const again = { flags: CREATE | TRUNCATE, base: Right.fdRead | Right.fdWrite }
    const cut = guest.open(dir, 'file', again)
    assert.equal(guest.read(cut, 100), '')
    assert.equal(guest.pwrite(fd, '0123', 0), 4)
    assert.equal(guest.pread(fd, 4, 2), '23')
    assert.equal(guest.pwrite(cut, 'x', 0), -Errno.notcapable)
  })

  test('path_open_create_existing, _missing, _dirfd_not_dir, _preopen, _nonblock', () => {
    const { guest, dir } = scratch()
    guest.create(dir, 'file')
    assert.equal(guest.open(dir, 'file', { flags: CREATE | EXCLUSIVE }), -Errno.exist)
    assert.equal(guest.open(dir, 'missing'), -Errno.noent)
    const file = guest.open(dir, 'file')
    assert.equal(guest.open(file, 'foo', { flags: CREATE }), -Errno.notdir)
    const { base, inheriting } = guest.fdstat(ROOT) as { base: number; inheriting: number }
    assert.ok(guest.open(ROOT, '.', { base, inheriting }) > 2)
    assert.ok(guest.open(ROOT, '.') > 2)
    assert.ok(guest.open(ROOT, '.', { fdflags: 4 }) > 2)
    assert.ok(guest.open(ROOT, '.', { flags: DIRECTORY, base: Right.fdRead }) > 2)
    const both = { flags: DIRECTORY, base: Right.fdRead | Right.fdWrite }
    assert.equal(guest.open(ROOT, '.', both), -Errno.isdir)
  })

  test('truncation_rights: a directory may pass on less', () => {
    const { guest, dir } = scratch()
    guest.create(dir, 'file')
    assert.ok(guest.open(dir, 'file', { flags: TRUNCATE }) > 2)
    const inheriting = scratchInheriting & ~Right.fdFilestatSetSize
    assert.equal(guest.call('fd_fdstat_set_rights', dir, scratchBase, inheriting), 0)
    assert.ok(guest.open(dir, 'file', { flags: TRUNCATE }) > 2)
    const base = scratchBase & ~Right.pathFilestatSetSize
    assert.equal(guest.call('fd_fdstat_set_rights', dir, base, inheriting), 0)
    assert.equal(guest.open(dir, 'file', { flags: TRUNCATE }), -Errno.notcapable)
  })
})
