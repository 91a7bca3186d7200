// How a debug client speaks of instructions and of bytes. An instruction has an address, as clients
// want one that they can sort: 12 bits for the instance, 24 for the function, 28 for the pc. Bytes
// of memory 0 have their address, those of others the memory's number before it: `1:0x400`.
import { VacError } from '../../base/errors.ts'
import type { Place } from '../../machine/machine.ts'
import type { Bytes } from '../../recorded-run.ts'

const PC_BITS = 28n
const FUNCTION_BITS = 24n
const FIRST_CODE = 1n << (PC_BITS + FUNCTION_BITS)

const hexOf = (address: bigint): string => `0x${address.toString(16)}`

const refuse = (found: string, expected: string): never => {
  throw new VacError('REQUEST_INVALID', { found: found.slice(0, 100), expected })
}

export const addressOf = ({ instance, function: index, pc }: Place): bigint =>
  (((BigInt(instance) << FUNCTION_BITS) | BigInt(index)) << PC_BITS) | BigInt(pc)

export const addressText = (address: bigint): string => hexOf(address)
export const codeReference = (place: Place): string => hexOf(addressOf(place))

function numberOf(text: string): bigint | null {
  return /^(0x[0-9a-f]{1,16}|\d{1,19})$/i.test(text) ? BigInt(text) : null
}

/** The place that an instruction's address, with an offset, names; it may hold no instruction. */
export function placeOfReference(reference: string, offset = 0): Place {
  const address = numberOf(reference)
  if (address === null || address < FIRST_CODE) return refuse(reference, "an instruction's address")
  const low = (bits: bigint, word: bigint): number => Number(BigInt.asUintN(Number(bits), word))
  return {
    instance: Number(address >> (PC_BITS + FUNCTION_BITS)),
    function: low(FUNCTION_BITS, address >> PC_BITS),
    pc: low(PC_BITS, address) + offset,
  }
}

export const bytesReference = (memory: number, address: bigint): string =>
  memory === 0 ? hexOf(address) : `${memory}:${hexOf(address)}`

export function addressOfReference(reference: string): { memory: number; address: number } {
  const [, memory, address] = /^(?:(\d{1,9}):)?(.*)$/.exec(reference) ?? []
  const found = numberOf(address ?? '')
  if (found === null || found >= FIRST_CODE) {
    return refuse(reference, 'an address in a memory, such as 0x400 or 1:0x400')
  }
  return { memory: Number(memory ?? 0), address: Number(found) }
}

/** `[MEMORY:]ADDRESS[:BYTES]` as bytes; null: it is no such text. */
export function bytesOfText(text: string, usualBytes: number): Bytes | null {
  const match = /^(?:(\d{1,9}):(?=0x))?(0x[0-9a-f]{1,12}|\d{1,15})(?::(\d{1,9}))?$/i.exec(
    text.trim(),
  )
  if (match === null) return null
  const from = Number(match[2])
  return { memory: Number(match[1] ?? 0), from, to: from + Number(match[3] ?? usualBytes) }
}

export const dataId = ({ memory, from, to }: Bytes): string =>
  `${memory}:0x${from.toString(16)}:${to - from}`

export const bytesOfDataId = (id: string): Bytes =>
  bytesOfText(id, 1) ?? refuse(id, 'what dataBreakpointInfo gave')
