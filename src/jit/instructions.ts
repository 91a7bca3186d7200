// Emits the instructions that do not end a block, by row.

import type { Row } from '../isa/row.ts'
import { rowByCode, table } from '../isa/table.ts'
import { type Kind, Kinds } from '../isa/types.ts'
import { emitAccess } from './accesses.ts'
import type { Body } from './body.ts'
import { emitBulk, emitGrow } from './bulk.ts'
import { emitCall, emitCallIndirect, emitReturnCall } from './calls.ts'
import { emitRethrow, emitThrow, emitThrowRef } from './exceptions.ts'
import { isLeft } from './graph.ts'
import { HostType } from './host-types.ts'
import { Float, type Operation, operations } from './operations.ts'
import { testOperands } from './trap-tests.ts'

type Emit = (body: Body, pc: number, at: number) => void

const kindOfConstant: Readonly<Record<string, Kind>> = {
  'i32.const': Kinds.i32,
  'i64.const': Kinds.i64,
  'f32.const': Kinds.f32,
  'f64.const': Kinds.f64,
}

const named: Readonly<Record<string, Emit>> = {
  nop: () => {},
  unreachable: (body, pc) => body.leaveTo(pc),
  return: (body) => body.leave(),
  drop: ({ operands }) => operands.drop(),
  drop_v128: ({ operands }) => operands.drop(),
  select,
  select_v128: select,
  'local.get': ({ operands, localOf, source }, _, at) => {
    const local = source.def.code.imm[at]
    const kind = source.facts.localKinds[local] as Kind
    operands.pushLocal(kind, localOf[local], source.rawLocals[local])
  },
  'local.set': (body, _, at) => setLocal(body, body.source.def.code.imm[at]),
  'local.tee': (body, _, at) => {
    const local = body.source.def.code.imm[at]
    const { kind } = body.operands.peek()
    setLocal(body, local)
    body.operands.pushLocal(kind, body.localOf[local], body.source.rawLocals[local])
  },
  'global.get': ({ draft, operands, out, source }, _, at) => {
    const global = source.def.code.imm[at]
    const start = out.length
    out.op1(0x23, draft.places.firstGlobal + global)
    operands.push(draft.shape.globalKinds[global], start)
  },
  'global.set': ({ draft, operands, out, source }, _, at) => {
    operands.exact(0)
    operands.take(1)
    out.op1(0x24, draft.places.firstGlobal + source.def.code.imm[at])
  },
  'memory.size': ({ draft, operands, out, source }, _, at) => {
    const memory = source.def.code.imm[at]
    const start = out.length
    out.op1(0x3f, memory)
    operands.push(draft.shape.wideMemories[memory] ? Kinds.i64 : Kinds.i32, start)
  },
  'memory.grow': emitGrow,
  'memory.copy': emitBulk,
  'memory.fill': emitBulk,
  'v128.const': ({ operands, source }, _, at) => {
    operands.pushVector(source.def.code.imm.subarray(at, at + 4))
  },
  'i8x16.shuffle': ({ operands, out, source }, _, at) => {
    operands.exact(1)
    operands.exact(0)
    const start = operands.take(2)
    out.u8(0xfd)
    out.u8(0x0d)
    for (let word = 0; word < 4; word++) out.u32(source.def.code.imm[at + word])
    operands.push(Kinds.v128, start)
  },
  'ref.null': ({ operands, source }, _, at) => {
    operands.pushConstant(source.def.code.imm[at] as Kind, 0, 0)
  },
  'ref.is_null': ({ operands, out }) => {
    const start = operands.take(1)
    out.u8(0x50)
    operands.push(Kinds.i32, start)
  },
  'ref.func': (body, pc, at) => {
    const { draft, operands, out, source } = body
    const fn = source.def.code.imm[at]
    if (fn < draft.shape.importedFunctions) {
      // It is another instance's, by its number there.
      body.leaveTo(pc)
      return operands.pushConstant(Kinds.funcref, 0, 0)
    }
    const start = out.length
    out.op1(0x23, draft.places.instanceGlobal)
    out.u8(0x42)
    out.sleb(fn)
    out.u8(0x84)
    operands.push(Kinds.funcref, start)
  },
  throw: emitThrow,
  throw_ref: emitThrowRef,
  rethrow: emitRethrow,
  call: emitCall,
  call_indirect: emitCallIndirect,
  return_call: emitReturnCall,
}

function makeEmits(): (Emit | undefined)[] {
  const list: (Emit | undefined)[] = new Array(0x800).fill(undefined)
  for (const row of table) list[row.code] = emitOf(row)
  return list
}

