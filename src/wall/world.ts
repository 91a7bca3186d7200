// What stands behind the wall for one machine: its grants and its devices. The host hands in where
// output goes.
import { VacError } from '../base/errors.ts'
import type { Machine } from '../machine/machine.ts'
import { defaultGrants, type Grants } from './capabilities.ts'
import { ConsoleDevice, inputBytes, inputEnd, type Sink } from './devices/console.ts'
import { DescriptorTable } from './devices/descriptors.ts'
import type { InputDevice } from './devices/device.ts'
import { StartDevice, startInput } from './devices/start.ts'

export interface WorldOptions {
  readonly grants?: Grants
  /** Takes the guest's output; without one it is only counted. */
  readonly sink?: Sink
  /** The guest's streams say that they are a terminal. */
  readonly terminal?: boolean
}

export interface World {
  readonly grants: Grants
  readonly console: ConsoleDevice
  readonly start: StartDevice
  readonly descriptors: DescriptorTable
}

const nowhere: Sink = () => {}

/** The world of a new machine: its devices are put into the machine's state. */
export function newWorld(machine: Machine, options: WorldOptions = {}): World {
  const world: World = {
    grants: options.grants ?? defaultGrants,
    console: new ConsoleDevice(options.sink ?? nowhere, options.terminal ?? false),
    start: new StartDevice(),
    descriptors: DescriptorTable.standard(),
  }
  for (const device of [world.console, world.start, world.descriptors]) {
    machine.devices.set(device.name, device)
  }
  return world
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
  }
  const fill = (machine: Machine, devices: ReadonlyMap<string, Uint8Array>): void => {
    const bytes = deviceBytes(devices)
    world.console = ConsoleDevice.decode(bytes(ConsoleDevice.device), sink)
    world.start = StartDevice.decode(bytes(StartDevice.device))
    world.descriptors = DescriptorTable.decode(bytes(DescriptorTable.device))
    for (const device of [world.console, world.start, world.descriptors]) {
      machine.devices.set(device.name, device)
    }
  }
  return { world, fill }
}

const deviceNames: readonly string[] = [
  ConsoleDevice.device,
  StartDevice.device,
  DescriptorTable.device,
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
  machine.inputs.push({ tick: machine.ticks, kind: 'device', device: device.name, bytes: payload })
  device.receive(payload)
  if (machine.status === 'waiting') machine.status = 'running'
}

/** Delivers bytes of standard input; null: it has ended. */
export function deliverInput(machine: Machine, world: World, bytes: Uint8Array | null): void {
  deliver(machine, world.console, bytes === null ? inputEnd() : inputBytes(bytes))
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
