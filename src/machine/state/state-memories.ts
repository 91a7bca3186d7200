// Sections `memories` and `far`: in a file the leaves that are not zero, in the root one hash a
// shard.
import { type ByteReader, ByteWriter } from '../../base/bytes.ts'
import { FarShard } from '../../memory/far-shard.ts'
import { Memory } from '../../memory/memory.ts'
import { isZero, LEAF_BYTES, type Merkle } from '../../memory/merkle.ts'
import { newPage, PAGE_BYTES, type Page } from '../../memory/page.ts'
import type { PageTable } from '../../memory/page-table.ts'
import { leafBytes, writeRuns } from './leaf-runs.ts'
import { failAt, finish, readCount } from './state-format.ts'
import { readLimits, writeLimits } from './state-values.ts'

const PAGE_LEAVES = PAGE_BYTES / LEAF_BYTES

/** `whole` for a file; with a Merkle tree for the root. */
export type Form = 'whole' | Merkle

export function encodeMemories(memories: readonly Memory[], form: Form): Uint8Array {
  const w = new ByteWriter()
  if (memories.length > 0) w.uleb(memories.length)
  for (const memory of memories) {
    memory.seal()
    writeLimits(w, memory.limits)
    w.uleb(memory.sizePages)
    writeTable(w, memory.table, memory.sizePages * PAGE_BYTES, form)
  }
  return w.written
}

export function encodeFar(shards: readonly FarShard[], form: Form): Uint8Array {
  const w = new ByteWriter()
  if (shards.length > 0) w.uleb(shards.length)
  for (const shard of shards) {
    w.uleb(shard.sizeBytes - 1n)
    writeTable(w, shard.table, Number(shard.sizeBytes), form)
  }
  return w.written
}

function writeTable(w: ByteWriter, table: PageTable, sizeBytes: number, form: Form): void {
  if (form === 'whole') writeLeaves(w, table)
  else w.raw(form.table(table, sizeBytes))
}

/** All leaves that are not zero. */
function writeLeaves(w: ByteWriter, table: PageTable): void {
  const runs: { first: number; leaves: Uint8Array[] }[] = []
  for (const [number, page] of table.pages()) {
    for (let i = 0; i < PAGE_LEAVES; i++) {
      const leaf = page.u8.subarray(i * LEAF_BYTES, (i + 1) * LEAF_BYTES)
      if (isZero(leaf)) continue
      const at = number * PAGE_LEAVES + i
      const last = runs.at(-1)
      if (last !== undefined && last.first + last.leaves.length === at) last.leaves.push(leaf)
      else runs.push({ first: at, leaves: [leaf] })
    }
  }
  w.reserve(leafBytes(runs))
  writeRuns(w, runs)
}

/** Hands over the pages that the runs make up; each page once, ascending. */
function readLeaves(
  r: ByteReader,
  leafCount: number,
  place: (pageNumber: number, page: Page) => void,
): void {
  let page: Page | null = null
  let pageNumber = -1
  let at = 0
  const runs = readCount(r, 'runs', 2 + LEAF_BYTES)
  for (let run = 0; run < runs; run++) {
    const start = r.at
    const gap = r.uleb()
    if (gap === 0 && run > 0) failAt(r, start, 'two runs without a gap', 'one run')
    const count = readCount(r, 'leaves', LEAF_BYTES)
    if (count === 0) failAt(r, start, 'an empty run', 'a leaf')
    at += gap
    if (at + count > leafCount) failAt(r, start, `leaf ${at + count - 1}`, `below ${leafCount}`)
    for (const end = at + count; at < end; at++) {
      const leafStart = r.at
      const leaf = r.raw(LEAF_BYTES)
      if (isZero(leaf)) failAt(r, leafStart, 'a leaf of zeros', 'none at all')
      const number = Math.floor(at / PAGE_LEAVES)
      if (number !== pageNumber) {
        if (page !== null) place(pageNumber, page)
        page = newPage()
        pageNumber = number
      }
      page?.u8.set(leaf, (at % PAGE_LEAVES) * LEAF_BYTES)
    }
  }
  if (page !== null) place(pageNumber, page)
}

export function decodeMemories(r: ByteReader, limitPages: number): Memory[] {
  const memories: Memory[] = []
  let pages = 0
  for (let left = readCount(r, 'memories', 3); left > 0; left--) {
    const start = r.at
    const { size, ...limits } = readLimits(r)
    pages += size
    if (pages > limitPages) failAt(r, start, `${pages} pages`, `at most ${limitPages}`)
    if (!limits.wide && size > 65_536) failAt(r, start, `${size} pages`, 'at most 65536')
    const memory = new Memory(limits)
    memory.grow(size - memory.sizePages)
    readLeaves(r, size * PAGE_LEAVES, (number, page) => memory.place(number, page))
    memories.push(memory)
  }
  finish(r, 'memories')
  return memories
}

export function decodeFar(r: ByteReader): FarShard[] {
  const shards: FarShard[] = []
  for (let left = readCount(r, 'far shards', 2); left > 0; left--) {
    const shard = new FarShard(r.ulebBig() + 1n)
    const leaves = (shard.sizeBytes + BigInt(LEAF_BYTES - 1)) / BigInt(LEAF_BYTES)
    readLeaves(r, Number(leaves), (number, page) => {
      shard.table.set(number, page)
    })
    checkTail(r, shard)
    shards.push(shard)
  }
  finish(r, 'far')
  return shards
}

/** A shard may end inside a leaf: the rest of that page is 0. */
function checkTail(r: ByteReader, { sizeBytes, table }: FarShard): void {
  const size = BigInt(PAGE_BYTES)
  const page = table.get(Number((sizeBytes - 1n) / size))
  if (page === null || sizeBytes % size === 0n) return
  if (!isZero(page.u8.subarray(Number(sizeBytes % size)))) {
    r.fail('bytes beyond the end of a shard', 'zeros')
  }
}
