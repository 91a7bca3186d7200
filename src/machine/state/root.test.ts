// The root: one for one state, whatever the route; another for another.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { utf8 } from '../../base/bytes.ts'
import { nodeHasher } from '../../host/hasher.ts'
import { addHostFunction } from '../link.ts'
import type { Machine } from '../machine.ts'
import { run } from '../run.ts'
import { hosts, machineOf, resolve, root, running, start } from '../tools/state-sample.ts'
import { decodeState, encodeState } from './state.ts'
import { sections } from './state-format.ts'

const decode = (bytes: Uint8Array): Machine => decodeState(bytes, nodeHasher, resolve).machine

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
