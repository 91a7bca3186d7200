// Calls: inside the module, through a table, and of the wall.
import { frameWords } from '../isa/facts.ts'
import { type Kind, Kinds, wordsOf } from '../isa/types.ts'
import type { Body } from './body.ts'
import { ARGUMENTS_AT } from './context.ts'
import { emitCatches } from './exceptions.ts'
import { hostType } from './host-types.ts'
import { load, sizeOf } from './memory-code.ts'
import type { Value } from './operands.ts'
import { SiteKind, SlotForm } from './sites.ts'

export function emitCall(body: Body, pc: number, at: number): void {
  const fn = body.source.def.code.imm[at]
  const { shape, places } = body.draft
  const type = shape.functionTypes[fn]
  if (fn < shape.importedFunctions) return callWall(body, pc, fn, type)
  if (body.leafTicks(pc) > 0) return callLeaf(body, pc, fn, type)
  callWith(body, pc, type, null, () => {
    if (places.firstFunction >= 0) return body.out.op1(0x10, places.firstFunction + fn)
    body.i32(fn)
    body.out.op1(0x11, body.draft.guestType(type))
    body.out.uleb(places.all)
  })
}

/** A call like any operation: nothing is tested, and its ticks are known. */
function callLeaf(body: Body, pc: number, fn: number, type: number): void {
  const { operands, out, draft } = body
  const { length } = draft.shape.paramKinds[type]
  operands.exactTop(length)
  const start = operands.take(length)
  out.op1(0x10, draft.leaf(fn))
  body.pending += body.leafTicks(pc)
  for (const kind of draft.shape.resultKinds[type]) operands.push(kind, start)
}

export function emitCallIndirect(body: Body, pc: number, at: number): void {
  const { operands, out, draft } = body
  const { imm } = body.source.def.code
  const type = imm[at]
  const table = imm[at + 1]
  const { shape } = draft
  if (!shape.plainTypes[type] || shape.wideTables[table]) return leaveCall(body, pc, type, 1)
  if (!operands.isNamed(operands.peek()) || draft.variant.checked) operands.flush()
  if (draft.variant.checked) {
    testEntry(body, table, draft.guestType(type))
    body.unlikely(() => body.exitAt(pc, 1))
  }
  const index = operands.pop()
  callWith(body, pc, type, index, () => {
    operands.read(index)
    out.op1(0x11, draft.guestType(type))
    out.uleb(table)
  })
}

/** Leaves on the host's stack whether the table's entry cannot be called with the type. */
function testEntry(body: Body, table: number, type: number): void {
  const { operands, out } = body
  const index = operands.peek()
  operands.read(index)
  out.u8(0xfc)
  out.uleb(0x10)
  out.uleb(table)
  out.u8(0x4f)
  out.u8(0x04)
  out.u8(0x7f)
  body.i32(1)
  out.u8(0x05)
  operands.read(index)
  out.op1(0x25, table)
  out.u8(0xfb)
  out.uleb(0x14)
  out.sleb(type)
  out.u8(0x45)
  out.u8(0x0b)
}

/** A call that the interpreter executes. What follows is not reached. */
function leaveCall(body: Body, pc: number, type: number, more: number): void {
  const { operands, draft } = body
  body.leaveTo(pc)
  const params = draft.shape.paramKinds[type]
  operands.values.length -= params.length + more
  for (const kind of draft.shape.resultKinds[type]) operands.pushConstant(kind, 0, 0)
  body.pending = 0
}

function callWith(
  body: Body,
  pc: number,
  type: number,
  index: Value | null,
  call: () => void,
): void {
  const { operands, out, draft } = body
  const params = draft.shape.paramKinds[type]
  operands.exactTop(params.length)
  const below = operands.values.slice(0, operands.values.length - params.length)
  if (below.some((value) => !operands.isNamed(value))) operands.flush()
  operands.take(params.length)
  body.fuelNow()
  out.op1(0x20, body.room)
  call()
  out.op1(0x21, body.fuel)
  body.pending = 0
  finish(body, pc, draft.shape.resultKinds[type], index, null)
}

/** Results go to their slots (from the host's stack or the context); the fuel is tested. */
function finish(
  body: Body,
  pc: number,
  results: readonly Kind[],
  index: Value | null,
  context: number | null,
): void {
  const { operands, out, locals } = body
  const height = operands.words
  let word = height
  const slots = results.map((kind) => {
    const slot = locals.slot(word, hostType(kind))
    word += wordsOf(kind)
    return slot
  })
  if (context === null) for (let k = results.length - 1; k >= 0; k--) out.op1(0x21, slots[k])
  else {
    let offset = ARGUMENTS_AT
    results.forEach((kind, k) => {
      body.i32(0)
      load(out, hostType(kind), context, offset)
      out.op1(0x21, slots[k])
      offset += sizeOf(hostType(kind))
    })
  }
  results.forEach((kind, k) => {
    operands.pushLocal(kind, slots[k])
  })
  body.ifSpent(body.reserveBehind(pc), () => {
    emitCatches(body)
    const values = [...body.liveValues(pc), ...body.operandValues()]
    if (index !== null) {
      const read = (): void => operands.read(index)
      values.push({
        type: hostType(Kinds.i32),
        slot: SlotForm.index,
        read,
        local: operands.localOf(index),
      })
    }
    body.exit(SiteKind.call, pc + 1, values, word - height)
  })
}

/** Arguments and results go through the context: the host's function takes none of them. */
function callWall(body: Body, pc: number, fn: number, type: number): void {
  const { operands, out, draft, context } = body
  const params = draft.shape.paramKinds[type]
  operands.exactTop(params.length)
  body.toContext(params.length)
  operands.values.length -= params.length
  body.i32(fn)
  body.fuelNow()
  out.op1(0x10, draft.places.wall)
  out.op1(0x21, body.fuel)
  body.pending = 0
  finish(body, pc, draft.shape.resultKinds[type], null, context)
}

/**
 * Calls in place of this frame. A callee that does not fit the stack is left to the interpreter,
 * which traps while this frame is still there.
 */
export function emitReturnCall(body: Body, pc: number, at: number): void {
  const { operands, out, draft, source } = body
  const fn = source.def.code.imm[at]
  const { shape, places } = draft
  const defined = fn - shape.importedFunctions
  const elsewhere = source.entries !== null || places.firstFunction < 0
  if (defined < 0 || elsewhere) return body.leaveTo(pc)
  const params = shape.paramKinds[shape.functionTypes[fn]]
  operands.exactTop(params.length)
  operands.flush()
  out.op1(0x20, body.room)
  body.i32(body.frameCost - frameWords(shape.factsOf(defined)))
  out.u8(0x6a)
  body.i32(0)
  out.u8(0x48)
  body.unlikely(() => body.exitAt(pc, 1))
  operands.take(params.length)
  body.fuelNow()
  out.op1(0x20, body.room)
  body.i32(body.frameCost)
  out.u8(0x6a)
  if (places.firstFunction >= 0) return out.op1(0x12, places.firstFunction + fn)
  body.i32(fn)
  out.op1(0x13, draft.guestType(shape.functionTypes[fn]))
  out.uleb(places.all)
}
