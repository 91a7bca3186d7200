// Operands: values of a wanted kind, by constants, locals, globals and small expressions; addresses
// that hold.
import { parseSignature, table } from '../../src/isa/table.ts'
import { type Kind, Kinds, kindNames } from '../../src/isa/types.ts'
import * as interesting from './interesting.ts'
import type { MemoryShape, TableShape } from './shape.ts'
import type { Writer } from './writer.ts'

const { i32, i64, f32, f64, v128, funcref, externref, exnref, anyref } = Kinds

/** Pure rows that cannot trap, by the kind they give; vectors alike. */
const harmless: ReadonlyMap<Kind, readonly string[]> = new Map(
  [i32, i64, f32, f64, v128].map((kind) => [
    kind,
    table
      .filter((row) => row.traps.length === 0 && row.imm.length === 0 && row.sig !== null)
      .filter((row) => row.pure !== undefined || row.lanes !== undefined)
      .filter((row) => parseSignature(row.sig as string).pushes[0] === kind)
      .map((row) => row.name),
  ]),
)
const signatures = new Map(
  table.flatMap((row) => (row.sig === null ? [] : [[row.name, parseSignature(row.sig)] as const])),
)

/** Kinds that a row without `addr` pops and pushes. */
export function effectOf(name: string): { pops: Kind[]; pushes: Kind[] } {
  const { pops, pushes } = signatures.get(name) as NonNullable<ReturnType<typeof parseSignature>>
  return { pops: pops as Kind[], pushes: pushes as Kind[] }
}

export function pushConst(w: Writer, kind: Kind): void {
  const { r } = w
  switch (kind) {
    case i32:
      return w.i32(interesting.int32(r))
    case i64:
      return w.i64(interesting.int64(r))
    case f32:
      return w.op('f32.const', [interesting.float32(r)], 0, [f32])
    case f64:
      w.const64('f64.const', interesting.float64(r))
      break
    case v128: {
      const [low, high] = interesting.vector(r)
      w.const64('v128.const', low)
      w.code.push64(high)
      break
    }
    case funcref:
      if (r.chance(0.8)) return w.op('ref.func', [r.below(w.shape.functions.length)], 0, [funcref])
      return w.op('ref.null', [kind], 0, [kind])
    default:
      return w.op('ref.null', [kind], 0, [kind])
  }
  w.stack.push(kind)
}

/** Pushes a value of the kind. */
export function push(w: Writer, kind: Kind): void {
  const { r } = w
  const way = r.below(10)
  if (way < 4 && pushLocal(w, kind)) return
  if (way < 5 && pushGlobal(w, kind)) return
  if (way < 8 && w.depth < 3) {
    w.depth++
    const done = pushExpression(w, kind)
    w.depth--
    if (done) return
  }
  pushConst(w, kind)
}

export function pushAll(w: Writer, kinds: readonly Kind[]): void {
  for (const kind of kinds) push(w, kind)
}

/** Pushes what is missing: the topmost values that fit already are used as they are. */
export function pushMissing(w: Writer, kinds: readonly Kind[]): void {
  let have = Math.min(kinds.length, w.free)
  const fits = (count: number): boolean =>
    kinds.slice(0, count).every((kind, at) => w.stack[w.stack.length - count + at] === kind)
  while (have > 0 && !fits(have)) have--
  pushAll(w, kinds.slice(have))
}

function pushLocal(w: Writer, kind: Kind): boolean {
  const locals = [...w.locals.keys()].filter((index) => w.locals[index] === kind)
  if (locals.length === 0) return false
  w.get(w.r.pick(locals))
  return true
}

function pushGlobal(w: Writer, kind: Kind): boolean {
  const { globals } = w.shape
  const fitting = [...globals.keys()].filter((index) => globals[index].kind === kind)
  if (fitting.length === 0) return false
  w.op('global.get', [w.r.pick(fitting)], 0, [kind])
  return true
}

function pushExpression(w: Writer, kind: Kind): boolean {
  switch (kind) {
    case funcref:
      return pushEntry(w, kind)
    case externref:
      push(w, anyref)
      w.op('extern.convert_any', [], 1, [kind])
      return true
    case anyref:
      if (w.r.chance(0.3)) {
        push(w, externref)
        w.op('any.convert_extern', [], 1, [kind])
      } else pushI31(w)
      return true
    case exnref:
      return pushEntry(w, kind)
    default: {
      const name = w.r.pick(harmless.get(kind) as readonly string[])
      const { pops, pushes } = effectOf(name)
      pushAll(w, pops)
      w.op(name, [], pops.length, pushes)
      return true
    }
  }
}

export function pushI31(w: Writer): void {
  push(w, i32)
  w.op('ref.i31', [], 1, [anyref])
}

/** A table's entry of the kind. */
function pushEntry(w: Writer, kind: Kind): boolean {
  const { tables } = w.shape
  const fitting = [...tables.keys()].filter((at) => tables[at].kind === kind && tables[at].size > 0)
  if (fitting.length === 0) return false
  const number = w.r.pick(fitting)
  pushIndex(w, tables[number], 0, tables[number].size)
  w.op('table.get', [number], 1, [kind])
  return true
}

/** An index of low to high - 1, as the table addresses. */
export function pushIndex(w: Writer, table: TableShape, low: number, high: number): void {
  pushBelow(w, table.wide ? i64 : i32, high - low)
  if (low === 0) return
  pushNumber(w, table.wide ? i64 : i32, low)
  w.op(table.wide ? 'i64.add' : 'i32.add', [], 2, [table.wide ? i64 : i32])
}

/** A number of 0 to limit - 1, of kind i32 or i64. */
export function pushBelow(w: Writer, kind: Kind, limit: number): void {
  if (w.r.chance(0.4)) return pushNumber(w, kind, w.r.below(limit))
  push(w, kind)
  pushNumber(w, kind, limit)
  w.op(`${kindNames[kind]}.rem_u`, [], 2, [kind])
}

export function pushNumber(w: Writer, kind: Kind, value: number): void {
  if (kind === i64) w.i64(BigInt(value))
  else w.i32(value | 0)
}

/**
 * An address such that `sizeBytes` from it on, with `offset`, lie in the memory; often near a
 * page's edge.
 */
export function pushAddress(
  w: Writer,
  memory: MemoryShape,
  sizeBytes: number,
  offset: number,
): void {
  const { r } = w
  const kind = memory.wide ? i64 : i32
  if (w.reckless) return push(w, kind)
  const limit = memory.pages * 65_536 - sizeBytes - offset
  const way = r.below(10)
  if (way < 3) return pushNumber(w, kind, r.below(Math.min(limit + 1, 256)))
  if (way < 5) {
    const edge = r.range(1, memory.pages) * 65_536 - offset - r.range(0, sizeBytes + 2)
    return pushNumber(w, kind, Math.max(0, Math.min(limit, edge)))
  }
  if (way < 6) return pushNumber(w, kind, r.below(limit + 1))
  // The highest power of two that is not above the limit, less 1, is a mask.
  push(w, kind)
  pushNumber(w, kind, r.chance(0.5) ? 0xff : 2 ** Math.floor(Math.log2(limit)) - 1)
  w.op(memory.wide ? 'i64.and' : 'i32.and', [], 2, [kind])
}
