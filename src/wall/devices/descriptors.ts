// The table of open descriptors: part of the state. Today every one is a stream of the console.
import { ByteReader, ByteWriter } from '../../base/bytes.ts'
import type { Device } from '../../machine/machine.ts'

export type StreamName = 'stdin' | 'stdout' | 'stderr'

export interface Descriptor {
  readonly stream: StreamName
  /** WASI's fdflags, as the guest set them. */
  flags: number
}

const streams: readonly StreamName[] = ['stdin', 'stdout', 'stderr']

export class DescriptorTable implements Device {
  static readonly device = 'descriptors'
  readonly name = DescriptorTable.device
  private readonly open = new Map<number, Descriptor>()

  /** The table that a program starts with: 0, 1 and 2. */
  static standard(): DescriptorTable {
    const table = new DescriptorTable()
    streams.forEach((stream, fd) => {
      table.open.set(fd, { stream, flags: 0 })
    })
    return table
  }

  get(fd: number): Descriptor | undefined {
    return this.open.get(fd)
  }
  close(fd: number): boolean {
    return this.open.delete(fd)
  }
  /** Moves `from` over `to`, which is closed by it. Both must be open. */
  renumber(from: number, to: number): void {
    const descriptor = this.open.get(from)
    if (descriptor === undefined || from === to) return
    this.open.delete(from)
    this.open.set(to, descriptor)
  }

  encode(): Uint8Array {
    const writer = new ByteWriter()
    writer.uleb(this.open.size)
    for (const fd of [...this.open.keys()].sort((a, b) => a - b)) {
      const { stream, flags } = this.open.get(fd) as Descriptor
      writer.u32(fd)
      writer.u8(streams.indexOf(stream))
      writer.u16(flags)
    }
    return writer.take()
  }

  static decode(bytes: Uint8Array): DescriptorTable {
    const reader = new ByteReader(bytes, 'STATE_MALFORMED')
    const table = new DescriptorTable()
    const count = reader.uleb(bytes.length)
    let last = -1
    for (let i = 0; i < count; i++) {
      const fd = reader.u32()
      const stream = streams[reader.u8()]
      if (stream === undefined) reader.fail('an unknown stream', '0, 1 or 2')
      if (fd <= last) reader.fail(`descriptor ${fd} after ${last}`, 'ascending order')
      table.open.set(fd, { stream, flags: reader.u16() })
      last = fd
    }
    if (reader.left > 0) reader.fail(`${reader.left} more bytes`, 'the end of the descriptors')
    return table
  }
}
