// Blocks: how they open and close, and the labels that they get when something jumps to them.
import { type Kind, kindOf, type ValType, wordsOf } from '../isa/types.ts'
import * as is from './body-frame.ts'
import { Frame } from './body-frame.ts'
import { op } from './body-operators.ts'
import type { Body } from './body-state.ts'
import { wasmLimits } from './module.ts'
import { readValType } from './types.ts'

/**
 * Labels declare their stacks in full: deep blocks over a high stack could ask for any amount of
 * memory.
 */
const limitLabelHeights = 1 << 24

const nothing: readonly ValType[] = []
const singles: readonly (readonly ValType[])[] = [[], [1], [2], [3], [4], [5]]

/** Opens the body's outermost block, whose label leaves the function. */
export function openFunction(body: Body): void {
  const frame = push(body, is.FUNCTION)
  frame.results = body.type.results
}

/** Reads the type of a block, pops its parameters and opens it. */
export function openBlock(body: Body, kind: number): Frame {
  const { reader, stack } = body
  const byte = reader.peek()
  let params = nothing
  let results = nothing
  if (byte === 0x40) reader.at++
  else if (byte >= 0x7b && byte <= 0x7f) {
    reader.at++
    results = singles[0x80 - byte]
  } else if ((byte & 0xc0) === 0x40) {
    results = [readValType(reader, body.types.length)]
  } else {
    const index = reader.s33()
    if (index < 0) body.place.malformed(`block type ${index}`, 'a block type')
    const type = body.types[index]
    if (type === undefined) body.place.invalid(`unknown type ${index}`, 'a type of the module')
    params = type.params
    results = type.results
  }
  stack.popAll(params)
  const frame = push(body, kind)
  frame.params = params
  frame.results = results
  stack.pushAll(params)
  return frame
}

function push(body: Body, kind: number): Frame {
  const { stack, frames } = body
  if (body.depth >= wasmLimits.nesting) body.place.overLimit('nested blocks', wasmLimits.nesting)
  if (body.depth >= 0) frames[body.depth].polymorphic = stack.polymorphic
  const frame = (frames[++body.depth] ??= new Frame())
  frame.reset(kind, stack.height, body.sets.length, body.code.length)
  stack.base = stack.height
  stack.polymorphic = false
  return frame
}

export function openIf(body: Body): void {
  body.stack.pop(1)
  const frame = openBlock(body, is.IF)
  if (!body.reachable) return
  frame.elseLabel = newLabel(body, frame.height, frame.params)
  body.emit2(op.jumpUnless, frame.elseLabel, 0)
}

export function turnElse(body: Body): void {
  const frame = body.frames[body.depth]
  if (frame.kind !== is.IF) body.place.malformed('else outside of an if', 'an instruction or end')
  endPart(body, frame)
  jumpToEnd(body, frame)
  frame.kind = is.ELSE
  place(body, frame.elseLabel)
  body.reachable = frame.elseLabel >= 0
  frame.elseLabel = -1
  startPart(body, frame.params)
}

/** Checks what a part of a block leaves, and forgets the locals set in it. */
export function endPart(body: Body, frame: Frame): void {
  const { stack, sets } = body
  stack.popAll(frame.results)
  if (stack.height !== stack.base) {
    const left = stack.height - stack.base
    body.place.invalid(`type mismatch: ${left} values more at the end`, 'the results of the block')
  }
  while (sets.length > frame.sets) body.unset[sets.pop() as number] = 1
}

/** Starts another part of the innermost block. */
export function startPart(body: Body, types: readonly ValType[]): void {
  body.stack.height = body.stack.base
  body.stack.polymorphic = false
  body.stack.pushAll(types)
}

/** A part of a block that is not the last falls out of it by a jump. */
export function jumpToEnd(body: Body, frame: Frame): void {
  if (body.reachable) body.emit2(op.jump, labelOf(body, frame), keepOf(frame.results))
}

/**
 * Closes the innermost block; its results are then on the stack. True at the end of the function.
 */
export function closeBlock(body: Body): boolean {
  const { stack, frames } = body
  const frame = frames[body.depth]
  endPart(body, frame)
  if (frame.kind === is.FUNCTION) {
    body.emit(op.return)
    place(body, frame.label)
    return true
  }
  if (frame.kind === is.IF) passParams(body, frame)
  if (frame.label >= 0 && frame.kind !== is.LOOP) {
    place(body, frame.label)
    body.reachable = true
  }
  const outer = frames[--body.depth]
  stack.base = outer.height
  stack.polymorphic = outer.polymorphic
  stack.pushAll(frame.results)
  return false
}

/** An `if` without `else` hands its parameters on where the condition is 0. */
function passParams(body: Body, frame: Frame): void {
  const { params, results } = frame
  const fits = params.length === results.length
  if (!fits || !params.every((type, i) => body.stack.matches(type, results[i]))) {
    body.place.invalid('type mismatch: an if without else', 'parameters that match the results')
  }
  if (frame.elseLabel < 0) return
  place(body, frame.elseLabel)
  body.reachable = true
}

/** Sets a label, where there is one, to the next instruction. */
function place(body: Body, label: number): void {
  if (label >= 0) body.labels[label].pc = body.code.length
}

/**
 * A label over the first `height` operands and values of the given types; its pc is the next one
 * until placed.
 */
export function newLabel(body: Body, height: number, types: readonly ValType[]): number {
  body.labelHeights += height + types.length
  if (body.labelHeights > limitLabelHeights) {
    body.place.overLimit('operands at jump targets', limitLabelHeights)
  }
  const stack: Kind[] = []
  for (let i = 0; i < height; i++) stack.push(kindOf(body.stack.types[i]))
  for (let i = 0; i < types.length; i++) stack.push(kindOf(types[i]))
  return body.labels.push({ pc: body.code.length, stack }) - 1
}

/**
 * The label of branches to a block; made at the first one. Only where control reaches the branch.
 */
export function labelOf(body: Body, frame: Frame): number {
  if (frame.label >= 0) return frame.label
  frame.label = newLabel(body, frame.height, frame.labelTypes)
  if (frame.kind === is.LOOP) body.labels[frame.label].pc = frame.start
  return frame.label
}

/** Words that a branch carries. */
export function keepOf(types: readonly ValType[]): number {
  let words = 0
  for (let i = 0; i < types.length; i++) words += wordsOf(kindOf(types[i]))
  return words
}
