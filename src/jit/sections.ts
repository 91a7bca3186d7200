// Sections of the modules that are made: functions, their code, and what we add of our own.
import { CodeWriter } from './code-writer.ts'
import type { Draft } from './draft.ts'
import { hintSection } from './hints.ts'

export const SITES_SECTION = 'vac.sites'
/** Functions that the host cannot take, which the interpreter runs: their numbers. */
export const LEFT_SECTION = 'vac.left'
/** Functions whose bodies a batch has, or a main module that has not all. */
export const BODIES_SECTION = 'vac.bodies'

/** A function of fewer bytes is a small one to the host. */
const SMALL_BYTES = 50

export function head(): CodeWriter {
  const out = new CodeWriter(64)
  out.u32(0x6d736100)
  out.u32(1)
  return out
}

export function functionSection(
  body: CodeWriter,
  draft: Draft,
  typeOf: readonly number[],
  empty = 0,
): void {
  const nothing = empty === 0 ? 0 : draft.type([], [])
  body.section(3, (to) => {
    to.uleb(typeOf.length + draft.exitCount + empty)
    for (const type of typeOf) to.uleb(type)
    for (let exit = 0; exit < draft.exitCount; exit++) to.uleb(draft.exitType(exit))
    for (let count = 0; count < empty; count++) to.uleb(nothing)
  })
}

/**
 * How many empty functions a module gets. V8 inlines least where fewer than a quarter of a module's
 * functions are small, and most from a half on; our exits and entries are not.
 */
export function emptyOnes(codes: readonly CodeWriter[], draft: Draft): number {
  const small = codes.filter(({ length }) => length < SMALL_BYTES).length
  return Math.max(0, codes.length + draft.exitCount - 2 * small)
}

/**
 * The section, with its hints before it. The exits' codes come behind `codes`, then those of empty
 * functions.
 */
export function codeSection(
  body: CodeWriter,
  draft: Draft,
  codes: readonly CodeWriter[],
  empty = 0,
): void {
  hintSection(body, codes, draft.places.firstExit - codes.length)
  body.section(10, (to) => {
    to.uleb(codes.length + draft.exitCount + empty)
    for (const code of codes) to.blob(code)
    for (let exit = 0; exit < draft.exitCount; exit++) to.blob(draft.exitBody(exit))
    for (let count = 0; count < empty; count++) {
      to.uleb(2)
      to.u8(0)
      to.u8(0x0b)
    }
  })
}

export function customs(body: CodeWriter, draft: Draft, left: readonly number[]): void {
  body.section(0, (to) => {
    to.name(SITES_SECTION)
    draft.sites.write(to)
  })
  numbers(body, LEFT_SECTION, left)
}

export function numbers(body: CodeWriter, section: string, list: readonly number[]): void {
  body.section(0, (to) => {
    to.name(section)
    for (const number of list) to.u32(number)
  })
}

/** All types are known at the end, and stand at the beginning. */
export function finish(out: CodeWriter, body: CodeWriter, draft: Draft): Uint8Array<ArrayBuffer> {
  out.section(1, (to) => {
    to.uleb(draft.types.length)
    for (const { params, results } of draft.types) {
      to.u8(0x60)
      to.uleb(params.length)
      for (const type of params) to.u8(type)
      to.uleb(results.length)
      for (const type of results) to.u8(type)
    }
  })
  out.raw(body.bytes.subarray(0, body.length))
  return out.take()
}
