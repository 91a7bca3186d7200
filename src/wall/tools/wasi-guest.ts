// For tests: a guest in miniature with one directory, `/`, as descriptor 3, and a method for each
// call on files. What gives a number gives minus the errno where the call fails.
import type { Capability } from '../capabilities.ts'
import { FileSystem } from '../files/file-system.ts'
import type { Dialect } from '../wasi/call.ts'
import { Bench } from './wasi-bench.ts'

export interface OpenArguments {
  readonly follow?: boolean
  readonly flags?: number
  readonly base?: number | bigint
  readonly inheriting?: number | bigint
  readonly fdflags?: number
}

export interface GuestOptions {
  readonly dialect?: Dialect
  readonly readOnly?: boolean
  readonly grants?: readonly Capability[]
}

export interface Entry {
  readonly next: bigint
  readonly inode: bigint
  readonly type: number
  readonly name: string
}

/** Addresses in the guest's memory. */
const RESULT = 0
const FIRST_PATH = 1024
const SECOND_PATH = 8192
const DATA = 16384

export class FileGuest extends Bench {
  /** What was denied, as `capability call`. */
  readonly denials: string[]

  constructor({ dialect, readOnly = false, grants }: GuestOptions = {}) {
    const denials: string[] = []
    super(dialect, 1, (machine) => {
      const files = FileSystem.empty(machine.vtime)
      return {
        files,
        directories: [{ guestPath: '/', inode: files.root, readOnly }],
        denied: (capability, call) => denials.push(`${capability} ${call}`),
        ...(grants === undefined ? {} : { grants: new Set(grants) }),
      }
    })
    this.denials = denials
  }

  put(at: number, text: string | Uint8Array): [at: number, size: number] {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
    this.memory.writeBytes(at, bytes)
    return [at, bytes.length]
  }
  /** The number at RESULT, or minus the errno. */
  private result(errno: number | string): number {
    return errno === 0 ? this.u32(RESULT) : -Number(errno)
  }

  open(dir: number, path: string, how: OpenArguments = {}): number {
    const { follow = false, flags = 0, base = 0, inheriting = 0, fdflags = 0 } = how
    const [at, size] = this.put(FIRST_PATH, path)
    const lookup = follow ? 1 : 0
    return this.result(
      this.call('path_open', dir, lookup, at, size, flags, base, inheriting, fdflags, RESULT),
    )
  }
  close(fd: number): number | string {
    return this.call('fd_close', fd)
  }
  /** A call that takes a directory and a path, as path_unlink_file. */
  onPath(name: string, dir: number, path: string | Uint8Array): number | string {
    return this.call(name, dir, ...this.put(FIRST_PATH, path))
  }
  mkdir(dir: number, path: string): number | string {
    return this.onPath('path_create_directory', dir, path)
  }
  rmdir(dir: number, path: string): number | string {
    return this.onPath('path_remove_directory', dir, path)
  }
  unlink(dir: number, path: string): number | string {
    return this.onPath('path_unlink_file', dir, path)
  }
  symlink(target: string, dir: number, path: string): number | string {
    return this.call(
      'path_symlink',
      ...this.put(SECOND_PATH, target),
      dir,
      ...this.put(FIRST_PATH, path),
    )
  }
  rename(dir: number, path: string, toDir: number, toPath: string): number | string {
    const from = this.put(FIRST_PATH, path)
    return this.call('path_rename', dir, ...from, toDir, ...this.put(SECOND_PATH, toPath))
  }
  link(dir: number, path: string, toDir: number, toPath: string, follow = false): number | string {
    const from = this.put(FIRST_PATH, path)
    const to = this.put(SECOND_PATH, toPath)
    return this.call('path_link', dir, follow ? 1 : 0, ...from, toDir, ...to)
  }
  /** An empty file. */
  create(dir: number, path: string): void {
    const fd = this.open(dir, path, { flags: 1 })
    if (fd < 0) throw new Error(`create ${path}: errno ${-fd}`)
    this.close(fd)
  }
  readlink(dir: number, path: string, size: number): string | number {
    const [at, length] = this.put(FIRST_PATH, path)
    const used = this.result(this.call('path_readlink', dir, at, length, DATA, size, RESULT))
    return used < 0 ? used : this.textAt(DATA, used)
  }

  write(fd: number, text: string): number {
    this.vector(64, this.put(DATA, text))
    return this.result(this.call('fd_write', fd, 64, 1, RESULT))
  }
  pwrite(fd: number, text: string, offset: number): number {
    this.vector(64, this.put(DATA, text))
    return this.result(this.call('fd_pwrite', fd, 64, 1, offset, RESULT))
  }
  read(fd: number, size: number): string | number {
    this.vector(64, [DATA, size])
    const used = this.result(this.call('fd_read', fd, 64, 1, RESULT))
    return used < 0 ? used : this.textAt(DATA, used)
  }
  pread(fd: number, size: number, offset: number): string | number {
    this.vector(64, [DATA, size])
    const used = this.result(this.call('fd_pread', fd, 64, 1, offset, RESULT))
    return used < 0 ? used : this.textAt(DATA, used)
  }
  seek(fd: number, delta: number, whence: number): number {
    return this.result(this.call('fd_seek', fd, delta, whence, RESULT))
  }

  fdstat(fd: number): { type: number; flags: number; base: number; inheriting: number } | number {
    const errno = Number(this.call('fd_fdstat_get', fd, RESULT))
    if (errno !== 0) return -errno
    const { memory } = this
    const [base, inheriting] = [Number(this.u64(8)), Number(this.u64(16))]
    return { type: memory.loadByte(0), flags: memory.loadInt(2, 2), base, inheriting }
  }
  fstat(fd: number) {
    return this.status(this.call('fd_filestat_get', fd, RESULT))
  }
  stat(dir: number, path: string, follow = false) {
    const at = this.put(FIRST_PATH, path)
    return this.status(this.call('path_filestat_get', dir, follow ? 1 : 0, ...at, RESULT))
  }
  private status(errno: number | string) {
    if (errno !== 0) throw new Error(`errno ${errno}`)
    const unstable = this.dialect === 'wasi_unstable'
    const rest = unstable ? 24 : 32
    return {
      device: this.u64(0),
      inode: this.u64(8),
      type: this.memory.loadByte(16),
      links: unstable ? this.u32(20) : Number(this.u64(24)),
      size: Number(this.u64(rest)),
      atime: this.u64(rest + 8),
      mtime: this.u64(rest + 16),
      ctime: this.u64(rest + 24),
    }
  }

  /** The whole entries that a buffer of `size` took, and how many bytes were used. */
  readdir(fd: number, cookie: number | bigint, size: number): { entries: Entry[]; used: number } {
    const used = this.result(this.call('fd_readdir', fd, DATA, size, cookie, RESULT))
    const entries: Entry[] = []
    for (let at = DATA; at + 24 <= DATA + used; ) {
      const length = this.u32(at + 16)
      if (at + 24 + length > DATA + used) break
      entries.push({
        next: this.u64(at),
        inode: this.u64(at + 8),
        type: this.memory.loadByte(at + 20),
        name: this.textAt(at + 24, length),
      })
      at += 24 + length
    }
    return { entries, used }
  }
}
