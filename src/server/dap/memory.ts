// Bytes and instructions, as a debug client's views of memory and of disassembly ask for them.
import type { DebugProtocol } from '@vscode/debugprotocol'
import { VacError } from '../../base/errors.ts'
import type { Machine, Place } from '../../machine/machine.ts'
import { PAGE_BYTES } from '../../memory/page.ts'
import { lengthOf, placeText } from '../debug/code.ts'
import { functionTitle } from '../debug/frames.ts'
import {
  addressOf,
  addressOfReference,
  addressText,
  bytesReference,
  codeReference,
  placeOfReference,
} from './references.ts'
import type { Arguments } from './requests.ts'

const MOST_BYTES = 2 ** 24
const MOST_INSTRUCTIONS = 2 ** 16

function limit(found: number, most: number): void {
  if (found <= most) return
  throw new VacError('REQUEST_INVALID', { found: `${found}`, expected: `at most ${most}` })
}

/** Bytes of a memory; what lies outside of it is told as unreadable. */
export function readMemory(
  m: Machine,
  { memoryReference, offset = 0, count }: Arguments<'readMemory'>,
): NonNullable<DebugProtocol.ReadMemoryResponse['body']> {
  limit(count, MOST_BYTES)
  const { memory: number, address } = addressOfReference(memoryReference)
  const memory = m.store.memories[number]
  if (memory === undefined) {
    throw new VacError('REQUEST_INVALID', { found: `memory ${number}`, expected: 'a memory' })
  }
  const sizeBytes = memory.sizePages * PAGE_BYTES
  const from = Math.max(0, address + offset)
  const to = Math.max(from, Math.min(address + offset + count, sizeBytes))
  const bytes = from < sizeBytes ? memory.readBytes(from, to - from) : new Uint8Array(0)
  return {
    address: bytesReference(0, BigInt(from)),
    unreadableBytes: count - bytes.length,
    data: Buffer.from(bytes).toString('base64'),
  }
}

type Instruction = DebugProtocol.DisassembledInstruction

/** As many instructions as are asked for; beyond the first and the last function, fillers. */
export function disassemble(
  m: Machine,
  {
    memoryReference,
    offset = 0,
    instructionOffset = 0,
    instructionCount,
  }: Arguments<'disassemble'>,
): Instruction[] {
  limit(instructionCount, MOST_INSTRUCTIONS)
  limit(Math.abs(instructionOffset), MOST_INSTRUCTIONS)
  const around = placeOfReference(memoryReference, offset)
  if (lengthOf(m, around.instance, around.function) === 0) {
    throw new VacError('REQUEST_INVALID', { found: memoryReference, expected: 'an instruction' })
  }
  const found: Instruction[] = []
  let filled = 0n
  const start = moved(m, around, instructionOffset)
  const before = start.missing
  const first = addressOf({ ...around, function: 0, pc: 0 })
  for (let n = 0; n < Math.min(before, instructionCount); n++) {
    found.push(filler(first - BigInt(before - n)))
  }
  let place: Place | null = start.place
  while (found.length < instructionCount) {
    if (place === null) {
      filled += 1n
      found.push(
        filler(
          addressOf({ ...around, instance: around.instance + 1, function: 0, pc: 0 }) - 1n + filled,
        ),
      )
      continue
    }
    found.push(instructionAt(m, place))
    place = moved(m, place, 1).place
  }
  return found
}

const filler = (address: bigint): Instruction => ({
  address: addressText(address),
  instruction: 'no instruction',
  presentationHint: 'invalid',
})

function instructionAt(m: Machine, place: Place): Instruction {
  const instruction = placeText(m, place)
  const address = codeReference(place)
  if (place.pc > 0) return { address, instruction }
  return { address, instruction, symbol: functionTitle(m, place) }
}

/**
 * So many instructions on, over the ends of functions. null: behind the last; `missing`: so many
 * before the first.
 */
function moved(m: Machine, from: Place, by: number): { place: Place | null; missing: number } {
  const { instance } = from
  const { length } = m.store.instances[instance].functions
  let { function: index, pc } = from
  pc += by
  while (pc < 0) {
    if (index === 0) return { place: firstOf(m, instance), missing: -pc }
    index--
    pc += lengthOf(m, instance, index)
  }
  for (;;) {
    const here = lengthOf(m, instance, index)
    if (pc < here) return { place: { instance, function: index, pc }, missing: 0 }
    if (++index >= length) return { place: null, missing: 0 }
    pc -= here
  }
}

function firstOf(m: Machine, instance: number): Place | null {
  const index = m.store.instances[instance].functions.findIndex(({ def }) => def !== null)
  return index < 0 ? null : { instance, function: index, pc: 0 }
}
