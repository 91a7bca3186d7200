// Constants.
import { type Effects, pushI32 } from './effect.ts'

export const constantEffects: Effects = [
  ['i32.const', (m, { imm, at }) => pushI32(m, imm[at])],
  ['f32.const', (m, { imm, at }) => pushI32(m, imm[at])],
  ['i64.const', (m, { imm, at }) => m.words.I32.set(imm.subarray(at, at + 2), 2 * m.sp++)],
  ['f64.const', (m, { imm, at }) => m.words.I32.set(imm.subarray(at, at + 2), 2 * m.sp++)],
  [
    'v128.const',
    (m, { imm, at }) => {
      m.words.I32.set(imm.subarray(at, at + 4), 2 * m.sp)
      m.sp += 2
    },
  ],
]
