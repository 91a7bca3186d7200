// Canonical numbers. Exceptions, functions of the wall and types are numbered in a store by how a
// run came to them; the encoding numbers them by first visit, in the order of the sections, so that
// history leaves no trace.
import { assert } from '../../base/errors.ts'
import {
  HEAP_INDEX,
  heapOf,
  isNullable,
  isRef,
  Kinds,
  refType,
  type ValType,
} from '../../isa/types.ts'
import { V128_HIGH } from '../../isa/verify/kinds.ts'
import type { FunctionInstance, Store } from '../store.ts'
import { WALL } from '../wall-instance.ts'

const HALF = 0xffffffffn

export class Canon {
  private readonly store: Store
  private readonly exceptionNumbers = new Map<number, number>()
  /** Numbers in the store of the exceptions met, in canonical order. */
  readonly exceptions: number[] = []
  private readonly wallNumbers = new Map<number, number>()
  /** Indices in the wall's list of the functions met, in canonical order. */
  readonly wall: number[] = []
  private readonly typeNumbers = new Map<number, number>()

  constructor(store: Store) {
    this.store = store
    for (const instance of store.instances) {
      for (const id of instance.typeIds) {
        if (!this.typeNumbers.has(id)) this.typeNumbers.set(id, this.typeNumbers.size)
      }
    }
  }

  /** A stack word as it is encoded, by its tag (isa/verify/kinds.ts). */
  word(tag: number, raw: bigint): bigint {
    const word = BigInt.asUintN(64, raw)
    switch (tag) {
      case Kinds.i32:
      case Kinds.f32:
        return word & HALF
      case Kinds.funcref:
        return this.functionWord(word)
      case Kinds.exnref:
        return this.exceptionWord(word)
      default:
        assert(tag > 0 && tag <= V128_HIGH, `tag ${tag} of a word`)
        return word
    }
  }

  /** Whether a word with this upper half is encoded as it stands. */
  isPlain(tag: number, high: number): boolean {
    return tag === Kinds.funcref && high !== WALL + 1
  }

  functionRef(fn: FunctionInstance): bigint {
    return (BigInt(fn.instance + 1) << 32n) | BigInt(this.functionIndex(fn))
  }

  functionIndex(fn: FunctionInstance): number {
    return fn.instance === WALL ? this.wallIndex(fn.index) : fn.index
  }

  /** A type whose index is a number of the machine's registry: with its canonical number. */
  type(type: ValType): ValType {
    if (!isRef(type) || heapOf(type) < HEAP_INDEX) return type
    return refType(HEAP_INDEX + this.typeId(heapOf(type) - HEAP_INDEX), isNullable(type))
  }

  typeId(id: number): number {
    const number = this.typeNumbers.get(id)
    assert(number !== undefined, `type ${id} belongs to an instance`)
    return number
  }

  private functionWord(word: bigint): bigint {
    if (word >> 32n !== BigInt(WALL + 1)) return word
    return (word & ~HALF) | BigInt(this.wallIndex(Number(word & HALF)))
  }

  private wallIndex(index: number): number {
    return firstVisit(this.wallNumbers, this.wall, index)
  }

  private exceptionWord(word: bigint): bigint {
    if (word === 0n) return 0n
    const number = Number(word) - 1
    assert(number < this.store.exceptions.length, `exception ${number} is in the store`)
    return BigInt(firstVisit(this.exceptionNumbers, this.exceptions, number) + 1)
  }
}

function firstVisit(numbers: Map<number, number>, order: number[], found: number): number {
  const known = numbers.get(found)
  if (known !== undefined) return known
  numbers.set(found, order.length)
  return order.push(found) - 1
}
