// Branches, and the references that some of them test.
import { heapOf, I32, isNullable, isRef, refType, type ValType } from '../isa/types.ts'
import { keepOf, labelOf } from './body-blocks.ts'
import type { Frame } from './body-frame.ts'
import { op } from './body-operators.ts'
import type { Body } from './body-state.ts'
import { readHeapType, valTypeName } from './types.ts'

/** The block that a label index read next stands for, counted from block `depth` outwards. */
export function readTarget(body: Body, depth = body.depth): Frame {
  return body.frames[readTargetDepth(body, depth)]
}
export function readTargetDepth(body: Body, depth: number): number {
  const label = body.u32()
  if (label > depth) body.place.invalid(`unknown label ${label}`, `a label up to ${depth}`)
  return depth - label
}

export function branch(body: Body): void {
  const frame = readTarget(body)
  const types = frame.labelTypes
  body.stack.popAll(types)
  if (body.reachable) body.emit2(op.jump, labelOf(body, frame), keepOf(types))
  body.stop()
}

export function branchIf(body: Body): void {
  body.stack.pop(I32)
  const frame = readTarget(body)
  const types = frame.labelTypes
  body.stack.popAll(types)
  body.stack.pushAll(types)
  if (body.reachable) body.emit2(op.jumpIf, labelOf(body, frame), keepOf(types))
}

export function branchTable(body: Body): void {
  const { stack, code, reachable } = body
  stack.pop(I32)
  const count = body.reader.count()
  let frame = readTableTarget(body, null)
  if (reachable) {
    body.start(op.jumpTable)
    code.push(keepOf(frame.labelTypes))
    code.push(count)
    code.push(labelOf(body, frame))
  }
  for (let i = 0; i < count; i++) {
    frame = readTableTarget(body, frame)
    if (reachable) code.push(labelOf(body, frame))
  }
  body.stop()
}

/** Reads one target and checks it against the operands; `before` is a target that fits them. */
function readTableTarget(body: Body, before: Frame | null): Frame {
  const frame = readTarget(body)
  const types = frame.labelTypes
  if (before === null) {
    body.stack.checkTop(types)
    return frame
  }
  const expected = before.labelTypes
  if (types === expected) return frame
  if (types.length !== expected.length) {
    body.place.invalid(
      `type mismatch: a label of ${types.length} values`,
      `${expected.length} values as the others`,
    )
  }
  body.stack.checkTop(types)
  return frame
}

/** The same reference type without null. */
export const nonNull = (type: ValType): ValType =>
  isNullable(type) ? refType(heapOf(type), false) : type

export function branchOnNull(body: Body): void {
  const { stack } = body
  const reference = stack.popReference()
  const frame = readTarget(body)
  const types = frame.labelTypes
  stack.popAll(types)
  stack.pushAll(types)
  stack.push(nonNull(reference))
  if (body.reachable) body.emit2(op.jumpOnNull, labelOf(body, frame), keepOf(types))
}

export function branchOnNonNull(body: Body): void {
  const { stack } = body
  const reference = stack.popReference()
  const frame = readTarget(body)
  const types = frame.labelTypes
  stack.push(nonNull(reference))
  carryReference(body, types)
  stack.popAny()
  if (body.reachable) body.emit2(op.jumpOnNonNull, labelOf(body, frame), keepOf(types))
}

/**
 * Checks what a branch carries, the tested reference on top, and leaves it as the label's types.
 */
function carryReference(body: Body, types: readonly ValType[]): void {
  if (types.length === 0 || !isRef(types[types.length - 1])) {
    body.place.invalid('type mismatch: a label without a reference', 'a reference as last value')
  }
  body.stack.popAll(types)
  body.stack.pushAll(types)
}

/** br_on_cast and, with `fails`, br_on_cast_fail. */
export function branchOnCast(body: Body, fails: boolean): void {
  const { stack, reader, place } = body
  const flags = reader.u8()
  if (flags > 3) place.malformed(`cast flags ${flags}: malformed br_on_cast flags`, '0 to 3')
  const frame = readTarget(body)
  const from = refType(readHeapType(reader, body.types.length), (flags & 1) !== 0)
  const to = refType(readHeapType(reader, body.types.length), (flags & 2) !== 0)
  if (!stack.matches(to, from)) {
    place.invalid(
      `type mismatch: a cast to ${valTypeName(to)}`,
      `a type below ${valTypeName(from)}`,
    )
  }
  const rest = isNullable(to) ? nonNull(from) : from
  const types = frame.labelTypes
  stack.pop(from)
  stack.push(fails ? rest : to)
  carryReference(body, types)
  stack.popAny()
  stack.push(fails ? to : rest)
  if (!body.reachable) return
  body.emit2(fails ? op.jumpOnCastFail : op.jumpOnCast, labelOf(body, frame), keepOf(types))
  body.code.push(to)
}
