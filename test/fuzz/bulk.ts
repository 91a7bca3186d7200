// Bulk instructions, growth and sizes, of memories and tables; some longer than one tick moves.
import { Kinds } from '../../src/isa/types.ts'
import type { Emit } from './instructions.ts'
import * as interesting from './interesting.ts'
import { push, pushAddress, pushBelow, pushIndex, pushNumber } from './operands.ts'
import type { MemoryShape, TableShape } from './shape.ts'
import type { Writer } from './writer.ts'

const { i32, i64 } = Kinds
const kindOf = (wide: boolean): 1 | 2 => (wide ? i64 : i32)

/** How many bytes or entries: mostly few, at times more than one tick moves. */
function amount(w: Writer, most: number): number {
  const way = w.r.below(12)
  if (way === 0) return 0
  if (way === 1) return most
  if (way === 2) return w.r.below(most + 1)
  return Math.min(most, w.r.below(w.r.pick([4, 40, 400])))
}

function memoryRow(name: string, emit: (w: Writer, number: number) => boolean): [string, Emit] {
  const pick: Emit = (w) =>
    w.shape.memories.length > 0 && emit(w, w.r.below(w.shape.memories.length))
  return [name, pick]
}

function tableRow(name: string, emit: (w: Writer, number: number) => boolean): [string, Emit] {
  const pick: Emit = (w) => w.shape.tables.length > 0 && emit(w, w.r.below(w.shape.tables.length))
  return [name, pick]
}

function pushAmount(w: Writer, wide: boolean, size: number): void {
  if (w.reckless && w.r.chance(0.5)) push(w, kindOf(wide))
  else if (size > 0 && w.r.chance(0.3)) pushBelow(w, kindOf(wide), size + 1)
  else pushNumber(w, kindOf(wide), size)
}

const narrower = (a: { wide: boolean }, b: { wide: boolean }): boolean => a.wide && b.wide
const bytesOf = ({ pages }: MemoryShape): number => pages * 65_536

/** Where entries may be written: an index with `count` entries after it. */
function pushSlot(w: Writer, table: TableShape, count: number): void {
  pushIndex(
    w,
    table,
    table.callable.length,
    Math.max(table.callable.length, table.size - count) + 1,
  )
}
const freeEntries = ({ size, callable }: TableShape): number => size - callable.length

/**
 * The initial content of segment 0 of a fitting kind may be gone: only the others are copied from.
 */
function segment(w: Writer, kind: number | null): number {
  const list = kind === null ? w.shape.data : w.shape.elements
  const fitting = [...list.keys()].filter((at) => kind === null || list[at].kind === kind)
  return fitting.length === 0 ? -1 : w.r.pick(fitting)
}

export const bulkInstructions: readonly (readonly [string, Emit])[] = [
  memoryRow('memory.size', (w, number) => {
    w.op('memory.size', [number], 0, [kindOf(w.shape.memories[number].wide)])
    return true
  }),
  memoryRow('memory.grow', (w, number) => {
    const kind = kindOf(w.shape.memories[number].wide)
    if (w.r.chance(0.2)) push(w, kind)
    else pushNumber(w, kind, w.r.pick([0, 0, 1, 1, 2]))
    w.op('memory.grow', [number], 1, [kind])
    return true
  }),
  memoryRow('memory.fill', (w, number) => {
    const memory = w.shape.memories[number]
    const size = amount(w, bytesOf(memory))
    pushAddress(w, memory, size, 0)
    push(w, i32)
    pushAmount(w, memory.wide, size)
    w.op('memory.fill', [number], 3)
    return true
  }),
  memoryRow('memory.copy', (w, number) => {
    const to = w.shape.memories[number]
    const other = w.r.chance(0.6) ? number : w.r.below(w.shape.memories.length)
    const from = w.shape.memories[other]
    const size = amount(w, Math.min(bytesOf(to), bytesOf(from)))
    pushAddress(w, to, size, 0)
    pushAddress(w, from, size, 0)
    pushAmount(w, narrower(to, from), size)
    w.op('memory.copy', [number, other], 3)
    return true
  }),
  memoryRow('memory.init', (w, number) => {
    const at = segment(w, null)
    if (at < 0) return false
    const memory = w.shape.memories[number]
    const { length, droppable } = w.shape.data[at]
    const size = droppable ? 0 : amount(w, Math.min(bytesOf(memory), length))
    pushAddress(w, memory, size, 0)
    if (droppable) w.i32(0)
    else pushBelow(w, i32, length - size + 1)
    pushAmount(w, false, size)
    w.op('memory.init', [at, number], 3)
    return true
  }),
  tableRow('table.size', (w, number) => {
    w.op('table.size', [number], 0, [kindOf(w.shape.tables[number].wide)])
    return true
  }),
  tableRow('table.grow', (w, number) => {
    const { kind, wide } = w.shape.tables[number]
    push(w, kind)
    if (w.r.chance(0.2)) pushNumber(w, kindOf(wide), interesting.int32(w.r))
    else pushNumber(w, kindOf(wide), w.r.pick([0, 0, 1, 3]))
    w.op('table.grow', [number], 2, [kindOf(wide)])
    return true
  }),
  tableRow('table.fill', (w, number) => {
    const table = w.shape.tables[number]
    const count = amount(w, freeEntries(table))
    pushSlot(w, table, count)
    push(w, table.kind)
    pushAmount(w, table.wide, count)
    w.op('table.fill', [number], 3)
    return true
  }),
  tableRow('table.copy', (w, number) => {
    const { tables } = w.shape
    const to = tables[number]
    const fitting = [...tables.keys()].filter((at) => tables[at].kind === to.kind)
    const other = w.r.pick(fitting)
    const from = tables[other]
    const count = amount(w, Math.min(freeEntries(to), from.size))
    pushSlot(w, to, count)
    pushIndex(w, from, 0, from.size - count + 1)
    pushAmount(w, narrower(to, from), count)
    w.op('table.copy', [number, other], 3)
    return true
  }),
  tableRow('table.init', (w, number) => {
    const table = w.shape.tables[number]
    const at = segment(w, table.kind)
    if (at < 0) return false
    const { length, droppable } = w.shape.elements[at]
    const count = droppable ? 0 : amount(w, Math.min(freeEntries(table), length))
    pushSlot(w, table, count)
    if (droppable) w.i32(0)
    else pushBelow(w, i32, length - count + 1)
    pushAmount(w, false, count)
    w.op('table.init', [at, number], 3)
    return true
  }),
]
