// Writes instructions: the opcode as LEB128, then its immediates as the row's `imm` list says
// (spec/isa.md).
import type { ByteWriter } from '../../base/bytes.ts'
import { assert } from '../../base/errors.ts'
import { imm64 } from '../code-builder.ts'
import type { Code } from '../program.ts'
import type { Imm } from '../row.ts'
import { immWords } from '../row.ts'
import { rowByCode } from '../table.ts'

/**
 * Indices, counts and program counters stay below this, so that they fit a signed immediate word.
 */
export const INDEX_LIMIT = 0x7fffffff

/** LEB128 of a number below 2^53. */
export function writeUleb(w: ByteWriter, value: number): void {
  if (value > 0xffffffff) {
    w.uleb(value)
    return
  }
  let rest = value
  while (rest > 0x7f) {
    w.u8((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  w.u8(rest)
}

export function writeIndex(w: ByteWriter, value: number): void {
  assert(value >= 0 && value <= INDEX_LIMIT, `index ${value} is out of range`)
  writeUleb(w, value)
}

/** -1 stands for none; the others are indices. */
export const writeOptional = (w: ByteWriter, value: number): void => writeIndex(w, value + 1)

export const zigzag32 = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0
export const zigzag64 = (value: bigint): bigint => (value < 0n ? (-value << 1n) - 1n : value << 1n)

/** The number of instructions, then each. */
export function writeCode(w: ByteWriter, code: Code): void {
  writeIndex(w, code.op.length)
  for (let pc = 0; pc < code.op.length; pc++) {
    const row = rowByCode[code.op[pc]]
    assert(row !== undefined, `opcode ${code.op[pc]} has no row`)
    writeUleb(w, row.code)
    let at = code.at[pc]
    for (const imm of row.imm) at = writeImmediate(w, imm, code.imm, at)
  }
}

/** Writes the immediate whose words start at `at`; gives where the next one starts. */
function writeImmediate(w: ByteWriter, imm: Imm, words: Int32Array, at: number): number {
  switch (imm) {
    case 'labels': {
      const count = words[at]
      writeIndex(w, count)
      for (let i = 0; i <= count; i++) writeIndex(w, words[at + 1 + i])
      return at + count + 2
    }
    case 'mem':
      writeIndex(w, words[at])
      w.uleb(BigInt.asUintN(64, imm64(words, at + 1)))
      break
    case 'i32':
      writeUleb(w, zigzag32(words[at]))
      break
    case 'i64':
      w.uleb(zigzag64(imm64(words, at)))
      break
    case 'kind':
    case 'lane':
      assert(words[at] >= 0 && words[at] <= 0xff, `${imm} ${words[at]} does not fit a byte`)
      w.u8(words[at])
      break
    case 'f32':
    case 'f64':
    case 'v128':
    case 'shuffle':
      for (let i = 0; i < immWords[imm]; i++) w.u32(words[at + i])
      break
    default:
      writeIndex(w, words[at])
  }
  return at + immWords[imm]
}
