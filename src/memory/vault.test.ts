import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { VacError } from '../base/errors.ts'
import { nodeHasher } from '../host/hasher.ts'
import { zstd } from '../host/zstd.ts'
import { chanceOf } from '../isa/tools/random-program.ts'
import { Merkle } from './merkle.ts'
import { newPage, type Page } from './page.ts'
import { MemorySegments } from './tools/segments.ts'
import { type PageKey, pageKey, Vault } from './vault.ts'

const host = { hasher: nodeHasher, codec: zstd }
const merkle = new Merkle(nodeHasher)
const chance = chanceOf(20_261_127)
const below = (limit: number): number => Math.floor(chance() * limit)

/** Some compress, some do not. */
function page(): Page {
  const made = newPage()
  const length = 1 + below(made.u8.length)
  const values = below(3) === 0 ? 256 : 4
  for (let at = 0; at < length; at++) made.u8[at] = below(values)
  return made
}
const keyOf = (one: Page): PageKey => pageKey(merkle.page(one))

function filled(count: number) {
  const segments = new MemorySegments()
  const vault = new Vault(segments, host)
  const pages = Array.from({ length: count }, page)
  for (const one of pages) vault.put(one)
  return { segments, vault, pages }
}

const isDamage = (error: unknown): boolean =>
  error instanceof VacError && error.code === 'RECORDING_DAMAGED'

describe('a vault of pages', () => {
  test('gives back what was put, each once, also when it is opened again', () => {
    const { segments, vault, pages } = filled(40)
    const size = vault.sizeBytes
    for (const one of pages) vault.put(one)
    assert.equal(vault.sizeBytes, size)
    for (const opened of [vault, new Vault(segments, host)]) {
      assert.equal(opened.sizeBytes, size)
      for (const one of pages) assert.deepEqual(opened.get(keyOf(one)).u8, one.u8)
      assert.throws(() => opened.get(keyOf(page())), isDamage)
    }
  })

  test('leaves behind what is not live', () => {
    const { segments, vault, pages } = filled(30)
    const live = pages.filter((_, at) => at % 3 === 0)
    vault.compact(new Set(live.map(keyOf)))
    for (const opened of [vault, new Vault(segments, host)]) {
      for (const one of pages) assert.equal(opened.has(keyOf(one)), live.includes(one))
      for (const one of live) assert.deepEqual(opened.get(keyOf(one)).u8, one.u8)
    }
    vault.put(pages[1])
    assert.ok(new Vault(segments, host).has(keyOf(pages[1])))
  })

  test('a segment that was cut at any byte has the pages before', () => {
    const { segments, vault, pages } = filled(12)
    const [name] = segments.files.keys()
    const bytes = segments.files.get(name) as Uint8Array
    const ends = pages.map((one) => vault.recordBytes(keyOf(one)))
    for (let round = 0; round < 60; round++) {
      const length = below(bytes.length + 1)
      segments.files.set(name, bytes.slice(0, length))
      const opened = new Vault(segments, host)
      let end = 8
      pages.forEach((one, at) => {
        end += ends[at]
        assert.equal(opened.has(keyOf(one)), end <= length)
      })
      // What is put later goes to a segment of its own.
      opened.put(pages[11])
      assert.deepEqual(new Vault(segments, host).get(keyOf(pages[11])).u8, pages[11].u8)
      for (const other of [...segments.files.keys()]) if (other !== name) segments.remove(other)
    }
  })

  test('a full disk loses nothing that was there, and the next page has a good place', () => {
    const { segments, vault, pages } = filled(5)
    segments.room = 100
    const more = page()
    assert.throws(() => vault.put(more), /no room/)
    segments.room = Number.POSITIVE_INFINITY
    vault.put(more)
    for (const opened of [vault, new Vault(segments, host)]) {
      for (const one of [...pages, more]) assert.deepEqual(opened.get(keyOf(one)).u8, one.u8)
    }
  })

  test('a byte flipped anywhere is found when all is read', () => {
    const { segments } = filled(6)
    const [name] = segments.files.keys()
    const bytes = segments.files.get(name) as Uint8Array
    for (let round = 0; round < 400; round++) {
      const copy = bytes.slice()
      const place = below(bytes.length)
      copy[place] ^= 1 << below(8)
      segments.files.set(name, copy)
      const read = (): void => {
        for (const _ of new Vault(segments, host).verify());
      }
      assert.throws(read, isDamage, `byte ${place}`)
    }
  })
})
