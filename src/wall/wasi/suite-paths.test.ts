// More cases of the public suite WebAssembly/wasi-testsuite, told again: names, links and renaming.
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { FileGuest } from '../tools/wasi-guest.ts'
import { Errno } from './errno.ts'
import { Right } from './rights.ts'

const CREATE = 1
const DIRECTORY = 2
const ROOT = 3

function scratch(): { guest: FileGuest; dir: number } {
  const guest = new FileGuest()
  assert.equal(guest.mkdir(ROOT, 'scratch'), 0)
  const { base, inheriting } = guest.fdstat(ROOT) as { base: number; inheriting: number }
  return { guest, dir: guest.open(ROOT, 'scratch', { flags: DIRECTORY, base, inheriting }) }
}

suite('the public WASI suite, told again: paths', () => {
  test('interesting_paths', () => {
    const { guest, dir } = scratch()
    assert.equal(guest.mkdir(dir, 'dir'), 0)
    assert.equal(guest.mkdir(dir, 'dir/nested'), 0)
    guest.create(dir, 'dir/nested/file')
    assert.equal(guest.open(dir, '/dir/nested/file'), -Errno.notcapable)
    assert.ok(guest.open(dir, 'dir/.//nested/../../dir/nested/../nested///./file') > 2)
    assert.equal(guest.open(dir, 'dir/nested/file\0'), -Errno.inval)
    assert.equal(guest.open(dir, 'dir/nested/file/'), -Errno.notdir)
    assert.equal(guest.open(dir, 'dir/nested/file///'), -Errno.notdir)
    assert.ok(guest.open(dir, 'dir/nested/') > 2)
    assert.ok(guest.open(dir, 'dir/nested///') > 2)
    const above = 'dir/nested/../../../scratch/dir/nested/file'
    assert.equal(guest.open(dir, above), -Errno.notcapable)
    assert.equal(guest.unlink(dir, 'dir/nested/file'), 0)
    assert.equal(guest.rmdir(dir, 'dir'), Errno.notempty)
    assert.equal(guest.rmdir(dir, 'dir/nested'), 0)
    assert.equal(guest.rmdir(dir, 'dir'), 0)
    assert.equal(guest.onPath('path_unlink_file', dir, Uint8Array.of(0xff)), Errno.ilseq)
    assert.equal(guest.mkdir(dir, 'x'.repeat(256)), Errno.nametoolong)
  })

  test('path_exists, symlink_create: a link is seen or seen through', () => {
    const { guest, dir } = scratch()
    assert.equal(guest.mkdir(dir, 'subdir'), 0)
    guest.create(dir, 'subdir/file')
    assert.equal(guest.symlink('subdir/file', dir, 'link1'), 0)
    assert.equal(guest.symlink('subdir', dir, 'link2'), 0)
    const types = [
      ['subdir', 3, 3],
      ['subdir/file', 4, 4],
      ['link1', 7, 4],
      ['link2', 7, 3],
      ['link2/file', 4, 4],
    ] as const
    for (const [path, own, target] of types) {
      assert.deepEqual(
        [guest.stat(dir, path).type, guest.stat(dir, path, true).type],
        [own, target],
      )
    }
    assert.ok(guest.open(dir, 'link1', { follow: true }) > 2)
    assert.ok(guest.open(dir, 'link2', { follow: true, flags: DIRECTORY }) > 2)
  })

  test('readlink: a buffer that is too small takes the first bytes', () => {
    const { guest, dir } = scratch()
    assert.equal(guest.symlink('target', dir, 'symlink'), 0)
    assert.equal(guest.readlink(dir, 'symlink', 10), 'target')
    assert.equal(guest.readlink(dir, 'symlink', 4), 'targ')
    guest.create(dir, 'file')
    assert.equal(guest.readlink(dir, 'file', 4), -Errno.inval)
  })

  test('path_link', () => {
    const { guest, dir } = scratch()
    const rights = { base: Right.fdRead | Right.fdFilestatGet, inheriting: Right.fdRead }
    const file = guest.open(dir, 'file', { flags: CREATE, ...rights })
    assert.equal(guest.link(dir, 'file', dir, 'link'), 0)
    const link = guest.open(dir, 'link', rights)
    assert.deepEqual(guest.fstat(link), guest.fstat(file))
    assert.equal(guest.fstat(link).links, 2)
    assert.deepEqual(guest.fdstat(link), guest.fdstat(file))
    assert.equal(guest.link(dir, 'file', dir, 'link'), Errno.exist)
    assert.equal(guest.link(dir, 'file', dir, 'file'), Errno.exist)
    assert.equal(guest.unlink(dir, 'link'), 0)
    assert.equal(guest.mkdir(dir, 'sub'), 0)
    assert.equal(guest.link(dir, 'file', dir, 'sub'), Errno.exist)
    assert.equal(guest.link(dir, 'sub', dir, 'link'), Errno.perm)
    assert.equal(guest.link(dir, 'file', dir, 'link/'), Errno.noent)
    assert.equal(guest.symlink('target', dir, 'symlink'), 0)
    assert.equal(guest.link(dir, 'symlink', dir, 'link'), 0)
    assert.equal(guest.stat(dir, 'link').type, 7)
    assert.equal(guest.unlink(dir, 'link'), 0)
    assert.equal(guest.link(dir, 'file', dir, 'symlink'), Errno.exist)
    assert.equal(guest.link(dir, 'symlink', dir, 'link', true), Errno.noent)
  })

  test('path_rename', () => {
    const { guest, dir } = scratch()
    assert.equal(guest.mkdir(dir, 'source'), 0)
    assert.equal(guest.rename(dir, 'source', dir, 'target'), 0)
    assert.equal(guest.open(dir, 'source', { flags: DIRECTORY }), -Errno.noent)
    assert.equal(guest.mkdir(dir, 'source'), 0)
    assert.equal(guest.rename(dir, 'source', dir, 'target'), 0)
    guest.create(dir, 'target/file')
    assert.equal(guest.mkdir(dir, 'source'), 0)
    assert.equal(guest.rename(dir, 'source', dir, 'target'), Errno.notempty)
    assert.equal(guest.rename(dir, 'source', dir, 'target/file'), Errno.notdir)
    assert.equal(guest.rename(dir, 'target', dir, 'target/below'), Errno.inval)
    assert.equal(guest.rmdir(dir, 'source'), 0)
    guest.create(dir, 'source')
    assert.equal(guest.rename(dir, 'source', dir, 'target'), Errno.isdir)
    assert.equal(guest.rename(dir, 'source', dir, 'target/file'), 0)
    assert.equal(guest.rename(dir, 'source', dir, 'other'), Errno.noent)
  })

  test('renaming with trailing slashes: directories may, files may not', () => {
    const { guest, dir } = scratch()
    assert.equal(guest.mkdir(dir, 'source'), 0)
    assert.equal(guest.rename(dir, 'source/', dir, 'target'), 0)
    assert.equal(guest.rename(dir, 'target', dir, 'source/'), 0)
    assert.equal(guest.rename(dir, 'source/', dir, 'target/'), 0)
    assert.equal(guest.rename(dir, 'target', dir, 'source'), 0)
    assert.equal(guest.rmdir(dir, 'source'), 0)
    guest.create(dir, 'source')
    assert.equal(guest.rename(dir, 'source/', dir, 'target'), Errno.notdir)
    assert.equal(guest.rename(dir, 'source', dir, 'target/'), Errno.notdir)
    assert.equal(guest.rename(dir, 'source/', dir, 'target/'), Errno.notdir)
  })

  test('symbolic links, removing and unlinking with trailing slashes', () => {
    const { guest, dir } = scratch()
    assert.equal(guest.symlink('source', dir, 'target/'), Errno.noent)
    assert.equal(guest.mkdir(dir, 'target'), 0)
    assert.equal(guest.symlink('source', dir, 'target/'), Errno.exist)
    assert.equal(guest.symlink('source', dir, 'target'), Errno.exist)
    assert.equal(guest.unlink(dir, 'target'), Errno.isdir)
    assert.equal(guest.unlink(dir, 'target/'), Errno.isdir)
    assert.equal(guest.rmdir(dir, 'target/'), 0)
    guest.create(dir, 'target')
    const legal: (number | string)[] = [Errno.notdir, Errno.exist]
    assert.ok(legal.includes(guest.symlink('source', dir, 'target/')))
    assert.equal(guest.symlink('source', dir, 'target'), Errno.exist)
    assert.equal(guest.rmdir(dir, 'target'), Errno.notdir)
    assert.equal(guest.rmdir(dir, 'target/'), Errno.notdir)
    assert.equal(guest.unlink(dir, 'target/'), Errno.notdir)
    assert.equal(guest.unlink(dir, 'target'), 0)
  })

  test('renumber, overwrite_preopen, close_preopen, stdio', () => {
    const { guest, dir } = scratch()
    const base = Right.fdRead | Right.fdWrite
    const from = guest.open(dir, 'file1', { flags: CREATE, base })
    const to = guest.open(dir, 'file2', { flags: CREATE, base })
    assert.equal(guest.write(from, 'one'), 3)
    assert.equal(guest.call('fd_renumber', from, to), 0)
    assert.equal(guest.close(from), Errno.badf)
    assert.equal(guest.call('fd_renumber', to, from), Errno.badf)
    assert.equal(guest.call('fd_renumber', to, to), 0)
    assert.equal(guest.write(to, 'two'), 3)
    assert.equal(guest.stat(dir, 'file1').size, 6)
    const { inode } = guest.fstat(dir)
    assert.equal(guest.call('fd_renumber', dir, ROOT), 0)
    assert.equal(guest.fstat(ROOT).inode, inode)
    assert.equal(guest.fdstat(dir), -Errno.badf)
    assert.equal(guest.call('fd_prestat_get', ROOT, 0), Errno.badf)
    for (const stream of [0, 1, 2]) {
      const fd = guest.open(ROOT, 'stdio', { flags: CREATE })
      assert.equal(guest.call('fd_renumber', stream, fd), 0)
      assert.equal(guest.fdstat(stream), -Errno.badf)
      assert.equal(typeof guest.fdstat(fd), 'object')
      assert.equal(guest.unlink(ROOT, 'stdio'), 0)
    }
    assert.equal(guest.close(ROOT), 0)
    assert.equal(guest.fdstat(ROOT), -Errno.badf)
  })

  test('sock_shutdown, fd_write to a descriptor that is not open', () => {
    const { guest } = scratch()
    assert.equal(guest.call('sock_shutdown', 1, 1), Errno.notsock)
    assert.equal(guest.call('sock_shutdown', ROOT, 1), Errno.notsock)
    assert.equal(guest.call('sock_shutdown', 17, 1), Errno.badf)
    assert.equal(guest.call('fd_write', -31337, 0, 0, 0), Errno.badf)
  })
})
