// Where two versions of a program differ: the instructions whose execution can be the first that
// parts two runs of them.
import { sameBytes } from '../../base/bytes.ts'
import type { Code, FunctionDef, Program } from '../../isa/program.ts'
import { syscallByNumber } from '../../isa/syscalls.ts'
import { opcode } from '../../isa/table.ts'
import type { Machine, Place } from '../../machine/machine.ts'

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

const calls = [opcode('call'), opcode('return_call')]
const SYS = opcode('sys')
const REF_FUNC = opcode('ref.func')

/**
 * Instructions that call a function of the wall whose name has one of these words. null: one of
 * them can be called through a reference too, so that its calls cannot be told.
 */
export function callsOfWall({ store }: Machine, words: RegExp): Place[] | null {
  const places: Place[] = []
  const wall = new Set(
    store.instances[0].functions.filter(({ host }) => words.test(host?.name ?? '')),
  )
  const named = (low: number, high: number): boolean =>
    high === 1 && wall.has(store.instances[0].functions[low])
  const held = store.tables.some(({ words: halves, size }) =>
    Array.from({ length: size }, (_, at) => at).some((at) =>
      named(halves[2 * at], halves[2 * at + 1]),
    ),
  )
  if (held) return null
  for (let instance = 1; instance < store.instances.length; instance++) {
    const { functions } = store.instances[instance]
    for (const [index, { instance: home, def }] of functions.entries()) {
      if (def === null || home !== instance) continue
      const { op } = def.code
      for (let pc = 0; pc < op.length; pc++) {
        const target = immOf(def.code, pc)
        if (op[pc] === REF_FUNC && wall.has(functions[target])) return null
        const isCall = calls.includes(op[pc]) && wall.has(functions[target])
        const isSys = op[pc] === SYS && words.test(syscallByNumber.get(target)?.name ?? '')
        if (isCall || isSys) places.push({ instance, function: index, pc })
      }
    }
  }
  return places
}

const immOf = ({ at, imm }: Code, pc: number): number => imm[at[pc]]
