// Values from the context's records back to the machine's words.
import { Kinds } from '../isa/types.ts'
import type { Machine } from '../machine/machine.ts'
import { isNaNBits } from './operations.ts'
import type { SharedContext } from './shared-context.ts'
import { type Site, SlotForm, slotBytes } from './sites.ts'

/** Puts the values of the record at `at` into a frame; gives the index of a call by a table. */
export function putSlots(
  { words }: Machine,
  { I32 }: SharedContext,
  base: number,
  { slots, offsets }: Pick<Site, 'slots' | 'offsets'>,
  at: number,
): number {
  const to = words.I32
  let next = at / 4
  let index = 0
  slots.forEach((slot, value) => {
    const from = offsets === null ? next : (at + offsets[value]) / 4
    next += slotBytes(slot) / 4
    const half = 2 * (base + (slot >> 3))
    const form = slot & 7
    if (form === SlotForm.index) index = I32[from]
    else {
      to[half] = I32[from]
      to[half + 1] = I32[from + 1]
      if (form === SlotForm.vector) {
        to[half + 2] = I32[from + 2]
        to[half + 3] = I32[from + 3]
      } else if (form !== SlotForm.word) canonicalize(to, half, form)
    }
  })
  return index
}

/** Few at a time: a view for each copy would cost more than the copy. */
export function copyHalves(
  to: Int32Array,
  at: number,
  from: Int32Array,
  start: number,
  count: number,
): void {
  for (let half = 0; half < count; half++) to[at + half] = from[start + half]
}

/** Makes a raw NaN the canonical one. */
function canonicalize(halves: Int32Array, at: number, form: number): void {
  const kind = form === SlotForm.rawF32 ? Kinds.f32 : Kinds.f64
  if (!isNaNBits(kind, halves[at], halves[at + 1])) return
  halves[at] = kind === Kinds.f32 ? 0x7fc00000 : 0
  if (kind === Kinds.f64) halves[at + 1] = 0x7ff80000
}
