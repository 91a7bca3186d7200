// Guest exceptions. To throw is to return: the fuel says that an exception comes up, and the test
// behind each call, which is there anyway, sends it to a handler or further up. The host's own
// exceptions have no part in it.
import type { Handler } from '../isa/program.ts'
import { Kinds, wordsOf } from '../isa/types.ts'
import type { Body } from './body.ts'
import {
  ARGUMENTS_AT,
  SPILL_POINTER_AT,
  SPILL_START_AT,
  THROWN,
  THROWN_BELOW,
  THROWN_REF_AT,
  THROWN_TAG_AT,
} from './context.ts'
import { HostType, hostType } from './host-types.ts'
import { load, memoryAccess, sizeOf, store } from './memory-code.ts'
import { SiteKind } from './sites.ts'

/** throw: the arguments go to the context, where a handler finds them. */
export function emitThrow(body: Body, pc: number, at: number): void {
  const { shape } = body.draft
  const tag = body.source.def.code.imm[at]
  const params = shape.paramKinds[shape.tagTypes[tag]]
  body.operands.exactTop(params.length)
  body.toContext(params.length)
  raise(body, pc, tag)
}

export function emitThrowRef(body: Body, pc: number): void {
  const { operands } = body
  operands.flush()
  throwAgain(body, pc, () => operands.read(operands.peek()))
}

export function emitRethrow(body: Body, pc: number, at: number): void {
  const { operands, out, localOf, source } = body
  operands.flush()
  throwAgain(body, pc, () => out.op1(0x20, localOf[source.def.code.imm[at]]))
}

/** Throws what a reference names; where that is null the interpreter traps. */
function throwAgain(body: Body, pc: number, reference: () => void): void {
  const { out, context } = body
  reference()
  out.u8(0x50)
  body.unlikely(() => body.exitAt(pc, 1))
  body.i32(0)
  reference()
  store(out, HostType.i64, context, THROWN_REF_AT)
  raise(body, pc, -1)
}

function raise(body: Body, pc: number, tag: number): void {
  const { draft, locals, operands, out } = body
  const fuel = locals.temporary(HostType.i32)
  body.i32(tag)
  body.fuelNow()
  out.op1(0x10, draft.places.raise)
  out.op1(0x22, fuel)
  body.i32(THROWN_BELOW)
  out.u8(0x4e)
  body.unlikely(() => body.exitAt(pc, 1))
  out.op1(0x20, fuel)
  out.op1(0x21, body.fuel)
  body.pending = 0
  operands.flush()
  body.onThrow?.()
  body.exit(SiteKind.call, pc + 1, [], 0)
}

/** Behind a call whose fuel is below 0: is it an exception that is caught here? */
export function emitCatches(body: Body): void {
  if (body.onThrow === null) return
  body.out.op1(0x20, body.fuel)
  body.i32(THROWN_BELOW)
  body.out.u8(0x48)
  body.if(body.onThrow)
}

/** Goes to a handler if the exception has its tag: the operands become what its label expects. */
export function ifCaught(body: Body, handler: Handler, goTo: () => void): void {
  const { draft, operands, out, context } = body
  const stack = operands.copy()
  const enter = (): void => {
    toHandler(body, handler)
    goTo()
    operands.restore(stack)
    body.pending = 0
  }
  if (handler.tag < 0) return enter()
  out.op1(0x23, draft.places.firstTag + handler.tag)
  body.i32(0)
  memoryAccess(out, 0x28, context, THROWN_TAG_AT)
  out.u8(0x46)
  body.if(enter)
}

function toHandler(body: Body, { tag, ref, refLocal, label }: Handler): void {
  const { draft, operands, out, context, locals, localOf, source } = body
  const { paramKinds, tagTypes } = draft.shape
  const kinds = tag < 0 ? [] : paramKinds[tagTypes[tag]]
  const given = kinds.reduce((sum, kind) => sum + wordsOf(kind), ref ? 1 : 0)
  const height = source.facts.labelWords[label] - given
  while (operands.words > height) operands.pop()
  operands.settleAll()
  // What records the exception left on its way up are not wanted.
  body.i32(SPILL_POINTER_AT)
  body.i32(0)
  memoryAccess(out, 0x28, context, SPILL_START_AT)
  memoryAccess(out, 0x36, context, 0)
  out.op1(0x20, body.fuel)
  body.i32(THROWN)
  out.u8(0x6a)
  out.op1(0x21, body.fuel)
  let offset = ARGUMENTS_AT
  for (const kind of kinds) {
    const type = hostType(kind)
    body.i32(0)
    load(out, type, context, offset)
    offset += sizeOf(type)
    const slot = locals.slot(operands.words, type)
    out.op1(0x21, slot)
    operands.pushLocal(kind, slot)
  }
  if (ref) {
    const slot = locals.slot(operands.words, HostType.i64)
    body.i32(0)
    load(out, HostType.i64, context, THROWN_REF_AT)
    out.op1(0x21, slot)
    operands.pushLocal(Kinds.exnref, slot)
  }
  if (refLocal < 0) return
  body.i32(0)
  load(out, HostType.i64, context, THROWN_REF_AT)
  out.op1(0x21, localOf[refLocal])
}
