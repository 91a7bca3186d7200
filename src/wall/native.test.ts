// The native calls and the device shard, by both engines, through a saved state and back.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { hex, utf8 } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import { nodeHasher } from '../host/hasher.ts'
import { loadProgram } from '../host/program-file.ts'
import { invoke, takeResults } from '../machine/calls.ts'
import { Machine } from '../machine/machine.ts'
import { defaultManifest } from '../machine/manifest.ts'
import { type Engine, run } from '../machine/run.ts'
import { rootOf } from '../machine/state/root.ts'
import { decodeState, encodeState } from '../machine/state/state.ts'
import { defaultGrants } from './capabilities.ts'
import type { GuestBeam } from './devices/system.ts'
import { linkProgram, wallFunction } from './link.ts'
import { deliverInput, newWorld, savedWorld, type WorldOptions } from './world.ts'

const engines: readonly Engine[] = ['stepper', 'auto']

async function begin(source: string, options: WorldOptions = {}, limits = {}) {
  const { program, hash } = await loadProgram(utf8(source))
  const manifest = { ...defaultManifest, limits: { ...defaultManifest.limits, ...limits } }
  const m = new Machine(manifest)
  const world = newWorld(m, options)
  const { instance } = linkProgram(m, program, hash, world)
  const entry = program.exports.find(({ kind }) => kind === 'func')
  assert.ok(entry)
  invoke(m, m.store.instances[instance].functions[entry.index], [])
  return { m, world }
}

/** A function of these lines that returns one i64. */
const giving = (lines: string): string =>
  `memory 1\nfunc f export () -> i64\n${lines}\nreturn\nend\n`

async function resultOf(lines: string, options: WorldOptions = {}, limits = {}): Promise<bigint[]> {
  const results: bigint[] = []
  for (const engine of engines) {
    const { m } = await begin(giving(lines), options, limits)
    run(m, 10_000, null, engine)
    assert.equal(m.status, 'idle', `${lines} by ${engine}: ${m.trap?.code}`)
    results.push(BigInt.asIntN(64, takeResults(m)[0]))
  }
  assert.equal(results[0], results[1])
  return results.slice(1)
}

async function trapOf(lines: string): Promise<string | undefined> {
  const { m } = await begin(giving(lines))
  run(m, 10_000)
  return m.trap?.code
}

const map = (device: number): string => `i64.const ${device}\nsys map\n`

suite('native calls', () => {
  test('alloc makes far memories of zeros, as many pages as the manifest allows', async () => {
    const two = 'i64.const 65536\nsys alloc\ndrop\ni64.const 100\nsys alloc'
    assert.deepEqual(await resultOf(two), [2n ** 32n + 1n])
    assert.deepEqual(await resultOf(two, {}, { memoryPages: 2 }), [-48n])
    assert.deepEqual(await resultOf('i64.const 0\nsys alloc'), [-28n])
    assert.deepEqual(await resultOf('i64.const -1\nsys alloc'), [-48n])
    const grow = 'i64.const 1\nsys alloc\ndrop\ni32.const 1\nmemory.grow 0\ni64.extend_i32_s'
    assert.deepEqual(await resultOf(grow, {}, { memoryPages: 2 }), [-1n])
    const far = 'i64.const 100\nsys alloc\ni64.const 92\nfar.load64'
    assert.deepEqual(await resultOf(far), [0n])
    assert.equal(await trapOf(far.replace('92', '93')), 'out of bounds memory access')
  })

  test('a shard that the guest did not make is out of its reach', async () => {
    const { m } = await begin(giving('i64.const 0x1_0000_0000\ni64.const 0\nfar.load8'))
    m.shards.alloc(10n)
    m.shards.far[0].guest = false
    run(m, 10)
    assert.equal(m.trap?.code, 'unknown shard')
  })

  test('map gives the device shard, and denies by the capability', async () => {
    const denied: string[] = []
    const options: WorldOptions = {
      grants: new Set([...defaultGrants].filter((name) => name !== 'clock')),
      denied: (capability, call) => denied.push(`${call} ${capability}`),
    }
    assert.deepEqual(await resultOf(map(0x10), options), [-76n])
    assert.deepEqual(denied, ['sys.map clock', 'sys.map clock'])
    assert.deepEqual(await resultOf(map(0x00), options), [2n ** 62n])
    assert.deepEqual(await resultOf(map(0x08), options), [-43n])
    assert.deepEqual(await resultOf(map(-1), options), [-43n])
  })

  test('registers exist where they are mapped and begin', async () => {
    const load = (at: number): string => `i64.const ${at}\nfar.load64`
    assert.equal(await trapOf(`i64.const ${2n ** 62n}\n${load(0)}`), 'unknown shard')
    assert.equal(await trapOf(map(0) + load(0x10)), 'unknown shard')
    assert.equal(await trapOf(map(0) + load(1)), 'out of bounds memory access')
    assert.equal(await trapOf(map(0x10) + load(0x20)), 'unknown shard')
    assert.deepEqual(await resultOf(map(0x10) + load(0x18)), [4n])
    assert.deepEqual(await resultOf(map(0x10) + load(0x10)), [defaultManifest.vtime.epoch + 4n])
  })

  test('the clock sleeps for and until', async () => {
    const clock = `i64.const ${2n ** 62n}\ni64.const`
    const slept = `${map(0x10)}drop\n${clock} 0x18\ni64.const 500\nfar.store64\n${clock} 0x10`
    assert.deepEqual(await resultOf(`${slept}\nfar.load64`), [defaultManifest.vtime.epoch + 510n])
    const until = `${slept}\ni64.const ${defaultManifest.vtime.epoch + 9000n}\nfar.store64\n`
    const now = `${until}${clock} 0x10\nfar.load64`
    assert.deepEqual(await resultOf(now), [defaultManifest.vtime.epoch + 9003n])
  })

  test('beam_emit hands over a beam and gives its number', async () => {
    const emit = (size: number): string =>
      `i32.const 7\ni64.const 0\ni64.const ${size}\nsys beam_emit`
    const beams: GuestBeam[] = []
    const options: WorldOptions = { beams: (beam) => beams.push(beam) }
    assert.deepEqual(await resultOf(`${emit(3)}\ndrop\n${emit(0)}`, options), [1n])
    assert.deepEqual(
      beams.slice(0, 2).map(({ tick, seq, kind, payload }) => [tick, seq, kind, payload.length]),
      [
        [4, 0, 7, 3],
        [9, 1, 7, 0],
      ],
    )
    assert.deepEqual(await resultOf(emit(65_536)), [0n])
    assert.equal(await trapOf(emit(65_537)), 'bad system call arguments')
    const big = emit(65_537).replace('i64.const 0', 'i64.const 0')
    assert.deepEqual(await resultOf(`i32.const 1\nmemory.grow 0\ndrop\n${big}`), [-35n])
    assert.equal(await trapOf(emit(-1)), 'bad system call arguments')
  })
})

