// The instructions of a machine's programs, by their places.

import { rowByCode } from '../../isa/table.ts'
import { instructionText, numbers } from '../../isa/vasm/disassemble-code.ts'
import type { Machine, Place } from '../../machine/machine.ts'

/** How many instructions the function has; 0: it is of the wall, or there is none. */
export const lengthOf = (m: Machine, instance: number, index: number): number =>
  m.store.instances[instance]?.functions[index]?.def?.code.op.length ?? 0

export const isPlace = (m: Machine, { instance, function: index, pc }: Place): boolean =>
  pc >= 0 && pc < lengthOf(m, instance, index)

/** All places of the function of a place. */
export function placesOfFunction(m: Machine, { instance, function: index }: Place): Place[] {
  const length = lengthOf(m, instance, index)
  return Array.from({ length }, (_, pc) => ({ instance, function: index, pc }))
}

/** `local.get 0`; everything is named by its number. */
export function placeText(m: Machine, { instance, function: index, pc }: Place): string {
  const def = m.store.instances[instance].functions[index].def
  return def === null ? 'a function of the wall' : instructionText(def.code, pc, numbers)
}

/** Does the instruction call, and come back behind itself? */
export function isCall(m: Machine, { instance, function: index, pc }: Place): boolean {
  const def = m.store.instances[instance].functions[index].def
  const name = def === null ? '' : (rowByCode[def.code.op[pc]]?.name ?? '')
  return name === 'call' || name === 'call_indirect' || name === 'call_ref'
}

export const samePlace = (a: Place, b: Place): boolean =>
  a.instance === b.instance && a.function === b.function && a.pc === b.pc
