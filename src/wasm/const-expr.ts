// Constant expressions: read, type-checked and turned into code in one pass (spec: Validation,
// Constant Expressions). The code has the instructions of functions, in the same order, without the
// end.
import { CodeBuilder } from '../isa/code-builder.ts'
import { LoneCode } from '../isa/lone-code.ts'
import type { Code, GlobalType, TypeDef } from '../isa/program.ts'
import { opcode } from '../isa/table.ts'
import {
  F32,
  F64,
  HEAP_INDEX,
  Heap,
  I32,
  I64,
  isNullable,
  isRef,
  kindOf,
  refType,
  V128,
  type ValType,
} from '../isa/types.ts'
import { invalid, unsupported } from './failures.ts'
import type { WasmReader } from './reader.ts'
import { isSubtype } from './subtyping.ts'
import { readHeapType, valTypeName } from './types.ts'

/** What a constant expression may name. */
export interface ConstScope {
  readonly types: readonly TypeDef[]
  readonly functionTypes: readonly number[]
  /** The globals before the expression; the immutable ones may be read. */
  readonly globalTypes: readonly GlobalType[]
  /** Gets every function that `ref.func` names. */
  readonly declared: Set<number>
}

const ops = {
  i32Const: opcode('i32.const'),
  i64Const: opcode('i64.const'),
  f32Const: opcode('f32.const'),
  f64Const: opcode('f64.const'),
  v128Const: opcode('v128.const'),
  globalGet: opcode('global.get'),
  refNull: opcode('ref.null'),
  refFunc: opcode('ref.func'),
  refI31: opcode('ref.i31'),
  anyConvertExtern: opcode('any.convert_extern'),
  externConvertAny: opcode('extern.convert_any'),
} as const

/** Constant arithmetic by its WebAssembly opcode: two operands and a result of one type. */
const arithmetic: ReadonlyMap<number, { readonly op: number; readonly type: ValType }> = new Map([
  [0x6a, { op: opcode('i32.add'), type: I32 }],
  [0x6b, { op: opcode('i32.sub'), type: I32 }],
  [0x6c, { op: opcode('i32.mul'), type: I32 }],
  [0x7c, { op: opcode('i64.add'), type: I64 }],
  [0x7d, { op: opcode('i64.sub'), type: I64 }],
  [0x7e, { op: opcode('i64.mul'), type: I64 }],
])

const end = 0x0b
const i32Const = 0x41

/** Reads up to and with `end`; the expression leaves one value of type `expected`. */
export function readConstExpr(reader: WasmReader, scope: ConstScope, expected: ValType): Code {
  const start = reader.at
  if (expected === I32 && reader.peek() === i32Const) {
    reader.u8()
    const value = reader.s32()
    if (reader.peek() === end) {
      reader.u8()
      return i32Code(value)
    }
    reader.at = start
  }
  const expr = new ConstReader(reader, scope)
  while (reader.peek() !== end) expr.step()
  reader.u8()
  return expr.finish(start, expected)
}

class ConstReader {
  private readonly reader: WasmReader
  private readonly scope: ConstScope
  private readonly code = new CodeBuilder()
  private readonly stack: ValType[] = []

  constructor(reader: WasmReader, scope: ConstScope) {
    this.reader = reader
    this.scope = scope
  }

  finish(at: number, expected: ValType): Code {
    this.pop(at, expected)
    if (this.stack.length > 0) {
      const found = `type mismatch: ${this.stack.length + 1} values`
      invalid(at, found, `one ${valTypeName(expected)}`)
    }
    return this.code.take()
  }

  /** Reads one instruction. */
  step(): void {
    const at = this.reader.at
    const byte = this.reader.u8()
    const type = this.instruction(at, byte)
    this.stack.push(type)
  }

  /** Emits an instruction after its operands are popped; gives the type of its result. */
  private instruction(at: number, byte: number): ValType {
    const { reader, code } = this
    switch (byte) {
      case 0x23:
        return this.globalGet(at)
      case 0x41:
        code.emit(ops.i32Const, reader.s32())
        return I32
      case 0x42:
        code.start(ops.i64Const)
        code.push64(reader.s64())
        return I64
      case 0x43:
        code.emit(ops.f32Const, reader.word32())
        return F32
      case 0x44:
        code.start(ops.f64Const)
        code.push64(reader.word64())
        return F64
      case 0xd0: {
        const type = refType(readHeapType(reader, this.scope.types.length), true)
        code.emit(ops.refNull, kindOf(type))
        return type
      }
      case 0xd2: {
        const index = readFunctionIndex(reader, this.scope)
        code.emit(ops.refFunc, index)
        return refType(HEAP_INDEX + this.scope.functionTypes[index], false)
      }
      case 0xfb:
        return this.reference(at)
      case 0xfd:
        return this.vector(at)
      default:
        return this.arithmetic(at, byte)
    }
  }

