// The places of a program that words name: FILE:LINE, or a function and a pc.
import { VacError } from '../../base/errors.ts'
import { functionName } from '../../isa/function-name.ts'
import type { Machine, Place } from '../../machine/machine.ts'
import { type CodePlace, sourceOf } from '../../wasm/dwarf/program-source.ts'
import { callsOfWall } from '../diff/program-diff.ts'

/**
 * FILE:LINE, FILE being a path or its end, gives a place for each function that has code of the
 * line, or else of the next line with code. A function, by name or number, gives the place behind
 * its prologue where that is known, or the pc. USAGE where there is none.
 */
export function placesNamed(m: Machine, name: string | undefined, pc: number | null): Place[] {
  const places = name === undefined ? [] : placesOf(m, name, pc)
  if (places.length > 0) return places
  throw new VacError('USAGE', {
    found: pc === null ? (name ?? 'nothing') : `${name} ${pc}`,
    expected: 'FILE:LINE of a program with debug sections, or a function and a pc of it',
  })
}

/**
 * In one word: FILE:LINE, FUNCTION or FUNCTION:PC, or a function of the wall, whose calls are meant
 * then. USAGE where there is none.
 */
export function placesAt(m: Machine, word: string): Place[] {
  const found = placesOf(m, word, null)
  if (found.length > 0) return found
  const match = /^(.+):(\d+)$/.exec(word)
  if (match !== null) return placesNamed(m, match[1], Number(match[2]))
  return wallCalls(m, word) ?? placesNamed(m, word, null)
}

/** The calls of a function of the wall, such as fd_write; null: there are none to be told. */
export function wallCalls(m: Machine, name: string): Place[] | null {
  const plain = name.replaceAll(/[^\w.]/g, '').replaceAll('.', '\\.')
  const found = plain === '' ? null : callsOfWall(m, new RegExp(`(^|\\.)${plain}$`))
  return found === null || found.length === 0 ? null : found
}

function placesOf(m: Machine, name: string, pc: number | null): Place[] {
  const line = pc === null ? /^(.+):(\d+)$/.exec(name) : null
  return m.store.instances.flatMap((_, instance) => {
    const places =
      line === null
        ? functionPlaces(m, instance, name, pc)
        : linePlaces(m, instance, line[1], Number(line[2]))
    return places.map((place) => ({ instance, ...place }))
  })
}

const linePlaces = (m: Machine, instance: number, file: string, line: number): CodePlace[] =>
  sourceOf(m.store.instances[instance].program)?.placesOf(file, line)?.places ?? []

function functionPlaces(
  m: Machine,
  instance: number,
  name: string,
  pc: number | null,
): CodePlace[] {
  const { program, functions } = m.store.instances[instance]
  const isLast = instance === m.store.instances.length - 1
  const called = (): number[] =>
    functions.map(({ index }) => index).filter((at) => fits(functionName(program, at), name))
  const named = /^\d+$/.test(name) ? [isLast ? Number(name) : -1] : called()
  // A name of the source may be another than the linker's: C's main is __main_argc_argv.
  const all = named.length > 0 ? named : (sourceOf(program)?.functionsNamed(name) ?? [])
  return all
    .filter((index) => (functions[index]?.def?.code.op.length ?? -1) > (pc ?? 0))
    .map((index) =>
      pc === null
        ? (sourceOf(program)?.bodyOf(index) ?? { function: index, pc: 0 })
        : { function: index, pc },
    )
}

/** Whole, or without what C++ and Rust write around a name: scopes, parameters, a hash. */
function fits(found: string | null, asked: string): boolean {
  if (found === null) return false
  if (found === asked) return true
  const plain = found.replace(/\(.*$/, '').replace(/::h[0-9a-f]{16}$/, '')
  return plain === asked || plain.endsWith(`::${asked}`)
}
