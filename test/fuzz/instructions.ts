// One instruction of any row with its operands, such that it verifies, and mostly such that it does
// not trap.
import type { Row } from '../../src/isa/row.ts'
import { syscalls } from '../../src/isa/syscalls.ts'
import { parseSignature } from '../../src/isa/table.ts'
import { HEAP_INDEX, Heap, type Kind, Kinds, kindNames, refType } from '../../src/isa/types.ts'
import { lanesByCode } from '../../src/isa/verify/verify-effects.ts'
import { bulkInstructions } from './bulk.ts'
import * as interesting from './interesting.ts'
import {
  effectOf,
  push,
  pushAddress,
  pushAll,
  pushBelow,
  pushConst,
  pushI31,
  pushIndex,
  pushMissing,
} from './operands.ts'
import { allKinds, type Writer } from './writer.ts'

const { i32, i64, f32, v128, funcref, externref, exnref, anyref } = Kinds
const references: readonly Kind[] = [funcref, externref, exnref, anyref]

/** Gives false where the program has nothing that the row needs. */
export type Emit = (w: Writer) => boolean

/**
 * Rows whose effect depends on more than their signature, but for those of control (constructs.ts).
 */
export const special: ReadonlyMap<string, Emit> = new Map<string, Emit>([
  ['drop', drop],
  [
    'select',
    (w) => {
      const kind = w.r.pick(allKinds.filter((one) => one !== v128))
      pushMissing(w, [kind, kind, i32])
      w.op('select', [], 3, [kind])
      return true
    },
  ],
  [
    'local.get',
    (w) => {
      w.get(w.r.below(w.locals.length))
      return true
    },
  ],
  [
    'local.set',
    (w) => {
      const local = settable(w)
      w.set(local)
      return true
    },
  ],
  [
    'local.tee',
    (w) => {
      w.op('local.tee', [settable(w)])
      return true
    },
  ],
  ['global.get', (w) => global(w, false)],
  ['global.set', (w) => global(w, true)],
  ...table('table.get', (w, number) => {
    const { kind, size } = w.shape.tables[number]
    pushIndex(w, w.shape.tables[number], 0, w.reckless ? size * 2 : size)
    w.op('table.get', [number], 1, [kind])
  }),
  ...table('table.set', (w, number) => {
    const { kind, callable, size } = w.shape.tables[number]
    pushIndex(w, w.shape.tables[number], callable.length, w.reckless ? size * 2 : size)
    push(w, kind)
    w.op('table.set', [number], 2)
  }),
  [
    'ref.null',
    (w) => {
      const kind = w.r.pick(references)
      w.op('ref.null', [kind], 0, [kind])
      return true
    },
  ],
  [
    'ref.func',
    (w) => {
      w.op('ref.func', [w.r.below(w.shape.functions.length)], 0, [funcref])
      return true
    },
  ],
  [
    'ref.is_null',
    (w) => {
      pushMissing(w, [w.r.pick(references)])
      w.op('ref.is_null', [], 1, [i32])
      return true
    },
  ],
  [
    'ref.as_non_null',
    (w) => {
      const kind = pushNonNull(w)
      w.op('ref.as_non_null', [], 1, [kind])
      return true
    },
  ],
  ['i31.get_s', (w) => i31(w, 'i31.get_s')],
  ['i31.get_u', (w) => i31(w, 'i31.get_u')],
  [
    'ref.test',
    (w) => {
      const kind = w.r.pick(references)
      push(w, kind)
      w.op('ref.test', [castType(w, kind)], 1, [i32])
      return true
    },
  ],
  ['ref.cast', cast],
  ['sys', sys],
  [
    'data.drop',
    (w) => {
      const fitting = [...w.shape.data.keys()].filter((at) => w.shape.data[at].droppable)
      if (fitting.length > 0) w.op('data.drop', [w.r.pick(fitting)])
      return fitting.length > 0
    },
  ],
  [
    'elem.drop',
    (w) => {
      const { elements } = w.shape
      const fitting = [...elements.keys()].filter((at) => elements[at].droppable)
      if (fitting.length > 0) w.op('elem.drop', [w.r.pick(fitting)])
      return fitting.length > 0
    },
  ],
  ...bulkInstructions,
])

/** Any row but those of control. */
export function emitRow(w: Writer, row: Row): boolean {
  const emit = special.get(row.name)
  if (emit !== undefined) return emit(w)
  if (row.name.startsWith('far.')) return far(w, row)
  if (row.access !== undefined) return access(w, row)
  if (row.name.endsWith('.const')) {
    pushConst(w, kindNames.indexOf(row.name.slice(0, -6)) as Kind)
    return true
  }
  if (row.traps.length > 0) return guarded(w, row)
  const { pops, pushes } = effectOf(row.name)
  pushMissing(w, pops)
  w.op(row.name, immediates(w, row), pops.length, pushes)
  return true
}

