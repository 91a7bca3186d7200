// The state: there and back at any tick, one root for one state whatever the route, and nothing hostile gets in.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ByteWriter, hex, utf8 } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import { nodeHasher } from '../host/hasher.ts'
import { assemble } from '../isa/assemble.ts'
import { verifyProgram } from '../isa/verify.ts'
import { FarShard } from '../memory/far-shard.ts'
import { invoke } from './calls.ts'
import type { HostFunction } from './host-function.ts'
import { instantiate } from './instantiate.ts'
import { addHostFunction } from './link.ts'
import { Machine } from './machine.ts'
import { defaultManifest } from './manifest.ts'
import { programHash } from './program-hash.ts'
import { rootOf } from './root.ts'
import { type Engine, run } from './run.ts'
import { decodeState, encodeState } from './state.ts'
import { sections } from './state-format.ts'

const SOURCE = `
memory 1 max 4
table f 3 max 10 funcref
table e 2 exnref
global g mut i64 = i64.const 5
global h mut f32 = f32.const 1.5
global x mut exnref = ref.null exnref
global v mut v128 = v128.const 0x00000004000000030000000200000001
tag t (i32, f64)
tag u (exnref)
import "host" "note" func note (i32)
import "host" "other" func other ()
elem (ref func) at i32.const 1 = fib note
elem passive (ref func) = fib note
data passive = "abc"
func fib export (n: i32) -> i32
  local unused: i64, kept: i64
  i64.const -77
  local.set unused
  i64.const 12
  local.set kept
  i32.const 8
  local.get n
  i64.extend_i32_u
  i64.store
  local.get n
  i32.const 2
  i32.lt_s
  jump_unless rec
  local.get n
  return
rec: []
  local.get n
  i32.const 1
  i32.sub
  i32.const 1
  call_indirect (i32) -> i32
  local.get n
  i32.const 2
  i32.sub
  call fib
  i32.add
  local.get kept
  global.set g
  return
end
func thrower (i32)
  local.get 0
  i32.eqz
  jump_unless more
  i32.const 3
  f64.const 0.5
  throw t
more: []
  local.get 0
  i32.const 1
  i32.sub
  call thrower
  return
end
func catching export (n: i32) -> i32
  handle from..to ref -> caught
from:
  local.get n
  call thrower
to:
  i32.const 0
  return
caught: [exnref]
  global.set x
  i32.const 1
  global.get x
  table.set e
  local.get n
  call note
  i32.const 7
  return
end
`

const noteKinds = { params: [1 as const], results: [] }
const hosts: Record<string, HostFunction> = {
  'host.note': { name: 'host.note', ...noteKinds, call: () => 'done' },
  'host.other': { name: 'host.other', params: [], results: [], call: () => 'done' },
  'host.waits': { name: 'host.waits', ...noteKinds, call: () => 'wait' },
}
const resolve = (name: string): HostFunction | null => hosts[name] ?? null

const program = assemble(SOURCE)
verifyProgram(program)
const hash = programHash(program, nodeHasher)

function machineOf(prepare: (m: Machine) => void = () => {}): Machine {
  const m = new Machine(defaultManifest)
  prepare(m)
  instantiate(m, program, hash, (wanted) => ({
    kind: 'func',
    fn: addHostFunction(m, hosts[`${wanted.module}.${wanted.name}`]),
  }))
  return m
}

function start(m: Machine, name: string, argument: number): void {
  const instance = m.store.instances[1]
  const found = program.exports.find((entry) => entry.name === name)
  assert.ok(found !== undefined)
  invoke(m, instance.functions[found.index], [BigInt(argument)])
}

const running = (ticks: number, name = 'fib', engine: Engine = 'auto'): Machine => {
  const m = machineOf()
  start(m, name, 9)
  run(m, ticks, null, engine)
  return m
}
const root = (m: Machine): string => hex(rootOf(m, nodeHasher))
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
            // Debug facts of a program are outside the root: another name, another file of one state.
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

