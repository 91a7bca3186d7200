// What the owner of a machine may set anew while it runs: its seed and its clock. An input like any
// other: recorded first, so that the run can be made again.
import { hex } from '../base/bytes.ts'
import { assert } from '../base/errors.ts'
import type { Setting } from '../machine/input-log.ts'
import type { Machine } from '../machine/machine.ts'

/** How long the value of each is. Numbers are little-endian. */
export const settingBytes: Readonly<Record<Setting, number>> = { seed: 32, epoch: 8, slept: 8 }

export const isSetting = (name: string): name is Setting => Object.hasOwn(settingBytes, name)

/** The bytes stay as they are. A machine that waits goes on waiting. */
export function deliverSetting(machine: Machine, what: Setting, bytes: Uint8Array): void {
  assert(bytes.length === settingBytes[what], `a value of ${settingBytes[what]} bytes`)
  const waiting = machine.status === 'waiting'
  machine.inputs.push({ tick: machine.ticks, kind: 'set', waiting, what, bytes })
  const { manifest } = machine
  if (what === 'seed') machine.manifest = { ...manifest, seed: hex(bytes) }
  else if (what === 'slept') machine.slept = numberOf(bytes)
  else {
    const { vtime } = manifest
    machine.manifest = { ...manifest, vtime: { ...vtime, epoch: numberOf(bytes) } }
  }
}

const numberOf = ({ buffer, byteOffset }: Uint8Array): bigint =>
  new DataView(buffer, byteOffset, 8).getBigUint64(0, true)
