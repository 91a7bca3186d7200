import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { VacError } from '../base/errors.ts'
import { Machine } from '../machine/machine.ts'
import { defaultManifest } from '../machine/manifest.ts'
import { ConsoleDevice } from './devices/console.ts'
import { DescriptorTable } from './devices/descriptors.ts'
import { StartDevice } from './devices/start.ts'
import { deliverInput, deliverStart, newWorld, savedWorld } from './world.ts'

const bytesOf = (m: Machine): Map<string, Uint8Array> =>
  new Map([...m.devices].map(([name, device]) => [name, device.encode()]))

suite('the world behind the wall', () => {
  test('devices come back from their bytes as they were', () => {
    const machine = new Machine(defaultManifest)
    const world = newWorld(machine, { terminal: true })
    deliverStart(machine, world, ['p', ''], ['A=ü'])
    deliverInput(machine, world, Uint8Array.of(1, 2, 3))
    deliverInput(machine, world, null)
    world.console.read(1)
    world.console.write('stdout', Uint8Array.of(9))
    world.descriptors.close(1)
    const before = bytesOf(machine)

    const other = new Machine(defaultManifest)
    const saved = savedWorld()
    saved.fill(other, before)
    assert.deepEqual(bytesOf(other), before)
    assert.equal(saved.world.console.terminal, true)
    assert.deepEqual(saved.world.console.read(10), Uint8Array.of(2, 3))
    assert.deepEqual(saved.world.console.read(10), new Uint8Array(0))
  })

  test('a state with a device too many or too few is refused', () => {
    const machine = new Machine(defaultManifest)
    newWorld(machine)
    const devices = bytesOf(machine)
    const fill = (given: Map<string, Uint8Array>) => () =>
      savedWorld().fill(new Machine(defaultManifest), given)
    const malformed = (error: unknown) =>
      error instanceof VacError && error.code === 'STATE_MALFORMED'
    assert.throws(fill(new Map([...devices, ['net', new Uint8Array(0)]])), malformed)
    devices.delete('console')
    assert.throws(fill(devices), malformed)
  })

  test('bytes that no device wrote are refused, and never crash', () => {
    const machine = new Machine(defaultManifest)
    const world = newWorld(machine)
    deliverStart(machine, world, ['p'], ['A=1'])
    const decoders: [Uint8Array, (bytes: Uint8Array) => unknown][] = [
      [world.console.encode(), (bytes) => ConsoleDevice.decode(bytes, () => {})],
      [world.start.encode(), StartDevice.decode],
      [world.descriptors.encode(), DescriptorTable.decode],
    ]
    let refused = 0
    for (const [whole, decode] of decoders) {
      const longer = Uint8Array.from([...whole, 0])
      for (const bytes of [longer, ...whole.keys().map((size) => whole.subarray(0, size))]) {
        assert.throws(() => decode(bytes), VacError)
        refused++
      }
      for (let at = 0; at < whole.length; at++) {
        try {
          decode(whole.with(at, 0xff))
        } catch (error) {
          assert.ok(error instanceof VacError)
        }
      }
    }
    assert.ok(refused > 20)
  })
})
