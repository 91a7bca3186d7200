// References: null, functions, tests and casts, i31 and the two ways between internal and external
// references.
import { pages } from '../isa/row.ts'
import {
  ANYREF,
  EXNREF,
  EXTERNREF,
  FUNCREF,
  HEAP_INDEX,
  Heap,
  I32,
  isNullable,
  Kinds,
  kindOf,
  refType,
  type ValType,
} from '../isa/types.ts'
import { branchOnCast, nonNull } from './body-branches.ts'
import { readFunction } from './body-calls.ts'
import { op } from './body-operators.ts'
import type { Body } from './body-state.ts'
import { readHeapType } from './types.ts'

const EQREF = refType(Heap.eq, true)
const I31REF = refType(Heap.i31, true)

export function refNull(body: Body): void {
  const type = refType(readHeapType(body.reader, body.types.length), true)
  body.stack.push(type)
  body.emit1(0xd0, kindOf(type))
}
export function refIsNull(body: Body): void {
  body.stack.popReference()
  body.stack.push(I32)
  body.emit(0xd1)
}
export function refFunc(body: Body): void {
  const index = readFunction(body)
  if (!body.module.declared.has(index)) {
    body.place.invalid(`undeclared function reference ${index}`, 'a function named outside of code')
  }
  body.stack.push(refType(HEAP_INDEX + body.module.functionTypes[index], false))
  body.emit1(0xd2, index)
}
export function refEq(body: Body): void {
  body.stack.pop(EQREF)
  body.stack.pop(EQREF)
  body.stack.push(I32)
  body.emit(0xd3)
}
export function refAsNonNull(body: Body): void {
  body.stack.push(nonNull(body.stack.popReference()))
  body.emit(0xd4)
}

/** The instructions of the 0xfb page that need no structs or arrays. */
export function referenceOperator(body: Body): void {
  const code = body.u32()
  switch (code) {
    case 0x14:
    case 0x15:
    case 0x16:
    case 0x17:
      return castOrTest(body, code)
    case 0x18:
    case 0x19:
      return branchOnCast(body, code === 0x19)
    case 0x1a:
      return convert(body, code, EXTERNREF, ANYREF)
    case 0x1b:
      return convert(body, code, ANYREF, EXTERNREF)
    case 0x1c:
      body.stack.pop(I32)
      body.stack.push(nonNull(I31REF))
      return body.emit(pages.ref + code)
    case 0x1d:
    case 0x1e:
      body.stack.pop(I31REF)
      body.stack.push(I32)
      return body.emit(pages.ref + code)
  }
  if (code > 0x1e) body.place.malformed(`illegal opcode 0xfb ${code}`, 'an instruction')
  const hint = 'compile without garbage-collected structs and arrays'
  body.place.unsupported(`instruction 0xfb ${code} on structs or arrays`, hint)
}

/** ref.test, ref.test null, ref.cast, ref.cast null: two codes each. */
function castOrTest(body: Body, code: number): void {
  const heap = readHeapType(body.reader, body.types.length)
  const type = refType(heap, (code & 1) !== 0)
  body.stack.pop(topOf(type))
  const isTest = code < 0x16
  body.stack.push(isTest ? I32 : type)
  body.emit1(isTest ? op.refTest : op.refCast, type)
}

/** The greatest type of a reference type's hierarchy. */
function topOf(type: ValType): ValType {
  switch (kindOf(type)) {
    case Kinds.externref:
      return EXTERNREF
    case Kinds.exnref:
      return EXNREF
    case Kinds.anyref:
      return ANYREF
    default:
      return FUNCREF
  }
}

/** Keeps whether the reference may be null. */
function convert(body: Body, code: number, from: ValType, to: ValType): void {
  const type = body.stack.popReference()
  body.stack.check(type, from)
  body.stack.push(isNullable(type) ? to : nonNull(to))
  body.emit(pages.ref + code)
}
