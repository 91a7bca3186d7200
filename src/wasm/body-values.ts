// Constants, drop and select.
import { pages } from '../isa/row.ts'
import { F32, F64, I32, I64, isRef, V128, type ValType } from '../isa/types.ts'
import { op } from './body-operators.ts'
import { ANY_VALUE } from './body-stack.ts'
import type { Body } from './body-state.ts'
import { readValType } from './types.ts'

export function constI32(body: Body): void {
  const value = body.reader.s32()
  body.stack.push(I32)
  body.emit1(0x41, value)
}
export function constI64(body: Body): void {
  const { reader } = body
  const value = reader.s64()
  body.stack.push(I64)
  if (!body.reachable) return
  body.start(0x42)
  body.code.push64(value)
}
export function constF32(body: Body): void {
  const bits = body.reader.word32()
  body.stack.push(F32)
  body.emit1(0x43, bits)
}
export function constF64(body: Body): void {
  const low = body.reader.word32()
  const high = body.reader.word32()
  body.stack.push(F64)
  body.emit2(0x44, low, high)
}
export function constV128(body: Body): void {
  vectorWords(body, 0x0c)
  body.stack.push(V128)
}

const shuffleLanes = 32

export function shuffle(body: Body): void {
  const { bytes, at } = body.reader
  vectorWords(body, 0x0d)
  for (let i = at; i < at + 16; i++) {
    if (bytes[i] >= shuffleLanes) {
      body.place.invalid(`invalid lane index ${bytes[i]}`, `a lane below ${shuffleLanes}`)
    }
  }
  body.stack.pop(V128)
  body.stack.pop(V128)
  body.stack.push(V128)
}

function vectorWords(body: Body, opcode: number): void {
  if (body.reachable) body.start(pages.simd + opcode)
  for (let i = 0; i < 4; i++) {
    const word = body.reader.word32()
    if (body.reachable) body.code.push(word)
  }
}

export function drop(body: Body): void {
  body.emit(body.stack.popAny() === V128 ? op.dropV128 : op.drop)
}

/** Without a type the operands must be numbers or vectors. */
export function select(body: Body): void {
  const { stack } = body
  stack.pop(I32)
  const second = stack.popAny()
  const first = stack.popAny()
  if (isRef(first) || isRef(second)) {
    body.place.invalid('type mismatch: select of references', 'a select with a type')
  }
  if (first === ANY_VALUE) stack.push(second)
  else {
    stack.check(second, first)
    stack.push(first)
  }
  emitSelect(body, first)
}

export function selectTyped(body: Body): void {
  const { stack } = body
  const count = body.reader.count()
  const types: ValType[] = []
  for (let i = 0; i < count; i++) types.push(readValType(body.reader, body.types.length))
  if (count !== 1) body.place.invalid(`invalid result arity ${count}`, 'one type')
  const type = types[0]
  stack.pop(I32)
  stack.pop(type)
  stack.pop(type)
  stack.push(type)
  emitSelect(body, type)
}

function emitSelect(body: Body, type: ValType): void {
  body.emit(type === V128 ? op.selectV128 : op.select)
}
