// Canonical type numbers of a state, while it is read: number -> what the machine's registry calls
// the type.
import type { ByteReader } from '../../base/bytes.ts'
import type { TypeDef } from '../../isa/program.ts'
import { HEAP_INDEX, heapOf, isNullable, isRef, refType, type ValType } from '../../isa/types.ts'
import { isValType } from '../../isa/verify/kinds.ts'
import type { Instance } from '../store.ts'
import { failAt } from './state-format.ts'

interface KnownType {
  /** In the registry of the machine that is being made. */
  readonly id: number
  readonly def: TypeDef
}

export class TypeTable {
  private readonly types: KnownType[] = []
  private readonly seen = new Set<number>()

  /** Instances are added in order: types count by first visit. */
  add({ typeIds, program }: Instance): void {
    typeIds.forEach((id, index) => {
      if (this.seen.has(id)) return
      this.seen.add(id)
      this.types.push({ id, def: program.types[index] })
    })
  }

  get size(): number {
    return this.types.length
  }

  at(number: number): KnownType {
    return this.types[number]
  }

  /** A value type, with the registry's number in place of the canonical one. */
  read(r: ByteReader): ValType {
    const start = r.at
    const type = r.uleb()
    if (!isValType(type, this.types.length)) failAt(r, start, `type ${type}`, 'a value type')
    if (!isRef(type) || heapOf(type) < HEAP_INDEX) return type
    return refType(HEAP_INDEX + this.types[heapOf(type) - HEAP_INDEX].id, isNullable(type))
  }
}
