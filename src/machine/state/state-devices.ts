// Section `devices`: what each device of the wall keeps, as its own bytes, by name.
import { type ByteReader, ByteWriter } from '../../base/bytes.ts'
import type { Device } from '../machine.ts'
import { failAt, finish, readCount } from './state-format.ts'

export function encodeDevices(devices: ReadonlyMap<string, Device>): Uint8Array {
  const w = new ByteWriter()
  const names = [...devices.keys()].sort(byCodePoint)
  if (names.length > 0) w.uleb(names.length)
  for (const name of names) {
    w.text(name)
    w.blob(devices.get(name)?.encode() ?? new Uint8Array(0))
  }
  return w.take()
}

/** The wall gives the bytes back to its devices. */
export function decodeDevices(r: ByteReader): Map<string, Uint8Array> {
  const devices = new Map<string, Uint8Array>()
  let last: string | null = null
  for (let left = readCount(r, 'devices', 2); left > 0; left--) {
    const at = r.at
    const name = r.text()
    if (last !== null && byCodePoint(last, name) >= 0) {
      failAt(r, at, `device ${name} after ${last}`, 'ascending names')
    }
    last = name
    devices.set(name, r.blob().slice())
  }
  finish(r, 'devices')
  return devices
}

/** The order of UTF-8 bytes, which is that of code points (UTF-16's differs above U+FFFF). */
export function byCodePoint(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)]
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i].codePointAt(0) ?? 0) - (right[i].codePointAt(0) ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}
