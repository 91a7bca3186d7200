// Random operations on the bytes of a memory and of a plain array that stands for it.
import type { Memory } from '../memory.ts'
import { PAGE_BYTES } from '../page.ts'

export interface Pair {
  memory: Memory
  model: Uint8Array
}

/** Cases of `changeBytes`. */
export const BYTE_CHANGES = 6

/** Does one of the BYTE_CHANGES to both of a pair; ranges like to lie across a page boundary. */
export function changeBytes(
  which: number,
  { memory, model }: Pair,
  pairs: readonly Pair[],
  next: (below: number) => number,
): void {
  const last = model.length - 300
  const place = (): number =>
    next(2) === 0 ? next(last) : Math.max(0, next(memory.sizePages) * PAGE_BYTES - next(200))
  const at = Math.min(last, place())
  const to = Math.min(last, place())
  const length = next(300)
  const value = next(256)
  const view = new DataView(model.buffer)
  switch (which) {
    case 0:
      memory.fill(at, value, length)
      model.fill(value, at, at + length)
      break
    case 1:
      memory.copy(to, at, length)
      model.copyWithin(to, at, at + length)
      break
    case 2: {
      const from = pairs[next(pairs.length)]
      if (at + length > from.model.length) break
      memory.copy(to, at, length, from.memory)
      model.set(from.model.slice(at, at + length), to)
      break
    }
    case 3:
      memory.store(at, 8, 0x8877665544332211n)
      view.setBigUint64(at, 0x8877665544332211n, true)
      break
    case 4:
      memory.storeInt(at, 4, -value)
      view.setInt32(at, -value, true)
      break
    default:
      memory.writeBytes(at, new Uint8Array(length).fill(value))
      model.fill(value, at, at + length)
  }
}

/** Grows both by a page. */
export function growByPage(pair: Pair): void {
  const { model } = pair
  pair.memory.grow(1)
  pair.model = new Uint8Array(model.length + PAGE_BYTES)
  pair.model.set(model)
}
