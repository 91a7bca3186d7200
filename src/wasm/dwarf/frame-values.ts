// What a frame of a machine can tell of its locals, operands, globals and memory. A local that is
// not live is not kept by the machine's state, so it tells nothing, whatever engine ran; but where
// a leaf function's variables are can be computed again.
import type { FunctionDef } from '../../isa/program.ts'
import { opcode } from '../../isa/table.ts'
import { Kinds } from '../../isa/types.ts'
import type { Machine } from '../../machine/machine.ts'
import { FrameShapes } from '../../machine/state/frame-shape.ts'
import { PAGE_BYTES } from '../../memory/page.ts'
import type { FrameValues } from './storage.ts'

/** Of a machine that stands: frame 0 is the outermost. Void once the machine moves on. */
export function frameValues(m: Machine, frame: number): FrameValues {
  const fn = m.frameFunction[frame]
  const standing = frame === m.depth - 1 ? 'top' : 'outer'
  const { facts, locals, operands } = new FrameShapes(m).at(fn, m.framePc[frame], standing)
  const base = m.frameBase[frame]
  const { memories, globals } = m.store.instances[fn.instance]
  /** A word by its tag: 0 where it is not kept. Halves above 32 bits hold anything. */
  const word = (tag: number | undefined, bits: bigint | undefined): bigint | null => {
    if (tag === undefined || tag === 0 || bits === undefined) return null
    return BigInt.asUintN(tag === Kinds.i32 || tag === Kinds.f32 ? 32 : 64, bits)
  }
  const global = (index: number): bigint | null => {
    const number = globals[index] ?? -1
    const [low, high] = m.store.globalWords.subarray(4 * number, 4 * number + 2)
    const bits = (BigInt(high ?? 0) << 32n) | BigInt((low ?? 0) >>> 0)
    return word(m.store.globals[number]?.kind, bits)
  }
  return {
    local: (index) => {
      const at = facts.localAt[index]
      const kept = at === undefined ? null : word(locals[at], m.words.I64[base + at])
      return (
        kept ?? (standing === 'top' ? leafFrame(fn.def, m.framePc[frame], index, global) : null)
      )
    },
    operand: (index) => word(operands[index], m.words.I64[base + facts.localWords + index]),
    global,
    memory: (address, sizeBytes) => {
      const memory = m.store.memories[memories[0]]
      if (memory === undefined || !(address >= 0 && sizeBytes >= 0)) return null
      const isThere = address + sizeBytes <= memory.sizePages * PAGE_BYTES
      return isThere ? memory.readBytes(address, sizeBytes) : null
    },
  }
}

const [globalGet, globalSet, i32Const, i32Sub, localSet, localTee] = [
  ...['global.get', 'global.set', 'i32.const', 'i32.sub', 'local.set', 'local.tee'].map(opcode),
]
const PROLOGUE = [globalGet, i32Const, i32Sub, localSet]

/**
 * A function that calls none keeps its variables below the stack pointer, which it leaves as it is:
 * the local that its first instructions make of that can be made again when it is no longer kept.
 */
function leafFrame(
  def: FunctionDef | null,
  pc: number,
  local: number,
  global: (index: number) => bigint | null,
): bigint | null {
  if (def === null || pc < PROLOGUE.length) return null
  const { op, at, imm } = def.code
  if (!PROLOGUE.every((code, here) => op[here] === code) || imm[at[3]] !== local) return null
  for (let here = PROLOGUE.length; here < op.length; here++) {
    if (op[here] === globalSet && imm[at[here]] === imm[at[0]]) return null
    if ((op[here] === localSet || op[here] === localTee) && imm[at[here]] === local) return null
  }
  const pointer = global(imm[at[0]])
  return pointer === null ? null : BigInt.asUintN(32, pointer - BigInt(imm[at[1]]))
}
