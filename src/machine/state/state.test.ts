// The state: there and back at any tick; nothing hostile gets in.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ByteWriter, bytesOfHex, hex, utf8 } from '../../base/bytes.ts'
import { VacError } from '../../base/errors.ts'
import { nodeHasher } from '../../host/hasher.ts'
import { FarShard } from '../../memory/far-shard.ts'
import type { Machine } from '../machine.ts'
import { run } from '../run.ts'
import { machineOf, resolve, root, running, start } from '../tools/state-sample.ts'
import { decodeState, encodeState } from './state.ts'
import { sections } from './state-format.ts'

const decode = (bytes: Uint8Array): Machine => decodeState(bytes, nodeHasher, resolve).machine
const malformed = (error: unknown): boolean =>
  error instanceof VacError && error.code === 'STATE_MALFORMED' && error.detail.where !== undefined

describe('a state file', () => {
  it('decodes to a machine that encodes to it and runs on as the first does, at any tick', () => {
    for (const name of ['fib', 'catching']) {
      for (let ticks = 0; ticks < 120; ticks++) {
        const m = running(ticks, name)
        const bytes = encodeState(m, nodeHasher)
        const again = decode(bytes)
        assert.equal(hex(encodeState(again, nodeHasher)), hex(bytes), `${name} at ${ticks}`)
        assert.equal(root(again), root(m))
        assert.deepEqual([again.status, again.depth], [m.status, m.depth])
        // Results that were not taken are no part of the state: see spec/state.md.
        assert.equal(again.sp, m.status === 'idle' ? 0 : m.sp)
        assert.equal(again.usedWords, m.usedWords)
        run(m, 500)
        run(again, 500)
        assert.equal(root(again), root(m), `${name} from ${ticks} on`)
      }
    }
  })

  it('keeps exceptions, traps, exits, far shards and devices', () => {
    const caught = running(1000, 'catching')
    assert.equal(caught.store.exceptions.length, 1)
    assert.equal(decode(encodeState(caught, nodeHasher)).store.exceptions.length, 1)

    const trapped = machineOf()
    start(trapped, 'fib', 1_000_000)
    run(trapped, 100)
    trapped.fault('unreachable', trapped.chain(3))
    assert.deepEqual(decode(encodeState(trapped, nodeHasher)).trap, trapped.trap)

    const exited = machineOf()
    exited.status = 'exited'
    exited.exitCode = 3
    assert.equal(decode(encodeState(exited, nodeHasher)).exitCode, 3)

    const far = new FarShard(10_000n)
    far.store(5000n, 8, -1n)
    const device = { name: 'clock', encode: () => utf8('tick') }
    exited.devices.set('clock', device)
    const bytes = encodeState(exited, nodeHasher, { far: [far] })
    const { devices, extras, machine } = decodeState(bytes, nodeHasher, resolve)
    assert.equal(extras.far?.[0].load(5000n, 8), 2n ** 64n - 1n)
    assert.deepEqual(devices.get('clock'), utf8('tick'))
    machine.devices.set('clock', device)
    assert.equal(hex(encodeState(machine, nodeHasher, extras)), hex(bytes))
  })

  it('refuses every flipped byte, by offset', () => {
    const bytes = encodeState(running(70), nodeHasher)
    for (let at = 0; at < bytes.length; at++) {
      const flipped = bytes.slice()
      flipped[at] ^= 1 << (at % 8)
      assert.throws(() => decode(flipped), malformed, `byte ${at}`)
    }
    for (let size = 0; size < bytes.length; size += 7) {
      assert.throws(() => decode(bytes.subarray(0, size)), malformed, `${size} bytes`)
    }
  })

  it('refuses flipped bytes under hashes that were made to fit', () => {
    for (const [name, ticks] of [
      ['fib', 70],
      ['catching', 1000],
    ] as const) {
      const bytes = encodeState(running(ticks, name), nodeHasher)
      const parts = partsOf(bytes)
      let tried = 0
      let accepted = 0
      for (const [id, part] of parts) {
        const flips = Math.min(part.length, 700)
        for (let at = 0; at < flips; at++) {
          const forged = part.slice()
          forged[at] ^= [1, 0x80, 0xff][at % 3]
          const file = forge(bytes, new Map([...parts, [id, forged]]))
          const where = `section ${id}, byte ${at}`
          tried++
          try {
            // Debug facts of a program are outside the root: another name, another file of one
            // state.
            const again = encodeState(decode(file), nodeHasher)
            assert.equal(id, sections.programs, where)
            assert.equal(hex(again), hex(file), where)
            accepted++
          } catch (error) {
            assert.ok(error instanceof VacError, `${where}: ${error}`)
          }
        }
      }
      assert.ok(tried > 500 && accepted < 400, `${accepted} of ${tried}`)
    }
  })

  it('lets no forged state trip an engine, not even one with a root that fits', () => {
    let ran = 0
    for (const [name, ticks] of [
      ['fib', 70],
      ['catching', 40],
    ] as const) {
      const bytes = encodeState(running(ticks, name), nodeHasher)
      const parts = partsOf(bytes)
      parts.delete(sections.programs)
      for (const [id, part] of parts) {
        for (let at = 0; at < Math.min(part.length, 400); at++) {
          for (const engine of ['stepper', 'auto'] as const) {
            const forged = part.slice()
            forged[at] ^= engine === 'auto' ? 1 : 0x10
            const file = forge(bytes, new Map([...partsOf(bytes), [id, forged]]))
            const m = decodeUnderAnyRoot(file)
            if (m === null) continue
            run(m, 400, null, engine)
            root(m)
            ran++
          }
        }
      }
    }
    assert.ok(ran > 100, `${ran} ran`)
  })

  it('needs the functions of the wall that it names', () => {
    const bytes = encodeState(running(10), nodeHasher)
    assert.throws(
      () => decodeState(bytes, nodeHasher, () => null),
      (error) => error instanceof VacError && error.code === 'LINK_UNKNOWN_IMPORT',
    )
  })

  it('does not hold more than the host is ready for', () => {
    const bytes = encodeState(running(10), nodeHasher)
    const most = { limitPages: 1, limitEntries: 5, limitItems: 100 }
    decodeState(bytes, nodeHasher, resolve, most)
    for (const limit of ['limitPages', 'limitEntries', 'limitItems'] as const) {
      const less = { ...most, [limit]: 0 }
      assert.throws(() => decodeState(bytes, nodeHasher, resolve, less), malformed, limit)
    }
  })
})

