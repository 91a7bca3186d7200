// A flat memory against a paged one and a plain array of bytes, and what only a flat one does.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ByteReader, hex } from '../base/bytes.ts'
import { VacError } from '../base/errors.ts'
import { nodeHasher } from '../host/hasher.ts'
import { below, chanceOf } from '../isa/tools/random-program.ts'
import { decodeMemories, encodeMemories } from '../machine/state/state-memories.ts'
import { sameWords } from './flat.ts'
import { Memory } from './memory.ts'
import { Merkle } from './merkle.ts'
import { newPage, PAGE_BYTES, type Page, ZERO_PAGE } from './page.ts'
import { BYTE_CHANGES, changeBytes, growByPage, type Pair } from './tools/random-bytes.ts'

const merkle = new Merkle(nodeHasher)
const MAX_PAGES = 8

const memoryOf = (pages: number, wide = false): Memory =>
  new Memory({ min: BigInt(pages), max: null, wide, shared: false })

function flatOf(pages: number, wide = false): Memory {
  const memory = memoryOf(pages, wide)
  memory.flatten()
  return memory
}

/** What compiled code reaches. */
function hostBytes(memory: Memory): Uint8Array {
  assert.ok(memory.flat !== null, 'the memory is flat')
  return new Uint8Array(memory.flat.buffer)
}

function rootOf(memory: Memory): string {
  memory.seal()
  return hex(merkle.table(memory.table, memory.sizePages * PAGE_BYTES))
}

/** By a memory that was never flat and keeps no hashes. */
function rootOfBytes(bytes: Uint8Array): string {
  const memory = memoryOf(bytes.length / PAGE_BYTES)
  memory.writeBytes(0, bytes)
  return rootOf(memory)
}

const pagesOf = (memory: Memory): (Page | null)[] =>
  Array.from({ length: memory.sizePages }, (_, number) => memory.table.get(number))

const isRefusal = (error: unknown): boolean =>
  error instanceof VacError && error.code === 'HOST_MEMORY'

let takenOver = 0

/** One random operation, done to a memory and to its model. */
function step(pairs: Pair[], next: (limit: number) => number): void {
  const pair = pairs[next(pairs.length)]
  const { memory, model } = pair
  const which = next(BYTE_CHANGES + 7)
  if (which < BYTE_CHANGES) return changeBytes(which, pair, pairs, next)
  const value = next(256)
  const page = next(memory.sizePages)
  switch (which - BYTE_CHANGES) {
    case 0: {
      const bytes = memory.flat === null ? null : hostBytes(memory)
      const at = page * PAGE_BYTES + next(300)
      if (bytes === null) memory.writeBytes(at, new Uint8Array(300).fill(value))
      else bytes.fill(value, at, at + 300)
      model.fill(value, at, at + 300)
      break
    }
    case 1:
      if (value <= 40 && memory.sizePages < MAX_PAGES) growByPage(pair)
      break
    case 2: {
      memory.seal()
      const placed = value % 3 === 0 ? null : newPage()
      placed?.u8.fill(value, 7, 70)
      memory.place(page, placed)
      model.set((placed ?? ZERO_PAGE).u8, page * PAGE_BYTES)
      break
    }
    case 3:
      memory.fill(page * PAGE_BYTES, 0, PAGE_BYTES)
      model.fill(0, page * PAGE_BYTES, (page + 1) * PAGE_BYTES)
      break
    case 4:
      memory.flatten()
      break
    case 5:
      if (value < 60) memory.unflatten()
      else if (value < 120) giveUpAnother(pairs, pair)
      else memory.seal()
      break
    default:
      if (value < 200) break
      if (pairs.length > 5) pairs.splice(next(pairs.length), 1)
      pairs.push({ memory: memory.fork(), model: model.slice() })
  }
}

