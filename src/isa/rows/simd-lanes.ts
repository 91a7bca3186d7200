// Between scalars and lanes. Floats travel as their bits, so that the payload of a NaN survives.
import type { Lanes, Row, Words } from '../row.ts'
import { vectorRow } from './simd-row.ts'

const splat = (opcode: number, shape: string, kind: string, lanes: Lanes): Row =>
  vectorRow(opcode, `${shape}.splat`, `${kind} -> v128`, 'a in every lane', lanes)

const extract = (opcode: number, name: string, kind: string, says: string, lanes: Lanes): Row =>
  vectorRow(opcode, name, `v128 -> ${kind}`, says, lanes, ['lane'])

const replace = (opcode: number, shape: string, kind: string, lanes: Lanes): Row =>
  vectorRow(
    opcode,
    `${shape}.replace_lane`,
    `v128 ${kind} -> v128`,
    'a with one lane set to b',
    lanes,
    ['lane'],
  )

function splat32({ I32 }: Words, d: number, word: number): void {
  const p = 2 * d
  I32[p] = word
  I32[p + 1] = word
  I32[p + 2] = word
  I32[p + 3] = word
}

function copy({ I32 }: Words, d: number, a: number): void {
  const p = 2 * d
  const x = 2 * a
  I32[p] = I32[x]
  I32[p + 1] = I32[x + 1]
  I32[p + 2] = I32[x + 2]
  I32[p + 3] = I32[x + 3]
}

const word = (v: Words, d: number, value: number): void => {
  v.I32[2 * d] = value
  v.I32[2 * d + 1] = 0
}

const splatWord: Lanes = (v, d, a) => splat32(v, d, v.I32[2 * a])

const splatPair: Lanes = ({ I32 }, d, a) => {
  const p = 2 * d
  const low = I32[2 * a]
  const high = I32[2 * a + 1]
  I32[p] = low
  I32[p + 1] = high
  I32[p + 2] = low
  I32[p + 3] = high
}

const extractWord: Lanes = (v, d, a, _b, _c, lane) => word(v, d, v.I32[2 * a + lane])

const extractPair: Lanes = ({ I32 }, d, a, _b, _c, lane) => {
  const x = 2 * (a + lane)
  const high = I32[x + 1]
  I32[2 * d] = I32[x]
  I32[2 * d + 1] = high
}

const replaceWord: Lanes = (v, d, a, b, _c, lane) => {
  const value = v.I32[2 * b]
  copy(v, d, a)
  v.I32[2 * d + lane] = value
}

const replacePair: Lanes = (v, d, a, b, _c, lane) => {
  const low = v.I32[2 * b]
  const high = v.I32[2 * b + 1]
  copy(v, d, a)
  v.I32[2 * (d + lane)] = low
  v.I32[2 * (d + lane) + 1] = high
}

export const laneRows: readonly Row[] = [
  splat(0x0f, 'i8x16', 'i32', (v, d, a) =>
    splat32(v, d, Math.imul(v.I32[2 * a] & 0xff, 0x01010101)),
  ),
  splat(0x10, 'i16x8', 'i32', (v, d, a) =>
    splat32(v, d, Math.imul(v.I32[2 * a] & 0xffff, 0x00010001)),
  ),
  splat(0x11, 'i32x4', 'i32', splatWord),
  splat(0x12, 'i64x2', 'i64', splatPair),
  splat(0x13, 'f32x4', 'f32', splatWord),
  splat(0x14, 'f64x2', 'f64', splatPair),
  extract(0x15, 'i8x16.extract_lane_s', 'i32', 'one lane, sign-extended', (v, d, a, _b, _c, lane) =>
    word(v, d, v.I8[8 * a + lane]),
  ),
  extract(0x16, 'i8x16.extract_lane_u', 'i32', 'one lane, zero-extended', (v, d, a, _b, _c, lane) =>
    word(v, d, v.U8[8 * a + lane]),
  ),
  replace(0x17, 'i8x16', 'i32', (v, d, a, b, _c, lane) => {
    const value = v.I32[2 * b]
    copy(v, d, a)
    v.U8[8 * d + lane] = value
  }),
  extract(0x18, 'i16x8.extract_lane_s', 'i32', 'one lane, sign-extended', (v, d, a, _b, _c, lane) =>
    word(v, d, v.I16[4 * a + lane]),
  ),
  extract(0x19, 'i16x8.extract_lane_u', 'i32', 'one lane, zero-extended', (v, d, a, _b, _c, lane) =>
    word(v, d, v.U16[4 * a + lane]),
  ),
  replace(0x1a, 'i16x8', 'i32', (v, d, a, b, _c, lane) => {
    const value = v.I32[2 * b]
    copy(v, d, a)
    v.U16[4 * d + lane] = value
  }),
  extract(0x1b, 'i32x4.extract_lane', 'i32', 'one lane', extractWord),
  replace(0x1c, 'i32x4', 'i32', replaceWord),
  extract(0x1d, 'i64x2.extract_lane', 'i64', 'one lane', extractPair),
  replace(0x1e, 'i64x2', 'i64', replacePair),
  extract(0x1f, 'f32x4.extract_lane', 'f32', 'one lane, bit for bit', extractWord),
  replace(0x20, 'f32x4', 'f32', replaceWord),
  extract(0x21, 'f64x2.extract_lane', 'f64', 'one lane, bit for bit', extractPair),
  replace(0x22, 'f64x2', 'f64', replacePair),
]
