// What a virtual beam tells of an instruction beside its place: an address and a value, by row.
//
// The address is that of a load or a store; of a bulk instruction on memory, where it writes next;
// its low 32 bits. The value is the result on the stack or, where there is none, what was stored or
// set; its low 64 bits. Of a bulk instruction it is how many bytes were left, the low 32 bits. Of
// all else they are 0: of calls, whose callees tell for themselves; of select, which does not say
// of what kind its result is; of an exnref, whose number is no state.
import type { FunctionDef } from '../isa/program.ts'
import type { Row } from '../isa/row.ts'
import { parseSignature, rowByCode } from '../isa/table.ts'
import { type Kind, Kinds, wordsOf } from '../isa/types.ts'
import type { Machine } from './machine.ts'
import type { FunctionInstance } from './store.ts'

export interface Told {
  /** Words from the address operand to the top of the stack; 0: there is no address. */
  readonly addressDepth: number
  /** Immediates have an offset that is added to the address. */
  readonly hasOffset: boolean
  /** result: the top behind the instruction. operand: the top before it. */
  readonly value: 'result' | 'operand' | 'none'
  /** Whose kind the value has: a fixed one, that of the local or the global in the immediate. */
  readonly kind: Kind | 'local' | 'global'
}

const nothing: Told = { addressDepth: 0, hasOffset: false, value: 'none', kind: Kinds.i64 }
/** Rows without a signature that push one word, whatever it is. */
const pushing =
  /^(table\.(get|size|grow)|memory\.(size|grow)|ref\.(null|is_null|as_non_null|test|cast))$/

function toldOf(row: Row): Told {
  const { name, access, flow, sig } = row
  if (/^memory\.(fill|copy|init)$/.test(name))
    return { ...nothing, addressDepth: 3, value: 'operand', kind: Kinds.i32 }
  const of = /^(local|global)\.(get|set|tee)$/.exec(name)
  if (of !== null) {
    const value = of[2] === 'set' ? 'operand' : 'result'
    return { ...nothing, value, kind: of[1] as 'local' | 'global' }
  }
  if (name === 'select_v128') return { ...nothing, value: 'result', kind: Kinds.v128 }
  if (pushing.test(name)) return { ...nothing, value: 'result' }
  if (flow !== undefined || sig === null) return nothing
  const { pops, pushes } = parseSignature(sig)
  const kindsOf = (kinds: typeof pops): Kind[] =>
    kinds.map((kind) => (kind === 'addr' ? Kinds.i64 : kind))
  const [taken, given] = [kindsOf(pops), kindsOf(pushes)]
  const value = given.length > 0 ? 'result' : access?.does === 'store' ? 'operand' : 'none'
  const kind = given[0] ?? taken[taken.length - 1] ?? Kinds.i64
  if (access === undefined) return { ...nothing, value, kind }
  const far = name.startsWith('far.')
  const addressDepth = taken.slice(far ? 1 : 0).reduce((sum, one) => sum + wordsOf(one), 0)
  return { addressDepth, hasOffset: !far, value, kind }
}

const toldByCode: readonly Told[] = rowByCode.map((row) => {
  return row === undefined ? nothing : toldOf(row)
})
export const told = (code: number): Told => toldByCode[code] ?? nothing

/** The kind of the value; of `global`, given the kinds of all globals. */
export function kindTold(
  { kind }: Told,
  { code }: FunctionDef,
  pc: number,
  locals: ArrayLike<number>,
  globalKind: (global: number) => Kind,
): Kind {
  const at = code.imm[code.at[pc]]
  if (kind === 'local') return locals[at] as Kind
  return kind === 'global' ? globalKind(at) : kind
}

/** The same in a machine. */
export function kindInMachine(m: Machine, fn: FunctionInstance, pc: number): Kind {
  const def = fn.def as FunctionDef
  const { globals } = m.store.instances[fn.instance]
  const globalKind = (global: number): Kind => m.store.globals[globals[global]].kind
  return kindTold(told(def.code.op[pc]), def, pc, m.factsOf(fn).localKinds, globalKind)
}
