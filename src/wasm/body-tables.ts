// Globals, tables and element segments.

import type { Limits, TableType } from '../isa/program.ts'
import { pages } from '../isa/row.ts'
import { I32, I64, type ValType } from '../isa/types.ts'
import type { Body } from './body-state.ts'
import { valTypeName } from './types.ts'

export const addressType = (limits: Limits): ValType => (limits.wide ? I64 : I32)

export function readTable(body: Body): number {
  const index = body.u32()
  const count = body.module.tableTypes.length
  if (index >= count) body.place.invalid(`unknown table ${index}`, `a table below ${count}`)
  return index
}

function readElement(body: Body): number {
  const index = body.u32()
  const count = body.module.elements.length
  if (index >= count) body.place.invalid(`unknown elem segment ${index}`, `one below ${count}`)
  return index
}

export function globalGet(body: Body): void {
  const index = readGlobal(body)
  body.stack.push(body.module.globalTypes[index].type)
  body.emit1(0x23, index)
}
export function globalSet(body: Body): void {
  const index = readGlobal(body)
  const { type, mutable } = body.module.globalTypes[index]
  if (!mutable) body.place.invalid(`immutable global ${index}`, 'a mutable global')
  body.stack.pop(type)
  body.emit1(0x24, index)
}
function readGlobal(body: Body): number {
  const index = body.u32()
  const count = body.module.globalTypes.length
  if (index >= count) body.place.invalid(`unknown global ${index}`, `a global below ${count}`)
  return index
}

export function tableGet(body: Body): void {
  const index = readTable(body)
  const table = body.module.tableTypes[index]
  body.stack.pop(addressType(table.limits))
  body.stack.push(table.element)
  body.emit1(0x25, index)
}
export function tableSet(body: Body): void {
  const index = readTable(body)
  const table = body.module.tableTypes[index]
  body.stack.pop(table.element)
  body.stack.pop(addressType(table.limits))
  body.emit1(0x26, index)
}

export function tableInit(body: Body): void {
  const element = readElement(body)
  const index = readTable(body)
  const table = body.module.tableTypes[index]
  checkElement(body, body.module.elements[element].type, table)
  body.stack.pop(I32)
  body.stack.pop(I32)
  body.stack.pop(addressType(table.limits))
  body.emit2(pages.misc + 12, element, index)
}
export function elementDrop(body: Body): void {
  body.emit1(pages.misc + 13, readElement(body))
}
export function tableCopy(body: Body): void {
  const to = readTable(body)
  const from = readTable(body)
  const target = body.module.tableTypes[to]
  const source = body.module.tableTypes[from]
  checkElement(body, source.element, target)
  body.stack.pop(target.limits.wide && source.limits.wide ? I64 : I32)
  body.stack.pop(addressType(source.limits))
  body.stack.pop(addressType(target.limits))
  body.emit2(pages.misc + 14, to, from)
}

function checkElement(body: Body, type: ValType, table: TableType): void {
  if (body.stack.matches(type, table.element)) return
  const expected = valTypeName(table.element)
  body.place.invalid(`type mismatch: elements of ${valTypeName(type)}`, expected)
}

export function tableGrow(body: Body): void {
  const index = readTable(body)
  const { element, limits } = body.module.tableTypes[index]
  body.stack.pop(addressType(limits))
  body.stack.pop(element)
  body.stack.push(addressType(limits))
  body.emit1(pages.misc + 15, index)
}
export function tableSize(body: Body): void {
  const index = readTable(body)
  body.stack.push(addressType(body.module.tableTypes[index].limits))
  body.emit1(pages.misc + 16, index)
}
export function tableFill(body: Body): void {
  const index = readTable(body)
  const { element, limits } = body.module.tableTypes[index]
  body.stack.pop(addressType(limits))
  body.stack.pop(element)
  body.stack.pop(addressType(limits))
  body.emit1(pages.misc + 17, index)
}
