// What a frame of a machine can tell of its locals, operands, globals and memory. A local that is
// not live is not kept by the machine's state, so it tells nothing, whatever engine ran.
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
  return {
    local: (index) => {
      const at = facts.localAt[index]
      return at === undefined ? null : word(locals[at], m.words.I64[base + at])
    },
    operand: (index) => word(operands[index], m.words.I64[base + facts.localWords + index]),
    global: (index) => {
      const number = globals[index] ?? -1
      const [low, high] = m.store.globalWords.subarray(4 * number, 4 * number + 2)
      const bits = (BigInt(high ?? 0) << 32n) | BigInt((low ?? 0) >>> 0)
      return word(m.store.globals[number]?.kind, bits)
    },
    memory: (address, sizeBytes) => {
      const memory = m.store.memories[memories[0]]
      if (memory === undefined || !(address >= 0 && sizeBytes >= 0)) return null
      const isThere = address + sizeBytes <= memory.sizePages * PAGE_BYTES
      return isThere ? memory.readBytes(address, sizeBytes) : null
    },
  }
}
