// Variants of compiled code, all from one emitter: how it treats what may trap in memory and
// tables, and what it watches.

/**
 * What watching code does. stop: it is left before an instruction that touches a watched range.
 * note: it stores the fuel behind the latest such instruction, and goes on. index: it flags the
 * words of 4 bytes that are written. trace: it records every instruction.
 */
export interface Watching {
  readonly does: 'stop' | 'note' | 'index' | 'trace'
  /** Of stop and note: the accesses that count. */
  readonly reads: boolean
  readonly writes: boolean
  /** Of stop and note: functions may have other bodies, with places that are watched. */
  readonly places: boolean
}

/**
 * checked: an access that may trap is tested, and one that traps is left to the interpreter.
 * Otherwise the host traps, and the tick is found by running again.
 */
export interface Variant {
  readonly checked: boolean
  /** null or absent: nothing is watched. */
  readonly watching?: Watching | null
}

export const plainVariant: Variant = { checked: false }
export const checkedVariant: Variant = { checked: true }

export function variantName({ checked, watching = null }: Variant): string {
  const name = checked ? 'checked' : 'plain'
  if (watching === null) return name
  const { does, ...counts } = watching
  const counted = (['reads', 'writes', 'places'] as const).filter((which) => counts[which])
  return [name, does, ...counted].join(' ')
}

/** Is it tested whether accesses touch a range? */
export const testsRanges = ({ watching = null }: Variant): boolean =>
  watching?.does === 'stop' || watching?.does === 'note'

/** What is to be done at an access. */
export function watchOf(
  { watching = null }: Variant,
  access: 'load' | 'store',
): 'stop' | 'note' | 'index' | null {
  if (watching === null || watching.does === 'trace') return null
  return (access === 'load' ? watching.reads : watching.writes) ? watching.does : null
}
