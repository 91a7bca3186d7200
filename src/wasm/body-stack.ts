// The types of the operands at one point of a body (spec: Appendix, Validation Algorithm). After an
// unconditional transfer the stack is polymorphic: it gives values of any type, below those pushed
// since.
import type { TypeDef } from '../isa/program.ts'
import { heapOf, isNullable, isRef, refType, type ValType } from '../isa/types.ts'
import type { Place } from './body-place.ts'
import { isSubtype } from './subtyping.ts'
import { valTypeName } from './types.ts'

/** The bottom types of unreachable code: a value of any type; a reference of any heap type. */
export const ANY_VALUE: ValType = 0
const BOTTOM_HEAP = -1
export const ANY_REFERENCE: ValType = refType(BOTTOM_HEAP, false)

export class OperandStack {
  /** Bottom first; only the first `height` count. */
  readonly types: ValType[] = []
  height = 0
  /** Height at which the innermost block starts: what is below is out of its reach. */
  base = 0
  polymorphic = false
  private readonly defs: readonly TypeDef[]
  private readonly place: Place

  constructor(defs: readonly TypeDef[], place: Place) {
    this.defs = defs
    this.place = place
  }

  push(type: ValType): void {
    this.types[this.height++] = type
  }
  pushAll(types: readonly ValType[]): void {
    for (let i = 0; i < types.length; i++) this.types[this.height++] = types[i]
  }
  pop(expected: ValType): void {
    const height = this.height
    if (height > this.base) {
      this.height = height - 1
      const type = this.types[height - 1]
      if (type !== expected) this.check(type, expected)
    } else if (!this.polymorphic) this.empty(valTypeName(expected))
  }
  /** Pops a value of whatever type: ANY_VALUE where unreachable code does not say. */
  popAny(): ValType {
    if (this.height > this.base) return this.types[--this.height]
    if (!this.polymorphic) this.empty('a value')
    return ANY_VALUE
  }
  popReference(): ValType {
    const type = this.popAny()
    if (type === ANY_VALUE) return ANY_REFERENCE
    if (!isRef(type)) this.mismatch(type, 'a reference')
    return type
  }
  popAll(expected: readonly ValType[]): void {
    for (let i = expected.length - 1; i >= 0; i--) this.pop(expected[i])
  }
  /** Checks that the values on top are of these types, and leaves them as they are. */
  checkTop(expected: readonly ValType[]): void {
    const height = this.height
    for (let i = expected.length - 1; i >= 0; i--) {
      const at = height - expected.length + i
      if (at >= this.base) this.check(this.types[at], expected[i])
      else if (!this.polymorphic) this.empty(valTypeName(expected[i]))
    }
  }
  /** Drops the block's values; from here on there are values of any type. */
  setPolymorphic(): void {
    this.height = this.base
    this.polymorphic = true
  }

  matches(type: ValType, expected: ValType): boolean {
    if (type === expected || type === ANY_VALUE) return true
    if (isRef(type) && heapOf(type) === BOTTOM_HEAP) {
      return isRef(expected) && (isNullable(expected) || !isNullable(type))
    }
    return isSubtype(this.defs, type, expected)
  }
  check(type: ValType, expected: ValType): void {
    if (!this.matches(type, expected)) this.mismatch(type, valTypeName(expected))
  }
  private mismatch(type: ValType, expected: string): never {
    const found = type === ANY_REFERENCE ? 'a reference' : valTypeName(type)
    this.place.invalid(`type mismatch: ${found}`, expected)
  }
  private empty(expected: string): never {
    this.place.invalid('type mismatch: no value left in the block', expected)
  }
}
