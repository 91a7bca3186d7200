// Reads instructions as isa/codec/encode-code.ts writes them; refuses every other form of the same
// code.
import type { ByteReader } from '../../base/bytes.ts'
import type { Code } from '../program.ts'
import { type Imm, immWords } from '../row.ts'
import { rowByCode } from '../table.ts'
import { HEAP_INDEX, Heap, heapOf, isRef, type Kind, Kinds, type ValType } from '../types.ts'
import { INDEX_LIMIT } from './encode-code.ts'

const U32 = 0xffffffff

/** Fails with the offset of the thing that was read, not of what follows it. */
export function failAt(r: ByteReader, at: number, found: string, expected: string): never {
  r.at = at
  r.fail(found, expected)
}

/** A LEB128 in its shortest form, at most `limit` (below 2^53). */
export function readUleb(r: ByteReader, limit: number, what: string): number {
  const start = r.at
  let value = 0
  for (let scale = 1; ; scale *= 128) {
    if (scale > 2 ** 49) failAt(r, start, `an over-long LEB128 as ${what}`, 'at most 8 bytes')
    const byte = r.u8()
    value += (byte & 0x7f) * scale
    if (byte >= 0x80) continue
    if (byte === 0 && scale > 1) failAt(r, start, `a padded ${what}`, 'the shortest form')
    break
  }
  if (value > limit) failAt(r, start, `${what} ${value}`, `at most ${limit}`)
  return value
}

export const readIndex = (r: ByteReader, what: string): number => readUleb(r, INDEX_LIMIT, what)
export const readOptional = (r: ByteReader, what: string): number => readIndex(r, what) - 1

/** A number of things that take at least one byte each. */
export function readCount(r: ByteReader, what: string): number {
  const start = r.at
  const count = readIndex(r, `the number of ${what}`)
  if (count > r.left) failAt(r, start, `${count} ${what}`, `at most the ${r.left} bytes left`)
  return count
}

/** A byte below `limit`. */
export function readByte(r: ByteReader, limit: number, what: string): number {
  const start = r.at
  const byte = r.u8()
  if (byte >= limit) failAt(r, start, `${what} ${byte}`, `below ${limit}`)
  return byte
}

export function readKind(r: ByteReader): Kind {
  const start = r.at
  const byte = r.u8()
  if (byte < Kinds.i32 || byte > Kinds.anyref) failAt(r, start, `kind ${byte}`, '1 to 9')
  return byte as Kind
}

export function readValType(r: ByteReader): ValType {
  const start = r.at
  const type = readIndex(r, 'value type')
  const heap = heapOf(type)
  const known = isRef(type)
    ? heap <= Heap.noexn || heap >= HEAP_INDEX
    : type >= Kinds.i32 && type <= Kinds.v128
  if (!known) failAt(r, start, `value type ${type}`, 'a value type')
  return type
}

export function readRefType(r: ByteReader): ValType {
  const start = r.at
  const type = readValType(r)
  if (!isRef(type)) failAt(r, start, `value type ${type}`, 'a reference type')
  return type
}

export function readCode(r: ByteReader): Code {
  const count = readCount(r, 'instructions')
  const op = new Uint16Array(count)
  const at = new Uint32Array(count)
  const imm: number[] = []
  for (let pc = 0; pc < count; pc++) {
    const start = r.at
    const code = readIndex(r, 'opcode')
    const row = rowByCode[code]
    if (row === undefined) failAt(r, start, `opcode 0x${code.toString(16)}`, 'an instruction')
    op[pc] = code
    at[pc] = imm.length
    for (const kind of row.imm) readImmediate(r, kind, imm)
  }
  return { op, at, imm: Int32Array.from(imm) }
}

function readImmediate(r: ByteReader, imm: Imm, to: number[]): void {
  switch (imm) {
    case 'labels': {
      const count = readCount(r, 'labels')
      to.push(count)
      for (let i = 0; i <= count; i++) to.push(readIndex(r, 'label'))
      return
    }
    case 'mem':
      to.push(readIndex(r, 'memory'))
      push64(to, r.ulebBig())
      return
    case 'i32': {
      const value = readUleb(r, U32, 'i32')
      to.push((value >>> 1) ^ -(value & 1))
      return
    }
    case 'i64': {
      const value = r.ulebBig()
      push64(to, (value & 1n) === 0n ? value >> 1n : ~(value >> 1n))
      return
    }
    case 'kind':
      to.push(readKind(r))
      return
    case 'lane':
      to.push(r.u8())
      return
    case 'reftype':
      to.push(readRefType(r))
      return
    case 'f32':
    case 'f64':
    case 'v128':
    case 'shuffle':
      for (let i = 0; i < immWords[imm]; i++) to.push(r.u32() | 0)
      return
    default:
      to.push(readIndex(r, imm))
  }
}

function push64(to: number[], value: bigint): void {
  to.push(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)))
}
