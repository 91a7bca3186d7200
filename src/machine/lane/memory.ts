// Memory accesses of the lane that miss its windows: pages not yet open, unaligned or crossing
// accesses, out of bounds. `address` is the i32 operand, `offset` the instruction's.

import type { Words } from '../../isa/row.ts'
import { vectorLoad, vectorStore } from '../../isa/rows/simd-access.ts'
import { raise } from '../../isa/traps.ts'
import type { Memory } from '../../memory/memory.ts'
import { PAGE_BITS, PAGE_BYTES } from '../../memory/page.ts'
import { vectorAccesses } from './functions.ts'

const IN_PAGE = PAGE_BYTES - 1

function effective(memory: Memory, address: number, offset: number, sizeBytes: number): number {
  const ea = (address >>> 0) + offset
  if (ea + sizeBytes > memory.sizePages * PAGE_BYTES) raise('out of bounds memory access')
  return ea
}

/** The bytes of the page that holds the whole access; null where none does or it is not open. */
function bytesAt(pages: Memory['read'], ea: number, sizeBytes: number): Uint8Array | null {
  const page = pages[ea >>> PAGE_BITS]
  return page !== undefined && (ea & IN_PAGE) + sizeBytes <= PAGE_BYTES ? page.u8 : null
}

const i32At = (u8: Uint8Array, at: number): number =>
  u8[at] | (u8[at + 1] << 8) | (u8[at + 2] << 16) | (u8[at + 3] << 24)

function putI32(u8: Uint8Array, at: number, value: number): void {
  u8[at] = value
  u8[at + 1] = value >> 8
  u8[at + 2] = value >> 16
  u8[at + 3] = value >> 24
}

/** Up to 4 bytes, zero-extended, as a signed 32-bit number. */
export function slowLoad(
  memory: Memory,
  address: number,
  offset: number,
  sizeBytes: number,
): number {
  const ea = effective(memory, address, offset, sizeBytes)
  const u8 = bytesAt(memory.read, ea, 4)
  if (u8 === null) return memory.loadInt(ea, sizeBytes) | 0
  const value = i32At(u8, ea & IN_PAGE)
  return sizeBytes === 4 ? value : value & ((1 << (8 * sizeBytes)) - 1)
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
  const u8 = bytesAt(memory.read, ea, sizeBytes)
  for (let i = 0; i < count; i++) {
    halves[to + i] = u8 === null ? memory.loadInt(ea + 4 * i, 4) : i32At(u8, (ea & IN_PAGE) + 4 * i)
  }
}

/** Up to 4 bytes. */
export function slowStore(
  memory: Memory,
  address: number,
  offset: number,
  sizeBytes: number,
  value: number,
): void {
  const ea = effective(memory, address, offset, sizeBytes)
  const u8 = bytesAt(memory.write, ea, sizeBytes)
  if (u8 === null) return memory.storeInt(ea, sizeBytes, value)
  const at = ea & IN_PAGE
  if (sizeBytes === 4) putI32(u8, at, value)
  else for (let i = 0; i < sizeBytes; i++) u8[at + i] = value >> (8 * i)
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
  const u8 = bytesAt(memory.write, ea, sizeBytes)
  for (let i = 0; i < count; i++) {
    if (u8 === null) memory.storeInt(ea + 4 * i, 4, halves[from + i])
    else putI32(u8, (ea & IN_PAGE) + 4 * i, halves[from + i])
  }
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
  const kind = vectorAccesses[access]
  const ea = effective(memory, address, offset, kind.sizeBytes)
  const u8 = bytesAt(memory.read, ea, kind.sizeBytes)
  if (u8 !== null) vectorLoad(words, to, kind, u8, lane, ea & IN_PAGE)
  else vectorLoad(words, to, kind, memory.readBytes(ea, kind.sizeBytes), lane)
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
  const kind = vectorAccesses[access]
  const ea = effective(memory, address, offset, kind.sizeBytes)
  const u8 = bytesAt(memory.write, ea, kind.sizeBytes)
  if (u8 !== null) return vectorStore(words, from, kind, lane, u8, ea & IN_PAGE)
  const raw = new Uint8Array(kind.sizeBytes)
  vectorStore(words, from, kind, lane, raw)
  memory.writeBytes(ea, raw)
}
