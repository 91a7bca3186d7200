// Edges of frames and host calls, by both engines: the last words of the stack, calls that are
// repeated, calls in place of a frame that do not fit.
import assert from 'node:assert/strict'
import test from 'node:test'
import { VacError } from '../base/errors.ts'
import { nodeHasher } from '../host/hasher.ts'
import { assemble } from '../isa/vasm/assemble.ts'
import { invoke, takeResults } from './calls.ts'
import type { HostFunction } from './host-function.ts'
import { instantiate } from './instantiate.ts'
import { addHostFunction } from './link.ts'
import { Machine } from './machine.ts'
import { defaultManifest } from './manifest.ts'
import { type Engine, run } from './run.ts'
import { programHash } from './state/program-hash.ts'
import { rootOf } from './state/root.ts'

const engines: readonly Engine[] = ['stepper', 'auto']

/** A machine in which the export `f` is called. */
function called(
  text: string,
  args: readonly bigint[] = [],
  host: HostFunction | null = null,
  stackWords = defaultManifest.limits.stackWords,
): Machine {
  const program = assemble(text)
  const limits = { ...defaultManifest.limits, stackWords }
  const m = new Machine({ ...defaultManifest, limits })
  const { instance } = instantiate(m, program, programHash(program, nodeHasher), () =>
    host === null ? null : { kind: 'func', fn: addHostFunction(m, host) },
  )
  const index = program.exports.find(({ name }) => name === 'f')?.index
  assert.ok(index !== undefined)
  invoke(m, m.store.instances[instance].functions[index], args)
  return m
}

test('a shuffle at the last words of the stack has its lane numbers', () => {
  const locals = Array.from({ length: 4094 }, (_, i) => `l${i}: v128`).join(', ')
  const text = `func f export () -> v128
  local ${locals}
  v128.const 0x0f0e0d0c0b0a09080706050403020100
  v128.const 0x1f1e1d1c1b1a19181716151413121110
  i8x16.shuffle 31 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0
  return
end
`
  for (const engine of engines) {
    const m = called(text)
    run(m, 100, null, engine)
    assert.equal(m.status, 'idle')
    assert.deepEqual(takeResults(m), [0x08090a0b0c0d0e1fn, 0x0001020304050607n], engine)
  }
})

for (const how of ['call_indirect', 'call_ref', 'return_call_indirect', 'return_call_ref']) {
  for (const outcome of ['again', 'wait'] as const) {
    test(`${how} of a host function that says ${outcome} is repeated as it was`, () => {
      const callee = how.endsWith('ref') ? 'ref.func h' : 'i32.const 1'
      const text = `table t 2 max 2 funcref
import "host" "h" func h (i32) -> i32
elem (ref func) at i32.const 1 = h
func f export (n: i32) -> i32
  i64.const 9
  drop
  local.get n
  ${callee}
  ${how} (i32) -> i32
${how.startsWith('return') ? '' : '  return'}
end
`
      const ends = engines.map((engine) => {
        let calls = 0
        const host: HostFunction = {
          name: 'host.h',
          params: [1],
          results: [1],
          call: ({ machine, base }) => {
            if (calls++ < 2) return outcome
            machine.words.I32[2 * base]++
            return 'done'
          },
        }
        const m = called(text, [41n], host)
        const roots: string[] = []
        for (let i = 0; i < 20 && m.status !== 'idle' && m.status !== 'trapped'; i++) {
          run(m, 1, null, engine)
          roots.push(
            `${m.ticks} ${m.status} ${m.sp} ${Buffer.from(rootOf(m, nodeHasher)).toString('hex')}`,
          )
          if (m.status === 'waiting') m.status = 'running'
        }
        assert.equal(m.trap, null, engine)
        assert.deepEqual(
          takeResults(m).map((word) => word & 0xffffffffn),
          [42n],
          engine,
        )
        return roots
      })
      assert.deepEqual(ends[1], ends[0])
    })
  }
}

test('a call in place of a frame that does not fit traps with the chain of that frame', () => {
  const text = `func big (i32)
  local ${Array.from({ length: 100 }, (_, i) => `l${i}: i64`).join(', ')}
  return
end
func middle (n: i32)
  local.get n
  return_call big
end
func f export (n: i32)
  local.get n
  call middle
  return
end
`
  for (const engine of engines) {
    const m = called(text, [1n], null, 60)
    run(m, 100, null, engine)
    assert.equal(m.trap?.code, 'call stack exhausted')
    const chain = m.trap.chain.map((place) => [place.function, place.pc])
    assert.deepEqual(
      chain,
      [
        [1, 1],
        [2, 1],
      ],
      engine,
    )
  }
})

test('an instruction for which the host has no memory has not happened', () => {
  const text = `func g (n: i32) -> i32
  local.get n
  return
end
table t 1 max 9 funcref
func f export () -> i32
  i32.const 30
  ref.null funcref
  i32.const 2
  table.grow t
  i32.add
  call g
  return
end
`
  const plain = called(text)
  run(plain, 100)
  for (const engine of engines) {
    const m = called(text)
    const refuse = (): never => {
      throw new VacError('HOST_MEMORY')
    }
    const table = m.store.tables[0]
    const { words } = table
    Object.defineProperty(table, 'words', { configurable: true, get: refuse })
    assert.throws(() => run(m, 100, null, engine), VacError)
    Object.defineProperty(table, 'words', { value: words, writable: true })
    m.reserve = refuse
    assert.throws(() => run(m, 100, null, engine), VacError)
    Reflect.deleteProperty(m, 'reserve')
    run(m, 100, null, engine)
    assert.deepEqual([m.status, m.ticks], ['idle', plain.ticks])
    assert.deepEqual(takeResults(m), [31n])
  }
})
