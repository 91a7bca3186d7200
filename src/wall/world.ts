// What stands behind the wall for one machine: its grants and its devices. The host hands in where
// output goes.
import { utf8 } from '../base/bytes.ts'
import { assert, VacError } from '../base/errors.ts'
import type { DeviceInput } from '../machine/input-log.ts'
import type { Machine } from '../machine/machine.ts'
import { type Capability, defaultGrants, type Grants } from './capabilities.ts'
import { ConsoleDevice, inputBytes, inputElapsed, inputEnd, type Sink } from './devices/console.ts'
import { DescriptorTable, PREOPEN_BYTES } from './devices/descriptors.ts'
import type { InputDevice } from './devices/device.ts'
import { mappable, registersOf } from './devices/registers.ts'
import { StartDevice, startInput } from './devices/start.ts'
import { type GuestBeam, SystemDevice } from './devices/system.ts'
import { FileSystem } from './files/file-system.ts'
import { preopenRights } from './wasi/rights.ts'

export interface WorldOptions {
  readonly grants?: Grants
  /** Takes the guest's output; without one it is only counted. */
  readonly sink?: Sink
  /** Takes the beams that the guest emits; without one they are only counted. */
  readonly beams?: (beam: GuestBeam) => void
  /** Told of each call that was denied, by the capability that it lacks. */
  readonly denied?: (capability: Capability, call: string) => void
  /** The guest's streams say that they are a terminal. */
  readonly terminal?: boolean
  /** The files that it starts with. */
  readonly files?: FileSystem
  /** The directories of `files` that it is given, as descriptors 3, 4 and so on. */
  readonly directories?: readonly GivenDirectory[]
}

export interface GivenDirectory {
  /** The name by which the guest knows it. */
  readonly guestPath: string
  readonly inode: number
  readonly readOnly?: boolean
}

export interface World {
  readonly grants: Grants
  readonly console: ConsoleDevice
  readonly start: StartDevice
  readonly descriptors: DescriptorTable
  readonly files: FileSystem
  readonly system: SystemDevice
  readonly beams: (beam: GuestBeam) => void
  readonly denied: (capability: Capability, call: string) => void
}

const nowhere = (): void => {}

/** The world of a new machine: its devices are put into the machine's state. */
export function newWorld(machine: Machine, options: WorldOptions = {}): World {
  const world: World = {
    grants: options.grants ?? defaultGrants,
    console: new ConsoleDevice(options.sink ?? nowhere, options.terminal ?? false),
    start: new StartDevice(),
    descriptors: DescriptorTable.standard(),
    files: options.files ?? FileSystem.empty(machine.vtime),
    system: new SystemDevice(),
    beams: options.beams ?? nowhere,
    denied: options.denied ?? nowhere,
  }
  if (options.files !== undefined) machine.files = options.files.tree
  for (const directory of options.directories ?? []) giveDirectory(world, directory)
  place(machine, world)
  return world
}

function giveDirectory({ files, descriptors }: World, given: GivenDirectory): void {
  const { guestPath, inode, readOnly = false } = given
  const preopen = utf8(guestPath)
  const named = preopen.length <= PREOPEN_BYTES && !guestPath.includes('\0')
  if (!named || files.kindOf(inode) !== 'directory') {
    throw new VacError('USAGE', { found: `${guestPath}`, expected: 'a name, and a directory' })
  }
  files.hold(inode)
  descriptors.add({ kind: 'directory', inode, preopen, flags: 0, ...preopenRights(readOnly) })
}

/** Puts the devices into the machine's state, and their registers within reach. */
function place(machine: Machine, world: World): void {
  for (const device of [world.console, world.start, world.descriptors, world.system]) {
    machine.devices.set(device.name, device)
  }
  machine.registers = registersOf(machine, world)
}

/** A machine keeps no device that it is not granted here. */
function refuseDenied({ system, grants }: World): void {
  for (const number of system.mapped) {
    const capability = mappable.get(number)
    if (capability !== undefined && grants.has(capability)) continue
    throw new VacError('LINK_UNKNOWN_IMPORT', {
      found: `the mapped device 0x${number.toString(16).padStart(2, '0')}`,
      expected: `the capability ${capability ?? 'of a device'}`,
      ...(capability === undefined ? {} : { hint: `grant it: --allow ${capability}` }),
    })
  }
}

/**
 * The world of a machine that is being loaded. Its functions are linked while the state is read,
 * its devices come with the state: `fill` takes their bytes and puts the devices into the machine.
 * Whether the guest has a terminal was saved with it.
 */
