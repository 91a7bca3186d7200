// The shape of one row of the ISA table. Everything about an instruction hangs on its row.
import type { TrapCode } from './traps.ts'

/** Immediate operands; how many 32-bit words of `Code.imm` each takes stands in immWords. */
export type Imm =
  | 'label' // index into the function's labels
  | 'keep' // words of the operand stack that a branch carries along
  | 'labels' // a count n, then n + 1 labels, the last being the default
  | 'local'
  | 'global'
  | 'func'
  | 'type'
  | 'table'
  | 'memory'
  | 'elem'
  | 'data'
  | 'tag'
  | 'kind' // of a reference: Kinds.funcref .. Kinds.anyref
  | 'reftype' // a full reference type (ValType)
  | 'sys' // number of a system call (isa/syscalls.ts)
  | 'mem' // memory index, then a 64-bit offset (low, high): 3 words
  | 'lane'
  | 'i32'
  | 'i64'
  | 'f32' // by its bits, so that a NaN's payload survives
  | 'f64'
  | 'v128'
  | 'shuffle' // sixteen lane numbers, one byte each: 4 words

export const immWords: Readonly<Record<Exclude<Imm, 'labels'>, number>> = {
  label: 1,
  keep: 1,
  local: 1,
  global: 1,
  func: 1,
  type: 1,
  table: 1,
  memory: 1,
  elem: 1,
  data: 1,
  tag: 1,
  kind: 1,
  reftype: 1,
  sys: 1,
  mem: 3,
  lane: 1,
  i32: 1,
  i64: 2,
  f32: 1,
  f64: 2,
  v128: 4,
  shuffle: 4,
}

/**
 * The word views of a value stack, all over one buffer. Word w is I64[w], F64[w], I32[2w] (low
 * half), I32[2w + 1] (high half), F32[2w], U8[8w ...]. An i32 or f32 leaves its high half 0.
 */
export interface Words {
  readonly I32: Int32Array
  readonly U32: Uint32Array
  readonly F32: Float32Array
  readonly F64: Float64Array
  readonly I64: BigInt64Array
  readonly U64: BigUint64Array
  readonly I16: Int16Array
  readonly U16: Uint16Array
  readonly I8: Int8Array
  readonly U8: Uint8Array
}

export function wordViews(buffer: ArrayBuffer): Words {
  return {
    I32: new Int32Array(buffer),
    U32: new Uint32Array(buffer),
    F32: new Float32Array(buffer),
    F64: new Float64Array(buffer),
    I64: new BigInt64Array(buffer),
    U64: new BigUint64Array(buffer),
    I16: new Int16Array(buffer),
    U16: new Uint16Array(buffer),
    I8: new Int8Array(buffer),
    U8: new Uint8Array(buffer),
  }
}

/**
 * A scalar meaning: a pure function of the operands. i32 is a signed number, i64 a signed bigint,
 * f32 and f64 a number; rows marked `bits` get f32 as a signed number and f64 as a signed bigint,
 * bit for bit, and give them so. The result is stored by kind (i32 wraps, i64 wraps, f32 rounds); a
 * NaN result becomes the canonical one. A trap is raised by calling `raise`.
 */
// biome-ignore lint/suspicious/noExplicitAny: operands are typed by the row's signature
export type Pure = (...operands: any[]) => number | bigint

/**
 * A vector meaning: works in place on the stack's words. `d` is the word index of the result (two
 * words for v128), `a`, `b`, `c` those of the operands, `imm` the immediate (a lane number; for
 * `shuffle` the word index of the sixteen lane bytes is given as `c`). d may equal a: read before
 * you write. Scalar results fill the whole word (an i32 leaves its high half 0).
 */
export type Lanes = (v: Words, d: number, a: number, b: number, c: number, imm: number) => void

/**
 * A memory access with a `mem` immediate: how many bytes move and how they meet the value. `plain`
 * loads extend to the result's width by `signed`, `plain` stores wrap; the other shapes are vector
 * loads and stores.
 */
export interface Access {
  readonly does: 'load' | 'store'
  readonly sizeBytes: 1 | 2 | 4 | 8 | 16
  readonly signed: boolean
  /**
   * splat: to all lanes; extend: two, four or eight lanes of half width; zero: rest 0; lane: one
   * lane.
   */
  readonly shape: 'plain' | 'splat' | 'extend' | 'zero' | 'lane'
  /** For `extend`: the bytes that one lane takes in memory. */
  readonly laneBytes?: 1 | 2 | 4
}

export interface Row {
  readonly name: string
  /** Page in the high byte, code in the low ones: see `pages`. */
  readonly code: number
  readonly imm: readonly Imm[]
  /**
   * Stack effect by kinds, `'i32 i32 -> i32'`; `addr` is i32 or i64 as the memory immediate says.
   * null where the effect depends on more (a special rule of that name in isa/verify/verify.ts).
   */
  readonly sig: string | null
  readonly traps: readonly TrapCode[]
  /** The meaning in one line. */
  readonly says: string
  /** A seed glyph, where the instruction has one. */
  readonly glyph?: string
  readonly pure?: Pure
  readonly bits?: true
  readonly lanes?: Lanes
  readonly access?: Access
  /** Where control goes: nothing said = to the next instruction. */
  readonly flow?: 'jump' | 'branch' | 'end' | 'call'
}

/** Opcode pages. A row's code is page + low part; rows that WebAssembly has keep its numbers. */
export const pages = {
  core: 0x0000,
  misc: 0x0100, // WebAssembly's 0xfc
  simd: 0x0200, // WebAssembly's 0xfd, up to 0x313
  machine: 0x0400, // far memory, system calls
  glyph: 0x0500, // kept for the glyph instructions
  ref: 0x0600, // WebAssembly's 0xfb
} as const
