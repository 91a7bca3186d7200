// What the ISA table says of the instructions that WebAssembly and Atom share, laid out in flat
// arrays by opcode: plain arithmetic, memory accesses and lanes are translated from their rows
// alone.
import { pages, type Row } from '../isa/row.ts'
import { opcode, parseSignature, table } from '../isa/table.ts'
import { V128 } from '../isa/types.ts'

/** How an instruction is translated; `special` has a rule of its own, or does not exist. */
export const SPECIAL = 0
export const PLAIN = 1
export const ACCESS = 2
export const LANE_ACCESS = 3
export const LANE = 4

/** Stands in operand lists for i32 or i64, as the memory's addresses are. */
export const ADDRESS = 6

const codes = 0x800
export const form = new Uint8Array(codes)
export const popCount = new Uint8Array(codes)
/** First, second and third operand; 0 where there is none. */
export const pop0 = new Uint8Array(codes)
export const pop1 = new Uint8Array(codes)
export const pop2 = new Uint8Array(codes)
/** The result, or 0. */
export const result = new Uint8Array(codes)
/** Of an access: the greatest alignment, as an exponent of 2. */
export const alignment = new Uint8Array(codes)
/** Of a row with a lane immediate: how many lanes there are. */
export const lanes = new Uint8Array(codes)

for (const row of table) {
  form[row.code] = formOf(row)
  if (form[row.code] !== SPECIAL) fill(row)
}

/**
 * Core codes from 0x45 on are WebAssembly's own; below it, control and access keep rules of their
 * own.
 */
function formOf(row: Row): number {
  const isMachine = row.code >= pages.machine
  if (isMachine || row.sig === null || row.flow !== undefined) return SPECIAL
  const imm = row.imm.join(' ')
  if (imm === 'mem') return ACCESS
  if (imm === 'mem lane') return LANE_ACCESS
  if (imm === 'lane') return LANE
  const { pops, pushes } = parseSignature(row.sig)
  const isNumeric = [...pops, ...pushes].every((kind) => kind !== 'addr' && kind <= V128)
  return imm === '' && isNumeric && (row.code >= 0x45 || row.name === 'nop') ? PLAIN : SPECIAL
}

function fill(row: Row): void {
  const { pops, pushes } = parseSignature(row.sig ?? '')
  const [a = 0, b = 0, c = 0] = pops.map((kind) => (kind === 'addr' ? ADDRESS : kind))
  popCount[row.code] = pops.length
  pop0[row.code] = a
  pop1[row.code] = b
  pop2[row.code] = c
  result[row.code] = typeof pushes[0] === 'number' ? pushes[0] : 0
  if (row.access !== undefined) {
    alignment[row.code] = 31 - Math.clz32(row.access.sizeBytes)
    lanes[row.code] = 16 / row.access.sizeBytes
  } else if (row.imm.includes('lane')) {
    lanes[row.code] = Number(/x(\d+)/.exec(row.name)?.[1])
  }
}

/** The opcodes that the translator emits by name: where the numbers differ from WebAssembly's. */
export const op = {
  jump: opcode('jump'),
  jumpIf: opcode('jump_if'),
  jumpUnless: opcode('jump_unless'),
  jumpTable: opcode('jump_table'),
  jumpOnNull: opcode('jump_on_null'),
  jumpOnNonNull: opcode('jump_on_non_null'),
  jumpOnCast: opcode('jump_on_cast'),
  jumpOnCastFail: opcode('jump_on_cast_fail'),
  rethrow: opcode('rethrow'),
  return: opcode('return'),
  drop: opcode('drop'),
  dropV128: opcode('drop_v128'),
  select: opcode('select'),
  selectV128: opcode('select_v128'),
  refTest: opcode('ref.test'),
  refCast: opcode('ref.cast'),
} as const
