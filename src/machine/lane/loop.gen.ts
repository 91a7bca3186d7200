// Generated from the ISA table by `npm run gen`; do not edit. The lane's loop: see lane.ts and ops.ts.
import { divS32, divU32, remS32, remU32 } from '../../isa/rows/numeric.ts'
import type { Words } from '../../isa/row.ts'
import type { Memory } from '../../memory/memory.ts'
import { settle } from '../calls.ts'
import type { Machine } from '../machine.ts'
import type { Lane } from './code.ts'
import { laneFunctions, meanings } from './functions.ts'
import { loadVector, slowLoad, slowLoadWords, slowStore, slowStoreWords, storeVector } from './memory.ts'

/**
 * Runs the top frame of a running machine, which must stand at the start of a segment, within `budget` ticks
 * (below 2^30). Comes back at a segment's start or before an instruction for the stepper, with all operands in
 * place. Gives the ticks that are left.
 */
export function laneLoop(m: Machine, budget: number): number {
  let fuel = budget | 0
  const words: Words = m.words
  const { I32, F32, F64, I64 } = words
  const { frameFunction, framePc, frameBase } = m
  const capacity = m.capacityWords * 2
  const frames = framePc.length
  const limitWords = m.manifest.limits.stackWords
  const { tables } = m.store
  const globals = m.store.globalWords
  let depth = m.depth
  let used = m.usedWords
  const { instance } = frameFunction[depth - 1]
  const { functions, memories } = m.store.instances[instance]
  const memory = (memories.length > 0 ? m.store.memories[memories[0]] : undefined) as Memory
  const rd = memory === undefined ? [] : memory.read
  const wr = memory === undefined ? [] : memory.write
  let lane = frameFunction[depth - 1].lane as Lane
  const { code } = m.lanes
  let fp = frameBase[depth - 1] << 1
  let pc = lane.entry[framePc[depth - 1]]
  let at = 0
  // One loop only, and the segment's start behind the switch: an inner loop would be left by deoptimising.
  if (code[pc] > fuel) return fuel
  fuel -= code[pc]
  pc += 2
  try {
    run: for (;;) {
      switch (code[pc]) {
      case 0: // next
      {
        pc++
        break
      }
      case 1: // escape
      {
        at = code[pc + 1]
        break run
      }
      case 2: // jump
      {
        pc = code[pc + 1]
        break
      }
      case 3: // jumpIf
      {
        pc = I32[fp + code[pc + 1]] !== 0 ? code[pc + 2] : pc + 3
        break
      }
      case 4: // jumpUnless
      {
        pc = I32[fp + code[pc + 1]] === 0 ? code[pc + 2] : pc + 3
        break
      }
      case 5: // jumpTable
      {
        const i = I32[fp + code[pc + 1]] >>> 0, n = code[pc + 2]
        pc = code[pc + 3 + (i < n ? i : n)]
        break
      }
      case 6: // return0
      {
        depth--
        used -= lane.frameWords
        if (depth === 0) {
          m.depth = 0
          m.usedWords = 0
          m.sp = (fp >> 1) + 0
          m.status = 'idle'
          return fuel
        }
        const caller = frameFunction[depth - 1]
        const back = caller.lane
        if (back === null || caller.instance !== instance) {
          m.depth = depth
          m.usedWords = used
          m.sp = (fp >> 1) + 0
          return fuel
        }
        fp = frameBase[depth - 1] << 1
        lane = back
        pc = back.entry[framePc[depth - 1]]
        break
      }
      case 7: // return1
      {
        const s = fp + code[pc + 1]
        const low = I32[s], high = I32[s + 1]
        I32[fp] = low
        I32[fp + 1] = high
        depth--
        used -= lane.frameWords
        if (depth === 0) {
          m.depth = 0
          m.usedWords = 0
          m.sp = (fp >> 1) + 1
          m.status = 'idle'
          return fuel
        }
        const caller = frameFunction[depth - 1]
        const back = caller.lane
        if (back === null || caller.instance !== instance) {
          m.depth = depth
          m.usedWords = used
          m.sp = (fp >> 1) + 1
          return fuel
        }
        fp = frameBase[depth - 1] << 1
        lane = back
        pc = back.entry[framePc[depth - 1]]
        break
      }
      case 8: // returnN
      {
        const s = fp + code[pc + 1], n = code[pc + 2]
        for (let i = 0; i < 2 * n; i++) I32[fp + i] = I32[s + i]
        depth--
        used -= lane.frameWords
        if (depth === 0) {
          m.depth = 0
          m.usedWords = 0
          m.sp = (fp >> 1) + n
          m.status = 'idle'
          return fuel
        }
        const caller = frameFunction[depth - 1]
        const back = caller.lane
        if (back === null || caller.instance !== instance) {
          m.depth = depth
          m.usedWords = used
          m.sp = (fp >> 1) + n
          return fuel
        }
        fp = frameBase[depth - 1] << 1
        lane = back
        pc = back.entry[framePc[depth - 1]]
        break
      }
      case 9: // call
      {
        const callee = functions[code[pc + 1]]
        const base = fp + code[pc + 2]
        const next = callee.instance === instance ? callee.lane : null
        if (next === null) {
          fuel++
          at = code[pc + 3] - 1
          break run
        }
        if (
          used + next.frameWords > limitWords || base + next.roomHalves > capacity || depth >= frames
        ) {
          fuel++
          at = code[pc + 3] - 1
          break run
        }
        framePc[depth - 1] = code[pc + 3]
        used += next.frameWords
        for (let i = base + next.paramHalves; i < base + next.localHalves; i++) I32[i] = 0
        frameFunction[depth] = callee
        frameBase[depth] = base >> 1
        depth++
        fp = base
        lane = next
        pc = next.start
        break
      }
      case 10: // callIndirect
      {
        const table = tables[code[pc + 2]]
        const i = I32[fp + code[pc + 3]] >>> 0
        const callee = i < table.size && table.words[2 * i + 1] === instance + 1 ? functions[table.words[2 * i]] : null
        const base = fp + code[pc + 4]
        const next = callee !== null && callee.typeId === code[pc + 1] && callee.instance === instance
          ? callee.lane : null
        if (callee === null || next === null) {
          fuel++
          at = code[pc + 5] - 1
          break run
        }
        if (
          used + next.frameWords > limitWords || base + next.roomHalves > capacity || depth >= frames
        ) {
          fuel++
          at = code[pc + 5] - 1
          break run
        }
        framePc[depth - 1] = code[pc + 5]
        used += next.frameWords
        for (let i = base + next.paramHalves; i < base + next.localHalves; i++) I32[i] = 0
        frameFunction[depth] = callee
        frameBase[depth] = base >> 1
        depth++
        fp = base
        lane = next
        pc = next.start
        break
      }
      case 11: // move
      {
        const d = fp + code[pc + 1], s = fp + code[pc + 2]
        I32[d] = I32[s]
        I32[d + 1] = I32[s + 1]
        pc += 3
        continue
      }
      case 12: // const64
      {
        const d = fp + code[pc + 1]
        I32[d] = code[pc + 2]
        I32[d + 1] = code[pc + 3]
        pc += 4
        continue
      }
      case 13: // const128
      {
        const d = fp + code[pc + 1]
        I32[d] = code[pc + 2]
        I32[d + 1] = code[pc + 3]
        I32[d + 2] = code[pc + 4]
        I32[d + 3] = code[pc + 5]
        pc += 6
        continue
      }
      case 14: // move2
      {
        const d = fp + code[pc + 1], s = fp + code[pc + 2]
        const h = I32[s + 1], k = I32[s + 2], l = I32[s + 3]
        I32[d] = I32[s]
        I32[d + 1] = h
        I32[d + 2] = k
        I32[d + 3] = l
        pc += 3
        continue
      }
      case 15: // globalGet
      {
        const d = fp + code[pc + 1], g = code[pc + 2]
        I32[d] = globals[g]
        I32[d + 1] = globals[g + 1]
        pc += 3
        continue
      }
      case 16: // globalSet
      {
        const g = code[pc + 1], s = fp + code[pc + 2]
        globals[g] = I32[s]
        globals[g + 1] = I32[s + 1]
        pc += 3
        continue
      }
      case 17: // select
      {
        const d = fp + code[pc + 1]
        const s = I32[fp + code[pc + 4]] !== 0 ? fp + code[pc + 2] : fp + code[pc + 3]
        const h = I32[s + 1]
        I32[d] = I32[s]
        I32[d + 1] = h
        pc += 5
        continue
      }
      case 18: // load8s
      {
        const x = I32[fp + code[pc + 2]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : rd[e >>> 16]
        const v = p !== undefined ? p.u8[e & 0xffff] : slowLoad(memory, x, o, 1)
        const d = fp + code[pc + 1]
        I32[d] = (v << 24) >> 24
        pc += 4
        continue
      }
      case 19: // load8u
      {
        const x = I32[fp + code[pc + 2]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : rd[e >>> 16]
        const v = p !== undefined ? p.u8[e & 0xffff] : slowLoad(memory, x, o, 1)
        const d = fp + code[pc + 1]
        I32[d] = v
        pc += 4
        continue
      }
      case 20: // load16s
      {
        const x = I32[fp + code[pc + 2]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : rd[e >>> 16]
        const v = p !== undefined && (e & 1) === 0 ? p.i16[(e & 0xffff) >> 1] : slowLoad(memory, x, o, 2)
        const d = fp + code[pc + 1]
        I32[d] = (v << 16) >> 16
        pc += 4
        continue
      }
      case 21: // load16u
      {
        const x = I32[fp + code[pc + 2]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : rd[e >>> 16]
        const v = p !== undefined && (e & 1) === 0 ? p.i16[(e & 0xffff) >> 1] : slowLoad(memory, x, o, 2)
        const d = fp + code[pc + 1]
        I32[d] = v & 0xffff
        pc += 4
        continue
      }
      case 22: // load32
      {
        const x = I32[fp + code[pc + 2]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : rd[e >>> 16]
        const v = p !== undefined && (e & 3) === 0 ? p.i32[(e & 0xffff) >> 2] : slowLoad(memory, x, o, 4)
        const d = fp + code[pc + 1]
        I32[d] = v
        pc += 4
        continue
      }
      case 23: // load64
      {
        const x = I32[fp + code[pc + 2]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : rd[e >>> 16]
        const d = fp + code[pc + 1]
        if (p !== undefined && (e & 3) === 0 && (e & 0xffff) <= 65528) {
          const q = p.i32, w = (e & 0xffff) >> 2
          I32[d + 0] = q[w + 0]
          I32[d + 1] = q[w + 1]
        } else slowLoadWords(memory, x, o, 8, I32, d)
        pc += 4
        continue
      }
      case 24: // load8s64
      {
        const x = I32[fp + code[pc + 2]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : rd[e >>> 16]
        const v = p !== undefined ? p.u8[e & 0xffff] : slowLoad(memory, x, o, 1)
        const d = fp + code[pc + 1]
        I32[d] = (v << 24) >> 24
        I32[d + 1] = (v << 24) >> 31
        pc += 4
        continue
      }
      case 25: // load8u64
      {
        const x = I32[fp + code[pc + 2]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : rd[e >>> 16]
        const v = p !== undefined ? p.u8[e & 0xffff] : slowLoad(memory, x, o, 1)
        const d = fp + code[pc + 1]
        I32[d] = v
        I32[d + 1] = 0
        pc += 4
        continue
      }
      case 26: // load16s64
      {
        const x = I32[fp + code[pc + 2]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : rd[e >>> 16]
        const v = p !== undefined && (e & 1) === 0 ? p.i16[(e & 0xffff) >> 1] : slowLoad(memory, x, o, 2)
        const d = fp + code[pc + 1]
        I32[d] = (v << 16) >> 16
        I32[d + 1] = (v << 16) >> 31
        pc += 4
        continue
      }
      case 27: // load16u64
      {
        const x = I32[fp + code[pc + 2]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : rd[e >>> 16]
        const v = p !== undefined && (e & 1) === 0 ? p.i16[(e & 0xffff) >> 1] : slowLoad(memory, x, o, 2)
        const d = fp + code[pc + 1]
        I32[d] = v & 0xffff
        I32[d + 1] = 0
        pc += 4
        continue
      }
      case 28: // load32s64
      {
        const x = I32[fp + code[pc + 2]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : rd[e >>> 16]
        const v = p !== undefined && (e & 3) === 0 ? p.i32[(e & 0xffff) >> 2] : slowLoad(memory, x, o, 4)
        const d = fp + code[pc + 1]
        I32[d] = v
        I32[d + 1] = v >> 31
        pc += 4
        continue
      }
      case 29: // load32u64
      {
        const x = I32[fp + code[pc + 2]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : rd[e >>> 16]
        const v = p !== undefined && (e & 3) === 0 ? p.i32[(e & 0xffff) >> 2] : slowLoad(memory, x, o, 4)
        const d = fp + code[pc + 1]
        I32[d] = v
        I32[d + 1] = 0
        pc += 4
        continue
      }
      case 30: // load128
      {
        const x = I32[fp + code[pc + 2]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : rd[e >>> 16]
        const d = fp + code[pc + 1]
        if (p !== undefined && (e & 3) === 0 && (e & 0xffff) <= 65520) {
          const q = p.i32, w = (e & 0xffff) >> 2
          I32[d + 0] = q[w + 0]
          I32[d + 1] = q[w + 1]
          I32[d + 2] = q[w + 2]
          I32[d + 3] = q[w + 3]
        } else slowLoadWords(memory, x, o, 16, I32, d)
        pc += 4
        continue
      }
      case 31: // store8k
      {
        const x = I32[fp + code[pc + 1]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : wr[e >>> 16]
        const v = code[pc + 2]
        if (p !== undefined) p.u8[e & 0xffff] = v
        else slowStore(memory, x, o, 1, v)
        pc += 4
        continue
      }
      case 32: // store32k
      {
        const x = I32[fp + code[pc + 1]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : wr[e >>> 16]
        const v = code[pc + 2]
        if (p !== undefined && (e & 3) === 0) p.i32[(e & 0xffff) >> 2] = v
        else slowStore(memory, x, o, 4, v)
        pc += 4
        continue
      }
      case 33: // store8
      {
        const x = I32[fp + code[pc + 1]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : wr[e >>> 16]
        const v = I32[fp + code[pc + 2]]
        if (p !== undefined) p.u8[e & 0xffff] = v
        else slowStore(memory, x, o, 1, v)
        pc += 4
        continue
      }
      case 34: // store16
      {
        const x = I32[fp + code[pc + 1]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : wr[e >>> 16]
        const v = I32[fp + code[pc + 2]]
        if (p !== undefined && (e & 1) === 0) p.i16[(e & 0xffff) >> 1] = v
        else slowStore(memory, x, o, 2, v)
        pc += 4
        continue
      }
      case 35: // store32
      {
        const x = I32[fp + code[pc + 1]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : wr[e >>> 16]
        const v = I32[fp + code[pc + 2]]
        if (p !== undefined && (e & 3) === 0) p.i32[(e & 0xffff) >> 2] = v
        else slowStore(memory, x, o, 4, v)
        pc += 4
        continue
      }
      case 36: // store64
      {
        const x = I32[fp + code[pc + 1]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : wr[e >>> 16]
        const s = fp + code[pc + 2]
        if (p !== undefined && (e & 3) === 0 && (e & 0xffff) <= 65528) {
          const q = p.i32, w = (e & 0xffff) >> 2
          q[w + 0] = I32[s + 0]
          q[w + 1] = I32[s + 1]
        } else slowStoreWords(memory, x, o, 8, I32, s)
        pc += 4
        continue
      }
      case 37: // store128
      {
        const x = I32[fp + code[pc + 1]], o = code[pc + 3], e = (x + o) | 0
        const p = e >>> 0 < o ? undefined : wr[e >>> 16]
        const s = fp + code[pc + 2]
        if (p !== undefined && (e & 3) === 0 && (e & 0xffff) <= 65520) {
          const q = p.i32, w = (e & 0xffff) >> 2
          q[w + 0] = I32[s + 0]
          q[w + 1] = I32[s + 1]
          q[w + 2] = I32[s + 2]
          q[w + 3] = I32[s + 3]
        } else slowStoreWords(memory, x, o, 16, I32, s)
        pc += 4
        continue
      }
      case 38: // meaning
      {
        meanings[code[pc + 1]](words, fp + code[pc + 2], fp + code[pc + 3], fp + code[pc + 4])
        pc += 5
        continue
      }
      case 39: // lanes
      {
        const w = fp >> 1
        laneFunctions[code[pc + 1]](
          words, w + (code[pc + 2] >> 1), w + (code[pc + 3] >> 1), w + (code[pc + 4] >> 1),
          w + (code[pc + 5] >> 1), code[pc + 6],
        )
        pc += 7
        continue
      }
      case 40: // vectorLoad
      {
        loadVector(
          memory, words, code[pc + 1], (fp + code[pc + 2]) >> 1, I32[fp + code[pc + 3]],
          code[pc + 4], code[pc + 5],
        )
        pc += 6
        continue
      }
      case 41: // vectorStore
      {
        storeVector(
          memory, words, code[pc + 1], I32[fp + code[pc + 2]], (fp + code[pc + 3]) >> 1,
          code[pc + 4], code[pc + 5],
        )
        pc += 6
        continue
      }
      case 42: // i32.eqz
      {
        const a = I32[fp + code[pc + 2]]
        I32[fp + code[pc + 1]] = +(a === 0)
        pc += 3
        continue
      }
      case 43: // i32.eqz.if
      {
        const a = I32[fp + code[pc + 1]]
        pc = a === 0 ? code[pc + 2] : pc + 3
        break
      }
      case 44: // i32.eqz.unless
      {
        const a = I32[fp + code[pc + 1]]
        pc = !(a === 0) ? code[pc + 2] : pc + 3
        break
      }
      case 45: // i32.eq
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = +(a === b)
        pc += 4
        continue
      }
      case 46: // i32.eq.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = +(a === b)
        pc += 4
        continue
      }
      case 47: // i32.eq.if
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = a === b ? code[pc + 3] : pc + 4
        break
      }
      case 48: // i32.eq.unless
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = !(a === b) ? code[pc + 3] : pc + 4
        break
      }
      case 49: // i32.eq.ifK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = a === b ? code[pc + 3] : pc + 4
        break
      }
      case 50: // i32.eq.unlessK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = !(a === b) ? code[pc + 3] : pc + 4
        break
      }
      case 51: // i32.ne
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = +(a !== b)
        pc += 4
        continue
      }
      case 52: // i32.ne.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = +(a !== b)
        pc += 4
        continue
      }
      case 53: // i32.ne.if
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = a !== b ? code[pc + 3] : pc + 4
        break
      }
      case 54: // i32.ne.unless
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = !(a !== b) ? code[pc + 3] : pc + 4
        break
      }
      case 55: // i32.ne.ifK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = a !== b ? code[pc + 3] : pc + 4
        break
      }
      case 56: // i32.ne.unlessK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = !(a !== b) ? code[pc + 3] : pc + 4
        break
      }
      case 57: // i32.lt_s
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = +(a < b)
        pc += 4
        continue
      }
      case 58: // i32.lt_s.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = +(a < b)
        pc += 4
        continue
      }
      case 59: // i32.lt_s.if
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = a < b ? code[pc + 3] : pc + 4
        break
      }
      case 60: // i32.lt_s.unless
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = !(a < b) ? code[pc + 3] : pc + 4
        break
      }
      case 61: // i32.lt_s.ifK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = a < b ? code[pc + 3] : pc + 4
        break
      }
      case 62: // i32.lt_s.unlessK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = !(a < b) ? code[pc + 3] : pc + 4
        break
      }
      case 63: // i32.lt_u
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = +(a >>> 0 < b >>> 0)
        pc += 4
        continue
      }
      case 64: // i32.lt_u.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = +(a >>> 0 < b >>> 0)
        pc += 4
        continue
      }
      case 65: // i32.lt_u.if
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = a >>> 0 < b >>> 0 ? code[pc + 3] : pc + 4
        break
      }
      case 66: // i32.lt_u.unless
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = !(a >>> 0 < b >>> 0) ? code[pc + 3] : pc + 4
        break
      }
      case 67: // i32.lt_u.ifK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = a >>> 0 < b >>> 0 ? code[pc + 3] : pc + 4
        break
      }
      case 68: // i32.lt_u.unlessK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = !(a >>> 0 < b >>> 0) ? code[pc + 3] : pc + 4
        break
      }
      case 69: // i32.gt_s
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = +(a > b)
        pc += 4
        continue
      }
      case 70: // i32.gt_s.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = +(a > b)
        pc += 4
        continue
      }
      case 71: // i32.gt_s.if
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = a > b ? code[pc + 3] : pc + 4
        break
      }
      case 72: // i32.gt_s.unless
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = !(a > b) ? code[pc + 3] : pc + 4
        break
      }
      case 73: // i32.gt_s.ifK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = a > b ? code[pc + 3] : pc + 4
        break
      }
      case 74: // i32.gt_s.unlessK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = !(a > b) ? code[pc + 3] : pc + 4
        break
      }
      case 75: // i32.gt_u
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = +(a >>> 0 > b >>> 0)
        pc += 4
        continue
      }
      case 76: // i32.gt_u.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = +(a >>> 0 > b >>> 0)
        pc += 4
        continue
      }
      case 77: // i32.gt_u.if
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = a >>> 0 > b >>> 0 ? code[pc + 3] : pc + 4
        break
      }
      case 78: // i32.gt_u.unless
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = !(a >>> 0 > b >>> 0) ? code[pc + 3] : pc + 4
        break
      }
      case 79: // i32.gt_u.ifK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = a >>> 0 > b >>> 0 ? code[pc + 3] : pc + 4
        break
      }
      case 80: // i32.gt_u.unlessK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = !(a >>> 0 > b >>> 0) ? code[pc + 3] : pc + 4
        break
      }
      case 81: // i32.le_s
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = +(a <= b)
        pc += 4
        continue
      }
      case 82: // i32.le_s.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = +(a <= b)
        pc += 4
        continue
      }
      case 83: // i32.le_s.if
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = a <= b ? code[pc + 3] : pc + 4
        break
      }
      case 84: // i32.le_s.unless
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = !(a <= b) ? code[pc + 3] : pc + 4
        break
      }
      case 85: // i32.le_s.ifK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = a <= b ? code[pc + 3] : pc + 4
        break
      }
      case 86: // i32.le_s.unlessK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = !(a <= b) ? code[pc + 3] : pc + 4
        break
      }
      case 87: // i32.le_u
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = +(a >>> 0 <= b >>> 0)
        pc += 4
        continue
      }
      case 88: // i32.le_u.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = +(a >>> 0 <= b >>> 0)
        pc += 4
        continue
      }
      case 89: // i32.le_u.if
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = a >>> 0 <= b >>> 0 ? code[pc + 3] : pc + 4
        break
      }
      case 90: // i32.le_u.unless
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = !(a >>> 0 <= b >>> 0) ? code[pc + 3] : pc + 4
        break
      }
      case 91: // i32.le_u.ifK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = a >>> 0 <= b >>> 0 ? code[pc + 3] : pc + 4
        break
      }
      case 92: // i32.le_u.unlessK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = !(a >>> 0 <= b >>> 0) ? code[pc + 3] : pc + 4
        break
      }
      case 93: // i32.ge_s
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = +(a >= b)
        pc += 4
        continue
      }
      case 94: // i32.ge_s.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = +(a >= b)
        pc += 4
        continue
      }
      case 95: // i32.ge_s.if
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = a >= b ? code[pc + 3] : pc + 4
        break
      }
      case 96: // i32.ge_s.unless
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = !(a >= b) ? code[pc + 3] : pc + 4
        break
      }
      case 97: // i32.ge_s.ifK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = a >= b ? code[pc + 3] : pc + 4
        break
      }
      case 98: // i32.ge_s.unlessK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = !(a >= b) ? code[pc + 3] : pc + 4
        break
      }
      case 99: // i32.ge_u
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = +(a >>> 0 >= b >>> 0)
        pc += 4
        continue
      }
      case 100: // i32.ge_u.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = +(a >>> 0 >= b >>> 0)
        pc += 4
        continue
      }
      case 101: // i32.ge_u.if
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = a >>> 0 >= b >>> 0 ? code[pc + 3] : pc + 4
        break
      }
      case 102: // i32.ge_u.unless
      {
        const a = I32[fp + code[pc + 1]], b = I32[fp + code[pc + 2]]
        pc = !(a >>> 0 >= b >>> 0) ? code[pc + 3] : pc + 4
        break
      }
      case 103: // i32.ge_u.ifK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = a >>> 0 >= b >>> 0 ? code[pc + 3] : pc + 4
        break
      }
      case 104: // i32.ge_u.unlessK
      {
        const a = I32[fp + code[pc + 1]], b = code[pc + 2]
        pc = !(a >>> 0 >= b >>> 0) ? code[pc + 3] : pc + 4
        break
      }
      case 105: // i64.eqz
      {
        const a = fp + code[pc + 2]
        I32[fp + code[pc + 1]] = +((I32[a] | I32[a + 1]) === 0)
        pc += 3
        continue
      }
      case 106: // i64.eqz.if
      {
        const a = fp + code[pc + 1]
        pc = (I32[a] | I32[a + 1]) === 0 ? code[pc + 2] : pc + 3
        break
      }
      case 107: // i64.eqz.unless
      {
        const a = fp + code[pc + 1]
        pc = !((I32[a] | I32[a + 1]) === 0) ? code[pc + 2] : pc + 3
        break
      }
      case 108: // i64.eq
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        I32[fp + code[pc + 1]] = +(I32[a] === I32[b] && I32[a + 1] === I32[b + 1])
        pc += 4
        continue
      }
      case 109: // i64.eq.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3], bh = code[pc + 4]
        I32[fp + code[pc + 1]] = +(I32[a] === bl && I32[a + 1] === bh)
        pc += 5
        continue
      }
      case 110: // i64.eq.if
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = I32[a] === I32[b] && I32[a + 1] === I32[b + 1] ? code[pc + 3] : pc + 4
        break
      }
      case 111: // i64.eq.unless
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = !(I32[a] === I32[b] && I32[a + 1] === I32[b + 1]) ? code[pc + 3] : pc + 4
        break
      }
      case 112: // i64.ne
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        I32[fp + code[pc + 1]] = +(I32[a] !== I32[b] || I32[a + 1] !== I32[b + 1])
        pc += 4
        continue
      }
      case 113: // i64.ne.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3], bh = code[pc + 4]
        I32[fp + code[pc + 1]] = +(I32[a] !== bl || I32[a + 1] !== bh)
        pc += 5
        continue
      }
      case 114: // i64.ne.if
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = I32[a] !== I32[b] || I32[a + 1] !== I32[b + 1] ? code[pc + 3] : pc + 4
        break
      }
      case 115: // i64.ne.unless
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = !(I32[a] !== I32[b] || I32[a + 1] !== I32[b + 1]) ? code[pc + 3] : pc + 4
        break
      }
      case 116: // i64.lt_s
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        I32[fp + code[pc + 1]] = +(I32[a + 1] < I32[b + 1] || (I32[a + 1] === I32[b + 1] && I32[a] >>> 0 < I32[b] >>> 0))
        pc += 4
        continue
      }
      case 117: // i64.lt_s.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3], bh = code[pc + 4]
        I32[fp + code[pc + 1]] = +(I32[a + 1] < bh || (I32[a + 1] === bh && I32[a] >>> 0 < bl >>> 0))
        pc += 5
        continue
      }
      case 118: // i64.lt_s.if
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = I32[a + 1] < I32[b + 1] || (I32[a + 1] === I32[b + 1] && I32[a] >>> 0 < I32[b] >>> 0) ? code[pc + 3] : pc + 4
        break
      }
      case 119: // i64.lt_s.unless
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = !(I32[a + 1] < I32[b + 1] || (I32[a + 1] === I32[b + 1] && I32[a] >>> 0 < I32[b] >>> 0)) ? code[pc + 3] : pc + 4
        break
      }
      case 120: // i64.lt_u
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        I32[fp + code[pc + 1]] = +(I32[a + 1] >>> 0 < I32[b + 1] >>> 0 || (I32[a + 1] === I32[b + 1] && I32[a] >>> 0 < I32[b] >>> 0))
        pc += 4
        continue
      }
      case 121: // i64.lt_u.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3], bh = code[pc + 4]
        I32[fp + code[pc + 1]] = +(I32[a + 1] >>> 0 < bh >>> 0 || (I32[a + 1] === bh && I32[a] >>> 0 < bl >>> 0))
        pc += 5
        continue
      }
      case 122: // i64.lt_u.if
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = I32[a + 1] >>> 0 < I32[b + 1] >>> 0 || (I32[a + 1] === I32[b + 1] && I32[a] >>> 0 < I32[b] >>> 0) ? code[pc + 3] : pc + 4
        break
      }
      case 123: // i64.lt_u.unless
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = !(I32[a + 1] >>> 0 < I32[b + 1] >>> 0 || (I32[a + 1] === I32[b + 1] && I32[a] >>> 0 < I32[b] >>> 0)) ? code[pc + 3] : pc + 4
        break
      }
      case 124: // i64.gt_s
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        I32[fp + code[pc + 1]] = +(I32[b + 1] < I32[a + 1] || (I32[b + 1] === I32[a + 1] && I32[b] >>> 0 < I32[a] >>> 0))
        pc += 4
        continue
      }
      case 125: // i64.gt_s.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3], bh = code[pc + 4]
        I32[fp + code[pc + 1]] = +(bh < I32[a + 1] || (bh === I32[a + 1] && bl >>> 0 < I32[a] >>> 0))
        pc += 5
        continue
      }
      case 126: // i64.gt_s.if
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = I32[b + 1] < I32[a + 1] || (I32[b + 1] === I32[a + 1] && I32[b] >>> 0 < I32[a] >>> 0) ? code[pc + 3] : pc + 4
        break
      }
      case 127: // i64.gt_s.unless
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = !(I32[b + 1] < I32[a + 1] || (I32[b + 1] === I32[a + 1] && I32[b] >>> 0 < I32[a] >>> 0)) ? code[pc + 3] : pc + 4
        break
      }
      case 128: // i64.gt_u
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        I32[fp + code[pc + 1]] = +(I32[b + 1] >>> 0 < I32[a + 1] >>> 0 || (I32[b + 1] === I32[a + 1] && I32[b] >>> 0 < I32[a] >>> 0))
        pc += 4
        continue
      }
      case 129: // i64.gt_u.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3], bh = code[pc + 4]
        I32[fp + code[pc + 1]] = +(bh >>> 0 < I32[a + 1] >>> 0 || (bh === I32[a + 1] && bl >>> 0 < I32[a] >>> 0))
        pc += 5
        continue
      }
      case 130: // i64.gt_u.if
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = I32[b + 1] >>> 0 < I32[a + 1] >>> 0 || (I32[b + 1] === I32[a + 1] && I32[b] >>> 0 < I32[a] >>> 0) ? code[pc + 3] : pc + 4
        break
      }
      case 131: // i64.gt_u.unless
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = !(I32[b + 1] >>> 0 < I32[a + 1] >>> 0 || (I32[b + 1] === I32[a + 1] && I32[b] >>> 0 < I32[a] >>> 0)) ? code[pc + 3] : pc + 4
        break
      }
      case 132: // i64.le_s
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        I32[fp + code[pc + 1]] = +(!(I32[b + 1] < I32[a + 1] || (I32[b + 1] === I32[a + 1] && I32[b] >>> 0 < I32[a] >>> 0)))
        pc += 4
        continue
      }
      case 133: // i64.le_s.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3], bh = code[pc + 4]
        I32[fp + code[pc + 1]] = +(!(bh < I32[a + 1] || (bh === I32[a + 1] && bl >>> 0 < I32[a] >>> 0)))
        pc += 5
        continue
      }
      case 134: // i64.le_s.if
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = !(I32[b + 1] < I32[a + 1] || (I32[b + 1] === I32[a + 1] && I32[b] >>> 0 < I32[a] >>> 0)) ? code[pc + 3] : pc + 4
        break
      }
      case 135: // i64.le_s.unless
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = !(!(I32[b + 1] < I32[a + 1] || (I32[b + 1] === I32[a + 1] && I32[b] >>> 0 < I32[a] >>> 0))) ? code[pc + 3] : pc + 4
        break
      }
      case 136: // i64.le_u
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        I32[fp + code[pc + 1]] = +(!(I32[b + 1] >>> 0 < I32[a + 1] >>> 0 || (I32[b + 1] === I32[a + 1] && I32[b] >>> 0 < I32[a] >>> 0)))
        pc += 4
        continue
      }
      case 137: // i64.le_u.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3], bh = code[pc + 4]
        I32[fp + code[pc + 1]] = +(!(bh >>> 0 < I32[a + 1] >>> 0 || (bh === I32[a + 1] && bl >>> 0 < I32[a] >>> 0)))
        pc += 5
        continue
      }
      case 138: // i64.le_u.if
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = !(I32[b + 1] >>> 0 < I32[a + 1] >>> 0 || (I32[b + 1] === I32[a + 1] && I32[b] >>> 0 < I32[a] >>> 0)) ? code[pc + 3] : pc + 4
        break
      }
      case 139: // i64.le_u.unless
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = !(!(I32[b + 1] >>> 0 < I32[a + 1] >>> 0 || (I32[b + 1] === I32[a + 1] && I32[b] >>> 0 < I32[a] >>> 0))) ? code[pc + 3] : pc + 4
        break
      }
      case 140: // i64.ge_s
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        I32[fp + code[pc + 1]] = +(!(I32[a + 1] < I32[b + 1] || (I32[a + 1] === I32[b + 1] && I32[a] >>> 0 < I32[b] >>> 0)))
        pc += 4
        continue
      }
      case 141: // i64.ge_s.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3], bh = code[pc + 4]
        I32[fp + code[pc + 1]] = +(!(I32[a + 1] < bh || (I32[a + 1] === bh && I32[a] >>> 0 < bl >>> 0)))
        pc += 5
        continue
      }
      case 142: // i64.ge_s.if
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = !(I32[a + 1] < I32[b + 1] || (I32[a + 1] === I32[b + 1] && I32[a] >>> 0 < I32[b] >>> 0)) ? code[pc + 3] : pc + 4
        break
      }
      case 143: // i64.ge_s.unless
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = !(!(I32[a + 1] < I32[b + 1] || (I32[a + 1] === I32[b + 1] && I32[a] >>> 0 < I32[b] >>> 0))) ? code[pc + 3] : pc + 4
        break
      }
      case 144: // i64.ge_u
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        I32[fp + code[pc + 1]] = +(!(I32[a + 1] >>> 0 < I32[b + 1] >>> 0 || (I32[a + 1] === I32[b + 1] && I32[a] >>> 0 < I32[b] >>> 0)))
        pc += 4
        continue
      }
      case 145: // i64.ge_u.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3], bh = code[pc + 4]
        I32[fp + code[pc + 1]] = +(!(I32[a + 1] >>> 0 < bh >>> 0 || (I32[a + 1] === bh && I32[a] >>> 0 < bl >>> 0)))
        pc += 5
        continue
      }
      case 146: // i64.ge_u.if
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = !(I32[a + 1] >>> 0 < I32[b + 1] >>> 0 || (I32[a + 1] === I32[b + 1] && I32[a] >>> 0 < I32[b] >>> 0)) ? code[pc + 3] : pc + 4
        break
      }
      case 147: // i64.ge_u.unless
      {
        const a = fp + code[pc + 1], b = fp + code[pc + 2]
        pc = !(!(I32[a + 1] >>> 0 < I32[b + 1] >>> 0 || (I32[a + 1] === I32[b + 1] && I32[a] >>> 0 < I32[b] >>> 0))) ? code[pc + 3] : pc + 4
        break
      }
      case 148: // f64.eq
      {
        const a = F64[(fp + code[pc + 2]) >> 1], b = F64[(fp + code[pc + 3]) >> 1]
        I32[fp + code[pc + 1]] = +(a === b)
        pc += 4
        continue
      }
      case 149: // f64.eq.if
      {
        const a = F64[(fp + code[pc + 1]) >> 1], b = F64[(fp + code[pc + 2]) >> 1]
        pc = a === b ? code[pc + 3] : pc + 4
        break
      }
      case 150: // f64.eq.unless
      {
        const a = F64[(fp + code[pc + 1]) >> 1], b = F64[(fp + code[pc + 2]) >> 1]
        pc = !(a === b) ? code[pc + 3] : pc + 4
        break
      }
      case 151: // f64.ne
      {
        const a = F64[(fp + code[pc + 2]) >> 1], b = F64[(fp + code[pc + 3]) >> 1]
        I32[fp + code[pc + 1]] = +(a !== b)
        pc += 4
        continue
      }
      case 152: // f64.ne.if
      {
        const a = F64[(fp + code[pc + 1]) >> 1], b = F64[(fp + code[pc + 2]) >> 1]
        pc = a !== b ? code[pc + 3] : pc + 4
        break
      }
      case 153: // f64.ne.unless
      {
        const a = F64[(fp + code[pc + 1]) >> 1], b = F64[(fp + code[pc + 2]) >> 1]
        pc = !(a !== b) ? code[pc + 3] : pc + 4
        break
      }
      case 154: // f64.lt
      {
        const a = F64[(fp + code[pc + 2]) >> 1], b = F64[(fp + code[pc + 3]) >> 1]
        I32[fp + code[pc + 1]] = +(a < b)
        pc += 4
        continue
      }
      case 155: // f64.lt.if
      {
        const a = F64[(fp + code[pc + 1]) >> 1], b = F64[(fp + code[pc + 2]) >> 1]
        pc = a < b ? code[pc + 3] : pc + 4
        break
      }
      case 156: // f64.lt.unless
      {
        const a = F64[(fp + code[pc + 1]) >> 1], b = F64[(fp + code[pc + 2]) >> 1]
        pc = !(a < b) ? code[pc + 3] : pc + 4
        break
      }
      case 157: // f64.gt
      {
        const a = F64[(fp + code[pc + 2]) >> 1], b = F64[(fp + code[pc + 3]) >> 1]
        I32[fp + code[pc + 1]] = +(a > b)
        pc += 4
        continue
      }
      case 158: // f64.gt.if
      {
        const a = F64[(fp + code[pc + 1]) >> 1], b = F64[(fp + code[pc + 2]) >> 1]
        pc = a > b ? code[pc + 3] : pc + 4
        break
      }
      case 159: // f64.gt.unless
      {
        const a = F64[(fp + code[pc + 1]) >> 1], b = F64[(fp + code[pc + 2]) >> 1]
        pc = !(a > b) ? code[pc + 3] : pc + 4
        break
      }
      case 160: // f64.le
      {
        const a = F64[(fp + code[pc + 2]) >> 1], b = F64[(fp + code[pc + 3]) >> 1]
        I32[fp + code[pc + 1]] = +(a <= b)
        pc += 4
        continue
      }
      case 161: // f64.le.if
      {
        const a = F64[(fp + code[pc + 1]) >> 1], b = F64[(fp + code[pc + 2]) >> 1]
        pc = a <= b ? code[pc + 3] : pc + 4
        break
      }
      case 162: // f64.le.unless
      {
        const a = F64[(fp + code[pc + 1]) >> 1], b = F64[(fp + code[pc + 2]) >> 1]
        pc = !(a <= b) ? code[pc + 3] : pc + 4
        break
      }
      case 163: // f64.ge
      {
        const a = F64[(fp + code[pc + 2]) >> 1], b = F64[(fp + code[pc + 3]) >> 1]
        I32[fp + code[pc + 1]] = +(a >= b)
        pc += 4
        continue
      }
      case 164: // f64.ge.if
      {
        const a = F64[(fp + code[pc + 1]) >> 1], b = F64[(fp + code[pc + 2]) >> 1]
        pc = a >= b ? code[pc + 3] : pc + 4
        break
      }
      case 165: // f64.ge.unless
      {
        const a = F64[(fp + code[pc + 1]) >> 1], b = F64[(fp + code[pc + 2]) >> 1]
        pc = !(a >= b) ? code[pc + 3] : pc + 4
        break
      }
      case 166: // i32.clz
      {
        const a = I32[fp + code[pc + 2]]
        I32[fp + code[pc + 1]] = Math.clz32(a)
        pc += 3
        continue
      }
      case 167: // i32.ctz
      {
        const a = I32[fp + code[pc + 2]]
        I32[fp + code[pc + 1]] = (a === 0 ? 32 : 31 - Math.clz32(a & -a))
        pc += 3
        continue
      }
      case 168: // i32.add
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = (a + b) | 0
        pc += 4
        continue
      }
      case 169: // i32.add.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = (a + b) | 0
        pc += 4
        continue
      }
      case 170: // i32.sub
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = (a - b) | 0
        pc += 4
        continue
      }
      case 171: // i32.sub.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = (a - b) | 0
        pc += 4
        continue
      }
      case 172: // i32.mul
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = Math.imul(a, b)
        pc += 4
        continue
      }
      case 173: // i32.mul.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = Math.imul(a, b)
        pc += 4
        continue
      }
      case 174: // i32.div_s
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = divS32(a, b)
        pc += 4
        continue
      }
      case 175: // i32.div_s.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = divS32(a, b)
        pc += 4
        continue
      }
      case 176: // i32.div_u
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = divU32(a, b)
        pc += 4
        continue
      }
      case 177: // i32.div_u.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = divU32(a, b)
        pc += 4
        continue
      }
      case 178: // i32.rem_s
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = remS32(a, b)
        pc += 4
        continue
      }
      case 179: // i32.rem_s.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = remS32(a, b)
        pc += 4
        continue
      }
      case 180: // i32.rem_u
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = remU32(a, b)
        pc += 4
        continue
      }
      case 181: // i32.rem_u.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = remU32(a, b)
        pc += 4
        continue
      }
      case 182: // i32.and
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = a & b
        pc += 4
        continue
      }
      case 183: // i32.and.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = a & b
        pc += 4
        continue
      }
      case 184: // i32.or
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = a | b
        pc += 4
        continue
      }
      case 185: // i32.or.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = a | b
        pc += 4
        continue
      }
      case 186: // i32.xor
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = a ^ b
        pc += 4
        continue
      }
      case 187: // i32.xor.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = a ^ b
        pc += 4
        continue
      }
      case 188: // i32.shl
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = a << b
        pc += 4
        continue
      }
      case 189: // i32.shl.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = a << b
        pc += 4
        continue
      }
      case 190: // i32.shr_s
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = a >> b
        pc += 4
        continue
      }
      case 191: // i32.shr_s.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = a >> b
        pc += 4
        continue
      }
      case 192: // i32.shr_u
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = (a >>> b) | 0
        pc += 4
        continue
      }
      case 193: // i32.shr_u.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = (a >>> b) | 0
        pc += 4
        continue
      }
      case 194: // i32.rotl
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = (a << b) | (a >>> -b)
        pc += 4
        continue
      }
      case 195: // i32.rotl.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = (a << b) | (a >>> -b)
        pc += 4
        continue
      }
      case 196: // i32.rotr
      {
        const a = I32[fp + code[pc + 2]], b = I32[fp + code[pc + 3]]
        I32[fp + code[pc + 1]] = (a >>> b) | (a << -b)
        pc += 4
        continue
      }
      case 197: // i32.rotr.k
      {
        const a = I32[fp + code[pc + 2]], b = code[pc + 3]
        I32[fp + code[pc + 1]] = (a >>> b) | (a << -b)
        pc += 4
        continue
      }
      case 198: // i64.add
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        const d = fp + code[pc + 1]
        const al = I32[a], l = (al + I32[b]) | 0
        I32[d + 1] = I32[a + 1] + I32[b + 1] + (((al & I32[b]) | ((al | I32[b]) & ~l)) >>> 31)
        I32[d] = l
        pc += 4
        continue
      }
      case 199: // i64.add.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3], bh = code[pc + 4]
        const d = fp + code[pc + 1]
        const al = I32[a], l = (al + bl) | 0
        I32[d + 1] = I32[a + 1] + bh + (((al & bl) | ((al | bl) & ~l)) >>> 31)
        I32[d] = l
        pc += 5
        continue
      }
      case 200: // i64.sub
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        const d = fp + code[pc + 1]
        const al = I32[a], l = (al - I32[b]) | 0
        I32[d + 1] = I32[a + 1] - I32[b + 1] - (((~al & I32[b]) | ((~al | I32[b]) & l)) >>> 31)
        I32[d] = l
        pc += 4
        continue
      }
      case 201: // i64.sub.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3], bh = code[pc + 4]
        const d = fp + code[pc + 1]
        const al = I32[a], l = (al - bl) | 0
        I32[d + 1] = I32[a + 1] - bh - (((~al & bl) | ((~al | bl) & l)) >>> 31)
        I32[d] = l
        pc += 5
        continue
      }
      case 202: // i64.mul
      {
        const a = I64[(fp + code[pc + 2]) >> 1], b = I64[(fp + code[pc + 3]) >> 1]
        I64[(fp + code[pc + 1]) >> 1] = BigInt.asIntN(64, a * b)
        pc += 4
        continue
      }
      case 203: // i64.and
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        const d = fp + code[pc + 1]
        const h = I32[a + 1] & I32[b + 1]
        I32[d] = I32[a] & I32[b]
        I32[d + 1] = h
        pc += 4
        continue
      }
      case 204: // i64.and.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3], bh = code[pc + 4]
        const d = fp + code[pc + 1]
        const h = I32[a + 1] & bh
        I32[d] = I32[a] & bl
        I32[d + 1] = h
        pc += 5
        continue
      }
      case 205: // i64.or
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        const d = fp + code[pc + 1]
        const h = I32[a + 1] | I32[b + 1]
        I32[d] = I32[a] | I32[b]
        I32[d + 1] = h
        pc += 4
        continue
      }
      case 206: // i64.or.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3], bh = code[pc + 4]
        const d = fp + code[pc + 1]
        const h = I32[a + 1] | bh
        I32[d] = I32[a] | bl
        I32[d + 1] = h
        pc += 5
        continue
      }
      case 207: // i64.xor
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        const d = fp + code[pc + 1]
        const h = I32[a + 1] ^ I32[b + 1]
        I32[d] = I32[a] ^ I32[b]
        I32[d + 1] = h
        pc += 4
        continue
      }
      case 208: // i64.xor.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3], bh = code[pc + 4]
        const d = fp + code[pc + 1]
        const h = I32[a + 1] ^ bh
        I32[d] = I32[a] ^ bl
        I32[d + 1] = h
        pc += 5
        continue
      }
      case 209: // i64.shl
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        const d = fp + code[pc + 1]
        const n = I32[b] & 63, l = I32[a], h = I32[a + 1]
        if (n >= 32) { I32[d] = 0; I32[d + 1] = l << n }
        else { I32[d] = l << n; I32[d + 1] = n === 0 ? h : (h << n) | (l >>> (32 - n)) }
        pc += 4
        continue
      }
      case 210: // i64.shl.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3]
        const d = fp + code[pc + 1]
        const n = bl & 63, l = I32[a], h = I32[a + 1]
        if (n >= 32) { I32[d] = 0; I32[d + 1] = l << n }
        else { I32[d] = l << n; I32[d + 1] = n === 0 ? h : (h << n) | (l >>> (32 - n)) }
        pc += 5
        continue
      }
      case 211: // i64.shr_s
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        const d = fp + code[pc + 1]
        const n = I32[b] & 63, l = I32[a], h = I32[a + 1]
        if (n >= 32) { I32[d] = h >> n; I32[d + 1] = h >> 31 }
        else { I32[d] = n === 0 ? l : (l >>> n) | (h << (32 - n)); I32[d + 1] = h >> n }
        pc += 4
        continue
      }
      case 212: // i64.shr_s.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3]
        const d = fp + code[pc + 1]
        const n = bl & 63, l = I32[a], h = I32[a + 1]
        if (n >= 32) { I32[d] = h >> n; I32[d + 1] = h >> 31 }
        else { I32[d] = n === 0 ? l : (l >>> n) | (h << (32 - n)); I32[d + 1] = h >> n }
        pc += 5
        continue
      }
      case 213: // i64.shr_u
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        const d = fp + code[pc + 1]
        const n = I32[b] & 63, l = I32[a], h = I32[a + 1]
        if (n >= 32) { I32[d] = h >>> n; I32[d + 1] = 0 }
        else { I32[d] = n === 0 ? l : (l >>> n) | (h << (32 - n)); I32[d + 1] = h >>> n }
        pc += 4
        continue
      }
      case 214: // i64.shr_u.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3]
        const d = fp + code[pc + 1]
        const n = bl & 63, l = I32[a], h = I32[a + 1]
        if (n >= 32) { I32[d] = h >>> n; I32[d + 1] = 0 }
        else { I32[d] = n === 0 ? l : (l >>> n) | (h << (32 - n)); I32[d + 1] = h >>> n }
        pc += 5
        continue
      }
      case 215: // i64.rotl
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        const d = fp + code[pc + 1]
        const n = I32[b] & 63
        const l = n >= 32 ? I32[a + 1] : I32[a], h = n >= 32 ? I32[a] : I32[a + 1]
        if ((n & 31) === 0) { I32[d] = l; I32[d + 1] = h }
        else { I32[d] = (l << n) | (h >>> (32 - (n & 31))); I32[d + 1] = (h << n) | (l >>> (32 - (n & 31))) }
        pc += 4
        continue
      }
      case 216: // i64.rotl.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3]
        const d = fp + code[pc + 1]
        const n = bl & 63
        const l = n >= 32 ? I32[a + 1] : I32[a], h = n >= 32 ? I32[a] : I32[a + 1]
        if ((n & 31) === 0) { I32[d] = l; I32[d + 1] = h }
        else { I32[d] = (l << n) | (h >>> (32 - (n & 31))); I32[d + 1] = (h << n) | (l >>> (32 - (n & 31))) }
        pc += 5
        continue
      }
      case 217: // i64.rotr
      {
        const a = fp + code[pc + 2], b = fp + code[pc + 3]
        const d = fp + code[pc + 1]
        const n = -I32[b] & 63
        const l = n >= 32 ? I32[a + 1] : I32[a], h = n >= 32 ? I32[a] : I32[a + 1]
        if ((n & 31) === 0) { I32[d] = l; I32[d + 1] = h }
        else { I32[d] = (l << n) | (h >>> (32 - (n & 31))); I32[d + 1] = (h << n) | (l >>> (32 - (n & 31))) }
        pc += 4
        continue
      }
      case 218: // i64.rotr.k
      {
        const a = fp + code[pc + 2], bl = code[pc + 3]
        const d = fp + code[pc + 1]
        const n = -bl & 63
        const l = n >= 32 ? I32[a + 1] : I32[a], h = n >= 32 ? I32[a] : I32[a + 1]
        if ((n & 31) === 0) { I32[d] = l; I32[d + 1] = h }
        else { I32[d] = (l << n) | (h >>> (32 - (n & 31))); I32[d + 1] = (h << n) | (l >>> (32 - (n & 31))) }
        pc += 5
        continue
      }
      case 219: // f32.add
      {
        const a = F32[fp + code[pc + 2]], b = F32[fp + code[pc + 3]]
        const d = fp + code[pc + 1], r = a + b
        F32[d] = r
        if (r !== r) I32[d] = 0x7fc00000
        pc += 4
        continue
      }
      case 220: // f32.sub
      {
        const a = F32[fp + code[pc + 2]], b = F32[fp + code[pc + 3]]
        const d = fp + code[pc + 1], r = a - b
        F32[d] = r
        if (r !== r) I32[d] = 0x7fc00000
        pc += 4
        continue
      }
      case 221: // f32.mul
      {
        const a = F32[fp + code[pc + 2]], b = F32[fp + code[pc + 3]]
        const d = fp + code[pc + 1], r = a * b
        F32[d] = r
        if (r !== r) I32[d] = 0x7fc00000
        pc += 4
        continue
      }
      case 222: // f32.div
      {
        const a = F32[fp + code[pc + 2]], b = F32[fp + code[pc + 3]]
        const d = fp + code[pc + 1], r = a / b
        F32[d] = r
        if (r !== r) I32[d] = 0x7fc00000
        pc += 4
        continue
      }
      case 223: // f64.abs
      {
        const a = fp + code[pc + 2]
        const d = fp + code[pc + 1]
        const h = I32[a + 1]
        I32[d] = I32[a]
        I32[d + 1] = h & 0x7fffffff
        pc += 3
        continue
      }
      case 224: // f64.neg
      {
        const a = fp + code[pc + 2]
        const d = fp + code[pc + 1]
        const h = I32[a + 1]
        I32[d] = I32[a]
        I32[d + 1] = h ^ -0x80000000
        pc += 3
        continue
      }
      case 225: // f64.sqrt
      {
        const a = F64[(fp + code[pc + 2]) >> 1]
        const d = fp + code[pc + 1], r = Math.sqrt(a)
        F64[d >> 1] = r
        if (r !== r) { I32[d] = 0; I32[d + 1] = 0x7ff80000 }
        pc += 3
        continue
      }
      case 226: // f64.add
      {
        const a = F64[(fp + code[pc + 2]) >> 1], b = F64[(fp + code[pc + 3]) >> 1]
        const d = fp + code[pc + 1], r = a + b
        F64[d >> 1] = r
        if (r !== r) { I32[d] = 0; I32[d + 1] = 0x7ff80000 }
        pc += 4
        continue
      }
      case 227: // f64.sub
      {
        const a = F64[(fp + code[pc + 2]) >> 1], b = F64[(fp + code[pc + 3]) >> 1]
        const d = fp + code[pc + 1], r = a - b
        F64[d >> 1] = r
        if (r !== r) { I32[d] = 0; I32[d + 1] = 0x7ff80000 }
        pc += 4
        continue
      }
      case 228: // f64.mul
      {
        const a = F64[(fp + code[pc + 2]) >> 1], b = F64[(fp + code[pc + 3]) >> 1]
        const d = fp + code[pc + 1], r = a * b
        F64[d >> 1] = r
        if (r !== r) { I32[d] = 0; I32[d + 1] = 0x7ff80000 }
        pc += 4
        continue
      }
      case 229: // f64.div
      {
        const a = F64[(fp + code[pc + 2]) >> 1], b = F64[(fp + code[pc + 3]) >> 1]
        const d = fp + code[pc + 1], r = a / b
        F64[d >> 1] = r
        if (r !== r) { I32[d] = 0; I32[d + 1] = 0x7ff80000 }
        pc += 4
        continue
      }
      case 230: // i32.wrap_i64
      {
        const a = fp + code[pc + 2]
        const d = fp + code[pc + 1]
        I32[d] = I32[a]
        pc += 3
        continue
      }
      case 231: // i64.extend_i32_s
      {
        const a = fp + code[pc + 2]
        const d = fp + code[pc + 1]
        const l = I32[a]
        I32[d] = l
        I32[d + 1] = l >> 31
        pc += 3
        continue
      }
      case 232: // i64.extend_i32_u
      {
        const a = fp + code[pc + 2]
        const d = fp + code[pc + 1]
        I32[d] = I32[a]
        I32[d + 1] = 0
        pc += 3
        continue
      }
      case 233: // f64.convert_i32_s
      {
        const a = I32[fp + code[pc + 2]]
        const d = fp + code[pc + 1], r = a
        F64[d >> 1] = r
        if (r !== r) { I32[d] = 0; I32[d + 1] = 0x7ff80000 }
        pc += 3
        continue
      }
      case 234: // i64.reinterpret_f64
      {
        const a = fp + code[pc + 2]
        const d = fp + code[pc + 1]
        const h = I32[a + 1]
        I32[d] = I32[a]
        I32[d + 1] = h
        pc += 3
        continue
      }
      case 235: // f64.reinterpret_i64
      {
        const a = fp + code[pc + 2]
        const d = fp + code[pc + 1]
        const h = I32[a + 1]
        I32[d] = I32[a]
        I32[d + 1] = h
        pc += 3
        continue
      }
      case 236: // i32.extend8_s
      {
        const a = I32[fp + code[pc + 2]]
        I32[fp + code[pc + 1]] = (a << 24) >> 24
        pc += 3
        continue
      }
      case 237: // i32.extend16_s
      {
        const a = I32[fp + code[pc + 2]]
        I32[fp + code[pc + 1]] = (a << 16) >> 16
        pc += 3
        continue
      }
      case 238: // i64.extend32_s
      {
        const a = fp + code[pc + 2]
        const d = fp + code[pc + 1]
        const l = I32[a]
        I32[d] = l
        I32[d + 1] = l >> 31
        pc += 3
        continue
      }
        default:
          throw new Error(`no lane operation ${code[pc]}`)
      }
      // A segment starts: its ticks are paid at once.
      const ticks = code[pc]
      if (ticks > fuel) {
        at = code[pc + 1]
        break
      }
      fuel -= ticks
      pc += 2
    }
  } catch (signal) {
    m.depth = depth
    m.usedWords = used
    settle(m, signal, lane.pcAt[pc - lane.start])
    return fuel + lane.ticksAfter[pc - lane.start]
  }
  m.depth = depth
  m.usedWords = used
  framePc[depth - 1] = at
  const facts = m.factsOf(frameFunction[depth - 1])
  m.sp = (fp >> 1) + facts.localWords + facts.heights[at]
  return fuel
}
