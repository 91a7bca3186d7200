import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Codec } from '../../base/codec.ts'
import { VacError } from '../../base/errors.ts'
import { portableHasher } from '../../base/sha256.ts'
import { type Beam, BeamKind, beamOfInput, inputOfBeam } from './beam.ts'
import { LineageWriter, readLineage } from './lineage.ts'

/** Nothing gets smaller, so nothing is to be decompressed. */
const codec: Codec = {
  compress: (bytes) => bytes,
  decompress: () => assert.fail('a block that is not compressed'),
}
const host = { hasher: portableHasher, codec }
const header = {
  begin: new Uint8Array(32).fill(7),
  grants: ['clock', 'entropy'],
  key: new Uint8Array(32).fill(9),
}

const beams: readonly Beam[] = Array.from({ length: 40 }, (_, n) => ({
  tick: n * n,
  kind: n % 5 === 0 ? BeamKind.write : n % 2 === 0 ? BeamKind.output : BeamKind.emit,
  payload: Uint8Array.from({ length: n % 9 }, (_, at) => n + at),
}))

function written(full: boolean): { bytes: Uint8Array; ends: number[] } {
  const parts: number[] = []
  const ends: number[] = []
  const writer = new LineageWriter(host, header, (bytes) => parts.push(...bytes), full)
  ends.push(parts.length)
  beams.forEach((beam, n) => {
    writer.add(beam)
    if (n % 7 !== 6) return
    writer.flush()
    ends.push(parts.length)
  })
  writer.flush()
  ends.push(parts.length)
  return { bytes: Uint8Array.from(parts), ends }
}

test('a lineage is read as it was written; payloads of effects only where they are kept', () => {
  for (const full of [false, true]) {
    const lineage = readLineage(written(full).bytes, host)
    assert.deepEqual(lineage.header, header)
    assert.equal(lineage.cutAt, null)
    lineage.beams.forEach(({ tick, kind, payload }, n) => {
      const kept = full || kind === BeamKind.write
      assert.deepEqual(
        { tick, kind, payload },
        { ...beams[n], payload: kept ? beams[n].payload : null },
      )
    })
    assert.equal(lineage.beams.length, beams.length)
  }
})

test('payloads kept or not, the chain is the same; whoever makes the beams again gets it', () => {
  const [some, all] = [false, true].map((full) => readLineage(written(full).bytes, host))
  assert.deepEqual(some.marks, all.marks)
  const chain = some.chain()
  const marks = some.marks.slice()
  for (const beam of beams) {
    chain.link(beam, chain.commit(beam))
    if (marks[0]?.beams === chain.length) assert.deepEqual(marks.shift()?.link, chain.head)
  }
  assert.equal(marks.length, 0)
})

test('a file cut at any byte gives the beams of its whole blocks, and says where it ends', () => {
  const { bytes, ends } = written(false)
  for (let size = ends[0]; size < bytes.length; size++) {
    const last = ends.findLastIndex((end) => end <= size)
    const { beams: found, cutAt } = readLineage(bytes.subarray(0, size), host)
    assert.equal(found.length, Math.min(last * 7, beams.length), `${size} bytes`)
    assert.equal(cutAt, ends[last] === size ? null : ends[last])
  }
  for (let size = 0; size < ends[0]; size++) {
    assert.throws(() => readLineage(bytes.subarray(0, size), host), isDamage)
  }
  const zeros = new Uint8Array(bytes.length + 100)
  zeros.set(bytes)
  assert.equal(readLineage(zeros, host).cutAt, bytes.length)
})

test('a byte flipped anywhere is damage', () => {
  const { bytes } = written(false)
  for (let at = 0; at < bytes.length; at++) {
    const damaged = bytes.slice()
    damaged[at] ^= 1 << (at % 8)
    assert.throws(() => readLineage(damaged, host), isDamage, `byte ${at}`)
  }
})

const isDamage = (error: unknown): boolean =>
  error instanceof VacError && error.code === 'RECORDING_DAMAGED'

test('inputs are beams and back', () => {
  const bytes = Uint8Array.of(1, 2, 3)
  const inputs = [
    { tick: 3, kind: 'invoke', instance: 1, function: 300, words: [5n, (1n << 64n) - 1n] },
    { tick: 4, kind: 'device', waiting: true, device: 'console', bytes },
    { tick: 5, kind: 'write', waiting: false, shard: 2, offset: 70_000, bytes },
  ] as const
  for (const input of inputs) assert.deepEqual(inputOfBeam(beamOfInput(input)), input)
})
