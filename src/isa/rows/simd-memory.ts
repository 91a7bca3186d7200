// Vector rows that touch memory: loads that splat, extend or fill, stores, single lanes. How the
// bytes meet the value stands in simd-access.ts.
import { type Access, pages, type Row } from '../row.ts'

type Size = Access['sizeBytes']
type Shape = Access['shape']

function load(
  opcode: number,
  name: string,
  sizeBytes: Size,
  shape: Shape,
  says: string,
  extend?: { signed: boolean; laneBytes: 1 | 2 | 4 },
): Row {
  return {
    code: pages.simd + opcode,
    name,
    imm: ['mem'],
    sig: 'addr -> v128',
    traps: ['out of bounds memory access'],
    says,
    access: { does: 'load', sizeBytes, signed: false, shape, ...extend },
  }
}

function lane(opcode: number, does: 'load' | 'store', sizeBytes: 1 | 2 | 4 | 8): Row {
  const bits = sizeBytes * 8
  return {
    code: pages.simd + opcode,
    name: `v128.${does}${bits}_lane`,
    imm: ['mem', 'lane'],
    sig: does === 'load' ? 'addr v128 -> v128' : 'addr v128 ->',
    traps: ['out of bounds memory access'],
    says: does === 'load' ? `loads ${bits} bits into one lane` : `stores one lane of ${bits} bits`,
    access: { does, sizeBytes, signed: false, shape: 'lane' },
  }
}

function extend(opcode: number, laneBytes: 1 | 2 | 4, signed: boolean): Row {
  const count = 8 / laneBytes
  const bits = laneBytes * 8
  const name = `v128.load${bits}x${count}_${signed ? 's' : 'u'}`
  const says = `loads ${count} lanes of ${bits} bits, ${signed ? 'sign' : 'zero'}-extends each`
  return load(opcode, name, 8, 'extend', says, { signed, laneBytes })
}

const splat = (opcode: number, sizeBytes: 1 | 2 | 4 | 8): Row => {
  const bits = sizeBytes * 8
  return load(
    opcode,
    `v128.load${bits}_splat`,
    sizeBytes,
    'splat',
    `loads ${bits} bits to all lanes`,
  )
}

const zero = (opcode: number, sizeBytes: 4 | 8): Row => {
  const bits = sizeBytes * 8
  const says = `loads ${bits} bits to lane 0, the rest 0`
  return load(opcode, `v128.load${bits}_zero`, sizeBytes, 'zero', says)
}

const store: Row = {
  code: pages.simd + 0x0b,
  name: 'v128.store',
  imm: ['mem'],
  sig: 'addr v128 ->',
  traps: ['out of bounds memory access'],
  says: 'stores 128 bits',
  access: { does: 'store', sizeBytes: 16, signed: false, shape: 'plain' },
}

export const vectorMemoryRows: readonly Row[] = [
  load(0x00, 'v128.load', 16, 'plain', 'loads 128 bits'),
  extend(0x01, 1, true),
  extend(0x02, 1, false),
  extend(0x03, 2, true),
  extend(0x04, 2, false),
  extend(0x05, 4, true),
  extend(0x06, 4, false),
  splat(0x07, 1),
  splat(0x08, 2),
  splat(0x09, 4),
  splat(0x0a, 8),
  store,
  lane(0x54, 'load', 1),
  lane(0x55, 'load', 2),
  lane(0x56, 'load', 4),
  lane(0x57, 'load', 8),
  lane(0x58, 'store', 1),
  lane(0x59, 'store', 2),
  lane(0x5a, 'store', 4),
  lane(0x5b, 'store', 8),
  zero(0x5c, 4),
  zero(0x5d, 8),
]
