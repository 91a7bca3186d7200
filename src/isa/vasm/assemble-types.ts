// Types of the assembly text: value types, signatures, and the type list that signatures are looked
// up in.

import { INDEX_LIMIT } from '../codec/encode-code.ts'
import type { TypeDef } from '../program.ts'
import {
  ANYREF,
  EXNREF,
  EXTERNREF,
  F32,
  F64,
  FUNCREF,
  HEAP_INDEX,
  Heap,
  I32,
  I64,
  isRef,
  type Kind,
  kindNames,
  refType,
  V128,
  type ValType,
} from '../types.ts'
import { type Cursor, describe, nearestWord, type Token } from './assemble-cursor.ts'
import { type IndexSpace, takeName } from './assemble-symbols.ts'

export const typeWords: ReadonlyMap<string, ValType> = new Map([
  ['i32', I32],
  ['i64', I64],
  ['f32', F32],
  ['f64', F64],
  ['v128', V128],
  ['funcref', FUNCREF],
  ['externref', EXTERNREF],
  ['exnref', EXNREF],
  ['anyref', ANYREF],
])

export interface Signature {
  readonly params: readonly ValType[]
  readonly results: readonly ValType[]
}

export class TypeList {
  readonly types: TypeDef[] = []
  /** Names of types; numbers count all of them. */
  readonly space: IndexSpace
  private readonly bySignature = new Map<string, number>()

  constructor(space: IndexSpace) {
    this.space = space
  }
  add(type: TypeDef): void {
    const index = this.types.push(type) - 1
    const key = signatureKey(type)
    if (isPlain(type) && !this.bySignature.has(key)) this.bySignature.set(key, index)
  }
  /** The first plain type with this signature; a new one where there is none. */
  intern({ params, results }: Signature): number {
    const found = this.bySignature.get(signatureKey({ params, results }))
    if (found !== undefined) return found
    const index = this.types.length
    this.add({ params, results, groupStart: index, groupSize: 1, final: true, super: -1 })
    return index
  }
}

export const signatureKey = ({ params, results }: Signature): string => `${params}>${results}`
/** Final, without supertype, alone in its group: what a bare signature means. */
export const isPlain = (type: TypeDef): boolean =>
  type.groupSize === 1 && type.final && type.super === -1

/** `i32`, `funcref`, `(ref null func)`, `(ref 3)`. */
export function readValType(c: Cursor, types: IndexSpace): ValType {
  if (c.takes('(')) return restOfRef(c, types)
  return wordType(c, c.word('a value type'))
}

function wordType(c: Cursor, token: Token): ValType {
  const type = token.kind === 'word' ? typeWords.get(token.text) : undefined
  if (type !== undefined) return type
  const near = nearestWord(token.text, typeWords.keys())
  const hint = near === null ? undefined : `did you mean ${near}?`
  c.failAt(token.at, describe(token), 'a value type', hint)
}

export function readRefType(c: Cursor, types: IndexSpace): ValType {
  const token = c.peek()
  const type = readValType(c, types)
  if (!isRef(type)) c.failAt(token.at, describe(token), 'a reference type')
  return type
}

function restOfRef(c: Cursor, types: IndexSpace): ValType {
  c.expect('ref')
  const nullable = c.takes('null')
  const token = c.peek()
  const abstract = token.kind === 'word' && Object.hasOwn(Heap, token.text)
  let heap: number
  if (abstract) heap = Heap[c.next().text as keyof typeof Heap]
  else heap = HEAP_INDEX + types.use(c)
  const type = refType(heap, nullable)
  if (type > INDEX_LIMIT) c.failAt(token.at, describe(token), 'a type below 2^27 - 16')
  c.expect(')')
  return type
}

/** `[i32 i64]`: the kinds on a stack, bottom first. */
export function readStack(c: Cursor): Kind[] {
  const kinds: Kind[] = []
  c.expect('[')
  while (!c.takes(']')) kinds.push(readKind(c))
  return kinds
}

export function readKind(c: Cursor): Kind {
  const token = c.peek()
  const kind = token.kind === 'word' ? kindNames.indexOf(token.text) : -1
  if (kind < 1) c.fail(`one of ${kindNames.slice(1).join(' ')}`)
  c.next()
  return kind as Kind
}

/** `(n: i32, i64) -> (i32, f64)`; `named` learns each parameter's name. */
export function readSignature(
  c: Cursor,
  types: IndexSpace,
  named: (name: Token, index: number) => void,
): Signature {
  const params: ValType[] = []
  c.expect('(')
  while (!c.takes(')')) {
    if (params.length > 0) c.expect(',')
    params.push(readParam(c, types, (name) => named(name, params.length)))
  }
  return { params, results: c.takes('->') ? readResults(c, types) : [] }
}

/** `i32` or `n: i32`. */
export function readParam(c: Cursor, types: IndexSpace, named: (name: Token) => void): ValType {
  if (c.sees('(')) return readValType(c, types)
  const first = c.peek()
  if (first.kind !== 'word' && first.kind !== 'string') c.fail('a type, or a name and its type')
  c.next()
  if (!c.takes(':')) return wordType(c, first)
  named(first)
  return readValType(c, types)
}

function readResults(c: Cursor, types: IndexSpace): ValType[] {
  if (!c.takes('(')) return [readValType(c, types)]
  if (c.sees('ref')) return [restOfRef(c, types)]
  const results: ValType[] = []
  while (!c.takes(')')) {
    if (results.length > 0) c.expect(',')
    results.push(readValType(c, types))
  }
  return results
}

/** A line of the type list after its keyword: `binop open extends base (i32, i32) -> i32`. */
export function readTypeLine(c: Cursor, types: IndexSpace, group: [number, number]): TypeDef {
  takeName(c)
  const final = !c.takes('open')
  const parent = c.takes('extends') ? types.use(c) : -1
  const { params, results } = readSignature(c, types, () => {})
  c.finish()
  return { params, results, groupStart: group[0], groupSize: group[1], final, super: parent }
}

/**
 * What a function, tag or their import declares: `type 3`, a signature, or both, which must agree.
 */
export function readTypeUse(
  c: Cursor,
  types: TypeList,
  named: (name: Token, index: number) => void,
): number {
  const given = c.takes('type') ? types.space.use(c) : -1
  if (given >= 0 && !c.sees('(')) return given
  const start = c.peek()
  const signature = readSignature(c, types.space, named)
  if (given < 0) return types.intern(signature)
  const type = types.types[given]
  if (type !== undefined && signatureKey(type) !== signatureKey(signature)) {
    c.failAt(start.at, 'another signature', `that of type ${given}`)
  }
  return given
}
