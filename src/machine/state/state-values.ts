// Sections `globals`, `tables`, `tags`, `exceptions`: the entities that instances share, without
// memories.
import { type ByteReader, ByteWriter } from '../../base/bytes.ts'
import type { Limits, TableType } from '../../isa/program.ts'
import { isRef, kindOf, type ValType, wordsOf } from '../../isa/types.ts'
import { tagsOf } from '../../isa/verify/kinds.ts'
import type { GlobalEntity, Store, TableEntity, TagEntity } from '../store.ts'
import type { Canon } from './canon.ts'
import { failAt, finish, readCount, readFlag, readIndex } from './state-format.ts'
import type { TypeTable } from './state-types.ts'
import { type Referents, readWord, setWord, wordAt, writeWords } from './state-words.ts'

/** Words that a global may take in Store.globalWords. */
const GLOBAL_WORDS = 2

export function encodeGlobals(store: Store, canon: Canon): Uint8Array {
  const w = new ByteWriter()
  if (store.globals.length > 0) w.uleb(store.globals.length)
  store.globals.forEach(({ type, kind }, number) => {
    w.uleb(canon.type(type.type))
    w.u8(type.mutable ? 1 : 0)
    writeWords(w, canon, store.globalWords, number * GLOBAL_WORDS, tagsOf([kind]))
  })
  return w.take()
}

export function decodeGlobals(r: ByteReader, types: TypeTable, referents: Referents): void {
  const { store } = referents
  const count = readCount(r, 'globals', 10)
  store.globalWords = new Int32Array(Math.max(256, count * 2 * GLOBAL_WORDS))
  for (let number = 0; number < count; number++) {
    const type = types.read(r)
    const global: GlobalEntity = {
      type: { type, mutable: readFlag(r, 'mutable') },
      kind: kindOf(type),
    }
    store.globals.push(global)
    tagsOf([global.kind]).forEach((tag, i) => {
      setWord(store.globalWords, number * GLOBAL_WORDS + i, readWord(r, tag, referents))
    })
  }
  finish(r, 'globals')
}

export function writeLimits(w: ByteWriter, limits: Limits): void {
  w.u8((limits.max === null ? 0 : 1) | (limits.wide ? 2 : 0) | (limits.shared ? 4 : 0))
  w.uleb(limits.min)
  if (limits.max !== null) w.uleb(limits.max)
}

/** Limits and the size that is within them. */
export function readLimits(r: ByteReader): Limits & { readonly size: number } {
  const flags = readIndex(r, 8, 'flags')
  const min = r.ulebBig()
  const max = (flags & 1) !== 0 ? r.ulebBig() : null
  const at = r.at
  const size = r.uleb()
  if (BigInt(size) < min || (max !== null && BigInt(size) > max)) {
    failAt(r, at, `size ${size}`, `${min} to ${max ?? 'any'}`)
  }
  return { min, max, wide: (flags & 2) !== 0, shared: (flags & 4) !== 0, size }
}

/** Each table: type, limits, size, then runs: a number of nulls, a number of others, these. */
export function encodeTables(store: Store, canon: Canon): Uint8Array {
  const w = new ByteWriter()
  if (store.tables.length > 0) w.uleb(store.tables.length)
  for (const { type, kind, words, size } of store.tables) {
    w.uleb(canon.type(type.element))
    writeLimits(w, type.limits)
    w.uleb(size)
    for (let at = 0; at < size; ) {
      const full = runEnd(words, at, size, true)
      const end = runEnd(words, full, size, false)
      w.uleb(full - at)
      w.uleb(end - full)
      for (at = full; at < end; at++) {
        const [low, high] = [words[2 * at], words[2 * at + 1]]
        if (canon.isPlain(kind, high)) {
          w.u32(low)
          w.u32(high)
        } else w.u64(canon.word(kind, wordAt(words, at)))
      }
    }
  }
  return w.take()
}

/** The first entry from `at` on that is not null (where `nulls`), or is. */
function runEnd(words: Int32Array, at: number, size: number, nulls: boolean): number {
  let end = at
  while (end < size && ((words[2 * end] | words[2 * end + 1]) === 0) === nulls) end++
  return end
}

export function decodeTables(
  r: ByteReader,
  types: TypeTable,
  referents: Referents,
  limitEntries: number,
): void {
  let entries = 0
  for (let left = readCount(r, 'tables', 4); left > 0; left--) {
    const start = r.at
    const element = types.read(r)
    if (!isRef(element)) failAt(r, start, `element type ${element}`, 'a reference type')
    const { size, ...limits } = readLimits(r)
    entries += size
    if (entries > limitEntries) {
      failAt(r, start, `${entries} table entries`, `at most ${limitEntries}`)
    }
    const type: TableType = { element, limits }
    const kind = kindOf(element)
    const words = new Int32Array(size * 2)
    for (let at = 0; at < size; ) {
      at += readRun(r, size - at, 'nulls')
      for (let more = readRun(r, size - at, 'entries'); more > 0; more--, at++) {
        setWord(words, at, readWord(r, kind, referents))
      }
    }
    const table: TableEntity = { type, kind, words, size, changedFrom: 0, changedTo: size }
    referents.store.tables.push(table)
  }
  finish(r, 'tables')
}

function readRun(r: ByteReader, most: number, what: string): number {
  return readIndex(r, most + 1, `a run of ${what}`)
}

export function encodeTags(store: Store, canon: Canon): Uint8Array {
  const w = new ByteWriter()
  if (store.tags.length > 0) w.uleb(store.tags.length)
  for (const tag of store.tags) w.uleb(canon.typeId(tag.typeId))
  return w.take()
}

export function decodeTags(r: ByteReader, types: TypeTable, store: Store): void {
  for (let left = readCount(r, 'tags'); left > 0; left--) {
    const { id, def } = types.at(readIndex(r, types.size, 'type'))
    const paramKinds = def.params.map((type: ValType) => kindOf(type))
    const paramWords = paramKinds.reduce((sum, kind) => sum + wordsOf(kind), 0)
    const tag: TagEntity = { typeId: id, paramKinds, paramWords }
    store.tags.push(tag)
  }
  finish(r, 'tags')
}

/** The exceptions that the sections before have named, then those that these name. */
export function encodeExceptions(store: Store, canon: Canon): Uint8Array {
  const body = new ByteWriter()
  // The list grows while it is walked: an argument may name an exception that nothing else does.
  for (let i = 0; i < canon.exceptions.length; i++) {
    const { tag, words } = store.exceptions[canon.exceptions[i]]
    body.uleb(tag)
    tagsOf(store.tags[tag].paramKinds).forEach((kind, at) => {
      body.u64(canon.word(kind, words[at]))
    })
  }
  const w = new ByteWriter()
  if (canon.exceptions.length === 0) return w.take()
  w.uleb(canon.exceptions.length)
  w.raw(body.take())
  return w.take()
}

/** How many there are; needed before anything that may name them is read. */
export const countExceptions = (r: ByteReader): number => readCount(r, 'exceptions')

/** The rest of the section, after the count. */
export function decodeExceptions(r: ByteReader, referents: Referents): void {
  const { store, exceptionCount } = referents
  for (let i = 0; i < exceptionCount; i++) {
    const tag = readIndex(r, store.tags.length, 'tag')
    const tags = tagsOf(store.tags[tag].paramKinds)
    const words = new BigInt64Array(tags.length)
    tags.forEach((kind, at) => {
      words[at] = BigInt.asIntN(64, readWord(r, kind, referents))
    })
    store.exceptions.push({ tag, words })
  }
  finish(r, 'exceptions')
}
