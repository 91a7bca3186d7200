// The table of open descriptors: part of the state. A descriptor is a stream of the console, a file
// or a directory. Its rights are kept with it and only ever shrink.
import { ByteReader, ByteWriter } from '../../base/bytes.ts'
import type { Device } from '../../machine/machine.ts'
import { inputRights, outputRights, RIGHTS_BITS } from '../wasi/rights.ts'

export type StreamName = 'stdin' | 'stdout' | 'stderr'

interface Common {
  /** WASI's fdflags, as the guest set them. */
  flags: number
  /** What may be done with it: WASI's rights by bit (wasi/rights.ts). */
  base: number
  /** What may be done with what is opened through it. */
  inheriting: number
}
export interface StreamDescriptor extends Common {
  readonly kind: 'stream'
  readonly stream: StreamName
}
export interface FileDescriptor extends Common {
  readonly kind: 'file'
  readonly inode: number
  /** Where the next read or write is, in bytes. */
  offset: number
}
export interface DirectoryDescriptor extends Common {
  readonly kind: 'directory'
  readonly inode: number
  /** The name under which the program was given it, as UTF-8; null: it opened it. */
  readonly preopen: Uint8Array | null
}
export type Descriptor = StreamDescriptor | FileDescriptor | DirectoryDescriptor

/** A program has at most so many descriptors open. */
export const DESCRIPTORS_MAX = 65_536
/** The longest name of a directory that a program is given. */
export const PREOPEN_BYTES = 4096
const FLAGS_MAX = 0x1f

const streams: readonly StreamName[] = ['stdin', 'stdout', 'stderr']
const kinds: readonly Descriptor['kind'][] = ['stream', 'file', 'directory']

export class DescriptorTable implements Device {
  static readonly device = 'descriptors'
  readonly name = DescriptorTable.device
  private readonly open = new Map<number, Descriptor>()
  /** No number below it is free. */
  private lowest = 0

  /** The table that a program starts with: 0, 1 and 2. */
  static standard(): DescriptorTable {
    const table = new DescriptorTable()
    for (const stream of streams) {
      table.add({
        kind: 'stream',
        stream,
        flags: 0,
        ...(stream === 'stdin' ? inputRights : outputRights),
      })
    }
    return table
  }

  get(fd: number): Descriptor | undefined {
    return this.open.get(fd)
  }
  /** Descriptors in the order of their numbers. */
  entries(): [fd: number, descriptor: Descriptor][] {
    return [...this.open].sort(([a], [b]) => a - b)
  }
  get full(): boolean {
    return this.open.size >= DESCRIPTORS_MAX
  }

  /** Gives the descriptor the lowest free number. The table must not be full. */
  add(descriptor: Descriptor): number {
    while (this.open.has(this.lowest)) this.lowest++
    this.open.set(this.lowest, descriptor)
    return this.lowest
  }
  /** The descriptor that was closed: its inode is the caller's to release. */
  close(fd: number): Descriptor | undefined {
    const descriptor = this.open.get(fd)
    if (this.open.delete(fd)) this.lowest = Math.min(this.lowest, fd)
    return descriptor
  }
  /** Moves `from` over `to`; both must be open. Gives what `to` was, null for itself. */
  renumber(from: number, to: number): Descriptor | null {
    const moved = this.open.get(from)
    const closed = this.open.get(to)
    if (moved === undefined || closed === undefined || from === to) return null
    this.close(from)
    this.open.set(to, moved)
    return closed
  }

  encode(): Uint8Array {
    const writer = new ByteWriter()
    writer.uleb(this.open.size)
    for (const [fd, descriptor] of this.entries()) {
      writer.u32(fd)
      writer.u8(kinds.indexOf(descriptor.kind))
      writer.u8(descriptor.flags)
      writer.u32(descriptor.base)
      writer.u32(descriptor.inheriting)
      writeOwn(writer, descriptor)
    }
    return writer.take()
  }

  /** Whether its inodes are there is for the caller to check, who has the files. */
  static decode(bytes: Uint8Array): DescriptorTable {
    const reader = new ByteReader(bytes, 'STATE_MALFORMED')
    const table = new DescriptorTable()
    const count = reader.uleb(DESCRIPTORS_MAX)
    let last = -1
    for (let i = 0; i < count; i++) {
      const fd = reader.u32()
      if (fd <= last) reader.fail(`descriptor ${fd} after ${last}`, 'ascending order')
      if (fd >= DESCRIPTORS_MAX) reader.fail(`descriptor ${fd}`, `below ${DESCRIPTORS_MAX}`)
      table.open.set(fd, readDescriptor(reader))
      last = fd
    }
    if (reader.left > 0) reader.fail(`${reader.left} more bytes`, 'the end of the descriptors')
    return table
  }
}

/** What only descriptors of its kind have. */
function writeOwn(writer: ByteWriter, descriptor: Descriptor): void {
  if (descriptor.kind === 'stream') {
    writer.u8(streams.indexOf(descriptor.stream))
    return
  }
  writer.uleb(descriptor.inode)
  if (descriptor.kind === 'file') {
    writer.uleb(descriptor.offset)
    return
  }
  writer.u8(descriptor.preopen === null ? 0 : 1)
  if (descriptor.preopen !== null) writer.blob(descriptor.preopen)
}

function readDescriptor(reader: ByteReader): Descriptor {
  const kind = kinds[reader.u8()]
  const common = { flags: reader.u8(), base: reader.u32(), inheriting: reader.u32() }
  if (common.flags > FLAGS_MAX) reader.fail(`flags ${common.flags}`, `at most ${FLAGS_MAX}`)
  if ((common.base | common.inheriting) >>> RIGHTS_BITS !== 0) {
    reader.fail('an unknown right', `${RIGHTS_BITS} bits`)
  }
  switch (kind) {
    case 'stream': {
      const stream = streams[reader.u8()]
      if (stream === undefined) return reader.fail('an unknown stream', '0, 1 or 2')
      return { kind, ...common, stream }
    }
    case 'file':
      return { kind, ...common, inode: reader.uleb(), offset: reader.uleb() }
    case 'directory':
      return { kind, ...common, inode: reader.uleb(), preopen: readPreopen(reader) }
    default:
      return reader.fail('an unknown kind of descriptor', '0, 1 or 2')
  }
}

function readPreopen(reader: ByteReader): Uint8Array | null {
  const given = reader.u8()
  if (given > 1) reader.fail(`${given}`, '0 or 1')
  return given === 0 ? null : reader.blob(PREOPEN_BYTES).slice()
}
