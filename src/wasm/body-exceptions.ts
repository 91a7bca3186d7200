// Exceptions: try_table, throw and throw_ref of WebAssembly 3.0, and the legacy try with its catch
// clauses, delegate and rethrow. Handlers become a table beside the code; entering a try costs
// nothing.
import type { TypeDef } from '../isa/program.ts'
import { EXNREF, Heap, refType, type ValType } from '../isa/types.ts'
import {
  closeBlock,
  endPart,
  jumpToEnd,
  labelOf,
  newLabel,
  openBlock,
  startPart,
} from './body-blocks.ts'
import { readTarget, readTargetDepth } from './body-branches.ts'
import type { Clause, Frame } from './body-frame.ts'
import * as is from './body-frame.ts'
import { op } from './body-operators.ts'
import type { Body } from './body-state.ts'
import { wasmLimits } from './module.ts'

/**
 * Every handler of a try is repeated for every piece of its body, and delegates cut bodies in
 * pieces.
 */
const limitHandlers = 1_000_000
const limitHoles = 1_000_000

const ANY_TAG = -1

function readTag(body: Body): number {
  const tag = body.u32()
  if (tag >= body.module.tagTypes.length) body.place.invalid(`unknown tag ${tag}`, 'a tag')
  return tag
}
const tagType = (body: Body, tag: number): TypeDef => body.types[body.module.tagTypes[tag]]

export function throwTag(body: Body): void {
  const tag = readTag(body)
  body.stack.popAll(tagType(body, tag).params)
  body.emit1(0x08, tag)
  body.stop()
}
export function throwRef(body: Body): void {
  body.stack.pop(EXNREF)
  body.emit(0x0a)
  body.stop()
}

/** The clauses' labels are those around the block. */
export function openTryTable(body: Body): void {
  const outer = body.depth
  const frame = openBlock(body, is.TRY_TABLE)
  const clauses: Clause[] = []
  for (let left = body.reader.count(); left > 0; left--) clauses.push(readClause(body, outer))
  frame.clauses = clauses
}

const EXCEPTION = refType(Heap.exn, false)

function readClause(body: Body, outer: number): Clause {
  const form = body.reader.u8()
  if (form > 3) body.place.malformed(`catch clause ${form}`, 'a catch clause, 0 to 3')
  const tag = form < 2 ? readTag(body) : ANY_TAG
  const frame = readTargetDepth(body, outer)
  const given: ValType[] = tag === ANY_TAG ? [] : [...tagType(body, tag).params]
  const ref = (form & 1) !== 0
  if (ref) given.push(EXCEPTION)
  const types = body.frames[frame].labelTypes
  if (given.length !== types.length || !given.every((t, i) => body.stack.matches(t, types[i]))) {
    body.place.invalid('type mismatch: a catch clause', 'a label that takes what is caught')
  }
  return { tag, ref, frame }
}

/** Before a try_table closes: what its body emitted is now known. */
export function closeTryTable(body: Body): void {
  const frame = body.frames[body.depth]
  const pieces = piecesOf(frame, body.code.length)
  if (pieces.length === 0) return
  for (const { tag, ref, frame: target } of frame.clauses) {
    pushHandlers(body, pieces, tag, ref, labelOf(body, body.frames[target]))
  }
}

/** The ranges of a try body, less those that delegate past it; none is empty. */
function piecesOf(frame: Frame, end: number): number[] {
  const pieces: number[] = []
  let from = frame.start
  const holes = frame.holes ?? []
  const order = Array.from({ length: holes.length / 2 }, (_, i) => 2 * i)
  order.sort((a, b) => holes[a] - holes[b])
  for (const i of order) {
    if (holes[i] > from) pieces.push(from, holes[i])
    from = holes[i + 1]
  }
  if (end > from) pieces.push(from, end)
  return pieces
}

function pushHandlers(
  body: Body,
  pieces: readonly number[],
  tag: number,
  ref: boolean,
  label: number,
): void {
  if (body.handlers.length + pieces.length / 2 > limitHandlers) {
    body.place.overLimit('exception handlers', limitHandlers)
  }
  for (let i = 0; i < pieces.length; i += 2) {
    body.handlers.push({ from: pieces[i], to: pieces[i + 1], tag, ref, refLocal: -1, label })
  }
}

/** A legacy catch clause: ends the part before it and starts the next. */
export function turnCatch(body: Body): void {
  const tag = readTag(body)
  turn(body, is.CATCH, tag, tagType(body, tag).params)
}
export function turnCatchAll(body: Body): void {
  turn(body, is.CATCH_ALL, ANY_TAG, [])
}

function turn(body: Body, kind: number, tag: number, args: readonly ValType[]): void {
  const frame = body.frames[body.depth]
  if (frame.kind !== is.TRY && frame.kind !== is.CATCH) {
    body.place.malformed('a catch outside of a try', 'an instruction or end')
  }
  endPart(body, frame)
  if (frame.kind === is.TRY) frame.pieces = piecesOf(frame, body.code.length)
  jumpToEnd(body, frame)
  frame.kind = kind
  frame.handler = body.handlers.length
  frame.exceptionLocal = -1
  body.reachable = frame.pieces.length > 0
  if (body.reachable) {
    pushHandlers(body, frame.pieces, tag, false, newLabel(body, frame.height, args))
  }
  startPart(body, args)
}

/**
 * Ends a legacy try whose exceptions go on as if thrown directly in the block that the label names:
 * past the handlers in between.
 */
export function delegate(body: Body): void {
  const frame = body.frames[body.depth]
  if (frame.kind !== is.TRY) body.place.malformed('delegate outside of a try', 'an instruction')
  const target = readTargetDepth(body, body.depth - 1)
  const pieces = piecesOf(frame, body.code.length)
  for (let depth = body.depth - 1; depth > target; depth--) {
    const between = body.frames[depth]
    if (between.kind !== is.TRY && between.kind !== is.TRY_TABLE) continue
    body.holes += pieces.length / 2
    if (body.holes > limitHoles) body.place.overLimit('delegated ranges', limitHoles)
    between.holes ??= []
    for (const pc of pieces) between.holes.push(pc)
  }
  closeBlock(body)
}

/**
 * Throws again what an enclosing catch part has caught: its handler keeps that in a hidden local.
 */
export function rethrow(body: Body): void {
  const frame = readTarget(body)
  if (!frame.isCatch) body.place.invalid('invalid rethrow label', 'the label of a catch clause')
  if (body.reachable) body.emit1(op.rethrow, exceptionLocal(body, frame))
  body.stop()
}

function exceptionLocal(body: Body, frame: Frame): number {
  if (frame.exceptionLocal >= 0) return frame.exceptionLocal
  const limit = wasmLimits.locals + body.type.params.length
  if (body.locals.length >= limit) body.place.overLimit('locals', wasmLimits.locals)
  const local = body.locals.push(EXNREF) - 1
  frame.exceptionLocal = local
  const end = frame.handler + frame.pieces.length / 2
  for (let i = frame.handler; i < end; i++) body.handlers[i].refLocal = local
  return local
}
