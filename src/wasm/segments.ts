// Element segments in their eight flavours and data segments in their three.
import type { ConstExpr, ElementSegment } from '../isa/program.ts'
import { FUNCREF, Heap, I32, I64, refType, type ValType } from '../isa/types.ts'
import { readConstExpr, readFunctionIndex, refFuncCode } from './const-expr.ts'
import { DataList, PASSIVE } from './data-list.ts'
import type { Draft } from './draft.ts'
import { invalid, overLimit } from './failures.ts'
import { wasmLimits } from './module.ts'
import type { WasmReader } from './reader.ts'
import { isSubtype } from './subtyping.ts'
import { readRefType, valTypeName } from './types.ts'

function segmentCount(reader: WasmReader): number {
  const at = reader.at
  const count = reader.count()
  if (count > wasmLimits.segments) overLimit(at, 'segments', count, wasmLimits.segments)
  return count
}

/** Bits of an element segment's flags. */
const notActive = 1
const explicit = 2
const hasExpressions = 4

export function readElements(reader: WasmReader, draft: Draft): void {
  for (let i = segmentCount(reader); i > 0; i--) draft.elements.push(readElement(reader, draft))
}

function readElement(reader: WasmReader, draft: Draft): ElementSegment {
  const at = reader.at
  const flags = reader.u32()
  if (flags > 7) reader.fail(`${flags}: malformed elements segment kind`, '0 to 7', at)
  if ((flags & notActive) !== 0) {
    const type = readElementType(reader, draft, flags)
    const items = readItems(reader, draft, flags, type)
    const mode = (flags & explicit) !== 0 ? 'declared' : 'passive'
    return { type, mode, table: 0, offset: null, items }
  }
  const place = reader.at
  const index = (flags & explicit) !== 0 ? reader.u32() : 0
  const table = draft.tableTypes[index]
  if (table === undefined) {
    invalid(place, `unknown table ${index}`, `a table below ${draft.tableTypes.length}`)
  }
  const offset = readConstExpr(reader, draft, table.limits.wide ? I64 : I32)
  const type = readElementType(reader, draft, flags)
  if (!isSubtype(draft.types, type, table.element)) {
    invalid(at, `type mismatch: elements of ${valTypeName(type)}`, valTypeName(table.element))
  }
  const items = readItems(reader, draft, flags, type)
  return { type, mode: 'active', table: index, offset, items }
}

/** Where the flags leave the type out it is (ref func), or funcref for expressions. */
function readElementType(reader: WasmReader, draft: Draft, flags: number): ValType {
  const named = (flags & (notActive | explicit)) !== 0
  if ((flags & hasExpressions) !== 0) {
    return named ? readRefType(reader, draft.types.length) : FUNCREF
  }
  const at = reader.at
  if (named && reader.u8() !== 0) reader.fail('malformed element kind', '0', at)
  return refType(Heap.func, false)
}

function readItems(reader: WasmReader, draft: Draft, flags: number, type: ValType): ConstExpr[] {
  const items: ConstExpr[] = []
  for (let i = reader.count(); i > 0; i--) {
    if ((flags & hasExpressions) !== 0) items.push(readConstExpr(reader, draft, type))
    else items.push(refFuncCode(readFunctionIndex(reader, draft)))
  }
  return items
}

export function readDatas(reader: WasmReader, draft: Draft): void {
  const list = new DataList(draft.bytes, segmentCount(reader))
  while (!list.full) readData(reader, draft, list)
  draft.data = list
}

function readData(reader: WasmReader, draft: Draft, list: DataList): void {
  const at = reader.at
  const flags = reader.u32()
  if (flags > 2) reader.fail(`${flags}: malformed data segment kind`, '0 to 2', at)
  if (flags === 1) {
    list.add(PASSIVE, null, reader)
    return
  }
  const place = reader.at
  const memory = flags === 2 ? reader.u32() : 0
  const limits = draft.memoryTypes[memory]
  if (limits === undefined) {
    invalid(place, `unknown memory ${memory}`, `a memory below ${draft.memoryTypes.length}`)
  }
  const offset = readConstExpr(reader, draft, limits.wide ? I64 : I32)
  list.add(memory, offset, reader)
}
