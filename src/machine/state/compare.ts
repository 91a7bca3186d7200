// Do two machines have one state? Told without hashing memory: pages are compared, and those that
// both share by identity. Parts that are known to differ can be left out (time/diff/diff.ts).
import { sameBytes } from '../../base/bytes.ts'
import type { Hasher } from '../../base/hasher.ts'
import type { FarShard } from '../../memory/far-shard.ts'
import { sameWords } from '../../memory/flat.ts'
import type { Memory } from '../../memory/memory.ts'
import { Merkle } from '../../memory/merkle.ts'
import { type Page, ZERO_PAGE } from '../../memory/page.ts'
import type { Machine } from '../machine.ts'
import { smallSections } from './root.ts'
import { encodeFiles } from './state-files.ts'
import { encodeMeta } from './state-meta.ts'

const EMPTY = new Uint8Array(0)

export class StateComparison {
  private readonly merkle: Merkle
  /** Names of parts that are not compared: sections, and `device NAME` for each device. */
  private readonly without: ReadonlySet<string>
  /** Where memories differed last: they most likely do there again. */
  private last = { memory: 0, page: 0 }

  constructor(hasher: Hasher, without: ReadonlySet<string> = new Set()) {
    this.merkle = new Merkle(hasher)
    this.without = without
  }

  /** Between instructions only. */
  same(a: Machine, b: Machine): boolean {
    if (a.depth !== b.depth || !sameBytes(encodeMeta(a), encodeMeta(b))) return false
    if (a.depth > 0 && a.framePc[a.depth - 1] !== b.framePc[b.depth - 1]) return false
    return this.differing(a, b).next().done === true
  }

  /** Names of the parts that differ. */
  parts(a: Machine, b: Machine): string[] {
    return [...this.differing(a, b)]
  }

  private *differing(a: Machine, b: Machine): Generator<string> {
    const { without } = this
    const [left, right] = [smallSections(a), smallSections(b)]
    for (const [name, bytes] of left) {
      if (name === 'devices' || without.has(name)) continue
      if (!sameBytes(bytes, right.get(name) ?? EMPTY)) yield name
    }
    for (const name of new Set([...a.devices.keys(), ...b.devices.keys()])) {
      if (without.has(`device ${name}`)) continue
      const [one, other] = [a, b].map(({ devices }) => devices.get(name)?.encode() ?? EMPTY)
      if (!sameBytes(one, other)) yield `device ${name}`
    }
    if (!without.has('memories') && this.memoriesDiffer(a, b)) yield 'memories'
    if (!without.has('far') && farDiffers(a.shards.far, b.shards.far)) yield 'far'
    if (!without.has('files') && this.filesDiffer(a, b)) yield 'files'
    if (!without.has('programs') && programsDiffer(a, b)) yield 'programs'
  }

  private memoriesDiffer(a: Machine, b: Machine): boolean {
    const [left, right] = [a.store.memories, b.store.memories]
    if (left.length !== right.length) return true
    if (left.some(({ sizePages }, at) => sizePages !== right[at].sizePages)) return true
    const { last } = this
    const size = left[last.memory]?.sizePages ?? 0
    if (last.page < size && pageDiffers(left[last.memory], right[last.memory], last.page)) {
      return true
    }
    for (let memory = 0; memory < left.length; memory++) {
      for (const page of differingPages(left[memory], right[memory])) {
        this.last = { memory, page }
        return true
      }
    }
    return false
  }

  private filesDiffer(a: Machine, b: Machine): boolean {
    return !sameBytes(encodeFiles(a.files, this.merkle), encodeFiles(b.files, this.merkle))
  }
}

const pageDiffers = (a: Memory, b: Memory, number: number): boolean => {
  const left = a.readable(number) ?? ZERO_PAGE
  const right = b.readable(number) ?? ZERO_PAGE
  return left !== right && !sameWords(left.i32, right.i32)
}

/** Numbers of the pages that differ, in order, of memories of one size. */
export function* differingPages(a: Memory, b: Memory): Generator<number> {
  for (let page = 0; page < a.sizePages; page++) if (pageDiffers(a, b, page)) yield page
}

function farDiffers(a: readonly FarShard[], b: readonly FarShard[]): boolean {
  if (a.length !== b.length) return true
  return a.some(({ sizeBytes, table }, at) => {
    if (sizeBytes !== b[at].sizeBytes) return true
    const right = b[at].table
    const numbers = new Set([...table.pages(), ...right.pages()].map(([number]) => number))
    return [...numbers].some((number) => {
      const [one, other]: Page[] = [table, right].map((each) => each.get(number) ?? ZERO_PAGE)
      return one !== other && !sameWords(one.i32, other.i32)
    })
  })
}

function programsDiffer(a: Machine, b: Machine): boolean {
  const [left, right] = [a.store.programs, b.store.programs]
  return (
    left.length !== right.length || left.some(({ hash }, at) => !sameBytes(hash, right[at].hash))
  )
}