/** A paged memory takes over the host memory of another one, which is gone then. */
function giveUpAnother(pairs: Pair[], taker: Pair): void {
  const { memory } = taker
  const at = pairs.findIndex(
    (pair) => pair.memory.flat !== null && pair.memory.sizePages === memory.sizePages,
  )
  if (at < 0 || pairs[at] === taker || memory.flat !== null) return
  const { flat } = pairs[at].memory
  memory.seal()
  memory.takeOver(pairs[at].memory)
  assert.ok(memory.flat === flat && pairs[at].memory.sizePages === 0)
  pairs.splice(at, 1)
  takenOver++
}

function check({ memory, model }: Pair, where: string): void {
  assert.equal(memory.read.length * PAGE_BYTES, model.length, where)
  assert.equal(memory.write.length, memory.read.length, where)
  assert.ok(Buffer.compare(memory.readBytes(0, model.length), model) === 0, `bytes ${where}`)
  if (memory.flat !== null) {
    assert.ok(Buffer.compare(hostBytes(memory), model) === 0, `bytes of the host memory ${where}`)
    for (let i = 0; i < memory.sizePages; i++) {
      assert.ok(i in memory.read && i in memory.write, 'the windows have no holes')
      assert.ok(memory.read[i] === memory.write[i], where)
    }
  }
  assert.equal(rootOf(memory), rootOfBytes(model), `root ${where}`)
}

