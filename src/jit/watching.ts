// Code that watches for accesses: the test whether one touches the watched range of its memory, and
// what follows. The range stands in globals, so that one module serves all ranges.
import { Kinds } from '../isa/types.ts'
import type { Range } from '../machine/watch.ts'
import type { Body } from './body.ts'
import type { Draft } from './draft.ts'
import { HostType } from './host-types.ts'
import { offsetOf } from './memory-code.ts'
import type { Value } from './operands.ts'
import { testsRanges } from './variant.ts'

/**
 * Globals of a memory. Number 0 is the range's start, taken negative; numbers 1 to 5 are for
 * accesses of 1, 2, 4, 8 and 16 bytes: how many addresses of such an access touch the range.
 */
export const RANGE_GLOBALS = 6
export const spanNumber = (sizeBytes: number): number => 32 - Math.clz32(sizeBytes)

/** The numbers of the ranges of one memory: of the bytes from the first to the last. */
export function rangeNumbers(ranges: readonly Range[]): readonly bigint[] {
  if (ranges.length === 0) return new Array<bigint>(RANGE_GLOBALS).fill(0n)
  const from = BigInt(Math.min(...ranges.map((range) => range.from)))
  const to = BigInt(Math.max(...ranges.map((range) => range.to)))
  return [-from, ...[0n, 1n, 3n, 7n, 15n].map((more) => to - from + more)]
}

/** The noted fuel where there is none: more than any run has. */
export const NOTHING_NOTED = 0x7fffffff

/**
 * Types of the globals of code that watches, behind the guest's: by memory, then the noted fuel.
 */
export function watchGlobals({ shape, variant }: Draft): number[] {
  if (!testsRanges(variant)) return []
  const ofMemory = (wide: boolean): number[] =>
    new Array<number>(RANGE_GLOBALS).fill(wide ? HostType.i64 : HostType.i32)
  return [...shape.wideMemories.flatMap(ofMemory), HostType.i32]
}

/** How many memories of the host code that watches has behind the context. */
export function watchMemories({ shape, variant: { watching = null } }: Draft): number {
  if (watching?.does === 'index') return shape.wideMemories.length
  return watching?.places === true || watching?.does === 'trace' ? 1 : 0
}

const firstGlobal = ({ places, shape }: Draft): number =>
  places.firstGlobal + shape.globalKinds.length

/** Ranges in locals of the host, loaded where a body begins: loops have them in registers. */
export class WatchedRanges {
  private readonly locals = new Map<number, number>()

  /** Leaves on the host's stack one of a memory's numbers. */
  read({ draft, locals, out }: Body, memory: number, number: number): void {
    const global = firstGlobal(draft) + memory * RANGE_GLOBALS + number
    let local = this.locals.get(global)
    if (local === undefined) {
      local = locals.add(draft.shape.wideMemories[memory] ? HostType.i64 : HostType.i32)
      this.locals.set(global, local)
    }
    out.op1(0x20, local)
  }

  /** The body is complete: what was read is loaded at its beginning. */
  finish({ out }: Body): void {
    const from = out.length
    for (const [global, local] of this.locals) {
      out.op1(0x23, global)
      out.op1(0x21, local)
    }
    if (out.length > from) out.moveTo(0, from)
  }
}

/** Leaves on the host's stack whether an access touches the range of its memory. */
export function testTouch(
  body: Body,
  address: Value,
  memory: number,
  offsetLow: number,
  offsetHigh: number,
  sizeBytes: number,
): void {
  const { operands, out, watched } = body
  const wide = address.kind === Kinds.i64
  const add = wide ? 0x7c : 0x6a
  operands.read(address)
  out.integer(wide, offsetOf(offsetLow, offsetHigh) + BigInt(sizeBytes - 1))
  out.u8(add)
  watched.read(body, memory, 0)
  out.u8(add)
  watched.read(body, memory, spanNumber(sizeBytes))
  out.u8(wide ? 0x54 : 0x49)
}

/** The same of a bulk instruction, whose size is an operand too, named as its address. */
export function testTouchOfBulk(body: Body, address: Value, size: Value, memory: number): void {
  const { operands, out, watched } = body
  const wide = address.kind === Kinds.i64
  const [below, minus] = wide ? [0x54, 0x7d] : [0x49, 0x6b]
  const at = body.locals.temporary(wide ? HostType.i64 : HostType.i32)
  const readSize = (): void => {
    operands.read(size)
    if (wide && size.kind === Kinds.i32) out.u8(0xad)
  }
  // The access begins in the range, or the range begins in the access.
  operands.read(address)
  watched.read(body, memory, 0)
  out.u8(wide ? 0x7c : 0x6a)
  out.op1(0x22, at)
  watched.read(body, memory, spanNumber(1))
  out.u8(below)
  out.integer(wide, 0n)
  out.op1(0x20, at)
  out.u8(minus)
  readSize()
  out.u8(below)
  watched.read(body, memory, spanNumber(1))
  isZero(body, wide)
  out.u8(0x45)
  out.u8(0x71)
  out.u8(0x72)
  readSize()
  isZero(body, wide)
  out.u8(0x45)
  out.u8(0x71)
}

function isZero({ out }: Body, wide: boolean): void {
  out.u8(wide ? 0x50 : 0x45)
}

/** Behind an instruction that touched the range: its fuel is noted. */
export function noteFuel(body: Body): void {
  const { draft, out } = body
  body.fuelNow()
  out.op1(0x24, firstGlobal(draft) + RANGE_GLOBALS * draft.shape.wideMemories.length)
}