  private globalGet(at: number): ValType {
    const index = this.reader.u32()
    const global = this.scope.globalTypes[index]
    if (global === undefined) invalid(at, `unknown global ${index}`, 'a global declared before')
    if (global.mutable) {
      invalid(at, `constant expression required: global ${index}`, 'an immutable global')
    }
    this.code.emit(ops.globalGet, index)
    return global.type
  }

  private reference(at: number): ValType {
    const sub = this.reader.u32()
    switch (sub) {
      case 0x00:
      case 0x01:
      case 0x06:
      case 0x07:
      case 0x08: {
        const hint = 'compile without garbage-collected structs and arrays'
        return unsupported(at, sub < 2 ? 'struct.new' : 'array.new', hint)
      }
      case 0x1a: {
        const nullable = this.popRef(at, Heap.extern)
        this.code.emit(ops.anyConvertExtern)
        return refType(Heap.any, nullable)
      }
      case 0x1b: {
        const nullable = this.popRef(at, Heap.any)
        this.code.emit(ops.externConvertAny)
        return refType(Heap.extern, nullable)
      }
      case 0x1c:
        this.pop(at, I32)
        this.code.emit(ops.refI31)
        return refType(Heap.i31, false)
      default:
        return this.refuse(at, 0xfb, sub)
    }
  }

  private vector(at: number): ValType {
    const sub = this.reader.u32()
    if (sub !== 0x0c) this.refuse(at, 0xfd, sub)
    this.code.start(ops.v128Const)
    for (let word = 0; word < 4; word++) this.code.push(this.reader.word32())
    return V128
  }

  private arithmetic(at: number, byte: number): ValType {
    const row = arithmetic.get(byte)
    if (row === undefined) this.refuse(at, byte, 0)
    this.pop(at, row.type)
    this.pop(at, row.type)
    this.code.emit(row.op)
    return row.type
  }

  /** An instruction that is not constant is invalid; one that does not exist is malformed. */
  private refuse(at: number, byte: number, sub: number): never {
    const digits = byte.toString(16)
    const name = prefixed.has(byte) ? `${digits} ${sub.toString(16)}` : digits
    if (isOpcode(byte, sub)) {
      invalid(at, `constant expression required: opcode ${name}`, 'a constant instruction')
    }
    this.reader.fail(`illegal opcode ${name}`, 'an instruction', at)
  }

  private pop(at: number, expected: ValType): void {
    const type = this.stack.pop()
    if (type !== undefined && isSubtype(this.scope.types, type, expected)) return
    const found = type === undefined ? 'no value' : valTypeName(type)
    invalid(at, `type mismatch: ${found}`, valTypeName(expected))
  }
  /** Pops a reference below an abstract heap type; says whether it can be null. */
  private popRef(at: number, heap: number): boolean {
    const top = this.stack.at(-1)
    const nullable = top !== undefined && isRef(top) && isNullable(top)
    this.pop(at, refType(heap, true))
    return nullable
  }
}

/** A function index, noted as declared: what is named outside of bodies, bodies may name. */
export function readFunctionIndex(
  reader: WasmReader,
  scope: Pick<ConstScope, 'functionTypes' | 'declared'>,
): number {
  const at = reader.at
  const index = reader.u32()
  if (index >= scope.functionTypes.length) {
    invalid(at, `unknown function ${index}`, `a function below ${scope.functionTypes.length}`)
  }
  scope.declared.add(index)
  return index
}

const oneFunc = Uint16Array.of(ops.refFunc)
const oneI32 = Uint16Array.of(ops.i32Const)
export const refFuncCode = (index: number): Code => new LoneCode(oneFunc, index)
export const i32Code = (value: number): Code => new LoneCode(oneI32, value)

/** Ranges of the opcodes that WebAssembly 3.0 has, first and last, without the prefixed ones. */
const opcodes: readonly (readonly [number, number])[] = [
  [0x00, 0x05],
  [0x08, 0x08],
  [0x0a, 0x15],
  [0x1a, 0x1c],
  [0x1f, 0x26],
  [0x28, 0xc4],
  [0xd0, 0xd6],
]
/** The last code behind each prefix. */
const prefixed: ReadonlyMap<number, number> = new Map([
  [0xfb, 0x1e],
  [0xfc, 0x11],
  [0xfd, 0x113],
])

function isOpcode(byte: number, sub: number): boolean {
  const last = prefixed.get(byte)
  if (last !== undefined) return sub <= last
  return opcodes.some(([first, final]) => byte >= first && byte <= final)
}
