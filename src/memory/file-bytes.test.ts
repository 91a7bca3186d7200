// A file's bytes against a plain array, in whichever way they are kept.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nodeHasher } from '../host/hasher.ts'
import { Blob, FileBytes } from './file-bytes.ts'
import { LEAF_BYTES, Merkle } from './merkle.ts'
import { PAGE_BYTES } from './page.ts'

const merkle = new Merkle(nodeHasher)
const same = (file: FileBytes, model: Uint8Array): void => {
  assert.equal(file.sizeBytes, model.length)
  assert.ok(Buffer.compare(file.read(0, model.length + 9), model) === 0, 'the bytes')
  assert.deepEqual(file.treeRoot(merkle), merkle.bytes(model), 'the root')
  const built = new Uint8Array(model.length)
  let end = -1
  for (const { first, leaves } of file.runs()) {
    assert.ok(first > end, 'runs are as long as can be')
    leaves.forEach((leaf, i) => {
      built.set(leaf, (first + i) * LEAF_BYTES)
    })
    end = first + leaves.length
  }
  assert.ok(Buffer.compare(built, model) === 0, 'the runs')
}
const bytes = (size: number, from = 1): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => (i * 7 + from) % 251)

/** A small generator of repeatable numbers. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

describe('the bytes of a file', () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    it(`do what an array does, forks included (seed ${seed})`, () => {
      const next = random(seed)
      const first = next(2) === 0 ? bytes(next(3 * PAGE_BYTES)) : new Uint8Array(0)
      const pairs = [{ file: FileBytes.of(new Blob(first.slice())), model: first }]
      const sizes = [0, 1, 4096, 5000, PAGE_BYTES - 1, PAGE_BYTES, PAGE_BYTES + 1, 200_000]
      for (let step = 0; step < 300; step++) {
        const pair = pairs[next(pairs.length)]
        const size = sizes[next(sizes.length)]
        const { file } = pair
        switch (next(4)) {
          case 0: {
            const model = new Uint8Array(size)
            model.set(pair.model.subarray(0, size))
            file.resize(size)
            pair.model = model
            break
          }
          case 1: {
            if (pairs.length < 5) pairs.push({ file: file.fork(), model: pair.model.slice() })
            break
          }
          default: {
            const part = next(3) === 0 ? new Uint8Array(next(9000)) : bytes(next(9000), step)
            if (part.length === 0) break
            const model = new Uint8Array(Math.max(pair.model.length, size + part.length))
            model.set(pair.model)
            model.set(part, size)
            file.write(size, part)
            pair.model = model
          }
        }
        if (step % 25 === 0) for (const each of pairs) same(each.file, each.model)
      }
      for (const each of pairs) same(each.file, each.model)
    })
  }

  it('of a blob are shared and hashed once, until they are written', () => {
    const blob = new Blob(bytes(3 * PAGE_BYTES))
    const [one, two] = [FileBytes.of(blob), FileBytes.of(blob)]
    assert.equal(one.treeRoot(merkle), two.treeRoot(merkle), 'one root, made once')
    const before = blob.bytes.slice()
    one.write(PAGE_BYTES + 5, Uint8Array.of(1, 2, 3))
    one.resize(PAGE_BYTES + 6)
    assert.ok(Buffer.compare(blob.bytes, before) === 0, 'the blob stays')
    same(two, before)
    const model = before.slice(0, PAGE_BYTES + 6)
    model[PAGE_BYTES + 5] = 1
    same(one, model)
  })

  it('are sparse', () => {
    const file = new FileBytes()
    file.write(2 ** 47, Uint8Array.of(7))
    assert.equal(file.runs().length, 1)
    assert.deepEqual(file.read(2 ** 47 - 1, 9), Uint8Array.of(0, 7))
    assert.equal(file.treeRoot(merkle).length, 32)
    file.resize(10)
    same(file, new Uint8Array(10))
  })
})
