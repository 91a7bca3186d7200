// What the native calls keep (wall/native.ts): devices that are mapped, far shards that the guest
// made, beams that it emitted.
import { ByteReader, ByteWriter } from '../../base/bytes.ts'
import type { Device, Machine } from '../../machine/machine.ts'

/** An event that a guest emits for whoever watches it. */
export interface GuestBeam {
  readonly tick: number
  /** Counts from 0. */
  readonly seq: number
  /** The guest's own number for what it means. */
  readonly kind: number
  readonly payload: Uint8Array
}

export class SystemDevice implements Device {
  static readonly device = 'system'
  readonly name = SystemDevice.device
  /** Numbers of devices, which are the offsets of their registers. */
  readonly mapped = new Set<number>()
  /** Far shards of the guest's own: entries of ShardTable.far. Others are out of its reach. */
  readonly shards: number[] = []
  /** Beams so far. */
  emitted = 0

  encode(): Uint8Array {
    const writer = new ByteWriter()
    for (const list of [[...this.mapped].sort((a, b) => a - b), this.shards]) {
      writer.uleb(list.length)
      for (const number of list) writer.uleb(number)
    }
    writer.uleb(this.emitted)
    return writer.take()
  }

  /** Opens the guest's shards of a machine that was read: they stand in it already. */
  static decode(bytes: Uint8Array, machine: Machine): SystemDevice {
    const reader = new ByteReader(bytes, 'STATE_MALFORMED')
    const device = new SystemDevice()
    for (const number of ascending(reader, 256)) device.mapped.add(number)
    for (const number of ascending(reader, machine.shards.far.length)) {
      machine.shards.far[number].guest = true
      device.shards.push(number)
    }
    device.emitted = reader.uleb()
    if (reader.left > 0) reader.fail(`${reader.left} more bytes`, 'the end of the system device')
    return device
  }
}

function ascending(reader: ByteReader, limit: number): number[] {
  const list: number[] = []
  const count = reader.uleb(limit)
  for (let i = 0; i < count; i++) {
    const number = reader.uleb()
    if (number >= limit) reader.fail(`number ${number}`, `below ${limit}`)
    if (i > 0 && number <= list[i - 1]) reader.fail(`${number} after ${list[i - 1]}`, 'more')
    list.push(number)
  }
  return list
}
