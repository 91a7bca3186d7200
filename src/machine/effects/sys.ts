// `sys`: a native call of the wall. The wall offers its calls as functions named `sys.NAME`.
import { syscallByNumber } from '../../isa/syscalls.ts'
import { raise } from '../../isa/traps.ts'
import { enter } from '../calls.ts'
import type { Effects } from './effect.ts'

export const sysEffects: Effects = [
  [
    'sys',
    (m, { imm, at }) => {
      const fn = m.syscalls.get(syscallByNumber.get(imm[at])?.name ?? '')
      if (fn === undefined) raise('unknown system call')
      enter(m, fn)
    },
  ],
]
