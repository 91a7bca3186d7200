// Which locals may hold raw floats: those that only ever get arithmetic results and numbers that
// are no NaN. All others hold exact ones, as the state has them.
import type { FunctionFacts } from '../isa/facts.ts'
import type { FunctionDef } from '../isa/program.ts'
import { opcode, rowByCode } from '../isa/table.ts'
import { Kinds } from '../isa/types.ts'
import { Flow, flowByCode } from '../isa/verify/verify-flow.ts'
import { Float, isNaNBits, operations } from './operations.ts'

const GET = opcode('local.get')
const SET = opcode('local.set')
const TEE = opcode('local.tee')
const SELECT = opcode('select')
const F32_CONST = opcode('f32.const')
const F64_CONST = opcode('f64.const')

/** Float.raw or Float.exact for each local; parameters are exact, as calls hand them over so. */
export function rawLocalsOf(def: FunctionDef, facts: FunctionFacts, params: number): Uint8Array {
  const raw = new Uint8Array(facts.localKinds.length)
  let some = false
  for (let local = params; local < raw.length; local++) {
    const kind = facts.localKinds[local]
    if (kind !== Kinds.f32 && kind !== Kinds.f64) continue
    raw[local] = Float.raw
    some = true
  }
  if (!some) return raw
  const starts = new Uint8Array(def.code.op.length + 1)
  for (const { pc } of def.labels) starts[pc] = 1
  while (pass(def, raw, starts)) {}
  return raw
}

/** One look at the code; true where a local turned out exact. What is not known here is exact. */
function pass({ code }: FunctionDef, raw: Uint8Array, starts: Uint8Array): boolean {
  const { op, at, imm } = code
  const stack: number[] = []
  const pop = (): number => stack.pop() ?? Float.exact
  let changed = false
  for (let pc = 0; pc < op.length; pc++) {
    if (starts[pc] === 1) stack.length = 0
    const row = op[pc]
    if (row === GET) {
      stack.push(raw[imm[at[pc]]])
    } else if (row === SET || row === TEE) {
      const local = imm[at[pc]]
      const value = pop()
      if (raw[local] === Float.raw && value === Float.exact) {
        raw[local] = Float.exact
        changed = true
      }
      if (row === TEE) stack.push(raw[local])
    } else if (row === F32_CONST || row === F64_CONST) {
      const kind = row === F32_CONST ? Kinds.f32 : Kinds.f64
      const [low, high] = [imm[at[pc]], imm[at[pc] + 1]]
      stack.push(isNaNBits(kind, low, high) ? Float.exact : Float.never)
    } else if (row === SELECT) {
      pop()
      const b = pop()
      const a = pop()
      const both = a !== Float.exact && b !== Float.exact
      stack.push(both ? (a === Float.never && b === Float.never ? a : Float.raw) : Float.exact)
    } else apply(row, stack, pop)
  }
  return changed
}

function apply(code: number, stack: number[], pop: () => number): void {
  const operation = operations[code]
  if (operation !== undefined) {
    let first: number = Float.exact
    for (let left = operation.pops.length; left > 0; left--) first = pop()
    const { gives } = operation
    stack.push(gives >= 0 ? gives : first === Float.raw64 ? Float.raw : first)
    return
  }
  const row = rowByCode[code]
  if (row?.access?.shape === 'plain' && flowByCode[code] === Flow.next) {
    pop()
    if (row.access.does === 'load') stack.push(Float.exact)
    else pop()
  } else if (row?.name === 'i32.const' || row?.name === 'i64.const' || row?.name === 'global.get') {
    stack.push(Float.exact)
  } else stack.length = 0
}
