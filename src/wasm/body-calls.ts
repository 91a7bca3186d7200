// Calls and tail calls, by index, through a table and through a reference.
import type { TypeDef } from '../isa/program.ts'
import { FUNCREF, HEAP_INDEX, refType, type ValType } from '../isa/types.ts'
import type { Body } from './body-state.ts'
import { addressType, readTable } from './body-tables.ts'
import { readTypeIndex, valTypeName } from './types.ts'

const CALL = 0x10
const CALL_INDIRECT = 0x11
const CALL_REF = 0x14
/** A tail call's opcode comes after, by so much, the one of its call; for call_ref it is 1. */
const TAIL = 2
const TAIL_REF = 1

function give(body: Body, type: TypeDef): void {
  body.stack.popAll(type.params)
  body.stack.pushAll(type.results)
}

/** The callee's results become this function's own. */
function leave(body: Body, type: TypeDef): void {
  body.stack.popAll(type.params)
  const { results } = body.type
  const fits = type.results.length === results.length
  if (!fits || !type.results.every((result, i) => body.stack.matches(result, results[i]))) {
    const names = (types: readonly ValType[]): string => `[${types.map(valTypeName).join(' ')}]`
    body.place.invalid(`type mismatch: results ${names(type.results)}`, names(results))
  }
}

export function readFunction(body: Body): number {
  const index = body.u32()
  const { functionTypes } = body.module
  if (index >= functionTypes.length) {
    body.place.invalid(`unknown function ${index}`, `a function below ${functionTypes.length}`)
  }
  return index
}

export function call(body: Body): void {
  const index = readFunction(body)
  give(body, body.types[body.module.functionTypes[index]])
  body.emit1(CALL, index)
}
export function returnCall(body: Body): void {
  const index = readFunction(body)
  leave(body, body.types[body.module.functionTypes[index]])
  body.emit1(CALL + TAIL, index)
  body.stop()
}

export function callIndirect(body: Body, isTail: boolean): void {
  const index = readTypeIndex(body.reader, body.types.length)
  const table = readTable(body)
  const { element, limits } = body.module.tableTypes[table]
  if (!body.stack.matches(element, FUNCREF)) {
    body.place.invalid(`type mismatch: a table of ${valTypeName(element)}`, 'a table of functions')
  }
  body.stack.pop(addressType(limits))
  if (isTail) leave(body, body.types[index])
  else give(body, body.types[index])
  body.emit2(isTail ? CALL_INDIRECT + TAIL : CALL_INDIRECT, index, table)
  if (isTail) body.stop()
}

export function callRef(body: Body, isTail: boolean): void {
  const index = readTypeIndex(body.reader, body.types.length)
  body.stack.pop(refType(HEAP_INDEX + index, true))
  if (isTail) leave(body, body.types[index])
  else give(body, body.types[index])
  body.emit1(isTail ? CALL_REF + TAIL_REF : CALL_REF, index)
  if (isTail) body.stop()
}

/** Falling off the end is `closeBlock`; this is the instruction. */
export function leaveFunction(body: Body): void {
  body.stack.popAll(body.type.results)
  body.emit(0x0f)
  body.stop()
}
