// Code for values in memories of the host.
import type { CodeWriter } from './code-writer.ts'
import { HostType } from './host-types.ts'

export function zero(out: CodeWriter, type: number): void {
  switch (type) {
    case HostType.i32:
      out.u8(0x41)
      return out.u8(0)
    case HostType.i64:
      out.u8(0x42)
      return out.u8(0)
    case HostType.f32:
      out.u8(0x43)
      return out.u32(0)
    case HostType.f64:
      out.u8(0x44)
      out.u32(0)
      return out.u32(0)
    default:
      out.u8(0xfd)
      out.u8(0x0c)
      for (let at = 0; at < 4; at++) out.u32(0)
  }
}

/** An access with a constant offset below 2^32; memory 0 needs no index. */
export function memoryAccess(out: CodeWriter, op: number, memory: number, offset: number): void {
  out.u8(op)
  memoryArgument(out, memory, offset, 0)
}
/** The constant offset of an access, of two halves. */
export const offsetOf = (low: number, high: number): bigint =>
  (BigInt(high >>> 0) << 32n) + BigInt(low >>> 0)

export function memoryArgument(
  out: CodeWriter,
  memory: number,
  offsetLow: number,
  offsetHigh: number,
): void {
  if (memory === 0) out.u8(0)
  else {
    out.u8(0x40)
    out.uleb(memory)
  }
  out.uleb64(offsetLow, offsetHigh)
}

const storeOps: Readonly<Record<number, number>> = {
  [HostType.i32]: 0x36,
  [HostType.i64]: 0x37,
  [HostType.f32]: 0x38,
  [HostType.f64]: 0x39,
}

/** Bytes that a value takes in the context. */
export const sizeOf = (type: number): number => (type === HostType.v128 ? 16 : 8)

/** Stores a value of the context at an address and an offset. */
export function store(out: CodeWriter, type: number, memory: number, offset: number): void {
  if (type !== HostType.v128) return memoryAccess(out, storeOps[type], memory, offset)
  out.u8(0xfd)
  out.u8(0x0b)
  memoryArgument(out, memory, offset, 0)
}
export function load(out: CodeWriter, type: number, memory: number, offset: number): void {
  if (type !== HostType.v128) return memoryAccess(out, storeOps[type] - 14, memory, offset)
  out.u8(0xfd)
  out.u8(0x00)
  memoryArgument(out, memory, offset, 0)
}
