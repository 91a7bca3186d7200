import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Input, InputLog } from './input-log.ts'

test('a log gives back what it was given, in order, whatever its size', () => {
  const log = new InputLog()
  const given: Input[] = []
  const add = (input: Input): void => {
    log.push(input)
    given.push(input)
  }
  add({ tick: 0, kind: 'instantiate', program: 0 })
  add({ tick: 0, kind: 'invoke', instance: 1, function: 7, words: [1n, 2n] })
  // Sizes around what a chunk holds, the empty one included, and ticks beyond 32 bits.
  for (const sizeBytes of [0, 1, 65_535, 65_536, 65_537, 200_000, 3]) {
    const bytes = new Uint8Array(sizeBytes).fill(sizeBytes % 251)
    for (const waiting of [false, true]) {
      const device = waiting ? 'console' : 'start'
      add({ tick: 2 ** 40 + sizeBytes, kind: 'device', waiting, device, bytes })
    }
  }
  for (let line = 0; line < 5000; line++) {
    const bytes = Uint8Array.of(line & 255, line >> 8)
    add({ tick: 2 ** 41 + line, kind: 'device', waiting: true, device: 'console', bytes })
  }
  add({ tick: 2 ** 42, kind: 'set', waiting: false, what: 'seed', bytes: Uint8Array.of(9) })
  assert.equal(log.length, given.length)
  assert.deepEqual([...log], given)
  assert.deepEqual(log.at(log.length), undefined)
})

test('bytes that were given may be used again', () => {
  const log = new InputLog()
  const bytes = Uint8Array.of(1, 2, 3)
  log.push({ tick: 5, kind: 'device', waiting: false, device: 'console', bytes })
  bytes.fill(0)
  const kept = log.at(0)
  assert.ok(kept?.kind === 'device')
  assert.deepEqual(kept.bytes, Uint8Array.of(1, 2, 3))
})
