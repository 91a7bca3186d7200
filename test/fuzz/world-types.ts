// The function types of a random world: the same list in each of its programs, so that they link.
import type { TypeDef } from '../../src/isa/program.ts'
import {
  ANYREF,
  EXNREF,
  EXTERNREF,
  FUNCREF,
  HEAP_INDEX,
  refType,
  type ValType,
} from '../../src/isa/types.ts'
import type { Random } from './random.ts'

export const plainTypes: readonly ValType[] = [
  1,
  1,
  1,
  2,
  2,
  3,
  4,
  5,
  FUNCREF,
  EXTERNREF,
  EXNREF,
  ANYREF,
]

/** The types that all programs of a world have: 0 is [] -> []. */
export function makeTypes(r: Random): TypeDef[] {
  const sides = Array.from({ length: 4 }, () => list(r, 3))
  const types: TypeDef[] = []
  const add = (
    params: readonly ValType[],
    results: readonly ValType[],
    rest: Partial<TypeDef> = {},
  ): void => {
    const alone = { groupStart: types.length, groupSize: 1, final: true, super: -1 }
    types.push({ params, results, ...alone, ...rest })
  }
  add([], [])
  add([1], [1])
  for (let n = r.range(3, 6); n > 0; n--) add(list(r, 4), r.pick(sides))
  // An open type with a subtype, and a group of two that name each other.
  add(list(r, 2), r.pick(sides), { final: false })
  const parent = types.length - 1
  add(types[parent].params, types[parent].results, { super: parent, final: r.chance(0.5) })
  const group = { groupStart: types.length, groupSize: 2 }
  const other = refType(HEAP_INDEX + types.length + 1, true)
  add([other, ...list(r, 1)], r.pick(sides), group)
  add([refType(HEAP_INDEX + group.groupStart, true)], [], group)
  // For tags: no results.
  for (let n = r.range(1, 3); n > 0; n--) add(list(r, 3), [])
  return types
}

const list = (r: Random, most: number): ValType[] =>
  Array.from({ length: r.below(most + 1) }, () => r.pick(plainTypes))
