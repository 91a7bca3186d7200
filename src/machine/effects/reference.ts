// References: null, functions, 31-bit integers, casts. A reference is one word; 0 is null in every
// kind.   funcref    low half the function, high half the instance + 1
//   externref  an opaque number below 2^61; with bit 63 set, an internal reference seen from
// outside   exnref     the number of the exception + 1
//   anyref     an i31 as 2 x value + 1, or an external reference as 4 x it + 2
import { raise } from '../../isa/traps.ts'
import { HEAP_INDEX, Heap, heapOf, isNullable, Kinds, kindOf } from '../../isa/types.ts'
import { functionOf, jump } from '../calls.ts'
import type { Machine } from '../machine.ts'
import { type Effects, type Here, pushI32 } from './effect.ts'

const OUTSIDE = 1n << 63n

const isNull = (m: Machine, word: number): boolean =>
  (m.words.I32[2 * word] | m.words.I32[2 * word + 1]) === 0

/** Is the reference in a word of the type (an immediate of an instruction of `here.fn`)? */
function matches(m: Machine, here: Here, word: number, type: number): boolean {
  if (isNull(m, word)) return isNullable(type)
  const heap = heapOf(type)
  switch (kindOf(type)) {
    case Kinds.funcref: {
      if (heap === Heap.func) return true
      if (heap < HEAP_INDEX) return false
      const fn = functionOf(m, m.words.I32[2 * word], m.words.I32[2 * word + 1])
      const wanted = m.store.instances[here.fn.instance].typeIds[heap - HEAP_INDEX]
      return fn !== null && (fn.typeId === wanted || m.types.isSubtype(fn.typeId, wanted))
    }
    case Kinds.externref:
      return heap === Heap.extern
    case Kinds.exnref:
      return heap === Heap.exn
    default: {
      const small = (m.words.I32[2 * word] & 1) === 1
      return heap === Heap.any || (small && (heap === Heap.eq || heap === Heap.i31))
    }
  }
}

function i31(m: Machine): number {
  const word = --m.sp
  if (isNull(m, word)) raise('null i31 reference')
  return m.words.I32[2 * word]
}

export const referenceEffects: Effects = [
  [
    'ref.null',
    (m) => {
      m.words.I64[m.sp++] = 0n
    },
  ],
  [
    'ref.is_null',
    (m) => {
      const word = --m.sp
      pushI32(m, +isNull(m, word))
    },
  ],
  [
    'ref.func',
    (m, { fn, imm, at }) => {
      const target = m.store.instances[fn.instance].functions[imm[at]]
      m.words.I32[2 * m.sp] = target.index
      m.words.I32[2 * m.sp + 1] = target.instance + 1
      m.sp++
    },
  ],
  [
    'ref.eq',
    (m) => {
      m.sp -= 2
      pushI32(m, +(m.words.I64[m.sp] === m.words.I64[m.sp + 1]))
    },
  ],
  [
    'ref.as_non_null',
    (m) => {
      if (isNull(m, m.sp - 1)) raise('null reference')
    },
  ],
  [
    'jump_on_null',
    (m, { imm, at }) => {
      if (!isNull(m, m.sp - 1)) return
      m.sp--
      jump(m, imm[at], imm[at + 1])
    },
  ],
  [
    'jump_on_non_null',
    (m, { imm, at }) => {
      if (isNull(m, m.sp - 1)) m.sp--
      else jump(m, imm[at], imm[at + 1])
    },
  ],
  [
    'ref.test',
    (m, here) => {
      const found = matches(m, here, --m.sp, here.imm[here.at])
      pushI32(m, +found)
    },
  ],
  [
    'ref.cast',
    (m, here) => {
      if (!matches(m, here, m.sp - 1, here.imm[here.at])) raise('cast failure')
    },
  ],
  [
    'jump_on_cast',
    (m, here) => {
      const { imm, at } = here
      if (matches(m, here, m.sp - 1, imm[at + 2])) jump(m, imm[at], imm[at + 1])
    },
  ],
  [
    'jump_on_cast_fail',
    (m, here) => {
      const { imm, at } = here
      if (!matches(m, here, m.sp - 1, imm[at + 2])) jump(m, imm[at], imm[at + 1])
    },
  ],
  [
    'any.convert_extern',
    (m) => {
      const word = m.words.U64[m.sp - 1]
      m.words.U64[m.sp - 1] = word === 0n ? 0n : word >= OUTSIDE ? word - OUTSIDE : word * 4n + 2n
    },
  ],
  [
    'extern.convert_any',
    (m) => {
      const word = m.words.U64[m.sp - 1]
      const external = (word & 3n) === 2n
      m.words.U64[m.sp - 1] = word === 0n ? 0n : external ? word >> 2n : word + OUTSIDE
    },
  ],
  [
    'ref.i31',
    (m) => {
      const value = m.words.I32[2 * m.sp - 2] & 0x7fffffff
      m.words.I64[m.sp - 1] = (BigInt(value) << 1n) | 1n
    },
  ],
  [
    'i31.get_s',
    (m) => {
      const low = i31(m)
      pushI32(m, low >> 1)
    },
  ],
  [
    'i31.get_u',
    (m) => {
      const low = i31(m)
      pushI32(m, low >>> 1)
    },
  ],
]
