// Jumps, calls, exceptions, locals, globals.

import type { FunctionFacts } from '../../isa/facts.ts'
import { raise } from '../../isa/traps.ts'
import { Kinds } from '../../isa/types.ts'
import { checkType, enter, enterTail, functionOf, jump, leave, throwException } from '../calls.ts'
import { addException } from '../exceptions.ts'
import type { Machine } from '../machine.ts'
import type { FunctionInstance } from '../store.ts'
import { copyWords, type Effects, type Here, unsigned } from './effect.ts'

const callee = (m: Machine, { fn, imm, at }: Here): FunctionInstance =>
  m.store.instances[fn.instance].functions[imm[at]]

function popReferenced(m: Machine, { fn, imm, at }: Here): FunctionInstance {
  const word = --m.sp
  const target = functionOf(m, m.words.I32[2 * word], m.words.I32[2 * word + 1])
  if (target === null) raise('null function reference')
  checkType(m, target, m.store.instances[fn.instance].typeIds[imm[at]])
  return target
}

function popIndirect(m: Machine, { fn, imm, at }: Here): FunctionInstance {
  const instance = m.store.instances[fn.instance]
  const table = m.store.tables[instance.tables[imm[at + 1]]]
  const index = unsigned(m, --m.sp, table.type.limits.wide)
  if (index >= table.size) raise('undefined element')
  const target = functionOf(m, table.words[2 * index], table.words[2 * index + 1])
  if (target === null) raise('uninitialized element')
  checkType(m, target, instance.typeIds[imm[at]])
  return target
}

const popI32 = (m: Machine): number => m.words.I32[2 * --m.sp]

function throwRef(m: Machine, word: number, pc: number): void {
  const reference = m.words.I32[2 * word]
  if (reference === 0) raise('null exception reference')
  throwException(m, reference - 1, pc)
}

/** Word index and size of a local of the top frame. */
function local(m: Machine, { fn, imm, at }: Here): { word: number; words: number } {
  const { localAt, localKinds } = fn.facts as FunctionFacts
  const index = imm[at]
  const word = m.frameBase[m.depth - 1] + localAt[index]
  return { word, words: localKinds[index] === Kinds.v128 ? 2 : 1 }
}

function global(m: Machine, { fn, imm, at }: Here): { half: number; words: number } {
  const number = m.store.instances[fn.instance].globals[imm[at]]
  return { half: number * 4, words: m.store.globals[number].kind === Kinds.v128 ? 2 : 1 }
}

export const controlEffects: Effects = [
  ['unreachable', () => raise('unreachable')],
  ['nop', () => {}],
  ['jump', (m, { imm, at }) => jump(m, imm[at], imm[at + 1])],
  [
    'jump_if',
    (m, { imm, at }) => {
      if (popI32(m) !== 0) jump(m, imm[at], imm[at + 1])
    },
  ],
  [
    'jump_unless',
    (m, { imm, at }) => {
      if (popI32(m) === 0) jump(m, imm[at], imm[at + 1])
    },
  ],
  [
    'jump_table',
    (m, { imm, at }) => {
      const count = imm[at + 1]
      const index = Math.min(popI32(m) >>> 0, count)
      jump(m, imm[at + 2 + index], imm[at])
    },
  ],
  ['return', (m) => leave(m)],
  ['call', (m, here) => enter(m, callee(m, here))],
  ['call_indirect', (m, here) => enter(m, popIndirect(m, here))],
  ['call_ref', (m, here) => enter(m, popReferenced(m, here))],
  ['return_call', (m, here) => enterTail(m, callee(m, here))],
  ['return_call_indirect', (m, here) => enterTail(m, popIndirect(m, here))],
  ['return_call_ref', (m, here) => enterTail(m, popReferenced(m, here))],
  [
    'throw',
    (m, { fn, imm, at, pc }) => {
      const tag = m.store.instances[fn.instance].tags[imm[at]]
      const { paramWords } = m.store.tags[tag]
      const words = m.words.I64.slice(m.sp - paramWords, m.sp)
      m.framePc[m.depth - 1] = pc
      const number = addException(m, tag, words)
      m.sp -= paramWords
      throwException(m, number, pc)
    },
  ],
  ['throw_ref', (m, { pc }) => throwRef(m, --m.sp, pc)],
  ['rethrow', (m, here) => throwRef(m, local(m, here).word, here.pc)],
  ['drop', (m) => void m.sp--],
  [
    'drop_v128',
    (m) => {
      m.sp -= 2
    },
  ],
  [
    'select',
    (m) => {
      m.sp -= 2
      if (m.words.I32[2 * m.sp + 2] === 0) copyWords(m, m.sp - 1, m.sp, 1)
    },
  ],
  [
    'select_v128',
    (m) => {
      m.sp -= 3
      if (m.words.I32[2 * m.sp + 4] === 0) copyWords(m, m.sp - 2, m.sp, 2)
    },
  ],
  [
    'local.get',
    (m, here) => {
      const { word, words } = local(m, here)
      copyWords(m, m.sp, word, words)
      m.sp += words
    },
  ],
  [
    'local.set',
    (m, here) => {
      const { word, words } = local(m, here)
      m.sp -= words
      copyWords(m, word, m.sp, words)
    },
  ],
  [
    'local.tee',
    (m, here) => {
      const { word, words } = local(m, here)
      copyWords(m, word, m.sp - words, words)
    },
  ],
  [
    'global.get',
    (m, here) => {
      const { half, words } = global(m, here)
      m.words.I32.set(m.store.globalWords.subarray(half, half + 2 * words), 2 * m.sp)
      m.sp += words
    },
  ],
  [
    'global.set',
    (m, here) => {
      const { half, words } = global(m, here)
      m.sp -= words
      m.store.globalWords.set(m.words.I32.subarray(2 * m.sp, 2 * (m.sp + words)), half)
    },
  ],
]
