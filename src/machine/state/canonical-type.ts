// Types across programs: indices become canonical numbers of the machine's type registry.
import { HEAP_INDEX, heapOf, isNullable, isRef, refType, type ValType } from '../../isa/types.ts'

/**
 * The type with indices replaced by canonical numbers, so that types of different programs compare.
 */
export function canonicalType(typeIds: Uint32Array, type: ValType): ValType {
  if (!isRef(type) || heapOf(type) < HEAP_INDEX) return type
  return refType(HEAP_INDEX + typeIds[heapOf(type) - HEAP_INDEX], isNullable(type))
}