export function savedWorld(options: Omit<WorldOptions, 'terminal'> = {}): {
  readonly world: World
  readonly fill: (machine: Machine, devices: ReadonlyMap<string, Uint8Array>) => void
} {
  const sink = options.sink ?? nowhere
  const world: { -readonly [K in keyof World]: World[K] } = {
    grants: options.grants ?? defaultGrants,
    console: new ConsoleDevice(sink, false),
    start: new StartDevice(),
    descriptors: DescriptorTable.standard(),
    files: FileSystem.empty(0n),
    system: new SystemDevice(),
    beams: options.beams ?? nowhere,
    denied: options.denied ?? nowhere,
  }
  const fill = (machine: Machine, devices: ReadonlyMap<string, Uint8Array>): void => {
    const bytes = deviceBytes(devices)
    world.console = ConsoleDevice.decode(bytes(ConsoleDevice.device), sink)
    world.start = StartDevice.decode(bytes(StartDevice.device))
    world.descriptors = DescriptorTable.decode(bytes(DescriptorTable.device))
    if (machine.files !== null) world.files = FileSystem.over(machine.files)
    holdOpen(world)
    world.system = SystemDevice.decode(bytes(SystemDevice.device), machine)
    refuseDenied(world)
    place(machine, world)
  }
  return { world, fill }
}

/**
 * Has the descriptors of a loaded state hold their inodes; refuses one whose inode is not there.
 */
function holdOpen({ files, descriptors }: World): void {
  for (const [fd, descriptor] of descriptors.entries()) {
    if (descriptor.kind === 'stream') continue
    const kind = files.kindOf(descriptor.inode)
    if (kind !== descriptor.kind) {
      throw new VacError('STATE_MALFORMED', {
        found: `descriptor ${fd} of inode ${descriptor.inode}, ${kind ?? 'which is not there'}`,
        expected: `a ${descriptor.kind}`,
      })
    }
    files.hold(descriptor.inode)
  }
  files.checkHolds()
}

const deviceNames: readonly string[] = [
  ConsoleDevice.device,
  StartDevice.device,
  DescriptorTable.device,
  SystemDevice.device,
]

/** Gives the bytes of each device; refuses a state with other devices than these. */
function deviceBytes(devices: ReadonlyMap<string, Uint8Array>): (name: string) => Uint8Array {
  const refuse = (found: string): never => {
    throw new VacError('STATE_MALFORMED', { found, expected: deviceNames.join(', ') })
  }
  for (const name of devices.keys()) {
    if (!deviceNames.includes(name)) refuse(`a device ${name}`)
  }
  return (name) => devices.get(name) ?? refuse(`no device ${name}`)
}

/** Hands an input to a device: it is recorded first, then a machine that waits goes on. */
function deliver(machine: Machine, device: InputDevice, payload: Uint8Array): void {
  const waiting = machine.status === 'waiting'
  machine.inputs.push({
    tick: machine.ticks,
    kind: 'device',
    waiting,
    device: device.name,
    bytes: payload,
  })
  device.receive(payload)
  if (waiting) machine.status = 'running'
}

/** Delivers bytes of standard input; null: it has ended. */
export function deliverInput(machine: Machine, world: World, bytes: Uint8Array | null): void {
  deliver(machine, world.console, bytes === null ? inputEnd() : inputBytes(bytes))
}

/**
 * Tells a program that waits for input with a timeout that the timeout passed; nothing happens
 * where none does.
 */
export function deliverElapsed(machine: Machine, world: World): void {
  if (world.console.patience !== null) deliver(machine, world.console, inputElapsed())
}

/**
 * Tells the program its arguments, the first being its name, and its environment as `NAME=value`.
 */
export function deliverStart(
  machine: Machine,
  world: World,
  args: readonly string[],
  env: readonly string[],
): void {
  deliver(machine, world.start, startInput(args, env))
}

/** Hands an input that was recorded to its device again. */
export function redeliver(
  machine: Machine,
  world: World,
  { device: name, bytes }: DeviceInput,
): void {
  const device = [world.console, world.start].find((one) => one.name === name)
  assert(device !== undefined, `device ${name} takes inputs`)
  deliver(machine, device, bytes)
}

/**
 * Writes bytes, which stay as they are, into a memory: recorded first. They are in bounds. A
 * machine that waits goes on waiting.
 */
export function deliverWrite(
  machine: Machine,
  shard: number,
  offset: number,
  bytes: Uint8Array,
): void {
  const waiting = machine.status === 'waiting'
  machine.inputs.push({ tick: machine.ticks, kind: 'write', waiting, shard, offset, bytes })
  machine.store.memories[shard].writeBytes(offset, bytes)
}