/**
 * The machine of a file whose root is made to fit its content; null where the content is refused.
 */
function decodeUnderAnyRoot(file: Uint8Array): Machine | null {
  try {
    return decode(file)
  } catch (error) {
    assert.ok(error instanceof VacError, `${error}`)
    const wanted = error.detail.expected?.match(/^([0-9a-f]{64}), as the content gives/)
    if (!wanted) return null
    file.set(bytesOfHex(wanted[1]), 8)
    return decode(forge(file, partsOf(file)))
  }
}

/** Section id -> bytes. */
function partsOf(bytes: Uint8Array): Map<number, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const count = bytes[40]
  let at = 41 + count * 41 + 32
  const parts = new Map<number, Uint8Array>()
  for (let i = 0; i < count; i++) {
    const size = Number(view.getBigUint64(41 + i * 41 + 1, true))
    parts.set(bytes[41 + i * 41], bytes.slice(at, at + size))
    at += size
  }
  return parts
}

/** A file with these sections and hashes that fit them; the root is left as it was. */
function forge(bytes: Uint8Array, parts: Map<number, Uint8Array>): Uint8Array {
  const w = new ByteWriter()
  w.raw(bytes.subarray(0, 40))
  w.u8(parts.size)
  for (const [id, part] of parts) {
    w.u8(id)
    w.u64(BigInt(part.length))
    w.raw(nodeHasher.hash(part))
  }
  w.raw(nodeHasher.hash(w.take()))
  for (const part of parts.values()) w.raw(part)
  return w.take()
}
