// The data segments of a module, of which a large one has tens of thousands: numbers in one array,
// from which each segment is made when it is read.
import { LoneCode } from '../isa/lone-code.ts'
import type { ConstExpr, DataSegment, DataSegments } from '../isa/program.ts'
import { i32Code } from './const-expr.ts'
import type { WasmReader } from './reader.ts'

/** Stands for the memory of a passive segment. */
export const PASSIVE = -1

/** Numbers a segment: its memory, where its bytes begin and end in the module, its offset. */
const ROW = 4

export class DataList implements DataSegments {
  readonly length: number
  private readonly module: Uint8Array
  private readonly rows: Int32Array
  /** Offsets that are more than an `i32.const`. */
  private readonly others = new Map<number, ConstExpr>()
  private added = 0

  constructor(module: Uint8Array, length: number) {
    this.module = module
    this.length = length
    this.rows = new Int32Array(length * ROW)
  }

  get full(): boolean {
    return this.added === this.length
  }

  /** Reads the bytes, with their count before them. */
  add(memory: number, offset: ConstExpr | null, reader: WasmReader): void {
    const row = this.added * ROW
    const sizeBytes = reader.u32()
    this.rows[row] = memory
    this.rows[row + 1] = reader.at
    reader.skip(sizeBytes)
    this.rows[row + 2] = reader.at
    if (offset instanceof LoneCode) this.rows[row + 3] = offset.immediate
    else if (offset !== null) this.others.set(this.added, offset)
    this.added++
  }

  *[Symbol.iterator](): Generator<DataSegment, void> {
    for (let at = 0; at < this.length; at++) yield this.segment(at)
  }

  private segment(at: number): DataSegment {
    const row = at * ROW
    const memory = this.rows[row]
    const bytes = this.module.subarray(this.rows[row + 1], this.rows[row + 2])
    if (memory === PASSIVE) return { mode: 'passive', memory: 0, offset: null, bytes }
    const offset = this.others.get(at) ?? i32Code(this.rows[row + 3])
    return { mode: 'active', memory, offset, bytes }
  }
}
