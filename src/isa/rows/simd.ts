// The vector page: WebAssembly's instructions with prefix 0xfd, and relaxed SIMD as the
// deterministic profile fixes it. A NaN that arithmetic makes is the positive canonical one; all
// else moves bits as they are.
import type { Row } from '../row.ts'
import { bitRows } from './simd-bits.ts'
import { convertRows } from './simd-convert.ts'
import { f32x4Rows } from './simd-f32.ts'
import { f64x2Rows } from './simd-f64.ts'
import { i8x16Rows } from './simd-i8.ts'
import { i16x8Rows } from './simd-i16.ts'
import { i32x4Rows } from './simd-i32.ts'
import { i64x2Rows } from './simd-i64.ts'
import { laneRows } from './simd-lanes.ts'
import { vectorMemoryRows } from './simd-memory.ts'
import { multiplyRows } from './simd-multiply.ts'
import { relaxedRows } from './simd-relaxed.ts'
import { widenRows } from './simd-widen.ts'

const plainRows: readonly Row[] = [
  ...vectorMemoryRows,
  ...bitRows,
  ...laneRows,
  ...i8x16Rows,
  ...i16x8Rows,
  ...i32x4Rows,
  ...i64x2Rows,
  ...f32x4Rows,
  ...f64x2Rows,
  ...convertRows,
  ...widenRows,
  ...multiplyRows,
]

export const simdRows: readonly Row[] = [...plainRows, ...relaxedRows(plainRows)].sort(
  (a, b) => a.code - b.code,
)
