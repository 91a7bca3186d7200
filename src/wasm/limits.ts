// Types of memories, tables, globals and tags (spec: Binary Format, Types; Validation, Types).
import type { GlobalType, Limits, TableType, TypeDef } from '../isa/program.ts'
import { invalid, unsupported } from './failures.ts'
import type { WasmReader } from './reader.ts'
import { readMutability, readRefType, readTypeIndex, readValType } from './types.ts'

const hasMax = 1
const isShared = 2
const isWide = 4

/** Most 64 KiB pages of a memory, and most entries of a table, by the width of its addresses. */
const maxPages = { narrow: 1n << 16n, wide: 1n << 48n }
const maxEntries = { narrow: (1n << 32n) - 1n, wide: (1n << 64n) - 1n }

function readLimits(reader: WasmReader, flagsAllowed: number): Limits {
  const at = reader.at
  const flags = reader.u8()
  if ((flags & ~flagsAllowed) !== 0) {
    reader.fail(`0x${flags.toString(16)}: malformed limits flags`, 'flags of limits', at)
  }
  const min = reader.u64()
  const max = (flags & hasMax) !== 0 ? reader.u64() : null
  return { min, max, wide: (flags & isWide) !== 0, shared: (flags & isShared) !== 0 }
}

function checkLimits(limits: Limits, at: number, most: bigint, what: string): void {
  if (limits.min > most) invalid(at, `${what} ${limits.min}`, `${what} at most ${most}`)
  if (limits.max === null) return
  if (limits.max > most) invalid(at, `${what} ${limits.max}`, `${what} at most ${most}`)
  if (limits.min > limits.max) {
    const found = `size minimum must not be greater than maximum: ${limits.min}`
    invalid(at, found, `at most ${limits.max}`)
  }
}

export function readMemoryType(reader: WasmReader): Limits {
  const at = reader.at
  const limits = readLimits(reader, hasMax | isShared | isWide)
  if (limits.shared) unsupported(at, 'a shared memory', 'compile without threads')
  checkLimits(limits, at, limits.wide ? maxPages.wide : maxPages.narrow, 'memory size')
  return limits
}

export function readTableType(reader: WasmReader, typeLimit: number): TableType {
  const element = readRefType(reader, typeLimit)
  const at = reader.at
  const limits = readLimits(reader, hasMax | isWide)
  checkLimits(limits, at, limits.wide ? maxEntries.wide : maxEntries.narrow, 'table size')
  return { element, limits }
}

export function readGlobalType(reader: WasmReader, typeLimit: number): GlobalType {
  const type = readValType(reader, typeLimit)
  return { type, mutable: readMutability(reader) }
}

/** A tag's type index; its type has no results. */
export function readTagType(reader: WasmReader, types: readonly TypeDef[]): number {
  const at = reader.at
  const attribute = reader.u8()
  if (attribute !== 0) reader.fail(`${attribute}: malformed tag attribute`, '0', at)
  const type = readTypeIndex(reader, types.length)
  if (types[type].results.length > 0) invalid(at, 'non-empty tag result type', 'no results')
  return type
}
