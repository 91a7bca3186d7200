// Where an exception goes that an instruction throws.
import type { FunctionDef, Handler } from '../isa/program.ts'
import { throwsByCode } from '../isa/verify/verify-flow.ts'
import { OverHostLimit } from './host-types.ts'

/** A function whose instructions have more handlers together runs in the interpreter. */
const MOST_CATCHES = 100_000

/** Handlers of each instruction that may throw into one: no two of one tag, any tag last. */
export function catchesOf({ code, handlers }: FunctionDef): Map<number, Handler[]> {
  const catches = new Map<number, Handler[]>()
  if (handlers.length === 0) return catches
  const opens = handlers.map((_, at) => at).sort((a, b) => handlers[a].from - handlers[b].from)
  let open: number[] = []
  let total = 0
  for (let pc = 0, next = 0; pc < code.op.length; pc++) {
    for (; next < opens.length && handlers[opens[next]].from <= pc; next++) open.push(opens[next])
    if (open.length === 0 || throwsByCode[code.op[pc]] === 0) continue
    open = open.filter((at) => handlers[at].to > pc).sort((a, b) => a - b)
    const found: Handler[] = []
    for (const at of open) {
      const { tag } = handlers[at]
      if (found.some((inner) => inner.tag === tag)) continue
      found.push(handlers[at])
      if (tag < 0) break
    }
    total += found.length
    if (total > MOST_CATCHES) throw new OverHostLimit('handlers')
    if (found.length > 0) catches.set(pc, found)
  }
  return catches
}
