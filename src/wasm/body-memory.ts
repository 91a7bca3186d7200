// Memory: loads and stores with their memory argument, sizes, and bulk operations.
import { pages } from '../isa/row.ts'
import { I32, I64, type ValType } from '../isa/types.ts'
import {
  ADDRESS,
  alignment,
  form,
  LANE_ACCESS,
  lanes,
  pop0,
  pop1,
  popCount,
  result,
} from './body-operators.ts'
import type { Body } from './body-state.ts'
import { addressType } from './body-tables.ts'

const hasMemoryIndex = 0x40
const flagsLimit = 0x80
const limit32 = 1n << 32n

/** A load or store: its row gives the operands, the memory argument the address type. */
export function access(body: Body, code: number): void {
  const { stack, place } = body
  const flags = body.u32()
  if (flags >= flagsLimit) place.malformed(`malformed memop flags ${flags}`, 'flags below 128')
  const memory = (flags & hasMemoryIndex) !== 0 ? body.u32() : 0
  const offset = readOffset(body)
  const address = memoryAddress(body, memory)
  const align = flags & (hasMemoryIndex - 1)
  if (align > alignment[code]) {
    const found = `alignment must not be larger than natural: 2^${align}`
    place.invalid(found, `at most 2^${alignment[code]}`)
  }
  if (typeof offset === 'bigint' && address === I32 && offset >= limit32) {
    place.invalid(`offset out of range: ${offset}`, 'an offset below 2^32')
  }
  const lane = form[code] === LANE_ACCESS ? readLane(body, code) : -1
  if (popCount[code] === 2) stack.pop(pop1[code])
  stack.pop(pop0[code] === ADDRESS ? address : pop0[code])
  if (result[code] !== 0) stack.push(result[code])
  if (!body.reachable) return
  body.start(code)
  body.code.push(memory)
  if (typeof offset === 'bigint') body.code.push64(offset)
  else {
    body.code.push(offset)
    body.code.push(0)
  }
  if (lane >= 0) body.code.push(lane)
}

/** An offset of one or two bytes as a number, which most are; a longer one as a bigint. */
function readOffset(body: Body): number | bigint {
  const { reader } = body
  const { bytes, at, end } = reader
  if (at + 1 < end) {
    const first = bytes[at]
    if (first < 0x80) {
      reader.at = at + 1
      return first
    }
    const second = bytes[at + 1]
    if (second < 0x80) {
      reader.at = at + 2
      return (first & 0x7f) | (second << 7)
    }
  }
  return reader.u64()
}

export function readLane(body: Body, code: number): number {
  const lane = body.reader.u8()
  if (lane >= lanes[code]) {
    body.place.invalid(`invalid lane index ${lane}`, `a lane below ${lanes[code]}`)
  }
  return lane
}

function memoryAddress(body: Body, memory: number): ValType {
  const limits = body.module.memoryTypes[memory]
  if (limits === undefined) {
    body.place.invalid(`unknown memory ${memory}`, `${body.module.memoryTypes.length} memories`)
  }
  return addressType(limits)
}

export function memorySize(body: Body): void {
  const memory = body.u32()
  body.stack.push(memoryAddress(body, memory))
  body.emit1(0x3f, memory)
}
export function memoryGrow(body: Body): void {
  const memory = body.u32()
  const address = memoryAddress(body, memory)
  body.stack.pop(address)
  body.stack.push(address)
  body.emit1(0x40, memory)
}

/** Without a data count section the segments are not known yet: the module is malformed. */
function readData(body: Body): number {
  const index = body.u32()
  const { dataCount } = body.module
  if (dataCount < 0) body.place.malformed('no data count section', 'data count section required')
  if (index >= dataCount) {
    body.place.invalid(`unknown data segment ${index}`, `a segment below ${dataCount}`)
  }
  return index
}

export function memoryInit(body: Body): void {
  const data = readData(body)
  const memory = body.u32()
  const address = memoryAddress(body, memory)
  body.stack.pop(I32)
  body.stack.pop(I32)
  body.stack.pop(address)
  body.emit2(pages.misc + 8, data, memory)
}
export function dataDrop(body: Body): void {
  body.emit1(pages.misc + 9, readData(body))
}
export function memoryCopy(body: Body): void {
  const to = body.u32()
  const from = body.u32()
  const target = memoryAddress(body, to)
  const source = memoryAddress(body, from)
  body.stack.pop(target === I64 && source === I64 ? I64 : I32)
  body.stack.pop(source)
  body.stack.pop(target)
  body.emit2(pages.misc + 10, to, from)
}
export function memoryFill(body: Body): void {
  const memory = body.u32()
  const address = memoryAddress(body, memory)
  body.stack.pop(address)
  body.stack.pop(I32)
  body.stack.pop(address)
  body.emit1(pages.misc + 11, memory)
}