suite('examples/devices.vasm', () => {
  const source = readFileSync(new URL('../../examples/devices.vasm', import.meta.url), 'utf8')
  const input = 'one\ntwo\n'

  test('echoes, by both engines, to one root', async () => {
    const ends = []
    for (const engine of engines) {
      let output = ''
      const sink = (_: string, bytes: Uint8Array): void => {
        output += new TextDecoder().decode(bytes)
      }
      const { m, world } = await begin(source, { sink })
      for (const text of [...input, null]) {
        run(m, 100_000, null, engine)
        assert.equal(m.status, 'waiting')
        deliverInput(m, world, text === null ? null : utf8(text))
      }
      run(m, 100_000, null, engine)
      assert.deepEqual([m.status, m.exitCode, output], ['exited', input.length, input])
      ends.push({ ticks: m.ticks, slept: m.slept, root: hex(rootOf(m, nodeHasher)) })
    }
    assert.deepEqual(ends[0], ends[1])
    assert.equal(ends[0].slept, 1_000_000_000n)
  })

  test('goes on from a saved state, unless a device is not granted there', async () => {
    const { m, world } = await begin(source)
    deliverInput(m, world, utf8(input))
    run(m, 60)
    const bytes = encodeState(m, nodeHasher)
    const restore = (options: WorldOptions) => {
      const saved = savedWorld(options)
      const { machine, devices } = decodeState(bytes, nodeHasher, (name, params, results) => {
        const dot = name.indexOf('.')
        const [module, call] = [name.slice(0, dot), name.slice(dot + 1)]
        return wallFunction(saved.world, module, call, { params, results })
      })
      saved.fill(machine, devices)
      return { machine, world: saved.world }
    }
    const again = restore({})
    assert.equal(hex(encodeState(again.machine, nodeHasher)), hex(bytes))
    for (const [machine, its] of [
      [m, world],
      [again.machine, again.world],
    ] as const) {
      deliverInput(machine, its, null)
      run(machine, 100_000)
    }
    assert.equal(again.machine.exitCode, input.length)
    assert.equal(hex(rootOf(again.machine, nodeHasher)), hex(rootOf(m, nodeHasher)))
    const without = new Set([...defaultGrants].filter((name) => name !== 'clock'))
    assert.throws(
      () => restore({ grants: without }),
      (error) =>
        error instanceof VacError &&
        error.code === 'LINK_UNKNOWN_IMPORT' &&
        error.message.includes('0x10'),
    )
  })
})
