// Growth of memories and tables, decided by the manifest and the declared maximum, never by the
// host.
import { VacError } from '../base/errors.ts'
import type { Memory } from '../memory/memory.ts'
import type { Machine } from './machine.ts'
import { noteChange, type TableEntity } from './store.ts'

/** Pages that all memories and the guest's far shards have together. */
export function pagesInUse(m: Machine): number {
  let pages = Number(m.shards.farPages)
  for (const memory of m.store.memories) pages += memory.sizePages
  return pages
}
export function entriesInUse(m: Machine): number {
  let entries = 0
  for (const table of m.store.tables) entries += table.size
  return entries
}

const below = (size: number, max: bigint | null): boolean => max === null || BigInt(size) <= max

/** The old size in pages, or -1. */
export function growMemory(m: Machine, memory: Memory, deltaPages: number): number {
  const old = memory.sizePages
  if (pagesInUse(m) + deltaPages > m.manifest.limits.memoryPages) return -1
  if (!below(old + deltaPages, memory.limits.max)) return -1
  if (!memory.limits.wide && old + deltaPages > 65_536) return -1
  hostMemory(() => memory.grow(deltaPages))
  return old
}

/** The old size in entries, or -1. New entries hold the reference given in two halves. */
export function growTable(
  m: Machine,
  table: TableEntity,
  delta: number,
  low: number,
  high: number,
): number {
  const old = table.size
  if (entriesInUse(m) + delta > m.manifest.limits.tableEntries) return -1
  if (!below(old + delta, table.type.limits.max)) return -1
  if (!table.type.limits.wide && old + delta > 0xffffffff) return -1
  const size = old + delta
  if (size * 2 > table.words.length) {
    const grown = hostMemory(() => new Int32Array(Math.max(size * 2, table.words.length * 2)))
    grown.set(table.words.subarray(0, old * 2))
    table.words = grown
  }
  for (let at = old; at < size; at++) {
    table.words[2 * at] = low
    table.words[2 * at + 1] = high
  }
  table.size = size
  noteChange(table, old, size)
  return old
}

function hostMemory<T>(allocate: () => T): T {
  try {
    return allocate()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new VacError('HOST_MEMORY', { found: error.message, expected: 'room for the guest' })
  }
}