describe('the root', () => {
  it('is one for both engines, at any tick', () => {
    for (const name of ['fib', 'catching']) {
      for (let ticks = 0; ticks < 300; ticks += 7) {
        assert.equal(root(running(ticks, name, 'stepper')), root(running(ticks, name)), name)
      }
    }
  })

  it('does not see garbage: above the stack, in dead locals, in the high halves of an i32', () => {
    const m = running(70)
    const clean = root(m)
    assert.ok(m.depth > 2, 'frames are open')
    m.reserve(m.sp + 100)
    m.words.I32.fill(-1, m.sp * 2, (m.sp + 100) * 2)
    const facts = m.factsOf(m.frameFunction[0])
    for (let at = 0; at < m.depth; at++) {
      // Local 0 is an i32; local 1 is written and never read.
      m.words.I32[2 * m.frameBase[at] + 1] = -1
      m.words.I64[m.frameBase[at] + facts.localAt[1]] = 99n
    }
    assert.equal(root(m), clean)
    m.words.I64[m.frameBase[0] + facts.localAt[2]]++
    assert.notEqual(root(m), clean, 'a live local counts')
  })

  it('does not see how memory, tables and globals came to their content', () => {
    const m = running(70)
    const clean = root(m)
    const [memory] = m.store.memories
    const [table] = m.store.tables
    memory.storeByte(40_000, 1)
    const other = root(m)
    assert.notEqual(other, clean)
    memory.storeByte(40_000, 0)
    assert.equal(root(m), clean)
    memory.writeBytes(8, memory.readBytes(8, 8))
    assert.equal(root(m), clean)
    const roomy = new Int32Array(2000).fill(7, table.size * 2)
    roomy.set(table.words.subarray(0, table.size * 2))
    table.words = roomy
    const globals = new Int32Array(4000).fill(7, m.store.globals.length * 4)
    globals.set(m.store.globalWords.subarray(0, m.store.globals.length * 4))
    globals[1 * 4 + 1] = -1
    m.store.globalWords = globals
    assert.equal(root(m), clean)
  })

  it('does not see the numbers of exceptions, nor those that nothing reaches', () => {
    const m = running(1000, 'catching')
    const clean = root(m)
    const { exceptions, globalWords, tables } = m.store
    assert.equal(exceptions.length, 1)
    const words = exceptions[0].words
    exceptions.unshift({ tag: 0, words: BigInt64Array.of(1n, 2n) }, { tag: 0, words })
    exceptions.pop()
    globalWords[2 * 4] = 2
    tables[1].words[2] = 2
    assert.equal(root(m), clean)
    // An exception inside another counts; and its number is that of the first visit.
    exceptions.push({ tag: 1, words: BigInt64Array.of(2n) })
    globalWords[2 * 4] = 3
    const nested = root(m)
    assert.notEqual(nested, clean)
    assert.equal(root(decode(encodeState(m, nodeHasher))), nested)
  })

  it('does not see functions of the wall and types that came and went', () => {
    const m = machineOf((fresh) => {
      addHostFunction(fresh, hosts['host.waits'])
      addHostFunction(fresh, hosts['host.other'])
      fresh.types.add([
        { params: [1, 1], results: [4], groupStart: 0, groupSize: 1, final: true, super: -1 },
      ])
    })
    assert.equal(root(m), root(machineOf()))
    start(m, 'fib', 9)
    run(m, 70)
    assert.equal(root(m), root(running(70)))
  })

  it('is not changed by taking it', () => {
    const m = running(70)
    const before = root(m)
    encodeState(m, nodeHasher)
    assert.equal(root(m), before)
    run(m, 30)
    assert.equal(root(m), root(running(100)))
  })

  it('sees every part: status, ticks, manifest, stack, globals, tables, memory', () => {
    const changes: ((m: Machine) => void)[] = [
      () => {},
      (m) => m.ticks++,
      (m) => {
        m.slept = 1n
      },
      (m) => m.entropyCount++,
      (m) => {
        m.status = 'waiting'
      },
      (m) => m.words.I32[2 * m.frameBase[0]]++,
      (m) => m.store.globalWords[0]++,
      (m) => m.store.tables[0].words.fill(0),
      (m) => m.store.memories[0].storeByte(65_535, 1),
      (m) => m.store.memories[0].grow(1),
      (m) => m.devices.set('d', { name: 'd', encode: () => utf8('x') }),
      (m) => {
        m.store.instances[1].data[0] = null
      },
      (m) => {
        m.store.instances[1].elements[1] = null
      },
    ]
    const roots = changes.map((change) => {
      const m = running(70)
      change(m)
      return root(m)
    })
    assert.equal(new Set(roots).size, changes.length)
  })

  it('has a place for every section', () => {
    assert.ok(Object.values(sections).every((id, at) => id === at && id < 16))
  })
})
