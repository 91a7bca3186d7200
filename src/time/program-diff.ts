// Where two versions of a program differ: the instructions whose execution can be the first that
// parts two runs of them.
import { sameBytes } from '../base/bytes.ts'
import type { FunctionDef, Program } from '../isa/program.ts'
import type { Machine, Place } from '../machine/machine.ts'

/**
 * Instructions of `a` that are others in `b`, as places. null: the versions have other functions,
 * so that no place of one is one of the other.
 */
export function differingPlaces(a: Machine, b: Machine): Place[] | null {
  const [left, right] = [a.store, b.store]
  if (left.instances.length !== right.instances.length) return null
  const places: Place[] = []
  for (let instance = 1; instance < left.instances.length; instance++) {
    const [one, other] = [left.instances[instance], right.instances[instance]]
    const [first, second] = [one, other].map(({ programNumber }, side) => {
      return (side === 0 ? left : right).programs[programNumber].hash
    })
    if (sameBytes(first, second)) continue
    if (!sameShape(one.program, other.program)) return null
    const imported = one.functions.length - one.program.functions.length
    one.program.functions.forEach((def, at) => {
      for (const pc of differingPcs(def, other.program.functions[at])) {
        places.push({ instance, function: imported + at, pc })
      }
    })
  }
  return places
}

const sameShape = (a: Program, b: Program): boolean =>
  a.functions.length === b.functions.length &&
  a.imports.length === b.imports.length &&
  JSON.stringify(a.types, plain) === JSON.stringify(b.types, plain) &&
  a.functions.every(({ type }, at) => type === b.functions[at].type)

const plain = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `${value}` : value

/** All of a function whose frame or targets are others. */
function differingPcs(a: FunctionDef, b: FunctionDef): number[] {
  const facts = ({ locals, labels, handlers }: FunctionDef): string =>
    JSON.stringify([locals, labels, handlers], plain)
  const pcs = Array.from(a.code.op, (_, pc) => pc)
  if (a.code.op.length === b.code.op.length && facts(a) === facts(b)) {
    return pcs.filter((pc) => !sameInstruction(a, b, pc))
  }
  return pcs
}

function sameInstruction({ code: a }: FunctionDef, { code: b }: FunctionDef, pc: number): boolean {
  if (a.op[pc] !== b.op[pc]) return false
  const [left, right] = [a, b].map(({ at, imm }) =>
    imm.subarray(at[pc], pc + 1 < at.length ? at[pc + 1] : imm.length),
  )
  return left.length === right.length && left.every((word, at) => word === right[at])
}
