// Variables of a program's source, as they stand in a frame of the machine.
import type { Machine, Place } from '../../machine/machine.ts'
import {
  type FrameValues,
  frameValues,
  type ProgramSource,
  sourceOf,
  type Variable,
} from '../../wasm/dwarf/program-source.ts'

export interface SourceFrameValues {
  readonly place: Place
  readonly source: ProgramSource
  readonly values: FrameValues
}

/** Of a frame by its number, 0 the outermost; null: the program has no debug sections. */
export function sourceFrameValues(m: Machine, at: number): SourceFrameValues | null {
  const fn = m.frameFunction[at]
  // Outer frames stand behind the call that they wait for.
  const pc = at === m.depth - 1 ? m.framePc[at] : m.framePc[at] - 1
  const place = { instance: fn.instance, function: fn.index, pc }
  const source = sourceOf(m.store.instances[place.instance].program)
  return source === null ? null : { place, source, values: frameValues(m, at) }
}

/**
 * A variable by name, or a part of one: `list->at.x`, `tags[2]`; of the innermost call that has it,
 * else a global one. null: there is none.
 */
export function variableOf(frame: SourceFrameValues, asked: string): Variable | null {
  const [name, ...parts] = asked.replaceAll('->', '.').replaceAll('[', '.[').split('.')
  let found = rootNamed(frame, name)
  for (const part of parts) found = found?.children.find((child) => child.name === part) ?? null
  return found
}

function rootNamed({ place, source, values }: SourceFrameValues, name: string): Variable | null {
  for (let call = 0; call < Math.max(1, source.framesOf(place).length); call++) {
    const found = source.variablesOf(place, values, call).find((one) => one.name === name)
    if (found !== undefined) return found
  }
  return source.globalNamed(name, place, values)
}
