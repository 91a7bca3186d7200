// What modules import, and their globals: the same index spaces, whatever the module.
import type { CodeWriter } from './code-writer.ts'
import type { Draft, Places, ProgramShape } from './draft.ts'
import { HostType, hostType } from './host-types.ts'
import { zero } from './memory-code.ts'
import { watchGlobals, watchMemories } from './watching.ts'

/** What a module imports: `wall`, `raise`, `grow`, `make`. */
export const IMPORTED_FUNCTIONS = 4

/** Imports come in one order, whatever the module. */
export function placesOf(
  { wideTables, wideMemories, tagTypes }: ProgramShape,
  own: Pick<Places, 'firstFunction' | 'firstExit'>,
): Places {
  return {
    ...own,
    wall: 0,
    raise: 1,
    grow: 2,
    make: 3,
    all: wideTables.length,
    made: wideTables.length + 1,
    contextMemory: wideMemories.length,
    instanceGlobal: 0,
    sitesGlobal: 1,
    firstTag: 2,
    firstGlobal: 2 + tagTypes.length,
  }
}

export function imports(to: CodeWriter, draft: Draft, main: boolean): void {
  const { shape } = draft
  const { wideMemories, wideTables, tagTypes } = shape
  const { i32, f64 } = HostType
  const watched = watchMemories(draft)
  const globals = globalTypes(draft)
  const memories = wideMemories.length + 1 + watched
  const count = IMPORTED_FUNCTIONS + memories + wideTables.length + 2 + tagTypes.length
  to.uleb(main ? count : count + 2 + globals.length)
  const add = (module: string, name: string, kind: number): void => {
    to.name(module)
    to.name(name)
    to.u8(kind)
  }
  for (const name of ['wall', 'raise']) {
    add('vac', name, 0)
    to.uleb(draft.type([i32, i32], [i32]))
  }
  add('vac', 'grow', 0)
  to.uleb(draft.type([i32, f64], [i32]))
  add('vac', 'make', 0)
  to.uleb(draft.type([i32], []))
  wideMemories.forEach((wide, memory) => {
    add('memory', `${memory}`, 2)
    to.u8(wide ? 4 : 0)
    to.u8(0)
  })
  add('vac', 'context', 2)
  to.u8(0)
  to.u8(0)
  for (let memory = 0; memory < watched; memory++) {
    add('watch', `${memory}`, 2)
    to.u8(0)
    to.u8(0)
  }
  wideTables.forEach((_, table) => {
    add('table', `${table}`, 1)
    to.u8(0x70)
    to.u8(0)
    to.u8(0)
  })
  for (const name of main ? [] : ['all', 'made']) {
    add('vac', name, 1)
    to.u8(0x70)
    to.u8(0)
    to.u8(0)
  }
  add('vac', 'instance', 3)
  to.u8(HostType.i64)
  to.u8(0)
  add('vac', 'sites', 3)
  to.u8(HostType.i32)
  to.u8(0)
  tagTypes.forEach((_, tag) => {
    add('tag', `${tag}`, 3)
    to.u8(HostType.i32)
    to.u8(0)
  })
  if (main) return
  globals.forEach((type, global) => {
    add('global', `${global}`, 3)
    to.u8(type)
    to.u8(1)
  })
}

/** The guest's globals, then those of code that watches. */
export function globalTypes(draft: Draft): number[] {
  return [...draft.shape.globalKinds.map(hostType), ...watchGlobals(draft)]
}

export function globalSection(to: CodeWriter, globals: readonly number[]): void {
  to.uleb(globals.length)
  for (const type of globals) {
    to.u8(type)
    to.u8(1)
    zero(to, type)
    to.u8(0x0b)
  }
}