function immediates(w: Writer, row: Row): number[] {
  const { r } = w
  if (row.imm.includes('lane')) return [r.below(lanesByCode[row.code])]
  if (!row.imm.includes('shuffle')) return []
  return Array.from({ length: 4 }, () => r.next() & 0x1f1f1f1f)
}

function drop(w: Writer): boolean {
  if (w.free === 0 || w.top() === v128) push(w, w.r.pick([i32, i64, f32, anyref]))
  w.op('drop', [], 1)
  return true
}

/** A local that may be set, with its value on top. */
function settable(w: Writer): number {
  if (w.free > 0) {
    const fitting = w.settable.filter((local) => w.locals[local] === w.top())
    if (fitting.length > 0) return w.r.pick(fitting)
  }
  const local = w.r.pick(w.settable)
  push(w, w.locals[local])
  return local
}

function global(w: Writer, sets: boolean): boolean {
  const { globals, fuel, pass } = w.shape
  const fitting = [...globals.keys()].filter(
    (at) => !sets || (globals[at].mutable && at !== fuel && at !== pass),
  )
  if (fitting.length === 0) return false
  const number = w.r.pick(fitting)
  const { kind } = globals[number]
  if (sets) {
    pushMissing(w, [kind])
    w.op('global.set', [number], 1)
  } else w.op('global.get', [number], 0, [kind])
  return true
}

/** For rows of tables: picks one that has entries free to use. */
function table(name: string, emit: (w: Writer, number: number) => void): [string, Emit][] {
  return [
    [
      name,
      (w) => {
        const { tables } = w.shape
        const fitting = [...tables.keys()].filter(
          (at) => tables[at].size > tables[at].callable.length,
        )
        if (fitting.length === 0) return false
        emit(w, w.r.pick(fitting))
        return true
      },
    ],
  ]
}

function pushNonNull(w: Writer): Kind {
  const kind = w.r.pick([funcref, externref, anyref] as const)
  if (w.reckless) push(w, kind)
  else if (kind === funcref) {
    w.op('ref.func', [w.r.below(w.shape.functions.length)], 0, [funcref])
  } else {
    pushI31(w)
    if (kind === externref) w.op('extern.convert_any', [], 1, [externref])
  }
  return kind
}

function i31(w: Writer, name: string): boolean {
  if (w.reckless) push(w, anyref)
  else if (w.free === 0 || w.top() !== anyref || w.r.chance(0.7)) pushI31(w)
  else {
    // What the stack has where it is an i31; another reference would trap, or be read as one.
    const local = w.temporary(anyref)
    w.set(local)
    const end = w.label(w.stack.length, [anyref])
    w.get(local)
    w.get(local)
    w.op('ref.test', [refType(Heap.i31, false)], 1, [i32])
    w.op('jump_if', [end.label, 1], 1)
    w.dropTop()
    pushI31(w)
    w.place(end)
  }
  w.op(name, [], 1, [i32])
  return true
}

export function castType(w: Writer, kind: Kind): number {
  const { r } = w
  const nullable = r.chance(0.5)
  switch (kind) {
    case funcref:
      if (r.chance(0.6)) return refType(HEAP_INDEX + r.below(w.shape.types.length), nullable)
      return refType(r.pick([Heap.func, Heap.nofunc]), nullable)
    case externref:
      return refType(r.pick([Heap.extern, Heap.noextern]), nullable)
    case exnref:
      return refType(r.pick([Heap.exn, Heap.noexn]), nullable)
    default:
      return refType(
        r.pick([Heap.any, Heap.eq, Heap.i31, Heap.struct, Heap.array, Heap.none]),
        nullable,
      )
  }
}

/** A cast that holds: to the top type, or after a test. */
function cast(w: Writer): boolean {
  const kind = w.r.pick(references)
  const type = castType(w, kind)
  const top = [Heap.func, Heap.extern, Heap.exn, Heap.any][kind - funcref]
  pushMissing(w, [kind])
  if (w.reckless || w.r.chance(0.3)) {
    w.op('ref.cast', [w.reckless ? type : refType(top, true)])
    return true
  }
  const local = w.newLocal(kind)
  const end = w.label(w.stack.length, [])
  w.op('local.tee', [local])
  w.get(local)
  w.op('ref.test', [type], 1, [i32])
  w.op('jump_unless', [end.label, 0], 1)
  w.op('ref.cast', [type])
  w.place(end)
  return true
}

