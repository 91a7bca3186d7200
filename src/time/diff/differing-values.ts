// What differs between two machines, value by value: bytes of memories, globals, locals and
// operands of frames. For people: the first of each, as many as are asked for.
import { Kinds } from '../../isa/types.ts'
import type { Machine, Place } from '../../machine/machine.ts'
import { differingPages } from '../../machine/state/compare.ts'
import { FrameShapes } from '../../machine/state/frame-shape.ts'
import { wordAt } from '../../machine/state/state-words.ts'
import { placeKey } from '../../machine/watch.ts'
import { PAGE_BYTES } from '../../memory/page.ts'

/** Bytes of one memory that differ, those between equal ones left out. */
export interface BytesDifference {
  readonly memory: number
  readonly address: number
  readonly a: Uint8Array
  readonly b: Uint8Array
}

export interface MemoryDifference {
  /** The first runs of bytes. */
  readonly runs: readonly BytesDifference[]
  /** Pages of 64 KiB in which something differs. */
  readonly pages: number
}

/** Equal bytes that do not end a run. */
const GAP_BYTES = 8
const MOST_RUN_BYTES = 64

export function differingMemory(a: Machine, b: Machine, most: number): MemoryDifference {
  const runs: BytesDifference[] = []
  let pages = 0
  a.store.memories.forEach((left, memory) => {
    const right = b.store.memories[memory]
    if (right === undefined || right.sizePages !== left.sizePages) return
    for (const page of differingPages(left, right)) {
      pages++
      if (runs.length >= most) continue
      const at = page * PAGE_BYTES
      const [one, other] = [left, right].map((each) => each.readBytes(at, PAGE_BYTES))
      for (const [from, to] of runsOf(one, other)) {
        if (runs.length >= most) break
        const [first, second] = [one, other].map((bytes) => bytes.slice(from, to))
        runs.push({ memory, address: at + from, a: first, b: second })
      }
    }
  })
  return { runs, pages }
}

function* runsOf(a: Uint8Array, b: Uint8Array): Generator<[number, number]> {
  let from = -1
  let to = -1
  for (let at = 0; at < a.length; at++) {
    if (a[at] === b[at]) continue
    if (from >= 0 && (at - to >= GAP_BYTES || at - from >= MOST_RUN_BYTES)) {
      yield [from, to]
      from = -1
    }
    if (from < 0) from = at
    to = at + 1
  }
  if (from >= 0) yield [from, to]
}

export interface ValueDifference {
  readonly what: 'local' | 'operand' | 'global'
  /** Of a global its number in the machine; of others the word in its frame. */
  readonly number: number
  /** Where the frame stands; null: a global. */
  readonly place: Place | null
  readonly a: bigint
  readonly b: bigint
}

/** Frames that stand at other places are not compared value by value. */
export function differingValues(a: Machine, b: Machine, most: number): ValueDifference[] {
  const found: ValueDifference[] = []
  for (let at = Math.min(a.depth, b.depth) - 1; at >= 0; at--) {
    const [left, right] = [frameOf(a, at), frameOf(b, at)]
    if (placeKey(left.place) !== placeKey(right.place)) continue
    for (let word = 0; word < left.values.length; word++) {
      if (left.values[word] === right.values[word]) continue
      const isLocal = word < left.locals
      found.push({
        what: isLocal ? 'local' : 'operand',
        number: isLocal ? word : word - left.locals,
        place: left.place,
        a: left.values[word],
        b: right.values[word],
      })
      if (found.length >= most) return found
    }
  }
  const count = Math.min(a.store.globals.length, b.store.globals.length)
  for (let number = 0; number < count && found.length < most; number++) {
    const [left, right] = [globalOf(a, number), globalOf(b, number)]
    if (left !== right) found.push({ what: 'global', number, place: null, a: left, b: right })
  }
  return found
}

interface Frame {
  readonly place: Place
  readonly locals: number
  /** Words as the state has them: a local that is not live is 0. */
  readonly values: readonly bigint[]
}

function frameOf(m: Machine, at: number): Frame {
  const fn = m.frameFunction[at]
  const pc = m.framePc[at]
  const shapes = new FrameShapes(m)
  const { locals, operands } = shapes.at(fn, pc, at === m.depth - 1 ? 'top' : 'outer')
  const base = m.frameBase[at]
  const values = [...locals, ...operands].map((tag, word) => {
    return tag === 0 ? 0n : canonical(wordAt(m.words.I32, base + word), tag)
  })
  const place = { instance: fn.instance, function: fn.index, pc }
  return { place, locals: locals.length, values }
}

/** Of a v128 the low half. */
function globalOf({ store }: Machine, number: number): bigint {
  return canonical(wordAt(store.globalWords, 2 * number), store.globals[number].kind)
}

/** Of 32-bit values the upper half holds anything. */
const canonical = (value: bigint, tag: number): bigint =>
  tag === Kinds.i32 || tag === Kinds.f32 ? value & 0xffff_ffffn : value