describe('a flat memory', () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    it(`does what an array of bytes does, forks and both modes included (seed ${seed})`, () => {
      const chance = chanceOf(seed)
      const pairs: Pair[] = [{ memory: memoryOf(2), model: new Uint8Array(2 * PAGE_BYTES) }]
      let flatSteps = 0
      for (let i = 0; i < 1500; i++) {
        const before = pairs.length
        step(pairs, (limit) => below(chance, limit))
        if (pairs.some(({ memory }) => memory.flat !== null)) flatSteps++
        if (pairs.length === before && i % 100 !== 0) continue
        for (const pair of pairs) check(pair, `at step ${i} of seed ${seed}`)
      }
      assert.ok(pairs.length > 1, 'forked at least once')
      assert.ok(flatSteps > 500, 'was flat for long')
      assert.ok(takenOver >= seed, 'took over at least once')
      assert.ok(ZERO_PAGE.i32.every((word) => word === 0))
    })
  }

  it('has the bytes of before, and reaches no zero page to get them', () => {
    const memory = memoryOf(4)
    memory.storeByte(2 * PAGE_BYTES + 5, 7)
    const host = memory.flatten()
    assert.equal(memory.flat, host)
    assert.equal(host.buffer.byteLength, 4 * PAGE_BYTES)
    assert.equal(hostBytes(memory)[2 * PAGE_BYTES + 5], 7)
    assert.equal(memory.loadByte(2 * PAGE_BYTES + 5), 7)
    assert.deepEqual(
      memory.read.map((page) => page !== undefined),
      [false, false, true, false],
    )
    assert.equal(memory.flatten(), host, 'it is flat already')
  })

  it('shows one truth to compiled code and to the windows, across growth', () => {
    const memory = flatOf(1)
    const { store, load } = compiled(memory)
    const { read, write } = memory
    store(8, 0x01020304)
    assert.equal(memory.loadInt(8, 4), 0x01020304)
    const before = read[0]
    memory.grow(3)
    assert.equal(before?.u8.length, 0, 'views from before are dead')
    assert.ok(memory.read === read && memory.write === write, 'the windows are the same arrays')
    assert.ok(read.length === 4 && read.every((page) => page === undefined))
    store(3 * PAGE_BYTES, 77)
    assert.equal(memory.loadByte(3 * PAGE_BYTES), 77)
    memory.storeInt(PAGE_BYTES - 2, 4, 0x11223344)
    assert.equal(load(PAGE_BYTES - 2), 0x11223344)
    assert.equal(load(8), 0x01020304)
    assert.ok(read[0] !== undefined && read[0] === write[0])
  })

  it('goes to another memory with its flags of words, once their user took what is his', () => {
    const memory = flatOf(1)
    const taken: number[] = []
    memory.wordFlags().lend({
      collect: () => memory.wordFlags().take((word) => taken.push(word)),
    })
    memory.wordFlags().set(40, 8)
    const { host } = memory.wordFlags()
    const next = memoryOf(1)
    next.takeOver(memory)
    assert.deepEqual(taken, [10, 11])
    assert.equal(next.wordFlags().host, host)
    next.wordFlags().take((word) => assert.fail(`word ${word} is flagged still`))
  })

  it('keeps its views when it grows by nothing', () => {
    const memory = flatOf(1)
    const page = memory.writable(0)
    memory.grow(0)
    assert.ok(memory.writable(0) === page)
    assert.equal(page.u8.length, PAGE_BYTES)
  })

  it('keeps the page objects and hashes of what did not change', () => {
    const memory = memoryOf(70)
    for (const number of [0, 1, 66]) memory.storeByte(number * PAGE_BYTES, 1 + number)
    rootOf(memory)
    const before = pagesOf(memory)
    const hashes = before.map((page) => page?.hash)
    memory.flatten()
    hostBytes(memory)[PAGE_BYTES + 9] = 5
    memory.storeByte(0, 1)
    memory.seal()
    const after = pagesOf(memory)
    assert.ok(hashes[0] instanceof Uint8Array)
    const same = after.every((page, number) => page === before[number])
    assert.ok(same, 'the table owns its pages: it rewrites them in place')
    assert.equal(after[0]?.hash, hashes[0])
    assert.equal(after[1]?.hash, null)
    assert.equal(after[66]?.hash, hashes[66])
    const above = memory.table.root?.slots[0]
    assert.equal(above?.hash, null, 'what lies above the change is computed again')
    const second = rootOf(memory)
    const kept = above?.hash ?? null
    assert.notEqual(kept, null)
    assert.equal(rootOf(memory), second)
    assert.ok(memory.table.root?.slots[0] === above)
    assert.equal(above?.hash, kept, 'a seal that finds nothing invalidates nothing')
    assert.equal(second, rootOfBytes(memory.readBytes(0, 70 * PAGE_BYTES)))
  })

  it('leaves the pages that its forks hold as they are', () => {
    const memory = flatOf(2)
    memory.storeByte(3, 1)
    const fork = memory.fork()
    assert.equal(fork.flat, null)
    assert.ok(memory.flat !== null)
    hostBytes(memory)[3] = 2
    memory.seal()
    assert.equal(fork.loadByte(3), 1)
    assert.equal(memory.loadByte(3), 2)
    fork.storeByte(4, 9)
    assert.equal(memory.loadByte(4), 0)
    const second = memory.fork()
    assert.ok(second.table.get(0) === memory.table.get(0), 'and shares those')
    second.flatten()
    hostBytes(second)[5] = 6
    assert.equal(memory.loadByte(5), 0)
  })

  it('has no page in its table where all is 0, and drops one that became 0', () => {
    const memory = flatOf(3)
    memory.loadByte(0)
    memory.storeByte(PAGE_BYTES, 0)
    hostBytes(memory)[2 * PAGE_BYTES] = 1
    memory.seal()
    assert.deepEqual(
      pagesOf(memory).map((page) => page !== null),
      [false, false, true],
    )
    hostBytes(memory)[2 * PAGE_BYTES] = 0
    memory.seal()
    assert.ok(pagesOf(memory).every((page) => page === null))
    assert.equal(rootOf(memory), rootOf(memoryOf(3)))
  })

  it('takes a placed page with its hash, through to the host memory', () => {
    const memory = flatOf(2)
    memory.storeByte(PAGE_BYTES, 4)
    const page = newPage()
    page.u8[1] = 3
    page.hash = new Uint8Array(32)
    memory.place(1, page)
    assert.equal(hostBytes(memory)[PAGE_BYTES], 0)
    assert.equal(hostBytes(memory)[PAGE_BYTES + 1], 3)
    assert.equal(memory.loadByte(PAGE_BYTES + 1), 3)
    memory.seal()
    assert.ok(memory.table.get(1) === page)
    memory.storeByte(PAGE_BYTES + 2, 1)
    memory.seal()
    assert.equal(page.u8[2], 0, 'others may hold it')
    memory.place(1, null)
    assert.equal(memory.loadInt(PAGE_BYTES, 4), 0)
  })

  it('becomes paged again with the same bytes and lets go of the host memory', () => {
    const memory = flatOf(2)
    hostBytes(memory)[PAGE_BYTES + 1] = 8
    memory.storeByte(0, 5)
    memory.unflatten()
    assert.equal(memory.flat, null)
    assert.equal(memory.loadByte(PAGE_BYTES + 1), 8)
    memory.storeByte(0, 6)
    assert.equal(memory.table.get(0)?.u8[0], 6, 'the table has the truth')
    memory.unflatten()
    memory.flatten()
    assert.equal(hostBytes(memory)[0], 6)
  })

  it('has the encoded state and the root of a paged one', () => {
    const paged = memoryOf(5)
    const flat = flatOf(5)
    for (const at of [0, 4095, 3 * PAGE_BYTES - 1, 5 * PAGE_BYTES - 1]) {
      paged.storeByte(at, 9)
      hostBytes(flat)[at] = 9
    }
    for (const form of ['whole', merkle] as const) {
      assert.deepEqual(encodeMemories([flat], form), encodeMemories([paged], form))
    }
    const reader = new ByteReader(encodeMemories([flat], 'whole'), 'STATE_MALFORMED')
    assert.equal(rootOf(decodeMemories(reader, 5)[0]), rootOf(flat))
  })

  it('has a 64-bit host memory where its limits are wide', () => {
    const memory = flatOf(1, true)
    memory.grow(2)
    assert.equal(memory.flat?.buffer.byteLength, 3 * PAGE_BYTES)
    assert.equal(memory.flat?.grow(0n), 3n, 'sizes are bigints')
    assert.equal(flatOf(1).flat?.grow(0), 1)
  })

  it('stays paged where the host refuses', () => {
    // More than any host gives: 2^18 pages are 16 GiB.
    const memory = memoryOf(2 ** 18 + 1, true)
    memory.storeByte(5, 5)
    assert.throws(() => memory.flatten(), isRefusal)
    assert.equal(memory.flat, null)
    assert.equal(memory.loadByte(5), 5)
    memory.storeByte(5, 6)
    assert.equal(memory.table.get(0)?.u8[5], 6)
  })

  it('stays as it is where the host refuses growth', () => {
    const memory = flatOf(1)
    memory.storeByte(5, 5)
    const page = memory.read[0]
    assert.throws(() => memory.grow(65_536), isRefusal)
    assert.equal(memory.sizePages, 1)
    assert.ok(memory.read[0] === page)
    assert.equal(memory.loadByte(5), 5)
  })

  it('sees a difference in any word of a page', () => {
    const page = newPage().i32
    for (let word = 0; word < page.length; word++) {
      page[word] = 1 << (word & 31)
      assert.ok(!sameWords(page, ZERO_PAGE.i32) && !sameWords(ZERO_PAGE.i32, page), `word ${word}`)
      page[word] = 0
    }
    assert.ok(sameWords(page, ZERO_PAGE.i32))
  })
})

/** An i32.store and an i32.load, compiled by the host over a flat memory. */
function compiled(memory: Memory): {
  store: (at: number, value: number) => void
  load: (at: number) => number
} {
  const section = (id: number, ...body: number[]): number[] => [id, body.length, ...body]
  const bytes = Uint8Array.of(
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 2, 0x60, 2, 0x7f, 0x7f, 0, 0x60, 1, 0x7f, 1, 0x7f),
    ...section(2, 1, 0, 1, 0x6d, 2, 0, 1),
    ...section(3, 2, 0, 1),
    ...section(7, 2, 1, 0x73, 0, 0, 1, 0x6c, 0, 1),
    ...section(10, 2, 9, 0, 0x20, 0, 0x20, 1, 0x36, 0, 0, 0x0b, 7, 0, 0x20, 0, 0x28, 0, 0, 0x0b),
  )
  const imports = { '': { m: memory.flat as WebAssembly.Memory } }
  const { s, l } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports
  return { store: s as (at: number, value: number) => void, load: l as (at: number) => number }
}
