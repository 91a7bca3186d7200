// Memory accesses of the lane that miss its windows: pages not yet open, unaligned or crossing
// accesses, out of bounds. `address` is the i32 operand, `offset` the instruction's.

import type { Words } from '../../isa/row.ts'
import { vectorLoad, vectorStore } from '../../isa/rows/simd-access.ts'
import { raise } from '../../isa/traps.ts'
import type { Memory } from '../../memory/memory.ts'
import { PAGE_BYTES } from '../../memory/page.ts'
import { vectorAccesses } from './functions.ts'

function effective(memory: Memory, address: number, offset: number, sizeBytes: number): number {
  const ea = (address >>> 0) + offset
  if (ea + sizeBytes > memory.sizePages * PAGE_BYTES) raise('out of bounds memory access')
  return ea
}

/** Up to 4 bytes, zero-extended, as a signed 32-bit number. */
export function slowLoad(
  memory: Memory,
  address: number,
  offset: number,
  sizeBytes: number,
): number {
  return memory.loadInt(effective(memory, address, offset, sizeBytes), sizeBytes) | 0
}

/** 8 or 16 bytes into the stack at half `to`. */
export function slowLoadWords(
  memory: Memory,
  address: number,
  offset: number,
  sizeBytes: number,
  halves: Int32Array,
  to: number,
): void {
  const ea = effective(memory, address, offset, sizeBytes)
  const count = sizeBytes >> 2
  for (let i = 0; i < count; i++) halves[to + i] = memory.loadInt(ea + 4 * i, 4)
}

/** Up to 4 bytes. */
export function slowStore(
  memory: Memory,
  address: number,
  offset: number,
  sizeBytes: number,
  value: number,
): void {
  memory.storeInt(effective(memory, address, offset, sizeBytes), sizeBytes, value)
}

/** 8 or 16 bytes from the stack at half `from`. */
export function slowStoreWords(
  memory: Memory,
  address: number,
  offset: number,
  sizeBytes: number,
  halves: Int32Array,
  from: number,
): void {
  const ea = effective(memory, address, offset, sizeBytes)
  const count = sizeBytes >> 2
  for (let i = 0; i < count; i++) memory.storeInt(ea + 4 * i, 4, halves[from + i])
}

export function loadVector(
  memory: Memory,
  words: Words,
  access: number,
  to: number,
  address: number,
  offset: number,
  lane: number,
): void {
  const { sizeBytes } = vectorAccesses[access]
  const ea = effective(memory, address, offset, sizeBytes)
  vectorLoad(words, to, vectorAccesses[access], memory.readBytes(ea, sizeBytes), lane)
}

export function storeVector(
  memory: Memory,
  words: Words,
  access: number,
  address: number,
  from: number,
  offset: number,
  lane: number,
): void {
  const { sizeBytes } = vectorAccesses[access]
  const ea = effective(memory, address, offset, sizeBytes)
  const raw = new Uint8Array(16)
  vectorStore(words, from, vectorAccesses[access], lane, raw)
  memory.writeBytes(ea, raw.subarray(0, sizeBytes))
}
