// What stands on the call stack of a machine: its frames, and the values in them.
import { functionName } from '../../isa/function-name.ts'
import { type Kind, Kinds, wordsOf } from '../../isa/types.ts'
import type { Machine, Place } from '../../machine/machine.ts'

export interface Frame {
  readonly place: Place
  /** Its number in the machine, the outermost 0; null: of a trap, whose values are gone. */
  readonly at: number | null
}

/** Innermost first. */
export function framesOf(m: Machine): Frame[] {
  if (m.trap !== null) return m.trap.chain.map((place) => ({ place, at: null }))
  if (m.depth === 0) return []
  const chain = m.chain(m.framePc[m.depth - 1])
  return chain.map((place, n) => ({ place, at: m.depth - 1 - n }))
}

/** The name of a place's function; its number where it has none. */
export function functionTitle(m: Machine, { instance, function: index }: Place): string {
  const { program, functions } = m.store.instances[instance]
  const host = functions[index]?.host?.name
  return host ?? functionName(program, index) ?? `function ${index}`
}

export interface NamedValue {
  /** `local 3`. */
  readonly title: string
  /** Its name in the source; null: not known. */
  readonly name: string | null
  readonly kind: Kind
  readonly text: string
  /** Of an i32 or i64: as an address. */
  readonly address: bigint | null
}

export interface FrameValues {
  readonly locals: readonly NamedValue[]
  /** Bottom first; those that a callee took are its locals. */
  readonly operands: readonly NamedValue[]
}

/** What a frame holds. */
export function frameValues(m: Machine, at: number): FrameValues {
  const fn = m.frameFunction[at]
  const { program, functions } = m.store.instances[fn.instance]
  const facts = m.factsOf(fn)
  const base = m.frameBase[at]
  const names = program.names.locals.get(fn.index)
  const locals = Array.from(facts.localKinds, (kind, local) =>
    valueAt(m, `local ${local}`, names?.get(local) ?? null, kind as Kind, [
      m.words.U64,
      base + facts.localAt[local],
    ]),
  )
  const defined = fn.index - (functions.length - program.functions.length)
  const kinds = m.verifierOf(program).kindsAt(defined, m.framePc[at])
  const end = at + 1 < m.depth ? m.frameBase[at + 1] : m.sp
  const operands: NamedValue[] = []
  let word = base + facts.localWords
  for (const kind of kinds) {
    if (word + wordsOf(kind) > end) break
    operands.push(valueAt(m, `operand ${operands.length}`, null, kind, [m.words.U64, word]))
    word += wordsOf(kind)
  }
  return { locals, operands }
}

/** The globals of a program's instance. */
export function globalValues(m: Machine, instance: number): NamedValue[] {
  const { program, globals } = m.store.instances[instance]
  const { buffer, byteOffset, length } = m.store.globalWords
  const words = new BigUint64Array(buffer, byteOffset, length >> 1)
  return Array.from(globals, (number, index) => {
    const exported = program.exports.find((one) => one.kind === 'global' && one.index === index)
    const name = program.names.globals.get(index) ?? exported?.name ?? null
    return valueAt(m, `global ${index}`, name, m.store.globals[number].kind, [words, 2 * number])
  })
}

/** The words where a value stands, and the number of its first. */
type Standing = readonly [words: BigUint64Array, at: number]

function valueAt(
  m: Machine,
  title: string,
  name: string | null,
  kind: Kind,
  [words, at]: Standing,
): NamedValue {
  const low = words[at]
  const isAddress = kind === Kinds.i32 || kind === Kinds.i64
  const address = kind === Kinds.i32 ? low & 0xffffffffn : low
  const text = kind === Kinds.funcref ? functionText(m, low) : wordText(kind, words, at)
  return { title, name, kind, text, address: isAddress ? address : null }
}

function wordText(kind: Kind, words: BigUint64Array, at: number): string {
  const view = new DataView(words.buffer, words.byteOffset + 8 * at, 8 * wordsOf(kind))
  switch (kind) {
    case Kinds.i32:
      return `${view.getInt32(0, true)}`
    case Kinds.f32:
      return `${view.getFloat32(0, true)}`
    case Kinds.f64:
      return `${view.getFloat64(0, true)}`
    case Kinds.v128:
      return `${hexOf(view.getBigUint64(8, true))}${hexOf(view.getBigUint64(0, true))}`
    case Kinds.i64:
      return `${view.getBigInt64(0, true)}`
    default:
      return words[at] === 0n ? 'null' : `${words[at]}`
  }
}

function functionText(m: Machine, word: bigint): string {
  if (word === 0n) return 'null'
  const place = { instance: Number(word >> 32n) - 1, function: Number(word & 0xffffffffn), pc: 0 }
  return m.store.instances[place.instance] === undefined ? `${word}` : functionTitle(m, place)
}

const hexOf = (word: bigint): string => word.toString(16).padStart(16, '0')