function emitOf(row: Row): Emit | undefined {
  if (isLeft(row.code)) return (body, pc) => body.leaveTo(pc)
  if (named[row.name] !== undefined) return named[row.name]
  const kind = kindOfConstant[row.name]
  if (kind !== undefined) return constant(kind)
  if (row.access !== undefined) return emitAccess(row)
  const operation = operations[row.code]
  if (operation !== undefined) return emitOperation(operation)
  return relaxedMultiplyAdd(row)
}

function constant(kind: Kind): Emit {
  const wide = kind === Kinds.i64 || kind === Kinds.f64
  return ({ operands, source }, _, at) => {
    const { imm } = source.def.code
    operands.pushConstant(kind, imm[at], wide ? imm[at + 1] : 0)
  }
}

function emitOperation(operation: Operation): Emit {
  const { bytes, pops, pushes, takes, gives, hasLane, traps } = operation
  const count = pops.length
  return (body, pc, at) => {
    const { operands, out } = body
    for (let depth = count - 1; depth >= 0; depth--) {
      const { raw } = operands.peek(depth)
      if (raw !== Float.exact && raw !== takes) operands.exact(depth)
    }
    const raw = gives >= 0 ? gives : derived(operands.peek(count - 1).raw, gives)
    if (traps !== null) testOperands(body, pc, operation)
    const start = operands.take(count)
    for (const byte of bytes) out.u8(byte)
    if (hasLane) out.u8(body.source.def.code.imm[at])
    operands.push(pushes, start, raw)
  }
}

/** A lane of a raw vector is raw, as is a vector of raw lanes. */
function derived(raw: number, gives: number): number {
  if (raw === Float.exact || raw === Float.never) return raw === Float.never ? raw : Float.exact
  return gives === -2 ? Float.raw64 : Float.raw
}

/** a * b + c or c - a * b, rounded twice. */
function relaxedMultiplyAdd(row: Row): Emit | undefined {
  const match = /^(f32x4|f64x2)\.relaxed_(n?)madd$/.exec(row.name)
  if (match === null) return undefined
  const wide = match[1] === 'f64x2'
  const [multiply, add, subtract] = wide ? [0xf2, 0xf0, 0xf1] : [0xe6, 0xe4, 0xe5]
  const raw = wide ? Float.raw64 : Float.raw
  return (body) => {
    const { operands, out, locals } = body
    for (let depth = 2; depth >= 0; depth--) {
      const value = operands.peek(depth)
      if (value.raw !== Float.exact && value.raw !== raw) operands.exact(depth)
    }
    const start = operands.take(3)
    const [a, b, c] = [0, 1, 2].map((n) => locals.temporary(HostType.v128, n + 1))
    for (const local of [c, b, a]) out.op1(0x21, local)
    const order = match[2] === 'n' ? [c, a, b] : [a, b, c]
    const vector = (op: number): void => {
      out.u8(0xfd)
      out.uleb(op)
    }
    out.op1(0x20, order[0])
    out.op1(0x20, order[1])
    if (match[2] === 'n') {
      out.op1(0x20, order[2])
      vector(multiply)
      vector(subtract)
    } else {
      vector(multiply)
      out.op1(0x20, order[2])
      vector(add)
    }
    operands.push(Kinds.v128, start, raw)
  }
}

function setLocal(body: Body, local: number): void {
  const { operands, out, localOf, source } = body
  const value = operands.peek()
  if (source.rawLocals[local] === Float.exact) operands.exact(0)
  if (operands.isNamed(value) && value.local === localOf[local] && value.mode === 1) {
    operands.pop()
    return
  }
  operands.guard(localOf[local])
  operands.take(1)
  out.op1(0x21, localOf[local])
}

function select({ operands, out }: Body): void {
  const a = operands.peek(2)
  const b = operands.peek(1)
  const never = Float.never
  let raw: number = Float.exact
  if (a.kind !== Kinds.v128 && a.raw !== Float.exact && b.raw !== Float.exact) {
    raw = a.raw === never && b.raw === never ? never : Float.raw
  } else {
    operands.exact(2)
    operands.exact(1)
  }
  const { kind } = a
  const start = operands.take(3)
  out.u8(0x1b)
  operands.push(kind, start, raw)
}

const emits: readonly (Emit | undefined)[] = makeEmits()

/** Emits the instruction at pc. */
export function emitInstruction(body: Body, pc: number): void {
  const { code } = body.source.def
  const emit = emits[code.op[pc]]
  if (emit === undefined) throw new Error(`no code for ${rowByCode[code.op[pc]]?.name}`)
  emit(body, pc, code.at[pc])
}
