// Calls: direct, by table, by reference; each also in place of the frame.
import { type Kind, Kinds } from '../../src/isa/types.ts'
import { push, pushIndex, pushMissing, pushNumber } from './operands.ts'
import { paramsOf, resultsOf, sameKinds } from './shape.ts'
import type { Writer } from './writer.ts'

const { i32, i64, funcref } = Kinds

/** A function whose call is allowed, by what it returns (or anything). */
function callee(w: Writer, results: readonly Kind[] | null): number {
  const { functions } = w.shape
  const fitting = [...functions.keys()].filter(
    (at) =>
      functions[at].callable &&
      (results === null || sameKinds(resultsOf(w.shape, functions[at].type), results)),
  )
  return fitting.length === 0 ? -1 : w.r.pick(fitting)
}

/** A slot of a table with a callable function: [table, slot, type]. */
function callableSlot(w: Writer, results: readonly Kind[] | null): number[] | null {
  const slots = w.shape.tables.flatMap(({ callable }, number) =>
    callable.flatMap((type, slot) =>
      results === null || sameKinds(resultsOf(w.shape, type), results)
        ? [[number, slot, type]]
        : [],
    ),
  )
  return slots.length === 0 ? null : w.r.pick(slots)
}

export function pushArguments(w: Writer, type: number): number {
  const params = paramsOf(w.shape, type)
  pushMissing(w, params)
  return params.length
}

export function call(w: Writer, name: string): boolean {
  const tail = name.startsWith('return_')
  const results = tail ? w.results : null
  const gives = (type: number): Kind[] => (tail ? [] : resultsOf(w.shape, type))
  if (name.endsWith('indirect')) {
    const found = callableSlot(w, results)
    if (found === null) return false
    const [number, slot, type] = found
    const count = pushArguments(w, type)
    const at = w.shape.tables[number]
    if (w.reckless) pushIndex(w, at, 0, at.size + 2)
    else pushNumber(w, at.wide ? i64 : i32, slot)
    w.op(name, [type, number], count + 1, gives(type))
    return true
  }
  const fn = callee(w, results)
  if (fn < 0) return false
  const { type } = w.shape.functions[fn]
  const count = pushArguments(w, type)
  if (name.endsWith('ref')) {
    if (w.reckless) push(w, funcref)
    else w.op('ref.func', [fn], 0, [funcref])
    w.op(name, [type], count + 1, gives(type))
  } else w.op(name, [fn], count, gives(type))
  return true
}