/** Rows that trap for some operands: here mostly not for these. */
function guarded(w: Writer, row: Row): boolean {
  const { pops, pushes } = effectOf(row.name)
  if (w.reckless) pushAll(w, pops)
  else if (row.name.includes('trunc')) {
    if (w.r.chance(0.5)) {
      pushBelow(w, i32, 0x7fffff00)
      const to = kindNames[pops[0]]
      w.op(`${to}.convert_i32_u`, [], 1, [pops[0]])
    } else pushSmallFloat(w, pops[0])
  } else {
    pushMissing(w, [pops[0]])
    const kind = pops[1]
    push(w, kind)
    const name = kindNames[kind]
    pushMask(w, kind)
    w.op(`${name}.and`, [], 2, [kind])
    if (kind === i64) w.i64(1n)
    else w.i32(1)
    w.op(`${name}.or`, [], 2, [kind])
  }
  w.op(row.name, [], pops.length, pushes)
  return true
}

function pushMask(w: Writer, kind: Kind): void {
  if (kind === i64) w.i64(w.r.pick([0x7fffffffffffffffn, 0xffffn, 0x7fffffffffn]))
  else w.i32(w.r.pick([0x7fffffff, 0xff, 0xffff]))
}

function pushSmallFloat(w: Writer, kind: Kind): void {
  const value = w.r.pick([0, -0, 0.5, -0.5, 0.99, 1, 3.75, 65535.5, 2147483520])
  if (kind === f32) {
    w.op('f32.const', [new Int32Array(Float32Array.of(value).buffer)[0]], 0, [f32])
  } else {
    w.const64('f64.const', new BigInt64Array(Float64Array.of(value).buffer)[0])
    w.stack.push(kind)
  }
}

function access(w: Writer, row: Row): boolean {
  const { r, shape } = w
  if (shape.memories.length === 0 || row.access === undefined) return false
  const number = r.chance(0.6) ? 0 : r.below(shape.memories.length)
  const memory = shape.memories[number]
  const { sizeBytes } = row.access
  const most = memory.pages * 65_536 - sizeBytes
  const offset = r.pick([0, 0, 0, r.below(64), r.below(most), 65_536 - r.below(sizeBytes + 1)])
  const safe = Math.min(offset, most)
  const { pops, pushes } = parseSignature(row.sig as string)
  const values = pops.slice(1) as Kind[]
  // The value is what the stack has: it moves over the address by a local.
  const saved = values.length === 1 && w.free > 0 && w.top() === values[0] ? values[0] : null
  const local = saved === null ? -1 : w.temporary(saved)
  if (saved !== null) w.set(local)
  pushAddress(w, memory, sizeBytes, safe)
  if (saved !== null) w.get(local)
  else pushAll(w, values)
  const far = w.reckless && r.chance(0.3)
  const high = far && memory.wide ? r.pick([0, 1, 0x7fffffff, -1]) : 0
  const low = far ? interesting.int32(r) : safe
  const imm = [number, low, high, ...immediates(w, row)]
  w.op(row.name, imm, pops.length, pushes as Kind[])
  return true
}

/** A far access: shard, offset, value. */
function far(w: Writer, row: Row): boolean {
  const { r } = w
  const { shards } = w.shape
  if (shards.length === 0 || row.access === undefined) return false
  const shard = r.below(shards.length)
  if (w.reckless && r.chance(0.5)) push(w, i64)
  else w.i64(BigInt(shard))
  pushAddress(w, { wide: true, pages: shards[shard] }, row.access.sizeBytes, 0)
  const { pops, pushes } = effectOf(row.name)
  if (pops.length === 3) push(w, i64)
  w.op(row.name, [], pops.length, pushes)
  return true
}

const calm = ['read', 'write', 'sleep', 'entropy_probe', 'clock']

function sys(w: Writer): boolean {
  const { r } = w
  const call = w.reckless ? r.pick(syscalls) : syscalls.find(({ name }) => name === r.pick(calm))
  if (call === undefined) return false
  const usesMemory = ['read', 'write', 'beam_emit'].includes(call.name)
  if (usesMemory && w.shape.memories.length === 0) return false
  const { pops, pushes } = parseSignature(call.sig)
  if (usesMemory) {
    w.i32(r.range(0, 3))
    const size = r.pick([0, 1, 7, 64])
    pushAddress(w, { wide: true, pages: w.shape.memories[0].pages }, size, 0)
    w.i64(BigInt(size))
  } else if (call.name === 'sleep') w.i64(BigInt(r.below(1000)))
  else pushAll(w, pops as Kind[])
  w.op('sys', [call.number], pops.length, pushes as Kind[])
  return true
}
